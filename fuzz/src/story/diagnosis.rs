//! Why the deployment of the story failed: tasks, logs, targets, alarms and hooks, all saying the
//! text.

use greengate::diagnosis::Diagnosis;
use greengate::diagnosis::cause::Scene;
use greengate::diagnosis::evidence::{Evidence, LogTail, Unread};
use greengate::diagnosis::failures;
use greengate::model::service::ServiceEvent;
use greengate::model::service_deployment::CircuitBreaker;
use greengate::model::target_group::{TargetGroup, TargetHealth};
use greengate::model::task::{Container, Task};
use greengate::rollout::snapshot::LifecycleEvent;
use jiff::Timestamp;

/// The diagnosis, its cause included.
pub(super) fn diagnosis(text: &str) -> Diagnosis {
    let text = || text.to_owned();
    let evidence = Evidence {
        reason: Some(text()),
        lifecycle: vec![LifecycleEvent {
            name: text(),
            status: text(),
            detail: Some(text()),
        }],
        circuit_breaker: Some(CircuitBreaker {
            status: text(),
            failures: 3,
            threshold: 3,
        }),
        alarms: vec![text(), text()],
        tasks: failures::alike(&[task(&text())]),
        logs: vec![log(&text())],
        targets: vec![target(&text())],
        target_groups: vec![target_group(&text())],
        events: vec![ServiceEvent {
            id: text(),
            at: Timestamp::UNIX_EPOCH,
            message: text(),
        }],
        unread: vec![Unread {
            what: text(),
            action: text(),
            why: text(),
        }],
    };
    Diagnosis::of(evidence, &Scene::default())
}

/// A task of which a container ended, so that there is a cause whatever is said.
fn task(text: &str) -> Task {
    let text = || text.to_owned();
    Task {
        arn: format!("{}/task", text()),
        task_definition: text(),
        started_by: text(),
        status: text(),
        stop_code: Some("EssentialContainerExited".to_owned()),
        stopped_reason: Some(text()),
        created_at: None,
        started_at: None,
        stopped_at: None,
        containers: vec![Container {
            name: text(),
            image: Some(text()),
            runtime_id: Some(text()),
            exit_code: Some(1),
            reason: Some(text()),
            health: Some(text()),
        }],
    }
}

fn log(text: &str) -> LogTail {
    let text = || text.to_owned();
    LogTail {
        task: text(),
        container: text(),
        group: text(),
        stream: text(),
        lines: vec![text(), text()],
    }
}

fn target(text: &str) -> TargetHealth {
    let text = || text.to_owned();
    TargetHealth {
        group: text(),
        id: text(),
        port: Some(8080),
        checked_port: Some(text()),
        state: text(),
        reason: Some(text()),
        description: Some(text()),
    }
}

fn target_group(text: &str) -> TargetGroup {
    let text = || text.to_owned();
    TargetGroup {
        arn: text(),
        name: text(),
        protocol: Some(text()),
        port: Some(text()),
        path: Some(text()),
        matcher: Some(text()),
    }
}
