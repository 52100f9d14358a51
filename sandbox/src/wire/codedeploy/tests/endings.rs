//! Every way a deployment ends.

use super::{broken, deploy, events, info, rollback_of, stage, target, task_sets};
use crate::testing::Stage;
use serde_json::{Value, json};

const ROLLS_BACK: &str = "auto-rollback: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM]";
pub(super) const UNCHANGED: [&str; 1] = ["PRIMARY shop:1 shop-blue 2/2 100%"];

pub(super) fn is_back(stage: &mut Stage, id: &str) {
    let rollback = rollback_of(stage, id);
    assert_eq!(rollback["status"], "Succeeded");
    assert_eq!(rollback["creator"], "codeDeployRollback");
    assert_eq!(
        rollback["rollbackInfo"]["rollbackTriggeringDeploymentId"],
        id
    );
    assert_eq!(task_sets(stage), UNCHANGED);
    assert!(
        stage.shop()["taskDefinition"]
            .as_str()
            .unwrap()
            .ends_with("shop:1")
    );
}

fn traffic(stage: &mut Stage, id: &str) -> Vec<Value> {
    let target = target(stage, id);
    let sets = target["taskSetsInfo"].as_array().unwrap().iter();
    sets.map(|it| it["trafficWeight"].clone()).collect()
}

#[test]
fn all_at_once_moves_everything_and_keeps_blue_for_a_while() {
    let mut stage = stage(&["termination-wait-minutes: 60"]);
    let id = deploy(&mut stage);
    stage.pass("5m");
    assert_eq!(
        task_sets(&mut stage),
        [
            "ACTIVE shop:1 shop-blue 2/2 0%",
            "PRIMARY shop:2 shop-green 2/2 100%"
        ]
    );
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "InProgress");
    assert_eq!(seen["instanceTerminationWaitTimeStarted"], true);
    assert!(
        events(&mut stage, &id)
            .iter()
            .all(|it| it.ends_with("Succeeded"))
    );
    let body = json!({"deploymentId": id, "deploymentWaitType": "TERMINATION_WAIT"});
    stage.codedeploy("ContinueDeployment", body);
    stage.pass("1m");
    assert_eq!(info(&mut stage, &id)["status"], "Succeeded");
    assert_eq!(
        task_sets(&mut stage),
        ["PRIMARY shop:2 shop-green 2/2 100%"]
    );
}

#[test]
fn the_next_deployment_goes_back_to_the_other_target_group() {
    let mut stage = stage(&[]);
    deploy(&mut stage);
    stage.pass("30m");
    let id = deploy(&mut stage);
    stage.pass("30m");
    assert_eq!(task_sets(&mut stage), ["PRIMARY shop:2 shop-blue 2/2 100%"]);
    let seen = info(&mut stage, &id);
    assert_eq!(
        seen["previousRevision"]["appSpecContent"]["sha256"],
        seen["revision"]["appSpecContent"]["sha256"]
    );
}

#[test]
fn linear_moves_step_by_step() {
    let mut stage = stage(&["deployment-config: thirds"]);
    let id = deploy(&mut stage);
    let mut weights = Vec::new();
    while stage.next() {
        if let Some(green) = stage
            .world
            .codedeploy
            .deployment(&id)
            .unwrap()
            .standings(&stage.world)
            .get(1)
            && weights.last() != Some(&green.traffic)
        {
            weights.push(green.traffic);
        }
    }
    assert_eq!(weights, [0, 30, 60, 90, 100]);
}

#[test]
fn a_hook_that_fails_rolls_back() {
    let mut stage = stage(&[
        ROLLS_BACK,
        "script: { hooks: { AfterAllowTestTraffic: { result: fail, log: [smoke test got 500] } } }",
    ]);
    let id = deploy(&mut stage);
    stage.pass("10m");
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "Failed");
    assert_eq!(seen["errorInformation"]["code"], "HOOK_EXECUTION_FAILURE");
    assert_eq!(
        events(&mut stage, &id),
        [
            "BeforeInstall Succeeded",
            "Install Succeeded",
            "AfterInstall Succeeded",
            "AllowTestTraffic Succeeded",
            "AfterAllowTestTraffic Failed",
            "BeforeAllowTraffic Skipped",
            "AllowTraffic Skipped",
            "AfterAllowTraffic Skipped",
        ]
    );
    let diagnostics = target(&mut stage, &id)["lifecycleEvents"][4]["diagnostics"].clone();
    assert_eq!(diagnostics["errorCode"], "ScriptFailed");
    assert_eq!(diagnostics["scriptName"], "fn-AfterAllowTestTraffic");
    assert_eq!(diagnostics["logTail"], "smoke test got 500");
    is_back(&mut stage, &id);
}

