//! The table of what ECS can show of a rolling deployment, and what it means.

use super::{Ours, serves, snapshot};
use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::service::tests::shop;
use crate::model::service::{Counts, Service, ServiceDeployment, ServiceEvent};
use crate::model::service_deployment::{Rollback, ServiceDeploymentStatus};
use crate::rollout::snapshot::{Serving, State};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(super) fn ours() -> Ours {
    Ours {
        revision: "shop:7".to_owned(),
        previous: "shop:6".to_owned(),
        deployment: "ecs-svc/7".to_owned(),
        since: at(100),
    }
}

/// One entry of the service's deployments: revision, status, rollout state, running of desired.
pub(super) fn entry(
    revision: &str,
    status: &str,
    rollout: &str,
    running: i32,
    desired: i32,
) -> ServiceDeployment {
    let number = revision.trim_start_matches("shop:");
    ServiceDeployment {
        id: format!("ecs-svc/{number}"),
        status: status.to_owned(),
        rollout_state: Some(rollout.to_owned()),
        rollout_reason: Some(format!("{revision} is {rollout}")),
        created_at: Some(at(100)),
        task_definition: revision.to_owned(),
        counts: Counts {
            desired,
            running,
            pending: 0,
            failed: 0,
        },
    }
}

pub(super) fn service(deployments: Vec<ServiceDeployment>) -> Service {
    let running = deployments.iter().map(|entry| entry.counts.running).sum();
    Service {
        cluster_arn: "arn:aws:ecs:eu-west-1:1:cluster/staging".to_owned(),
        arn: "arn:aws:ecs:eu-west-1:1:service/staging/shop".to_owned(),
        task_definition: "shop:7".to_owned(),
        counts: Counts {
            desired: 2,
            running,
            pending: 0,
            failed: 0,
        },
        deployments,
        ..shop()
    }
}

pub(super) fn status(word: &str) -> ServiceDeploymentStatus {
    ServiceDeploymentStatus {
        arn: "arn:aws:ecs:eu-west-1:1:service-deployment/staging/shop/abc".to_owned(),
        status: word.to_owned(),
        status_reason: None,
        stage: None,
        created_at: None,
        started_at: None,
        finished_at: None,
        target_revision: None,
        production: None,
        test: None,
        hooks: Vec::new(),
        source_revisions: Vec::new(),
        circuit_breaker: None,
        alarms: None,
        rollback: None,
    }
}

/// Ours is PRIMARY and the old one still runs.
fn under_way(rollout: &str, running: i32) -> Service {
    let old = entry("shop:6", "ACTIVE", "COMPLETED", 2, 2);
    service(vec![entry("shop:7", "PRIMARY", rollout, running, 2), old])
}

