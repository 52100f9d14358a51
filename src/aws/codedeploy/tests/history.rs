//! Deployments that were, what they brought, and the end of one that is under way.

use super::codedeploy;
use crate::aws::canned::{asked, failed, refusal};
use crate::aws::error::Kind;
use crate::model::codedeploy::Deployment;
use crate::model::stop::StopAnswer;
use serde_json::{Value, json};

const REVISION: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7";

#[tokio::test]
async fn a_stop_is_accepted_or_too_late_or_for_nobody() {
    for (answer, expected) in [
        (
            (
                200,
                json!({"status": "Pending", "statusMessage": "stopping"}),
            ),
            StopAnswer::Accepted,
        ),
        (
            refusal("DeploymentAlreadyCompletedException", "over"),
            StopAnswer::Over,
        ),
        (
            refusal("DeploymentDoesNotExistException", "none"),
            StopAnswer::NotThere,
        ),
    ] {
        let (codedeploy, calls) = codedeploy(move |_, _| answer.clone());
        for rollback in [true, false] {
            let stopped = codedeploy.stop_deployment("d-1", rollback).await;
            assert_eq!(stopped.expect("an answer"), expected);
            let (operation, body) = asked(&calls).pop().expect("a call");
            assert_eq!(operation, "StopDeployment");
            assert_eq!(
                body,
                json!({"deploymentId": "d-1", "autoRollbackEnabled": rollback})
            );
        }
    }
    let (codedeploy, _) = codedeploy(|_, _| refusal("AccessDeniedException", "no"));
    let failure = failed(codedeploy.stop_deployment("d-1", true).await);
    assert_eq!(
        (failure.action.as_str(), failure.kind),
        ("codedeploy:StopDeployment", Kind::Denied)
    );
}

#[tokio::test]
async fn deployments_are_listed_page_by_page_and_no_further_than_asked() {
    let pages = |n: usize, _: &Value| match n {
        0 => (
            200,
            json!({"deployments": ["d-4", "d-3"], "nextToken": "more"}),
        ),
        _ => (200, json!({"deployments": ["d-2", "d-1"]})),
    };
    for (at_most, expected, calls_made) in [
        (1, &["d-4"][..], 1),
        (3, &["d-4", "d-3", "d-2"], 2),
        (9, &["d-4", "d-3", "d-2", "d-1"], 2),
    ] {
        let (codedeploy, calls) = codedeploy(pages);
        let listed = codedeploy.deployments("app", "group", &["Succeeded"], at_most);
        assert_eq!(listed.await.expect("ids"), expected);
        let asked = asked(&calls);
        assert_eq!(asked.len(), calls_made);
        let request = json!({
            "applicationName": "app", "deploymentGroupName": "group",
            "includeOnlyStatuses": ["Succeeded"],
        });
        assert_eq!(asked[0], ("ListDeployments".to_owned(), request));
        if let Some((_, second)) = asked.get(1) {
            assert_eq!(second["nextToken"], "more");
        }
    }
    let (codedeploy, calls) = codedeploy(pages);
    codedeploy
        .deployments("app", "group", &[], 1)
        .await
        .expect("ids");
    assert_eq!(asked(&calls)[0].1.get("includeOnlyStatuses"), None);
}

#[tokio::test]
async fn deployments_are_read_in_batches_and_come_newest_first() {
    let (codedeploy, calls) = codedeploy(|_, body| {
        let ids = body["deploymentIds"].as_array().expect("ids");
        let infos = ids.iter().map(|id| {
            let number: i64 = id.as_str().expect("an id")[2..].parse().expect("a number");
            json!({"deploymentId": id, "createTime": 1000 - number, "status": "Succeeded"})
        });
        // AWS promises no order.
        let infos: Vec<_> = infos.rev().collect();
        (200, json!({"deploymentsInfo": infos}))
    });
    let ids: Vec<String> = (0..30).map(|n| format!("d-{n}")).collect();
    let all = codedeploy.batch(&ids).await.expect("deployments");
    let read: Vec<_> = all.iter().map(|deployment| &deployment.id).collect();
    assert_eq!(read, ids.iter().collect::<Vec<_>>());
    let asked = asked(&calls);
    let sizes = asked
        .iter()
        .map(|(_, body)| body["deploymentIds"].as_array().map(Vec::len));
    assert_eq!(sizes.collect::<Vec<_>>(), [Some(25), Some(5)]);
}

/// A deployment as it comes with this revision.
async fn bringing(revision: Value) -> Deployment {
    let (codedeploy, _) = codedeploy(move |_, _| {
        let info =
            json!({"deploymentId": "d-1", "applicationName": "app", "revision": revision.clone()});
        (200, json!({"deploymentInfo": info}))
    });
    let read = codedeploy.deployment("d-1").await;
    read.expect("an answer").expect("a deployment")
}

#[tokio::test]
async fn what_a_deployment_brought_is_read_from_its_app_spec() {
    let inline = json!({
        "revisionType": "AppSpecContent", "appSpecContent": {"content": null, "sha256": "ab12"},
    });
    let deployment = bringing(inline).await;
    assert_eq!(deployment.revision.as_deref(), Some("ab12"));
    let yaml = format!(
        "version: 0.0\nresources:\n  - Shop:\n      type: AWS::ECS::Service\n      properties:\n        taskDefinition: {REVISION}\n"
    );
    let spec = json!({"version": 0.0, "Resources": [{"TargetService": {
        "Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": REVISION},
    }}]});
    for (content, expected) in [
        (json!(spec.to_string()), Some(REVISION)),
        (json!(yaml), Some(REVISION)),
        (
            json!(yaml.replace(REVISION, "shop:7").as_str()),
            Some("shop:7"),
        ),
        (json!("version: 0.0"), None),
        (Value::Null, None),
    ] {
        let (codedeploy, calls) = codedeploy(move |_, _| {
            let revision = json!({
                "revisionType": "AppSpecContent",
                "appSpecContent": {"content": content, "sha256": "ab12"},
            });
            (200, json!({"applicationName": "app", "revision": revision}))
        });
        let brought = codedeploy.revision_of(&deployment).await;
        assert_eq!(brought.expect("an answer").as_deref(), expected);
        let request = json!({
            "applicationName": "app",
            "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": "ab12"}},
        });
        assert_eq!(
            asked(&calls),
            [("GetApplicationRevision".to_owned(), request)]
        );
    }
    let (gone, _) = codedeploy(|_, _| refusal("RevisionDoesNotExistException", "none"));
    let brought = gone.revision_of(&deployment).await;
    assert_eq!(brought.expect("an answer"), None);
}

#[tokio::test]
async fn a_revision_that_is_kept_in_s3_is_not_asked_for() {
    let s3 = json!({"revisionType": "S3", "s3Location": {"bucket": "b", "key": "appspec.yaml"}});
    let deployment = bringing(s3).await;
    let (codedeploy, calls) = codedeploy(|_, _| (200, json!({})));
    let brought = codedeploy.revision_of(&deployment).await;
    assert_eq!(brought.expect("an answer"), None);
    assert!(asked(&calls).is_empty());
}
