//! What CodeDeploy refuses, and what it lists.

use super::{HOOKS, appspec, deploy, info, request, stage};
use crate::testing::allow;
use serde_json::{Value, json};

fn with(changes: &Value) -> Value {
    let mut body = request(&appspec("shop:2", &HOOKS));
    let members = body.as_object_mut().unwrap();
    members.extend(changes.as_object().unwrap().clone());
    body
}

#[test]
fn one_deployment_at_a_time() {
    let mut stage = stage(&[]);
    let id = deploy(&mut stage);
    let refusal = stage.codedeploy_refuses("CreateDeployment", with(&json!({})));
    let words = format!("The Deployment Group 'shop' already has an active Deployment '{id}'");
    assert_eq!(
        refusal,
        ("DeploymentLimitExceededException".to_owned(), words)
    );
    stage.pass("1h");
    deploy(&mut stage);
}

#[test]
fn requests_are_checked() {
    let mut stage = stage(&[]);
    let sum = json!({"revisionType": "AppSpecContent", "appSpecContent": {"content": "x", "sha256": "y"}});
    let asked = [
        (
            json!({"applicationName": "none"}),
            "ApplicationDoesNotExistException",
        ),
        (
            json!({"deploymentGroupName": "none"}),
            "DeploymentGroupDoesNotExistException",
        ),
        (
            json!({"deploymentGroupName": null}),
            "DeploymentGroupNameRequiredException",
        ),
        (
            json!({"deploymentConfigName": "none"}),
            "DeploymentConfigDoesNotExistException",
        ),
        (json!({"revision": null}), "RevisionRequiredException"),
        (json!({"revision": sum}), "InvalidRevisionException"),
        (
            json!({"description": "x".repeat(513)}),
            "DescriptionTooLongException",
        ),
        (
            json!({"autoRollbackConfiguration": {"enabled": true}}),
            "InvalidAutoRollbackConfigException",
        ),
        (
            json!({"overrideAlarmConfiguration": {"enabled": true}}),
            "InvalidAlarmConfigException",
        ),
        (
            json!({"fileExistsBehavior": "OVERWRITE"}),
            "InvalidFileExistsBehaviorException",
        ),
        (json!({"description": 1}), "SerializationException"),
    ];
    for (changes, code) in asked {
        let refusal = stage.codedeploy_refuses("CreateDeployment", with(&changes));
        assert_eq!(refusal.0, code, "{changes}");
    }
    stage.world.ecs.services[0].controller = crate::world::ecs::service::Controller::Ecs;
    let refusal = stage.codedeploy_refuses("CreateDeployment", with(&json!({})));
    assert_eq!(refusal.0, "InvalidECSServiceException");
}

#[test]
fn creating_needs_more_than_its_own_permission() {
    let mut stage = stage(&[]);
    let statement =
        json!([{"Effect": "Allow", "Action": "codedeploy:GetDeploymentConfig", "Resource": "*"}]);
    allow(&mut stage.world, &statement);
    let refusal = stage.codedeploy_refuses("CreateDeployment", with(&json!({})));
    assert_eq!(refusal.0, "AccessDeniedException");
    assert!(refusal.1.contains("codedeploy:RegisterApplicationRevision on resource: arn:aws:codedeploy:eu-central-1:123456789012:application:shop"));
}