fn only(revision: &str, rollout: &str, running: i32) -> Service {
    service(vec![entry(revision, "PRIMARY", rollout, running, 2)])
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn every_status_has_its_state() {
    let rows = [
        (
            "pending",
            Some("PENDING"),
            under_way("IN_PROGRESS", 0),
            State::Created,
        ),
        (
            "in progress",
            Some("IN_PROGRESS"),
            under_way("IN_PROGRESS", 1),
            State::Running,
        ),
        (
            "a stop is asked for",
            Some("STOP_REQUESTED"),
            under_way("IN_PROGRESS", 1),
            State::Running,
        ),
        (
            "a newer word is no end",
            Some("NEWER"),
            under_way("IN_PROGRESS", 1),
            State::Running,
        ),
        (
            "successful and ours serves",
            Some("SUCCESSFUL"),
            only("shop:7", "COMPLETED", 2),
            State::Succeeded,
        ),
        (
            "successful, a task just died",
            Some("SUCCESSFUL"),
            only("shop:7", "COMPLETED", 1),
            State::Unsettled,
        ),
        (
            "successful, not complete",
            Some("SUCCESSFUL"),
            only("shop:7", "IN_PROGRESS", 2),
            State::Unsettled,
        ),
        (
            "successful, but another is there by now",
            Some("SUCCESSFUL"),
            only("shop:8", "IN_PROGRESS", 2),
            State::Superseded,
        ),
        (
            "a rollback is asked for",
            Some("ROLLBACK_REQUESTED"),
            under_way("FAILED", 0),
            State::RollingBack,
        ),
        (
            "rolling back",
            Some("ROLLBACK_IN_PROGRESS"),
            only("shop:6", "IN_PROGRESS", 2),
            State::RollingBack,
        ),
        (
            "rolled back",
            Some("ROLLBACK_SUCCESSFUL"),
            only("shop:6", "COMPLETED", 2),
            State::RolledBack,
        ),
        (
            "the rollback failed",
            Some("ROLLBACK_FAILED"),
            only("shop:6", "FAILED", 0),
            State::RollbackFailed,
        ),
        (
            "stopped by the breaker, no rollback",
            Some("STOPPED"),
            under_way("FAILED", 0),
            State::Failed,
        ),
        (
            "stopped by a newer deployment",
            Some("STOPPED"),
            only("shop:8", "IN_PROGRESS", 0),
            State::Superseded,
        ),
        (
            "stopped by somebody",
            Some("STOPPED"),
            under_way("IN_PROGRESS", 0),
            State::Stopped,
        ),
        (
            "failed, and nothing will roll it back",
            Some("IN_PROGRESS"),
            under_way("FAILED", 0),
            State::Failed,
        ),
        (
            "no service deployment, under way",
            None,
            under_way("IN_PROGRESS", 1),
            State::Running,
        ),
        (
            "no service deployment, done",
            None,
            only("shop:7", "COMPLETED", 2),
            State::Succeeded,
        ),
        (
            "no service deployment, failed",
            None,
            under_way("FAILED", 0),
            State::Failed,
        ),
        (
            "no service deployment, going back",
            None,
            only("shop:6", "IN_PROGRESS", 2),
            State::RollingBack,
        ),
        (
            "no service deployment, gone back",
            None,
            only("shop:6", "COMPLETED", 2),
            State::RolledBack,
        ),
        (
            "no service deployment, superseded",
            None,
            only("shop:8", "IN_PROGRESS", 0),
            State::Superseded,
        ),
    ];
    for (name, word, service, expected) in rows {
        let status = word.map(status);
        let look = snapshot(status.as_ref(), Some(&service), &ours(), &[]);
        assert_eq!(look.state, expected, "{name}");
    }
}

/// Settings with a circuit breaker that may roll back.
fn guarded(rolls_back: bool) -> DeploymentConfiguration {
    let breaker = json!({"enable": true, "rollback": rolls_back});
    let settings = [("deploymentCircuitBreaker".to_owned(), breaker)];
    DeploymentConfiguration::of(settings.into_iter().collect())
}

#[test]
fn a_failed_rollout_that_ecs_rolls_back_is_not_over_yet() {
    let mut service = under_way("FAILED", 0);
    service.configuration = guarded(true);
    for word in [Some("IN_PROGRESS"), None] {
        let status = word.map(status);
        assert_eq!(
            snapshot(status.as_ref(), Some(&service), &ours(), &[]).state,
            State::Running
        );
    }
}

#[test]
fn zero_desired_tasks_are_a_success() {
    let none = service(vec![entry("shop:7", "PRIMARY", "COMPLETED", 0, 0)]);
    let look = snapshot(Some(&status("SUCCESSFUL")), Some(&none), &ours(), &[]);
    assert_eq!(
        (look.state, look.counts.map(|counts| counts.desired)),
        (State::Succeeded, Some(0))
    );
}

#[test]
fn a_service_that_goes_away_is_a_failure_that_says_so() {
    let mut draining = under_way("IN_PROGRESS", 1);
    draining.status = "DRAINING".to_owned();
    for (service, word) in [(Some(&draining), "DRAINING"), (None, "MISSING")] {
        let look = snapshot(Some(&status("IN_PROGRESS")), service, &ours(), &[]);
        assert_eq!((look.state, look.word.as_str()), (State::Failed, word));
        assert!(look.reason.unwrap().contains("deleted"));
    }
}

/// Two tasks run, one of each revision.
fn halfway() -> Service {
    let mut service = under_way("FAILED", 1);
    for entry in &mut service.deployments {
        entry.counts.running = 1;
    }
    service.counts.running = 2;
    service
}

#[test]
fn what_serves_is_who_has_tasks() {
    let other = |revision: &str, healthy| Serving::Other {
        task_definition: revision.to_owned(),
        healthy,
    };
    let rows = [
        (only("shop:7", "COMPLETED", 2), Serving::Ours),
        (under_way("FAILED", 0), other("shop:6", true)),
        (only("shop:6", "COMPLETED", 1), other("shop:6", false)),
        (halfway(), other("shop:6", false)),
        (only("shop:7", "FAILED", 0), Serving::Unknown),
        (only("shop:8", "IN_PROGRESS", 0), Serving::Unknown),
    ];
    for (service, expected) in rows {
        assert_eq!(
            snapshot(None, Some(&service), &ours(), &[]).serving,
            expected
        );
    }
}

#[test]
fn only_events_of_this_deployment_are_told_oldest_first() {
    let event = |id: &str, second| ServiceEvent {
        id: id.to_owned(),
        at: at(second),
        message: id.to_owned(),
    };
    let mut service = under_way("IN_PROGRESS", 1);
    service.events = vec![event("c", 130), event("b", 120), event("a", 99)];
    let look = snapshot(Some(&status("IN_PROGRESS")), Some(&service), &ours(), &[]);
    let ids: Vec<_> = look.events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["b", "c"]);
}

