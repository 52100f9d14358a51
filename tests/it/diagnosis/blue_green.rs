//! Production: two target groups, and tasks that belong to a task set.

use super::{Failing, IMAGE, document, looked};
use greengate::aws::Aws;
use greengate::diagnosis::failures::alike;
use greengate::diagnosis::{Kind, Suspect};
use greengate::model::appspec::AppSpec;
use greengate::model::codedeploy::{
    Creation, GroupLookup, NewDeployment, Routing, default_application, default_group,
};
use greengate::model::service::Service;
use greengate::model::task_definition::TaskDefinition;
use greengate::pipeline::diagnose::diagnose;
use greengate::pipeline::served::Served;
use greengate::pipeline::target::{CodeDeployWay, Target, Way};
use std::time::Duration;

const UNHEALTHY: (&str, &str) = (
    "behaviours: []",
    "behaviours:
    - match: { service: shop, nth-revision: 1 }
      ends: { unhealthy: { after: 20s, code: 404 } }",
);

async fn service(aws: &Aws) -> Service {
    let services = aws.ecs().services("production", &["shop".to_owned()]).await;
    services.unwrap().into_iter().flatten().next().unwrap()
}

/// What is diagnosed: the service and the group that deploys it.
async fn target(aws: &Aws, service: Service) -> Target {
    let application = default_application("production", "shop");
    let group = default_group("production", "shop");
    let found = aws
        .codedeploy()
        .deployment_group(&application, &group)
        .await;
    let GroupLookup::Found(group) = found.unwrap() else {
        panic!("the world has this group");
    };
    let way = CodeDeployWay {
        group: *group,
        config: None,
        routing: Routing::AllAtOnce,
        config_denied: None,
        app_spec: AppSpec::generated(),
    };
    Target {
        serves: Served::told_by(&service),
        service,
        way: Way::CodeDeploy(Box::new(way)),
        active: None,
        active_denied: None,
    }
}

/// Asks CodeDeploy to bring a new revision, whose ARN this is.
async fn deployed(aws: &Aws, before: &Service) -> String {
    let mut document = TaskDefinition::of(document("shop"), "production.json").unwrap();
    document.set_image("web", IMAGE).unwrap();
    let revision = aws.ecs().register(&document).await.unwrap().arn;
    let app_spec = AppSpec::generated().for_service(before, &revision);
    let new = NewDeployment {
        application: default_application("production", "shop"),
        group: default_group("production", "shop"),
        config: None,
        description: "acme/shop@aaaa".to_owned(),
        app_spec: app_spec.content(),
    };
    let created = aws.codedeploy().create_deployment(&new).await.unwrap();
    assert!(matches!(created, Creation::Created(_)), "{created:?}");
    revision
}

#[tokio::test(start_paused = true)]
async fn a_health_check_that_fails_is_told_with_port_path_and_code() {
    let failing = Failing::of("production", &[UNHEALTHY], |http| http);
    let aws = failing.aws().await;
    let before = service(&aws).await;
    let since = failing.shop.clock.now();
    let mut suspect = Suspect {
        revision: deployed(&aws, &before).await,
        started_by: Vec::new(),
        since,
        snapshot: looked(),
        circuit_breaker: None,
        alarms: Vec::new(),
        target_groups: Vec::new(),
    };
    let mut failed = Vec::new();
    for _ in 0..600 {
        failing.shop.clock.sleep(Duration::from_secs(1)).await;
        let tasks = aws.ecs().stopped_tasks("production", "shop").await.unwrap();
        let own: Vec<_> = tasks.into_iter().filter(|it| suspect.owns(it)).collect();
        failed = alike(&own);
        if !failed.is_empty() {
            break;
        }
    }
    assert_eq!(failed.len(), 1, "{failed:#?}");
    let now = service(&aws).await;
    let green = now.task_sets.iter();
    let green = green.filter(|set| set.task_definition == suspect.revision);
    suspect.started_by = green.map(|set| set.id.clone()).collect();
    let events = now.events.iter().rev().filter(|event| event.at >= since);
    suspect.snapshot.events = events.cloned().collect();
    let target = target(&aws, before).await;
    let diagnosis = diagnose(&failing.run(), &aws, &target, &suspect).await;
    assert_eq!(failing.told("production/shop"), diagnosis);
    let cause = diagnosis.cause().expect("a cause");
    assert_eq!(cause.kind, Kind::LoadBalancerHealth, "{diagnosis:#?}");
    assert_eq!(
        cause.sentence,
        "the load balancer's health check failed: container web on port 8080 at `/health` answered 404, where 200 is expected"
    );
    let groups = diagnosis.evidence().target_groups.iter();
    let groups: Vec<_> = groups.map(|group| group.name.as_str()).collect();
    assert_eq!(groups, ["shop-blue", "shop-green"]);
    assert_eq!(diagnosis.evidence().unread, []);
    assert_eq!(diagnosis.evidence().logs.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn target_groups_are_found_by_name_or_arn() {
    let failing = Failing::of("production", &[], |http| http);
    let aws = failing.aws().await;
    let service = service(&aws).await;
    let blue = service.load_balancers[0].target_group.clone().unwrap();
    let suspect = Suspect {
        revision: service.task_definition.clone(),
        started_by: Vec::new(),
        since: failing.shop.clock.now(),
        snapshot: looked(),
        circuit_breaker: None,
        alarms: Vec::new(),
        target_groups: vec!["shop-green".to_owned(), blue, "gone".to_owned()],
    };
    let target = target(&aws, service).await;
    let diagnosis = diagnose(&failing.run(), &aws, &target, &suspect).await;
    let evidence = diagnosis.evidence();
    let groups = evidence.target_groups.iter();
    let groups: Vec<_> = groups
        .map(|group| (group.name.as_str(), group.path.as_deref()))
        .collect();
    assert_eq!(
        groups,
        [
            ("shop-green", Some("/health")),
            ("shop-blue", Some("/health"))
        ]
    );
    assert_eq!(failing.shop.calls("DescribeTargetHealth"), (2, 0));
    assert_eq!((evidence.unread.len(), diagnosis.cause()), (0, None));
    assert!(evidence.targets.is_empty(), "all are healthy");
}