#[test]
fn targets_are_there_once_it_started() {
    let mut stage = stage(&[]);
    let id = deploy(&mut stage);
    let ask = json!({"deploymentId": id, "targetIds": ["default:shop"]});
    let refusal = stage.codedeploy_refuses("BatchGetDeploymentTargets", ask.clone());
    assert_eq!(refusal.0, "DeploymentNotStartedException");
    stage.pass("3s");
    stage.codedeploy("BatchGetDeploymentTargets", ask);
    let listed = stage.codedeploy("ListDeploymentTargets", json!({"deploymentId": id}));
    assert_eq!(listed["targetIds"], json!(["default:shop"]));
    let asked = [
        (
            "GetDeploymentTarget",
            json!({"deploymentId": id, "targetId": "default:other"}),
            "DeploymentTargetDoesNotExistException",
        ),
        (
            "GetDeploymentTarget",
            json!({"deploymentId": id, "targetId": "i-1"}),
            "InvalidDeploymentTargetIdException",
        ),
        (
            "GetDeployment",
            json!({"deploymentId": "d-NONE12345"}),
            "DeploymentDoesNotExistException",
        ),
        (
            "GetDeployment",
            json!({"deploymentId": "none"}),
            "InvalidDeploymentIdException",
        ),
        (
            "ContinueDeployment",
            json!({"deploymentId": id}),
            "DeploymentIsNotInReadyStateException",
        ),
        (
            "ContinueDeployment",
            json!({"deploymentId": id, "deploymentWaitType": "TERMINATION_WAIT"}),
            "InvalidDeploymentStatusException",
        ),
        (
            "ListDeployments",
            json!({"includeOnlyStatuses": ["Nope"]}),
            "InvalidDeploymentStatusException",
        ),
    ];
    for (operation, body, code) in asked {
        assert_eq!(
            stage.codedeploy_refuses(operation, body).0,
            code,
            "{operation}"
        );
    }
}

#[test]
fn deployments_and_revisions_are_found_again() {
    let mut stage = stage(&[]);
    let first = deploy(&mut stage);
    stage.pass("1h");
    let second = deploy(&mut stage);
    let all = json!({"applicationName": "shop", "deploymentGroupName": "shop"});
    assert_eq!(
        stage.codedeploy("ListDeployments", all)["deployments"],
        json!([second, first])
    );
    let active = json!({"includeOnlyStatuses": ["Created", "InProgress"]});
    assert_eq!(
        stage.codedeploy("ListDeployments", active)["deployments"],
        json!([second])
    );
    let group = json!({"applicationName": "shop", "deploymentGroupName": "shop"});
    let group = stage.codedeploy("GetDeploymentGroup", group)["deploymentGroupInfo"].clone();
    assert_eq!(
        group["lastAttemptedDeployment"]["deploymentId"],
        json!(second)
    );
    assert_eq!(
        group["lastSuccessfulDeployment"]["deploymentId"],
        json!(first)
    );
    let mut revision = info(&mut stage, &first)["revision"].clone();
    let body = json!({"applicationName": "shop", "revision": revision});
    let found = stage.codedeploy("GetApplicationRevision", body);
    assert_eq!(
        found["revision"]["appSpecContent"]["content"],
        appspec("shop:2", &HOOKS)
    );
    revision["appSpecContent"]["sha256"] = json!("none");
    let body = json!({"applicationName": "shop", "revision": revision});
    let refusal = stage.codedeploy_refuses("GetApplicationRevision", body);
    assert_eq!(refusal.0, "RevisionDoesNotExistException");
}

#[test]
fn configs_groups_and_applications_are_listed() {
    let mut stage = stage(&[]);
    let configs = stage.codedeploy("ListDeploymentConfigs", json!({}));
    assert_eq!(
        configs["deploymentConfigsList"].as_array().unwrap().len(),
        6
    );
    let config = json!({"deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent15Minutes"});
    let config = stage.codedeploy("GetDeploymentConfig", config)["deploymentConfigInfo"].clone();
    assert_eq!(
        config["trafficRoutingConfig"],
        json!({"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 15}})
    );
    assert_eq!(
        stage.codedeploy("ListApplications", json!({}))["applications"],
        json!(["shop"])
    );
    let groups = stage.codedeploy("ListDeploymentGroups", json!({"applicationName": "shop"}));
    assert_eq!(
        groups,
        json!({"deploymentGroups": ["shop"], "applicationName": "shop"})
    );
    let body = json!({"applicationName": "shop", "deploymentGroupNames": ["shop", "none"]});
    let groups = stage.codedeploy("BatchGetDeploymentGroups", body);
    assert_eq!(groups["deploymentGroupsInfo"].as_array().unwrap().len(), 1);
    assert!(groups["errorMessage"].as_str().unwrap().contains("none"));
}