#[test]
fn the_reason_is_the_most_telling_one() {
    let service = under_way("FAILED", 0);
    let mut said = status("ROLLBACK_IN_PROGRESS");
    let reason =
        |said: &ServiceDeploymentStatus| snapshot(Some(said), Some(&service), &ours(), &[]).reason;
    assert_eq!(reason(&said).as_deref(), Some("shop:7 is FAILED"));
    said.status_reason = Some("tasks failed to start".to_owned());
    assert_eq!(reason(&said).as_deref(), Some("tasks failed to start"));
    said.rollback = Some(Rollback {
        reason: Some("circuit breaker".to_owned()),
        revision: None,
    });
    assert_eq!(reason(&said).as_deref(), Some("circuit breaker"));
}

#[test]
fn a_revision_serves_only_when_all_of_it_runs() {
    assert!(serves(&only("shop:7", "COMPLETED", 2), "shop:7"));
    assert!(!serves(&only("shop:7", "COMPLETED", 1), "shop:7"));
    assert!(!serves(&only("shop:7", "IN_PROGRESS", 2), "shop:7"));
    assert!(!serves(&only("shop:6", "COMPLETED", 2), "shop:7"));
}

/// A word of AWS's, known or not.
fn words() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "PENDING",
        "IN_PROGRESS",
        "SUCCESSFUL",
        "STOP_REQUESTED",
        "STOPPED",
        "ROLLBACK_REQUESTED",
        "ROLLBACK_IN_PROGRESS",
        "ROLLBACK_SUCCESSFUL",
        "ROLLBACK_FAILED",
        "COMPLETED",
        "FAILED",
        "SOMETHING_NEWER",
        "",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    /// Whatever ECS shows: success is never seen without our revision complete, and a status that
    /// nobody knows never ends the wait.
    #[test]
    fn every_look_has_a_state(
        word in words(),
        rollouts in [words(), words()],
        running in [0..3_i32, 0..3],
        primary in prop::sample::select(vec!["shop:7", "shop:8", "shop:6"]),
        known in prop::bool::ANY,
        rolls_back in prop::bool::ANY,
    ) {
        let mut service = service(vec![
            entry(primary, "PRIMARY", &rollouts[0], running[0], 2),
            entry("shop:6", "ACTIVE", &rollouts[1], running[1], 2),
        ]);
        service.configuration = guarded(rolls_back);
        let status = known.then(|| status(&word));
        let now = snapshot(status.as_ref(), Some(&service), &ours(), &[]);
        if now.state == State::Succeeded {
            prop_assert!(primary == "shop:7" && running[0] >= 2, "{now:?}");
        }
        if known && word == "SOMETHING_NEWER" {
            let failed = rollouts[0] == "FAILED" && !rolls_back;
            prop_assert!(failed || !now.state.is_over(), "{now:?}");
        }
    }
}
