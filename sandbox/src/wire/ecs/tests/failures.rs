//! Rolling deployments whose tasks fail: why they stop, and what becomes of the service.

use super::rolling::{SHOP, deploy, deployments, latest, stage};
use crate::testing::Stage;
use crate::world::ecr::Repository;
use serde_json::json;

#[test]
fn the_breaker_rolls_back_to_the_deployment_before() {
    let mut stage = stage(
        true,
        "[{ match: { nth-revision: 1 }, ends: { exits: { code: 3 } } }]",
    );
    let before = stage.shop()["deployments"][0]["id"].clone();
    deploy(&mut stage, 2);
    stage.pass("25s");
    assert_eq!(
        deployments(&mut stage)[0],
        "PRIMARY 2 IN_PROGRESS 0/2 failed 2"
    );
    stage.pass("10m");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 1 COMPLETED 2/2 failed 0"]
    );
    let shop = stage.shop();
    assert_eq!(shop["deployments"][0]["id"], before);
    assert!(shop["taskDefinition"].as_str().unwrap().ends_with("shop:1"));
    let done = latest(&mut stage);
    assert_eq!(done["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(
        done["deploymentCircuitBreaker"],
        json!({"status": "TRIGGERED", "failureCount": 4, "threshold": 3})
    );
    assert!(
        done["rollback"]["reason"]
            .as_str()
            .unwrap()
            .contains("circuit breaker")
    );
    let events = stage.events();
    assert!(
        events
            .iter()
            .any(|it| it.ends_with("deployment failed: tasks failed to start.")),
        "{events:?}"
    );
    assert!(events.contains(&format!(
        "rolling back to deployment {}.",
        before.as_str().unwrap()
    )));
    assert_eq!(events.last().unwrap(), "has reached a steady state.");
}

#[test]
fn stopped_tasks_tell_why() {
    let mut stage = stage(
        true,
        "[{ match: { nth-revision: 1 }, ends: { exits: { code: 3, log: [boom] } } }]",
    );
    deploy(&mut stage, 2);
    stage.pass("30s");
    let listed = stage.ecs(
        "ListTasks",
        json!({"serviceName": "shop", "desiredStatus": "STOPPED"}),
    );
    let tasks = stage.ecs("DescribeTasks", json!({"tasks": listed["taskArns"]}));
    let task = &tasks["tasks"][0];
    assert_eq!(task["stopCode"], "EssentialContainerExited");
    assert_eq!(task["stoppedReason"], "Essential container in task exited");
    assert_eq!(task["containers"][0]["exitCode"], 3);
    assert_eq!(task["lastStatus"], "STOPPED");
}

#[test]
fn an_image_that_cannot_be_pulled_fails_before_it_runs() {
    let mut stage = stage(
        true,
        "[{ match: { image: ':2' }, ends: { cannot-pull: {} } }]",
    );
    deploy(&mut stage, 2);
    stage.pass("25s");
    let listed = stage.ecs(
        "ListTasks",
        json!({"serviceName": "shop", "desiredStatus": "STOPPED"}),
    );
    let tasks = stage.ecs("DescribeTasks", json!({"tasks": listed["taskArns"]}));
    let task = &tasks["tasks"][0];
    assert_eq!(task["stopCode"], "TaskFailedToStart");
    assert!(
        task["stoppedReason"]
            .as_str()
            .unwrap()
            .starts_with("CannotPullContainerError: ")
    );
    assert!(task["containers"][0].get("exitCode").is_none());
    assert!(task.get("startedAt").is_none());
}

#[test]
fn without_rollback_a_failed_deployment_stays_and_the_old_tasks_go_on() {
    let mut stage = stage(
        false,
        "[{ match: { nth-revision: 1 }, ends: { exits: {} } }]",
    );
    deploy(&mut stage, 2);
    stage.pass("1h");
    assert_eq!(
        deployments(&mut stage),
        [
            "PRIMARY 2 FAILED 0/2 failed 4",
            "ACTIVE 1 COMPLETED 2/2 failed 0"
        ]
    );
    let done = latest(&mut stage);
    assert_eq!(done["status"], "STOPPED");
    assert_eq!(done["deploymentCircuitBreaker"]["status"], "TRIGGERED");
    deploy(&mut stage, 3);
    stage.pass("5m");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 3 COMPLETED 2/2 failed 0"]
    );
}

