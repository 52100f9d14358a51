//! Every way in which AWS can have a bad day, against questions of each service.

use crate::aws::Aws;
use crate::aws::canned::{failed, on_the_wire};
use crate::aws::error::{AwsFailure, Kind};
use crate::clock::Clock;
use crate::model::codedeploy::GroupLookup;
use anyhow::Result;
use jiff::SignedDuration;

const THROTTLED: &str = r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#;
const GROUP: &str = r#"{"deploymentGroupInfo": {"deploymentGroupName": "group"}}"#;
const PROXY: &str = "<html><head><title>504 Gateway Time-out</title></head></html>";

/// Whether the group is there.
async fn asked(aws: &Aws) -> Result<bool> {
    let lookup = aws.codedeploy().deployment_group("app", "group").await?;
    Ok(matches!(lookup, GroupLookup::Found(_)))
}

/// What becomes of the question when AWS answers `bad` so many times before it answers well: the
/// result, the number of calls, and how long it took.
async fn after(
    bad: Option<(u16, &'static str)>,
    times: usize,
) -> (Result<bool>, usize, SignedDuration) {
    let (aws, calls) = on_the_wire(move |n| if n < times { bad } else { Some((200, GROUP)) });
    let clock = Clock::real();
    let began = clock.now();
    let result = asked(&aws).await;
    let took = clock.now().duration_since(began);
    let made = calls.lock().expect("the calls").len();
    (result, made, took)
}

/// What a cut connection, a server in trouble, a proxy and a dying answer look like.
const PASSING: [Option<(u16, &str)>; 13] = [
    None,
    Some((500, r#"{"__type": "InternalFailure", "message": "Oops"}"#)),
    Some((400, r#"{"__type": "ServiceUnavailableException"}"#)),
    Some((503, "")),
    Some((502, PROXY)),
    Some((403, PROXY)),
    Some((407, "")),
    Some((200, PROXY)),
    Some((200, "")),
    Some((200, "{}")),
    Some((200, r#"{"deploymentGroupInfo": {"deploymentGroupN"#)),
    Some((200, r#"{"deploymentGroupInfo": {"ecsServices": 7}}"#)),
    Some((400, THROTTLED)),
];

#[tokio::test(start_paused = true)]
async fn what_passes_is_survived() {
    for bad in PASSING {
        for times in [1, 8] {
            let (result, calls, took) = after(bad, times).await;
            let found = result.unwrap_or_else(|error| panic!("{bad:?}: {error:#}"));
            assert!(found, "{bad:?}");
            assert_eq!(calls, times + 1, "{bad:?}");
            assert!(took.as_secs() < 150, "{took} for {times} times {bad:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_is_given_up_after_minutes() {
    for bad in PASSING {
        let (result, calls, took) = after(bad, usize::MAX).await;
        let failure = failed(result);
        let throttled = bad == Some((400, THROTTLED));
        let kind = if throttled {
            Kind::Throttled
        } else {
            Kind::Transient
        };
        assert_eq!(failure.kind, kind, "{bad:?}");
        assert!((300..=331).contains(&took.as_secs()), "{took} for {bad:?}");
        assert!((10..25).contains(&calls), "{calls} calls for {bad:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn somebody_who_asks_again_himself_hears_of_it_in_seconds() {
    for bad in PASSING {
        let (aws, _) = on_the_wire(move |_| bad);
        let clock = Clock::real();
        let began = clock.now();
        let failure = failed(asked(&aws.brisk()).await);
        assert!(failure.kind.passes(), "{bad:?}");
        let took = clock.now().duration_since(began);
        assert!((2..=4).contains(&took.as_secs()), "{took} for {bad:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_stays_is_told_at_once() {
    for (status, body, kind) in [
        (
            400,
            r#"{"__type": "AccessDeniedException", "message": "User: u is not authorized to perform: x"}"#,
            Kind::Denied,
        ),
        (
            400,
            r#"{"__type": "ExpiredTokenException", "message": "The security token included in the request is expired"}"#,
            Kind::Credentials,
        ),
        (
            400,
            r#"{"__type": "UnrecognizedClientException"}"#,
            Kind::Credentials,
        ),
        (
            400,
            r#"{"__type": "InvalidDeploymentGroupNameException"}"#,
            Kind::Rejected,
        ),
    ] {
        let (result, calls, took) = after(Some((status, body)), usize::MAX).await;
        assert_eq!(failed(result).kind, kind);
        assert_eq!((calls, took), (1, SignedDuration::ZERO), "{body}");
    }
}

/// Nothing that AWS says must not become "not there".
#[tokio::test(start_paused = true)]
async fn nothing_is_never_not_there() {
    for bad in ["", "{}", "null", "[]", PROXY] {
        let (aws, _) = on_the_wire(move |_| Some((200, bad)));
        let aws = aws.brisk();
        let (ecs, codedeploy, ecr) = (aws.ecs(), aws.codedeploy(), aws.ecr());
        let name = ["shop".to_owned()];
        let failures: Vec<AwsFailure> = vec![
            failed(ecs.services("prod", &name).await),
            failed(ecs.cluster("prod").await),
            failed(ecs.latest_revision("shop").await),
            failed(ecs.describe_service_deployments(&name).await),
            failed(ecs.service_revisions(&name).await),
            failed(codedeploy.deployment_group("app", "group").await),
            failed(codedeploy.deployment_config("config").await),
            failed(codedeploy.deployment("d-1").await),
            failed(codedeploy.target("d-1", "prod", "shop").await),
            failed(ecr.repository("shop").await),
            failed(ecr.create_repository("shop").await),
            failed(ecr.images_by_tag("shop", &["v1"]).await),
        ];
        for failure in failures {
            assert_eq!(failure.kind, Kind::Transient, "{bad}: {failure}");
        }
    }
}
