//! Deployments that are stopped, continued, or left waiting.

use super::endings::{UNCHANGED, is_back};
use super::{deploy, info, rollback_of, stage, target, task_sets};
use serde_json::json;

#[test]
fn ready_waits_to_be_continued() {
    let wait = ["on-ready: STOP_DEPLOYMENT", "ready-wait-minutes: 30"];
    let mut stage = stage(&wait);
    let id = deploy(&mut stage);
    stage.pass("10m");
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "Ready");
    assert_eq!(seen["deploymentOverview"]["Ready"], 1);
    assert_eq!(target(&mut stage, &id)["status"], "Ready");
    stage.codedeploy(
        "ContinueDeployment",
        json!({"deploymentId": id, "deploymentWaitType": "READY_WAIT"}),
    );
    stage.pass("10m");
    assert_eq!(info(&mut stage, &id)["status"], "Succeeded");
}

#[test]
fn ready_stops_when_nobody_continues() {
    let mut stage = stage(&["on-ready: STOP_DEPLOYMENT", "ready-wait-minutes: 30"]);
    let id = deploy(&mut stage);
    stage.pass("40m");
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "Stopped");
    assert_eq!(task_sets(&mut stage)[0], UNCHANGED[0]);
}

#[test]
fn stopping_with_rollback_makes_another_deployment() {
    let mut stage = stage(&["deployment-config: CodeDeployDefault.ECSCanary10Percent15Minutes"]);
    let id = deploy(&mut stage);
    stage.pass("5m");
    let body = json!({"deploymentId": id, "autoRollbackEnabled": true});
    assert_eq!(
        stage.codedeploy("StopDeployment", body.clone())["status"],
        "Pending"
    );
    assert_eq!(info(&mut stage, &id)["status"], "InProgress");
    stage.pass("5s");
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "Stopped");
    assert_eq!(rollback_of(&mut stage, &id)["status"], "Created");
    stage.pass("5m");
    is_back(&mut stage, &id);
    let refusal = stage.codedeploy_refuses("StopDeployment", body);
    assert_eq!(refusal.0, "DeploymentAlreadyCompletedException");
}

#[test]
fn stopping_without_rollback_leaves_the_traffic_where_it_is() {
    let mut stage = stage(&["deployment-config: CodeDeployDefault.ECSCanary10Percent15Minutes"]);
    let id = deploy(&mut stage);
    stage.pass("5m");
    stage.codedeploy(
        "StopDeployment",
        json!({"deploymentId": id, "autoRollbackEnabled": false}),
    );
    stage.pass("30m");
    assert_eq!(info(&mut stage, &id)["status"], "Stopped");
    assert_eq!(
        task_sets(&mut stage),
        [
            "PRIMARY shop:1 shop-blue 2/2 90%",
            "ACTIVE shop:2 shop-green 2/2 10%"
        ]
    );
}
