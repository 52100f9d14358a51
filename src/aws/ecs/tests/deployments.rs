//! Service deployments and revisions.

use super::ecs;
use crate::aws::canned::{asked, failed, refusal};
use crate::aws::error::Kind;
use crate::model::service_deployment::{
    Alarms, CircuitBreaker, Rollback, ServiceDeploymentStatus, ServiceRevision,
};
use crate::model::stop::StopAnswer;
use jiff::Timestamp;
use serde_json::json;

#[tokio::test]
async fn service_deployments_are_listed_page_by_page() {
    let (ecs, calls) = ecs(|n, _| {
        let brief = |id: &str| json!({"serviceDeploymentArn": id, "status": "IN_PROGRESS", "targetServiceRevisionArn": "r"});
        match n {
            0 => (
                200,
                json!({"serviceDeployments": [brief("b"), brief("a")], "nextToken": "more"}),
            ),
            _ => (200, json!({"serviceDeployments": [brief("0")]})),
        }
    });
    let after = Timestamp::from_second(1_700_000_000).ok();
    let listed = ecs.service_deployments("prod", "shop", after).await;
    let listed = listed.expect("deployments");
    let arns: Vec<_> = listed.iter().map(|it| it.arn.as_str()).collect();
    assert_eq!(arns, ["b", "a", "0"]);
    assert_eq!(listed[0].target_revision.as_deref(), Some("r"));
    let asked = asked(&calls);
    let request =
        json!({"cluster": "prod", "service": "shop", "createdAt": {"after": 1_700_000_000}});
    assert_eq!(asked[0], ("ListServiceDeployments".into(), request));
    assert_eq!(asked[1].1["nextToken"], "more");
    assert_eq!(asked[1].1["createdAt"], asked[0].1["createdAt"]);
}

#[tokio::test]
async fn the_newest_service_deployments_are_listed_and_no_more() {
    for (at_most, pages) in [(1, 1), (3, 2)] {
        let (ecs, calls) = ecs(|n, _| {
            let brief = |id: usize| json!({"serviceDeploymentArn": id.to_string()});
            let page = [brief(9 - 2 * n), brief(8 - 2 * n)];
            (
                200,
                json!({"serviceDeployments": page, "nextToken": "more"}),
            )
        });
        let newest = ecs.newest_service_deployments("prod", "shop", at_most);
        let newest = newest.await.expect("deployments");
        let arns: Vec<_> = newest.iter().map(|it| it.arn.as_str()).collect();
        assert_eq!(arns, ["9", "8", "7"][..at_most]);
        let asked = asked(&calls);
        assert_eq!(asked.len(), pages);
        let request = json!({"cluster": "prod", "service": "shop", "maxResults": 100});
        assert_eq!(asked[0], ("ListServiceDeployments".into(), request));
    }
}

#[tokio::test]
async fn a_service_deployment_is_described_in_aws_words() {
    let (ecs, _) = ecs(|_, _| {
        (
            200,
            json!({"serviceDeployments": [{
            "serviceDeploymentArn": "d",
            "status": "ROLLBACK_IN_PROGRESS",
            "statusReason": "because",
            "lifecycleStage": "PRE_PRODUCTION_TRAFFIC_SHIFT",
            "createdAt": 1, "startedAt": 2, "finishedAt": 3,
            "targetServiceRevision": {"arn": "new"},
            "sourceServiceRevisions": [{"arn": "old"}],
            "deploymentCircuitBreaker": {"status": "TRIGGERED", "failureCount": 3, "threshold": 3},
            "alarms": {"status": "DREAMING", "alarmNames": ["a", "b"], "triggeredAlarmNames": ["b"]},
            "rollback": {"reason": "tasks failed to start", "serviceRevisionArn": "old"},
        }], "failures": [{"arn": "x", "reason": "MISSING"}]}),
        )
    });
    let described = ecs
        .describe_service_deployments(&["d".into(), "x".into()])
        .await;
    let at = |second| Timestamp::from_second(second).ok();
    let expected = ServiceDeploymentStatus {
        arn: "d".into(),
        status: "ROLLBACK_IN_PROGRESS".into(),
        status_reason: Some("because".into()),
        stage: Some("PRE_PRODUCTION_TRAFFIC_SHIFT".into()),
        created_at: at(1),
        started_at: at(2),
        finished_at: at(3),
        target_revision: Some("new".into()),
        production: None,
        test: None,
        hooks: Vec::new(),
        source_revisions: vec!["old".into()],
        circuit_breaker: Some(CircuitBreaker {
            status: "TRIGGERED".into(),
            failures: 3,
            threshold: 3,
        }),
        alarms: Some(Alarms {
            status: "DREAMING".into(),
            names: vec!["a".into(), "b".into()],
            triggered: vec!["b".into()],
        }),
        rollback: Some(Rollback {
            reason: Some("tasks failed to start".into()),
            revision: Some("old".into()),
        }),
    };
    assert_eq!(described.expect("deployments"), [expected]);
}

