//! Service deployments that end otherwise than well: stopped, replaced, deleted, not rolled back.

use super::rolling::{SHOP, deploy, deployments, latest, stage};
use crate::testing::Stage;
use serde_json::{Value, json};

const CRASH: &str = "[{ match: { nth-revision: 1 }, ends: { exits: {} } }]";

/// The shop with a line of YAML more in its service.
fn shop(line: &str, behaviours: &str) -> Stage {
    let yaml = SHOP.replace(
        "desired-count: 2",
        &format!("desired-count: 2\n      {line}"),
    );
    let yaml = yaml.replace("rollback: ROLLBACK", "rollback: true");
    Stage::new(&yaml.replace("BEHAVIOURS", behaviours))
}

fn stop(stage: &mut Stage, arn: &Value) -> Result<(), String> {
    let body = json!({"serviceDeploymentArn": arn, "stopType": "ROLLBACK"});
    let before = latest(stage)["status"].clone();
    let over = [
        "SUCCESSFUL",
        "STOPPED",
        "ROLLBACK_SUCCESSFUL",
        "ROLLBACK_FAILED",
    ];
    if over.iter().any(|it| before == *it) {
        return Err(stage.ecs_refuses("StopServiceDeployment", body).0);
    }
    stage.ecs("StopServiceDeployment", body);
    Ok(())
}

#[test]
fn a_deployment_can_be_stopped_until_it_is_over() {
    // Before any task was replaced there is nothing to bring back.
    for (after, status, rolls_back) in [
        ("0s", "PENDING", false),
        ("5s", "IN_PROGRESS", false),
        ("45s", "IN_PROGRESS", true),
    ] {
        let mut stage = stage(true, "[]");
        deploy(&mut stage, 2);
        stage.pass(after);
        let seen = latest(&mut stage);
        let arn = seen["serviceDeploymentArn"].clone();
        assert_eq!(seen["status"], status, "{after}");
        stop(&mut stage, &arn).unwrap();
        assert_eq!(
            latest(&mut stage)["status"],
            "ROLLBACK_REQUESTED",
            "{after}"
        );
        stop(&mut stage, &arn).unwrap();
        stage.pass("2s");
        if rolls_back {
            let seen = latest(&mut stage);
            assert_eq!(seen["status"], "ROLLBACK_IN_PROGRESS", "{after}");
            stop(&mut stage, &arn).unwrap();
        }
        stage.pass("10m");
        let done = latest(&mut stage);
        assert_eq!(done["status"], "ROLLBACK_SUCCESSFUL", "{after}");
        let reason = done["statusReason"].as_str().unwrap();
        assert!(reason.contains("requested to stop"), "{reason}");
        assert_eq!(
            deployments(&mut stage),
            ["PRIMARY 1 COMPLETED 2/2 failed 0"]
        );
        assert_eq!(stop(&mut stage, &arn), Err("ConflictException".to_owned()));
    }
}

#[test]
fn a_newer_deployment_replaces_the_one_under_way() {
    let yaml = SHOP.replace(
        "  behaviours:",
        "  timing: { replaced: 20s }\n  behaviours:",
    );
    let yaml = yaml.replace("rollback: ROLLBACK", "rollback: true");
    let mut stage = Stage::new(&yaml.replace("BEHAVIOURS", "[]"));
    deploy(&mut stage, 2);
    stage.pass("30s");
    let first = latest(&mut stage)["serviceDeploymentArn"].clone();
    deploy(&mut stage, 3);
    let seen = |stage: &mut Stage| {
        let body = json!({"serviceDeploymentArns": [first]});
        let described = stage.ecs("DescribeServiceDeployments", body);
        described["serviceDeployments"][0].clone()
    };
    assert_eq!(seen(&mut stage)["status"], "STOP_REQUESTED");
    stage.pass("20s");
    let stopped = seen(&mut stage);
    assert_eq!(
        [&stopped["status"], &stopped["statusReason"]],
        ["STOPPED", "Replaced by a new service deployment"]
    );
    stage.pass("10m");
    assert_eq!(latest(&mut stage)["status"], "SUCCESSFUL");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 3 COMPLETED 2/2 failed 0"]
    );
}

