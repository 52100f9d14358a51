//! Every cause that keeps a task from serving, with what ECS leaves behind of it.

use super::rolling::{SHOP, deploy, latest, stage};
use crate::testing::Stage;
use serde_json::{Value, json};

fn scripted(ends: &str) -> String {
    format!("[{{ match: {{ nth-revision: 1 }}, ends: {{ {ends} }} }}]")
}

/// Every task of the service that stopped, the oldest first.
fn stopped(stage: &mut Stage) -> Vec<Value> {
    let body = json!({"serviceName": "shop", "desiredStatus": "STOPPED"});
    let arns = stage.ecs("ListTasks", body)["taskArns"].clone();
    if arns == json!([]) {
        return Vec::new();
    }
    let tasks = stage.ecs("DescribeTasks", json!({"tasks": arns}));
    tasks["tasks"].as_array().unwrap().clone()
}

fn said(stage: &mut Stage, words: &str) -> bool {
    stage.events().iter().any(|it| it.contains(words))
}

struct Cause {
    ends: &'static str,
    code: &'static str,
    /// What the stop reason begins with, and what is in it.
    reason: (&'static str, &'static str),
    exit: Option<i64>,
    /// What the container's own reason begins with.
    container: &'static str,
    event: &'static str,
}

const NOT_STARTED: Cause = Cause {
    ends: "",
    code: "TaskFailedToStart",
    reason: ("", ""),
    exit: None,
    container: "",
    event: "was unable to place a task. Reason: ",
};
const PULL: &str = "CannotPullContainerError: pull image manifest has been retried ";
const SECRETS: &str = "ResourceInitializationError: unable to pull secrets or registry auth: ";

const CAUSES: [Cause; 14] = [
    Cause {
        ends: "cannot-pull: {}",
        reason: (PULL, "failed to resolve ref shop:2: shop:2: not found"),
        container: PULL,
        ..NOT_STARTED
    },
    Cause {
        ends: "cannot-pull: { because: denied }",
        reason: (PULL, "insufficient_scope: authorization failed"),
        container: PULL,
        ..NOT_STARTED
    },
    Cause {
        ends: "cannot-pull: { because: forbidden }",
        reason: (PULL, "403 Forbidden"),
        container: PULL,
        ..NOT_STARTED
    },
    Cause {
        ends: "cannot-pull: { because: unreachable }",
        reason: (PULL, "i/o timeout"),
        container: PULL,
        ..NOT_STARTED
    },
    Cause {
        ends: "cannot-pull: { because: platform }",
        reason: (PULL, "descriptor matching platform 'linux/amd64'"),
        container: PULL,
        ..NOT_STARTED
    },
    Cause {
        ends: "cannot-pull: { because: rate-limit }",
        reason: (PULL, "toomanyrequests"),
        container: PULL,
        ..NOT_STARTED
    },
    Cause {
        ends: "cannot-pull-secret: {}",
        reason: (SECRETS, "invalid ssm parameters: /key"),
        ..NOT_STARTED
    },
    Cause {
        ends: "cannot-pull-secret: { because: unreachable, value-from: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:db' }",
        reason: (
            SECRETS,
            "There is a connection issue between the task and AWS Secrets Manager.",
        ),
        ..NOT_STARTED
    },
    Cause {
        ends: "log-group-missing: {}",
        reason: (
            "ResourceInitializationError: failed to validate logger args: ",
            "The specified log group does not exist.",
        ),
        ..NOT_STARTED
    },
    Cause {
        ends: "no-capacity: { of: memory, with-task: true }",
        reason: ("RESOURCE:MEMORY", ""),
        ..NOT_STARTED
    },
    Cause {
        ends: "exits: { code: 3 }",
        code: "EssentialContainerExited",
        reason: ("Essential container in task exited", ""),
        exit: Some(3),
        container: "",
        event: "deployment failed: tasks failed to start.",
    },
    Cause {
        ends: "out-of-memory: {}",
        code: "EssentialContainerExited",
        reason: ("Essential container in task exited", ""),
        exit: Some(137),
        container: "OutOfMemoryError: Container killed due to memory usage",
        event: "deployment failed: tasks failed to start.",
    },
    Cause {
        ends: "exec-format-error: {}",
        code: "EssentialContainerExited",
        reason: ("Essential container in task exited", ""),
        exit: Some(255),
        container: "",
        event: "deployment failed: tasks failed to start.",
    },
    Cause {
        ends: "unhealthy: { finds: timeout }",
        code: "ServiceSchedulerInitiated",
        reason: (
            "Task failed ELB health checks in (target-group arn:aws:",
            "",
        ),
        exit: Some(0),
        container: "",
        event: "due to (reason Request timed out)",
    },
];

