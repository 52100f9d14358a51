//! Deployments that fail and are explained, written by hand.

use super::stream::{SECRET, TARGET, Teller};
use crate::diagnosis::cause::Scene;
use crate::diagnosis::workload::Workload;
use crate::diagnosis::{Diagnosis, Evidence, LogTail, Unread, failures};
use crate::events::{Event, EventKind, Stage, StageEnd};
use crate::failure::{Code, Exit, Failure};
use crate::inputs::{Command, WaitFor};
use crate::model::service::ServiceEvent;
use crate::model::service_deployment::CircuitBreaker;
use crate::model::target_group::TargetHealth;
use crate::model::task::{Container, Task};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::{LifecycleEvent, State};
use jiff::Timestamp;
use serde_json::json;

fn task(id: &str, code: &str, reason: &str, exit_code: Option<i32>) -> Task {
    let at = "2026-11-23T14:02:50Z".parse().ok();
    Task {
        arn: format!("arn:aws:ecs:eu-west-1:123456789012:task/production/{id}"),
        task_definition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7".into(),
        started_by: "ecs-svc/7".into(),
        status: "STOPPED".into(),
        stop_code: Some(code.into()),
        stopped_reason: Some(reason.into()),
        created_at: at,
        started_at: at,
        stopped_at: at,
        containers: vec![Container {
            name: "web".into(),
            image: Some("shop:v2".into()),
            runtime_id: None,
            exit_code,
            reason: None,
            health: None,
        }],
    }
}

fn target(description: &str) -> TargetHealth {
    TargetHealth {
        group: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-green/4fe7"
            .into(),
        id: "10.0.1.23".into(),
        port: Some(8080),
        checked_port: None,
        state: "unhealthy".into(),
        reason: Some("Target.FailedHealthChecks".into()),
        description: Some(description.into()),
    }
}

fn event(at: Timestamp, message: &str) -> ServiceEvent {
    ServiceEvent {
        id: message.into(),
        at,
        message: message.into(),
    }
}

fn scene() -> Scene {
    let document = json!({"containerDefinitions": [{"name": "web", "image": "shop:v2"}]});
    Scene {
        workload: Workload::of(&document),
        ..Scene::default()
    }
}

fn crashes(at: Timestamp) -> Diagnosis {
    let exited = "EssentialContainerExited";
    let reason = "Essential container in task exited";
    let tasks = [
        task("9d85800c30b349039d104d52b506b930", exited, reason, Some(1)),
        task("8378fd0fc0d744109128c8d6a0b71524", exited, reason, Some(1)),
        task(
            "0ea372c97da3442a88a5a540f8c0e9ac",
            "TaskFailedToStart",
            "Timeout waiting for network interface provisioning to complete.",
            None,
        ),
    ];
    let log = LogTail {
        task: "9d85800c30b349039d104d52b506b930".into(),
        container: "web".into(),
        group: "/ecs/shop".into(),
        stream: "web/web/9d85800c30b349039d104d52b506b930".into(),
        lines: vec![
            "starting".into(),
            format!("::error::password is {SECRET}"),
            "panic: no database at `db` <script>".into(),
        ],
    };
    let evidence = Evidence {
        reason: Some(
            "Service deployment rolled back because the circuit breaker threshold was exceeded."
                .into(),
        ),
        circuit_breaker: Some(CircuitBreaker {
            status: "TRIGGERED".into(),
            failures: 3,
            threshold: 3,
        }),
        tasks: failures::alike(&tasks),
        logs: vec![log],
        targets: vec![target("Health checks failed")],
        events: vec![event(
            at,
            "(service shop) (deployment ecs-svc/7) deployment failed: tasks failed to start.",
        )],
        unread: vec![Unread {
            what: "port, path and codes of the load balancer's health check".into(),
            action: "elasticloadbalancing:DescribeTargetGroups".into(),
            why: "not permitted".into(),
        }],
        ..Evidence::default()
    };
    Diagnosis::of(evidence, &scene())
}

/// A crash loop: rolled back by the circuit breaker, and explained.
pub(super) fn crash_loop() -> Vec<Event> {
    let mut run = Teller::new(Command::Deploy);
    run.credentials();
    run.register();
    let stage = Stage::Deploy;
    run.after(0, EventKind::StageStarted { stage });
    run.after(1, EventKind::DeploymentStarted {
        target: TARGET.into(),
        id: "arn:aws:ecs:eu-west-1:123456789012:service-deployment/production/shop/abc".into(),
        strategy: "rolling".into(),
        config: None,
        alarms: Vec::new(),
        url: "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/production/services/shop/deployments?region=eu-west-1".into(),
        wait_for: WaitFor::Succeeded,
        timeout_seconds: 1800,
    });
    run.state(0, State::Running, "IN_PROGRESS", None);
    run.counts(30, 0, 3);
    run.state(
        20,
        State::RollingBack,
        "ROLLBACK_IN_PROGRESS",
        Some("tasks failed to start"),
    );
    let diagnosis = crashes(run.at);
    let cause = diagnosis.cause().expect("a cause").clone();
    run.after(
        1,
        EventKind::Diagnosed {
            target: TARGET.into(),
            diagnosis: Box::new(diagnosis),
        },
    );
    run.state(30, State::RolledBack, "ROLLBACK_SUCCESSFUL", None);
    let (target, outcome) = (TARGET.into(), Outcome::RolledBack);
    run.after(0, EventKind::DeploymentEnded { target, outcome });
    let what = "the deployment to production/shop failed and was rolled back";
    let failure = Failure::new(Code::RolledBack, what, cause.advice)
        .because(cause.sentence)
        .because("tasks failed to start")
        .because("shop:6 serves now, with all its tasks running");
    let ended = StageEnd::Failed;
    run.after(0, EventKind::StageFinished { stage, ended });
    run.after(0, EventKind::Failed { failure });
    run.finish(Outcome::RolledBack, Some(Exit::OtherServes))
}

/// A diagnosis in which everything is `odd`.
pub(super) fn odd(odd: &dyn Fn() -> String, at: Timestamp) -> Diagnosis {
    let mut task = task(&odd(), "TaskFailedToStart", &odd(), None);
    task.containers[0].name = odd();
    task.containers[0].reason = Some(odd());
    let tail = |lines| LogTail {
        task: odd(),
        container: odd(),
        group: odd(),
        stream: odd(),
        lines,
    };
    let target = TargetHealth {
        group: odd(),
        id: odd(),
        state: odd(),
        reason: Some(odd()),
        ..target(&odd())
    };
    let lifecycle = LifecycleEvent {
        name: "Install".into(),
        status: "Failed".into(),
        detail: Some(odd()),
    };
    let evidence = Evidence {
        reason: Some(odd()),
        lifecycle: vec![lifecycle],
        circuit_breaker: Some(CircuitBreaker {
            status: odd(),
            failures: 1,
            threshold: 1,
        }),
        alarms: vec![odd(), odd()],
        tasks: failures::alike(&[task]),
        logs: vec![
            tail(vec![odd(), "```\n</details>".into()]),
            tail(Vec::new()),
        ],
        targets: vec![target],
        target_groups: Vec::new(),
        events: vec![event(at, &odd())],
        unread: vec![Unread {
            what: odd(),
            action: odd(),
            why: odd(),
        }],
    };
    Diagnosis::of(evidence, &scene())
}