#[test]
fn a_hook_after_the_traffic_rolls_the_traffic_back() {
    let mut stage = stage(&[
        ROLLS_BACK,
        "script: { hooks: { AfterAllowTraffic: { result: time-out } } }",
    ]);
    let id = deploy(&mut stage);
    stage.pass("30m");
    assert_eq!(traffic(&mut stage, &id), [json!(0.0), json!(100.0)]);
    stage.pass("2h");
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "Failed");
    let failed = target(&mut stage, &id)["lifecycleEvents"][7].clone();
    assert_eq!(failed["diagnostics"]["errorCode"], "ScriptTimedOut");
    let took = failed["endTime"].as_f64().unwrap() - failed["startTime"].as_f64().unwrap();
    assert!((took - 3600.0).abs() < 0.01, "{took}");
    is_back(&mut stage, &id);
}

#[test]
fn before_install_cannot_be_rolled_back() {
    let mut stage = stage(&[
        ROLLS_BACK,
        "script: { hooks: { BeforeInstall: { result: fail } } }",
    ]);
    let id = deploy(&mut stage);
    stage.pass("10m");
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "Failed");
    assert!(seen["rollbackInfo"].get("rollbackDeploymentId").is_none());
    assert_eq!(task_sets(&mut stage), UNCHANGED);
}

#[test]
fn a_replacement_that_never_gets_healthy_times_out() {
    let mut stage = broken(&[ROLLS_BACK]);
    let id = deploy(&mut stage);
    stage.pass("59m");
    assert_eq!(info(&mut stage, &id)["status"], "InProgress");
    stage.pass("10m");
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "Failed");
    assert_eq!(seen["errorInformation"]["code"], "TIMEOUT");
    is_back(&mut stage, &id);
}

#[test]
fn a_failure_without_rollback_leaves_both_task_sets_until_the_next_deployment() {
    let mut stage =
        stage(&["script: { only: [1], hooks: { BeforeAllowTraffic: { result: fail } } }"]);
    let id = deploy(&mut stage);
    stage.pass("10m");
    assert_eq!(info(&mut stage, &id)["status"], "Failed");
    assert_eq!(
        task_sets(&mut stage),
        [
            "PRIMARY shop:1 shop-blue 2/2 100%",
            "ACTIVE shop:2 shop-green 2/2 0%"
        ]
    );
    let id = deploy(&mut stage);
    stage.pass("30m");
    assert_eq!(info(&mut stage, &id)["status"], "Succeeded");
    assert_eq!(
        task_sets(&mut stage),
        ["PRIMARY shop:2 shop-green 2/2 100%"]
    );
}

#[test]
fn an_alarm_at_a_share_of_the_traffic_stops_and_rolls_back() {
    let mut stage = stage(&[
        ROLLS_BACK,
        "alarms: [shop-5xx]",
        "deployment-config: thirds",
        "script: { alarm: { name: shop-5xx, percent: 50 } }",
    ]);
    let id = deploy(&mut stage);
    stage.pass("30m");
    let seen = info(&mut stage, &id);
    assert_eq!(seen["status"], "Stopped");
    assert_eq!(seen["errorInformation"]["code"], "ALARM_ACTIVE");
    assert_eq!(traffic(&mut stage, &id), [json!(40.0), json!(60.0)]);
    is_back(&mut stage, &id);
}

#[test]
fn what_the_appspec_names_must_fit_the_task_definition() {
    let wrong = [
        (
            "\"web\"",
            "\"api\"",
            "ECS_UPDATE_ERROR",
            "The container api does not exist in the task definition.",
        ),
        (
            "8080",
            "9090",
            "ECS_UPDATE_ERROR",
            "did not have a container port 9090 defined.",
        ),
        (
            "shop:2",
            "shop:9",
            "ECS_UPDATE_ERROR",
            "TaskDefinition not found.",
        ),
        (
            "Resources",
            "Things",
            "INVALID_REVISION",
            "The key Things is not known.",
        ),
    ];
    let mut stage = stage(&[ROLLS_BACK]);
    for (right, wrong, code, words) in wrong {
        let content = super::appspec("shop:2", &[]).replace(right, wrong);
        let created = stage.codedeploy("CreateDeployment", super::request(&content));
        let id = created["deploymentId"].as_str().unwrap().to_owned();
        stage.pass("1m");
        let seen = info(&mut stage, &id);
        assert_eq!(seen["status"], "Failed");
        assert_eq!(seen["errorInformation"]["code"], code);
        let message = seen["errorInformation"]["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
    assert_eq!(task_sets(&mut stage), UNCHANGED);
}