#[test]
fn each_cause_leaves_aws_s_words_behind_and_trips_the_breaker() {
    for cause in CAUSES {
        let mut stage = stage(true, &scripted(cause.ends));
        deploy(&mut stage, 2);
        stage.pass("20m");
        let tasks = stopped(&mut stage);
        let is = |it: &&Value| it["taskDefinitionArn"].as_str().unwrap().ends_with(":2");
        let task = tasks
            .iter()
            .find(is)
            .unwrap_or_else(|| panic!("{}", cause.ends));
        let container = &task["containers"][0];
        let why = format!("{}: {task:#}", cause.ends);
        assert_eq!(task["stopCode"], cause.code, "{why}");
        let reason = task["stoppedReason"].as_str().unwrap();
        let (begin, part) = cause.reason;
        assert!(reason.starts_with(begin) && reason.contains(part), "{why}");
        assert_eq!(container["exitCode"].as_i64(), cause.exit, "{why}");
        let said_of = container["reason"].as_str().unwrap_or_default();
        assert_eq!(said_of.is_empty(), cause.container.is_empty(), "{why}");
        assert!(said_of.starts_with(cause.container), "{why}");
        assert!(
            said(&mut stage, cause.event),
            "{}: {:#?}",
            cause.ends,
            stage.events()
        );
        assert_eq!(
            latest(&mut stage)["status"],
            "ROLLBACK_SUCCESSFUL",
            "{}",
            cause.ends
        );
    }
}

#[test]
fn what_cannot_be_placed_is_no_task_and_counts() {
    for (ends, words) in [
        (
            "no-capacity: {}",
            "Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.",
        ),
        (
            "no-capacity: { of: memory }",
            "has insufficient memory available.",
        ),
        (
            "no-capacity: { of: instances }",
            "No Container Instances were found in your cluster.",
        ),
        (
            "role-not-assumed: { role: 'arn:aws:iam::123456789012:role/task' }",
            "failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::123456789012:role/task'",
        ),
    ] {
        let mut stage = stage(true, &scripted(ends));
        deploy(&mut stage, 2);
        stage.pass("3s");
        assert_eq!(stage.shop()["deployments"][0]["failedTasks"], 2, "{ends}");
        stage.pass("10m");
        let done = latest(&mut stage);
        assert_eq!(done["status"], "ROLLBACK_SUCCESSFUL", "{ends}");
        assert!(
            stopped(&mut stage).is_empty(),
            "{ends}: the old tasks go on"
        );
        let events = stage.events();
        let count = events.iter().filter(|it| it.contains(words)).count();
        assert_eq!(count, 1, "said once for one cause: {events:#?}");
    }
}

#[test]
fn a_shortage_that_passes_only_delays() {
    let shortage = "[{ match: { nth-revision: 1, first-tasks: 2 }, ends: { no-capacity: {} } }]";
    let mut stage = stage(true, shortage);
    deploy(&mut stage, 2);
    stage.pass("10m");
    assert_eq!(latest(&mut stage)["status"], "SUCCESSFUL");
}

