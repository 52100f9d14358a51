use super::{Cluster, Ecs, UpdateService};
use crate::aws::canned::{Answer, Calls, asked, aws, failed, refusal};
use crate::aws::error::Kind;
use crate::model::service::Service;
use serde_json::{Value, json};

mod deployments;
mod documents;
mod shown;
mod tasks;

fn ecs(answers: impl Fn(usize, &Value) -> Answer + Send + Sync + 'static) -> (Ecs, Calls) {
    let (config, calls) = aws(answers);
    (Ecs::new(&config), calls)
}

const ARN: &str = "arn:aws:ecs:eu-west-1:123456789012";

/// What DescribeServices answers: every service that is asked for, but not `gone`.
fn those_asked_for(body: &Value) -> Value {
    let asked = body["services"].as_array().expect("services");
    let there = asked.iter().filter(|name| *name != "gone").map(|name| {
        let name = name.as_str().expect("a name").rsplit('/').next();
        let name = name.expect("a name");
        json!({"serviceName": name, "serviceArn": format!("{ARN}:service/prod/{name}")})
    });
    // AWS keeps no order.
    let there: Vec<_> = there.rev().collect();
    json!({"services": there, "failures": [{"arn": "gone", "reason": "MISSING"}]})
}

fn names(services: &[Option<Service>]) -> Vec<Option<&str>> {
    let names = services.iter();
    names.map(|it| Some(it.as_ref()?.name.as_str())).collect()
}

#[tokio::test]
async fn services_are_asked_for_in_tens_and_come_in_their_order() {
    let (ecs, calls) = ecs(|_, body| (200, those_asked_for(body)));
    let mut wanted: Vec<String> = (0..23).map(|n| format!("shop-{n}")).collect();
    wanted[3] = "gone".to_owned();
    wanted[4] = format!("{ARN}:service/prod/shop-4");
    let services = ecs.services("prod", &wanted).await.expect("services");
    let expected: Vec<String> = (0..23).map(|n| format!("shop-{n}")).collect();
    let mut expected: Vec<_> = expected.iter().map(|name| Some(name.as_str())).collect();
    expected[3] = None;
    assert_eq!(names(&services), expected);
    let asked = asked(&calls);
    let sizes = asked
        .iter()
        .map(|(_, body)| body["services"].as_array().map(Vec::len));
    assert_eq!(sizes.collect::<Vec<_>>(), [Some(10), Some(10), Some(3)]);
    assert!(asked.iter().all(|(_, body)| body["cluster"] == "prod"));
}

#[tokio::test]
async fn without_its_cluster_no_service_is_there() {
    let (ecs, _) = ecs(|_, _| refusal("ClusterNotFoundException", "Cluster not found."));
    let services = ecs.services("prod", &["shop".to_owned()]).await;
    assert_eq!(services.expect("an answer"), [None]);
}

#[tokio::test]
async fn a_cluster_is_there_or_not() {
    let (there, _) = ecs(|_, _| {
        let cluster = json!({"clusterArn": format!("{ARN}:cluster/prod"), "clusterName": "prod", "status": "ACTIVE"});
        (200, json!({"clusters": [cluster], "failures": []}))
    });
    let expected = Cluster {
        arn: format!("{ARN}:cluster/prod"),
        name: "prod".into(),
        status: "ACTIVE".into(),
    };
    assert_eq!(
        there.cluster("prod").await.expect("an answer"),
        Some(expected)
    );
    let (gone, _) = ecs(|_, _| {
        (
            200,
            json!({"clusters": [], "failures": [{"arn": "prod", "reason": "MISSING"}]}),
        )
    });
    assert_eq!(gone.cluster("prod").await.expect("an answer"), None);
}

#[tokio::test]
async fn refusals_keep_action_code_and_kind() {
    for (answer, kind) in [
        (
            refusal(
                "AccessDeniedException",
                "not authorized to perform: ecs:DescribeServices",
            ),
            Kind::Denied,
        ),
        (
            refusal(
                "ExpiredTokenException",
                "The security token included in the request is expired",
            ),
            Kind::Credentials,
        ),
        (
            refusal("InvalidParameterException", "Services cannot be empty."),
            Kind::Rejected,
        ),
    ] {
        let code = answer.1["__type"].as_str().expect("a code").to_owned();
        let (ecs, _) = ecs(move |_, _| answer.clone());
        let failure = failed(ecs.services("prod", &["shop".to_owned()]).await);
        assert_eq!(
            (failure.action.as_str(), failure.code, failure.kind),
            ("ecs:DescribeServices", code, kind)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_is_asked_again() {
    let (ecs, calls) = ecs(|n, body| match n {
        0 | 1 => refusal("ThrottlingException", "Rate exceeded"),
        _ => (200, those_asked_for(body)),
    });
    let services = ecs.services("prod", &["shop".to_owned()]).await;
    assert_eq!(names(&services.expect("services")), [Some("shop")]);
    assert_eq!(asked(&calls).len(), 3);
}

#[tokio::test]
async fn an_update_says_only_what_is_to_change() {
    let (ecs, calls) = ecs(|_, _| (200, json!({"service": {"serviceName": "shop"}})));
    let update = |task_definition: Option<&str>, desired_count, force| UpdateService {
        cluster: "prod".into(),
        service: "shop".into(),
        task_definition: task_definition.map(str::to_owned),
        desired_count,
        force,
        configuration: None,
    };
    for (update, expected) in [
        (
            update(Some("shop:7"), None, false),
            json!({"cluster": "prod", "service": "shop", "taskDefinition": "shop:7"}),
        ),
        (
            update(Some("shop:7"), Some(0), true),
            json!({
                "cluster": "prod", "service": "shop", "taskDefinition": "shop:7",
                "desiredCount": 0, "forceNewDeployment": true,
            }),
        ),
        (
            update(None, None, true),
            json!({"cluster": "prod", "service": "shop", "forceNewDeployment": true}),
        ),
    ] {
        let service = ecs.update_service(&update).await.expect("a service");
        assert_eq!(service.name, "shop");
        let (operation, body) = asked(&calls).pop().expect("a call");
        assert_eq!((operation.as_str(), body), ("UpdateService", expected));
    }
}

/// What the SDK asks again for everywhere else.
#[tokio::test(start_paused = true)]
async fn an_update_is_sent_once_whatever_comes_back() {
    let update = UpdateService {
        cluster: "prod".into(),
        service: "shop".into(),
        task_definition: None,
        desired_count: None,
        force: true,
        configuration: None,
    };
    for (answer, kind, message) in [
        (
            refusal("ThrottlingException", "Rate exceeded"),
            Kind::Throttled,
            "ecs:UpdateService: Rate exceeded (ThrottlingException)",
        ),
        (
            (500, json!({"__type": "ServerException", "message": "Oops"})),
            Kind::Transient,
            "ecs:UpdateService: Oops (ServerException)",
        ),
        (
            (200, json!({})),
            Kind::Transient,
            "ecs:UpdateService: the answer has no service",
        ),
    ] {
        let (ecs, calls) = ecs(move |_, _| answer.clone());
        let failure = failed(ecs.update_service(&update).await);
        assert_eq!(
            (failure.kind, failure.to_string().as_str()),
            (kind, message)
        );
        assert_eq!(asked(&calls).len(), 1, "{failure}");
    }
}