#[tokio::test]
async fn service_deployments_are_described_in_twenties() {
    let (ecs, calls) = ecs(|_, _| {
        let missing = json!([{"arn": "0", "reason": "MISSING"}]);
        (200, json!({"serviceDeployments": [], "failures": missing}))
    });
    let arns: Vec<String> = (0..41).map(|n| n.to_string()).collect();
    let described = ecs.describe_service_deployments(&arns).await;
    assert_eq!(described.expect("deployments"), []);
    let asked = asked(&calls);
    let sizes = asked
        .iter()
        .map(|(_, body)| body["serviceDeploymentArns"].as_array().map(Vec::len));
    assert_eq!(sizes.collect::<Vec<_>>(), [Some(20), Some(20), Some(1)]);
}

#[tokio::test]
async fn a_service_revision_names_its_task_definition() {
    let (there, _) = ecs(|_, _| {
        (
            200,
            json!({"serviceRevisions": [{"serviceRevisionArn": "r", "taskDefinition": "shop:7"}]}),
        )
    });
    let expected = ServiceRevision {
        arn: "r".into(),
        task_definition: "shop:7".into(),
    };
    assert_eq!(
        there.service_revision("r").await.expect("an answer"),
        Some(expected)
    );
    let (gone, _) = ecs(|_, _| {
        (
            200,
            json!({"serviceRevisions": [], "failures": [{"arn": "r", "reason": "MISSING"}]}),
        )
    });
    assert_eq!(gone.service_revision("r").await.expect("an answer"), None);
}

#[tokio::test]
async fn service_revisions_are_described_in_twenties() {
    let (ecs, calls) = ecs(|_, body| {
        let arns = body["serviceRevisionArns"].as_array().expect("arns");
        let revisions: Vec<_> = arns
            .iter()
            .filter(|arn| *arn != "7")
            .map(|arn| json!({"serviceRevisionArn": arn, "taskDefinition": "shop:1"}))
            .collect();
        (
            200,
            json!({"serviceRevisions": revisions, "failures": [{"arn": "7", "reason": "MISSING"}]}),
        )
    });
    let arns: Vec<String> = (0..21).map(|n| n.to_string()).collect();
    let revisions = ecs.service_revisions(&arns).await.expect("revisions");
    let found: Vec<_> = revisions.iter().map(|it| it.arn.as_str()).collect();
    let there: Vec<_> = arns.iter().filter(|arn| *arn != "7").collect();
    assert_eq!(found, there);
    let asked = asked(&calls);
    let sizes = asked
        .iter()
        .map(|(_, body)| body["serviceRevisionArns"].as_array().map(Vec::len));
    assert_eq!(sizes.collect::<Vec<_>>(), [Some(20), Some(1)]);
}

#[tokio::test]
async fn a_stop_is_accepted_or_too_late_or_for_nobody() {
    for (answer, expected) in [
        (
            (200, json!({"serviceDeploymentArn": "d"})),
            StopAnswer::Accepted,
        ),
        (
            refusal("ConflictException", "it is SUCCESSFUL"),
            StopAnswer::Over,
        ),
        (
            refusal("ServiceDeploymentNotFoundException", "none"),
            StopAnswer::NotThere,
        ),
    ] {
        let (ecs, calls) = ecs(move |_, _| answer.clone());
        let stopped = ecs.stop_service_deployment("d").await;
        assert_eq!(stopped.expect("an answer"), expected);
        let request = json!({"serviceDeploymentArn": "d", "stopType": "ROLLBACK"});
        assert_eq!(
            asked(&calls),
            [("StopServiceDeployment".to_owned(), request)]
        );
    }
    let (ecs, _) = ecs(|_, _| refusal("UnsupportedFeatureException", "not for this controller"));
    let failure = failed(ecs.stop_service_deployment("d").await);
    assert_eq!(
        (failure.action.as_str(), failure.kind),
        ("ecs:StopServiceDeployment", Kind::Rejected)
    );
}