#[test]
fn targets_that_fail_their_checks_are_replaced_and_count() {
    let mut stage = stage(
        true,
        "[{ match: { nth-revision: 1 }, ends: { unhealthy: { after: 40s } } }]",
    );
    deploy(&mut stage, 2);
    stage.pass("50s");
    assert_eq!(
        deployments(&mut stage)[0],
        "PRIMARY 2 IN_PROGRESS 2/2 failed 0"
    );
    stage.pass("20s");
    let events = stage.events();
    assert!(
        events
            .iter()
            .any(|it| it.contains("Health checks failed with these codes: [503]")),
        "{events:?}"
    );
    stage.pass("15m");
    assert_eq!(latest(&mut stage)["status"], "ROLLBACK_SUCCESSFUL");
}

#[test]
fn a_crash_loop_without_a_breaker_stays_cheap_and_says_it_is_unable() {
    let yaml = SHOP.replace(
        "enable: true, rollback: ROLLBACK",
        "enable: false, rollback: false",
    );
    let mut stage = Stage::new(&yaml.replace(
        "BEHAVIOURS",
        "[{ match: { image: ':2' }, ends: { exits: {} } }]",
    ));
    deploy(&mut stage, 2);
    stage.pass("24h");
    let shop = stage.world.ecs.service("default", "shop").unwrap();
    assert!(shop.tasks.len() < 20, "{} tasks", shop.tasks.len());
    assert!(shop.deployments[0].launch.failed > 10);
    assert!(
        stage
            .events()
            .iter()
            .any(|it| it.contains("unable to consistently start tasks"))
    );
    assert_eq!(latest(&mut stage)["status"], "IN_PROGRESS");
}

#[test]
fn an_alarm_fails_a_deployment_that_watches_it() {
    let yaml = SHOP.replace(
        "deploymentCircuitBreaker: { enable: true, rollback: ROLLBACK }",
        "alarms: { alarmNames: [shop-5xx], enable: true, rollback: true }",
    );
    let yaml = format!(
        "alarms: [{{ name: shop-5xx, changes: [{{ at: 30s, to: ALARM }}, {{ at: 20m, to: OK }}] }}]\n{yaml}"
    );
    let mut stage = Stage::new(&yaml.replace("BEHAVIOURS", "[]"));
    deploy(&mut stage, 2);
    stage.pass("10m");
    let done = latest(&mut stage);
    assert_eq!(done["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(done["alarms"]["triggeredAlarmNames"], json!(["shop-5xx"]));
}

#[test]
fn an_image_that_is_not_in_the_registry_cannot_be_pulled() {
    let mut stage = stage(true, "[]");
    let shop = Repository::new("shop", stage.begin);
    stage.world.ecr.repositories.insert("shop".to_owned(), shop);
    let image = format!("{}/shop:4", stage.world.registry_host());
    let mut body = json!({"family": "shop", "networkMode": "awsvpc", "containerDefinitions": [
        {"name": "web", "memory": 512, "portMappings": [{"containerPort": 8080}]}]});
    body["containerDefinitions"][0]["image"] = json!(image);
    stage.ecs("RegisterTaskDefinition", body);
    deploy(&mut stage, 4);
    stage.pass("30m");
    assert_eq!(latest(&mut stage)["status"], "ROLLBACK_SUCCESSFUL");
    let listed = stage.ecs(
        "ListTasks",
        json!({"serviceName": "shop", "desiredStatus": "STOPPED"}),
    );
    let tasks = stage.ecs("DescribeTasks", json!({"tasks": listed["taskArns"]}));
    let reason = tasks["tasks"][0]["stoppedReason"].as_str().unwrap();
    assert!(
        reason.starts_with("CannotPullContainerError: ") && reason.contains(&image),
        "{reason}"
    );
}