#[test]
fn a_slow_start_is_none() {
    let slow = "[{ match: { nth-revision: 1 }, start: 8m, healthy: 9m, log: [warming up] }]";
    let mut stage = stage(true, slow);
    deploy(&mut stage, 2);
    stage.pass("16m");
    assert_eq!(latest(&mut stage)["status"], "IN_PROGRESS");
    assert_eq!(stage.shop()["deployments"][0]["failedTasks"], 0);
    stage.pass("5m");
    assert_eq!(latest(&mut stage)["status"], "SUCCESSFUL");
}

#[test]
fn a_container_s_own_check_shows_on_the_task_while_it_runs() {
    let checked = "healthCheck: { command: [CMD-SHELL, curl localhost] }";
    let yaml = SHOP.replace("memory: 512,", &format!("memory: 512, {checked},"));
    let yaml = yaml.replace("rollback: ROLLBACK", "rollback: true");
    let ends = scripted("unhealthy: { check: container, after: 50s }");
    let mut stage = Stage::new(&yaml.replace("BEHAVIOURS", &ends));
    deploy(&mut stage, 2);
    stage.pass("45s");
    let body = json!({"serviceName": "shop"});
    let arns = stage.ecs("ListTasks", body)["taskArns"].clone();
    let tasks = stage.ecs("DescribeTasks", json!({"tasks": arns}));
    let states: Vec<&Value> = tasks["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["healthStatus"])
        .collect();
    assert_eq!(states, ["HEALTHY", "HEALTHY", "UNHEALTHY", "UNHEALTHY"]);
    stage.pass("2m");
    assert!(said(&mut stage, "failed container health checks."));
    let task = stopped(&mut stage).remove(0);
    assert_eq!(task["stoppedReason"], "Task failed container health checks");
    assert_eq!(task["containers"][0]["healthStatus"], "UNHEALTHY");
}

#[test]
fn a_grace_period_is_kept() {
    let ends = scripted("unhealthy: { after: 30s }");
    let yaml = SHOP.replace(
        "settings: {",
        "settings: { healthCheckGracePeriodSeconds: 300,",
    );
    let yaml = yaml.replace("rollback: ROLLBACK", "rollback: true");
    let mut stage = Stage::new(&yaml.replace("BEHAVIOURS", &ends));
    deploy(&mut stage, 2);
    stage.pass("5m");
    assert!(stopped(&mut stage).is_empty());
    stage.pass("90s");
    assert!(!stopped(&mut stage).is_empty());
}

#[test]
fn a_task_that_is_stopped_or_interrupted_is_replaced_and_did_not_fail() {
    for (ends, code, reason) in [
        (
            "interrupted: { after: 30s }",
            "SpotInterruption",
            "Your Spot Task was interrupted.",
        ),
        (
            "stopped-by-user: { after: 30s }",
            "UserInitiated",
            "Task stopped by user",
        ),
    ] {
        let one =
            format!("[{{ match: {{ nth-revision: 1, first-tasks: 1 }}, ends: {{ {ends} }} }}]");
        let mut stage = stage(true, &one);
        deploy(&mut stage, 2);
        stage.pass("10m");
        assert_eq!(latest(&mut stage)["status"], "SUCCESSFUL", "{ends}");
        assert_eq!(
            latest(&mut stage)["deploymentCircuitBreaker"]["failureCount"],
            0
        );
        let tasks = stopped(&mut stage);
        let found = tasks.iter().find(|it| it["stopCode"] == code);
        assert_eq!(found.expect(ends)["stoppedReason"], reason);
    }
}

#[test]
fn a_task_that_was_healthy_and_then_is_not_fails_after_the_deployment() {
    let ends = scripted("unhealthy: { passes-first: true, after: 10m, finds: refused }");
    let mut stage = stage(true, &ends);
    deploy(&mut stage, 2);
    stage.pass("5m");
    assert_eq!(latest(&mut stage)["status"], "SUCCESSFUL");
    stage.pass("6m");
    assert!(said(&mut stage, "due to (reason Health checks failed)"));
    assert_eq!(
        stage.shop()["deployments"][0]["failedTasks"],
        0,
        "it had started"
    );
}