#[test]
fn a_rollback_fails_where_that_is_scripted() {
    let mut stage = shop("script: { rollback-fails: true }", CRASH);
    deploy(&mut stage, 2);
    stage.pass("10m");
    let done = latest(&mut stage);
    assert_eq!(done["status"], "ROLLBACK_FAILED");
    let reason = done["statusReason"].as_str().unwrap();
    assert!(reason.contains("could not be rolled back"), "{reason}");
    assert_eq!(deployments(&mut stage)[0], "PRIMARY 1 FAILED 2/2 failed 0");
    deploy(&mut stage, 3);
    stage.pass("10m");
    assert_eq!(
        latest(&mut stage)["status"],
        "SUCCESSFUL",
        "the next one goes on"
    );
}

#[test]
fn a_deployment_of_a_deleted_service_is_stopped() {
    let mut stage = stage(true, "[]");
    deploy(&mut stage, 2);
    stage.pass("30s");
    stage.ecs("DeleteService", json!({"service": "shop", "force": true}));
    assert_eq!(stage.shop()["status"], "DRAINING");
    assert_eq!(latest(&mut stage)["status"], "STOPPED");
    let again = json!({"serviceName": "shop", "taskDefinition": "shop", "desiredCount": 1});
    let (_, words) = stage.ecs_refuses("CreateService", again);
    assert_eq!(words, "Unable to Start a service that is still Draining.");
    let (code, _) = stage.ecs_refuses(
        "UpdateService",
        json!({"service": "shop", "taskDefinition": "shop:3"}),
    );
    assert_eq!(code, "ServiceNotActiveException");
    stage.pass("10m");
    let gone = stage.shop();
    assert_eq!(gone["status"], "INACTIVE");
    assert_eq!(gone["runningCount"], 0);
    assert_eq!(latest(&mut stage)["status"], "STOPPED");
}

#[test]
fn a_deployment_that_watches_alarms_bakes() {
    let watched = |minutes: &str| {
        let alarms =
            format!("{minutes} alarms: {{ alarmNames: [shop-5xx], enable: true, rollback: true }}");
        let yaml = SHOP.replace(
            "deploymentCircuitBreaker: { enable: true, rollback: ROLLBACK }",
            &alarms,
        );
        let alarms =
            "alarms: [{ name: shop-5xx, changes: [{ at: 3m, to: ALARM }, { at: 40m, to: OK }] }]";
        Stage::new(&format!("{alarms}\n{}", yaml.replace("BEHAVIOURS", "[]")))
    };
    let mut stage = watched("");
    deploy(&mut stage, 2);
    stage.pass("150s");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 2 IN_PROGRESS 2/2 failed 0"]
    );
    assert!(
        stage
            .events()
            .contains(&"has reached a steady state.".to_owned())
    );
    stage.pass("10m");
    let done = latest(&mut stage);
    assert_eq!(done["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(done["alarms"]["triggeredAlarmNames"], json!(["shop-5xx"]));
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 1 COMPLETED 2/2 failed 0"]
    );
    stage.pass("1h");
    deploy(&mut stage, 2);
    stage.pass("4m");
    assert_eq!(latest(&mut stage)["status"], "IN_PROGRESS");
    stage.pass("4m");
    assert_eq!(latest(&mut stage)["status"], "SUCCESSFUL");
    let mut stage = watched("bakeTimeInMinutes: 1,");
    deploy(&mut stage, 2);
    stage.pass("150s");
    assert_eq!(
        latest(&mut stage)["status"],
        "SUCCESSFUL",
        "before the alarm"
    );
}

#[test]
fn a_forced_deployment_of_the_same_revision_is_a_deployment() {
    let mut stage = stage(true, "[]");
    let before = latest(&mut stage);
    stage.ecs(
        "UpdateService",
        json!({"service": "shop", "forceNewDeployment": true}),
    );
    stage.pass("10m");
    let after = latest(&mut stage);
    assert_eq!(after["status"], "SUCCESSFUL");
    assert_ne!(
        after["serviceDeploymentArn"],
        before["serviceDeploymentArn"]
    );
    let arn = |it: &Value| it["targetServiceRevision"]["arn"].clone();
    assert_ne!(arn(&after), arn(&before));
    let body = json!({"serviceRevisionArns": [arn(&after), arn(&before)]});
    let revisions = stage.ecs("DescribeServiceRevisions", body)["serviceRevisions"].clone();
    assert_eq!(
        revisions[0]["taskDefinition"],
        revisions[1]["taskDefinition"]
    );
}
