//! The table of what CodeDeploy can show of a blue/green deployment, and what it means.

use super::{LeftTraffic, Seen, serves, snapshot};
use crate::model::codedeploy::{
    Deployment, DeploymentError, DeploymentGroup, Diagnostics, LifecycleEvent, RollbackInfo,
    Target, TargetTaskSet,
};
use crate::model::service::tests::shop;
use crate::model::service::{Controller, Counts, Service, TaskSet};
use crate::rollout::snapshot::{Serving, State};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn deployment(id: &str, status: &str) -> Deployment {
    Deployment {
        id: id.to_owned(),
        status: status.to_owned(),
        application: "AppECS-production-shop".to_owned(),
        group: "DgpECS-production-shop".to_owned(),
        config: None,
        error: None,
        rollback: None,
        creator: Some("user".to_owned()),
        description: None,
        created_at: Some(NOW),
        started_at: None,
        completed_at: None,
        termination_wait_started: false,
        revision: None,
        messages: Vec::new(),
    }
}

fn group(auto_rollback: &[&str]) -> DeploymentGroup {
    DeploymentGroup {
        application: "AppECS-production-shop".to_owned(),
        name: "DgpECS-production-shop".to_owned(),
        compute_platform: "ECS".to_owned(),
        services: Vec::new(),
        config: None,
        ready: None,
        termination_wait_minutes: 60,
        auto_rollback: auto_rollback
            .iter()
            .map(|event| (*event).to_owned())
            .collect(),
        production_listeners: Vec::new(),
        test_listeners: Vec::new(),
        alarms: Vec::new(),
        target_groups: Vec::new(),
        last_attempted: None,
    }
}

fn event(name: &str, status: &str) -> LifecycleEvent {
    LifecycleEvent {
        name: name.to_owned(),
        status: status.to_owned(),
        started_at: None,
        ended_at: None,
        diagnostics: None,
    }
}

fn target(events: &[(&str, &str)], green: f64) -> Target {
    let set = |label: &str, status: &str, weight| TargetTaskSet {
        id: format!("ecs-svc/{label}"),
        label: Some(label.to_owned()),
        status: status.to_owned(),
        traffic_weight: weight,
        counts: Counts {
            desired: 2,
            running: 2,
            pending: 0,
            failed: 0,
        },
        target_group: None,
    };
    Target {
        status: "InProgress".to_owned(),
        lifecycle_events: events
            .iter()
            .map(|(name, status)| event(name, status))
            .collect(),
        task_sets: vec![
            set("Blue", "PRIMARY", 100.0 - green),
            set("Green", "ACTIVE", green),
        ],
    }
}

fn service(primary: &str, running: i32) -> Service {
    Service {
        cluster_arn: "arn:aws:ecs:eu-west-1:1:cluster/production".to_owned(),
        arn: "arn:aws:ecs:eu-west-1:1:service/production/shop".to_owned(),
        controller: Controller::CodeDeploy,
        task_definition: primary.to_owned(),
        counts: Counts {
            desired: 2,
            running,
            pending: 0,
            failed: 0,
        },
        task_sets: vec![TaskSet {
            id: "ecs-svc/1".to_owned(),
            status: "PRIMARY".to_owned(),
            external_id: None,
            task_definition: primary.to_owned(),
            counts: Counts {
                desired: 2,
                running,
                pending: 0,
                failed: 0,
            },
        }],
        ..shop()
    }
}

/// A world to look at; each row of a table changes what it is about.
struct World {
    deployment: Deployment,
    target: Option<Target>,
    rollback: Option<Deployment>,
    service: Service,
    group: DeploymentGroup,
}

fn world(status: &str) -> World {
    World {
        deployment: deployment("d-OURS", status),
        target: None,
        rollback: None,
        service: service("shop:6", 2),
        group: group(&[]),
    }
}

impl World {
    fn look(&self) -> crate::rollout::snapshot::Snapshot {
        self.look_with(&[])
    }

    fn look_with(&self, left_traffic: &[LeftTraffic]) -> crate::rollout::snapshot::Snapshot {
        snapshot(&Seen {
            deployment: &self.deployment,
            target: self.target.as_ref(),
            rollback: self.rollback.as_ref(),
            service: Some(&self.service),
            group: &self.group,
            left_traffic,
            told_to_stop: false,
            revision: "shop:7",
            at: NOW + SignedDuration::from_mins(10),
        })
    }
}

#[test]
fn every_status_has_its_state() {
    let rows = [
        ("Created", State::Created),
        ("Queued", State::Created),
        ("InProgress", State::Running),
        ("Baking", State::Running),
        ("SomethingNewer", State::Running),
        ("Ready", State::Ready),
        ("Failed", State::Failed),
        ("Stopped", State::Stopped),
    ];
    for (status, expected) in rows {
        assert_eq!(world(status).look().state, expected, "{status}");
    }
}

#[test]
fn success_needs_the_service_on_our_revision() {
    let mut world = world("Succeeded");
    assert_eq!(world.look().state, State::Superseded);
    world.service = service("shop:7", 2);
    let look = world.look();
    assert_eq!(
        (look.state, look.serving),
        (State::Succeeded, Serving::Ours)
    );
}

#[test]
fn traffic_is_shifted_when_the_hook_after_it_is_done() {
    let rows = [
        (
            [
                ("AllowTraffic", "InProgress"),
                ("AfterAllowTraffic", "Pending"),
            ],
            State::Running,
        ),
        (
            [
                ("AllowTraffic", "Succeeded"),
                ("AfterAllowTraffic", "Pending"),
            ],
            State::Running,
        ),
        (
            [
                ("AllowTraffic", "Succeeded"),
                ("AfterAllowTraffic", "InProgress"),
            ],
            State::Running,
        ),
        (
            [
                ("AllowTraffic", "Succeeded"),
                ("AfterAllowTraffic", "Succeeded"),
            ],
            State::TrafficShifted,
        ),
        (
            [
                ("AllowTraffic", "Succeeded"),
                ("AfterAllowTraffic", "Skipped"),
            ],
            State::TrafficShifted,
        ),
        (
            [
                ("AllowTraffic", "Succeeded"),
                ("AfterAllowTraffic", "Failed"),
            ],
            State::Running,
        ),
    ];
    for (events, expected) in rows {
        let mut world = world("InProgress");
        world.target = Some(target(&events, 100.0));
        let look = world.look();
        assert_eq!(
            (look.state, look.traffic),
            (expected, Some(100.0)),
            "{events:?}"
        );
    }
}

#[test]
fn the_wait_before_the_old_tasks_end_is_after_the_shift() {
    let mut world = world("InProgress");
    world.deployment.termination_wait_started = true;
    assert_eq!(world.look().state, State::TrafficShifted);
}

#[test]
fn a_failure_is_over_when_its_rollback_is() {
    let rows = [
        ("Created", State::RollingBack),
        ("InProgress", State::RollingBack),
        ("Succeeded", State::RolledBack),
        ("Failed", State::RollbackFailed),
        ("Stopped", State::RollbackFailed),
    ];
    for (rollback, expected) in rows {
        for ours in ["Failed", "Stopped"] {
            let mut world = world(ours);
            world.rollback = Some(deployment("d-BACK", rollback));
            let look = world.look();
            assert_eq!(look.state, expected, "{ours}, rollback {rollback}");
            assert_eq!(look.word, format!("{ours}, rollback d-BACK {rollback}"));
        }
    }
}

#[test]
fn a_rollback_that_the_group_asks_for_is_waited_for() {
    let ends = |second| NOW + SignedDuration::from_mins(10) - SignedDuration::from_secs(second);
    let rows = [
        (
            "Failed",
            None,
            &["DEPLOYMENT_FAILURE"][..],
            5,
            State::RollingBack,
        ),
        ("Failed", None, &["DEPLOYMENT_FAILURE"], 90, State::Failed),
        (
            "Failed",
            None,
            &["DEPLOYMENT_STOP_ON_REQUEST"],
            5,
            State::Failed,
        ),
        (
            "Stopped",
            None,
            &["DEPLOYMENT_STOP_ON_REQUEST"],
            5,
            State::RollingBack,
        ),
        (
            "Stopped",
            Some("ALARM_ACTIVE"),
            &["DEPLOYMENT_STOP_ON_ALARM"],
            5,
            State::RollingBack,
        ),
        (
            "Failed",
            Some("ALARM_ACTIVE"),
            &["DEPLOYMENT_FAILURE"],
            5,
            State::Failed,
        ),
        ("Failed", None, &[], 5, State::Failed),
    ];
    for (status, code, auto, since, expected) in rows {
        let mut world = world(status);
        world.group = group(auto);
        world.deployment.completed_at = Some(ends(since));
        let message = "no".to_owned();
        world.deployment.error = code.map(|code| DeploymentError {
            code: code.to_owned(),
            message,
        });
        assert_eq!(
            world.look().state,
            expected,
            "{status} {code:?} {auto:?} {since}"
        );
    }
}

#[test]
fn a_rollback_that_is_named_is_under_way_before_it_is_seen() {
    let mut world = world("Failed");
    let named = Some("d-BACK".to_owned());
    world.deployment.rollback = Some(RollbackInfo {
        rollback_deployment: named,
        triggering_deployment: None,
        message: None,
    });
    assert_eq!(world.look().state, State::RollingBack);
}

#[test]
fn a_failed_hook_says_what_it_left_behind() {
    let mut world = world("Failed");
    let message = "The hook failed.".to_owned();
    world.deployment.error = Some(DeploymentError {
        code: "HOOK_EXECUTION_FAILURE".to_owned(),
        message,
    });
    let mut target = target(&[("BeforeAllowTraffic", "Failed")], 0.0);
    target.lifecycle_events[0].diagnostics = Some(Diagnostics {
        error_code: "ScriptFailed".to_owned(),
        script: Some("smoke-test".to_owned()),
        message: Some("status 500".to_owned()),
        log_tail: Some("GET / 500\n".to_owned()),
    });
    world.target = Some(target);
    let look = world.look();
    assert_eq!(
        look.reason.as_deref(),
        Some("The hook failed. (HOOK_EXECUTION_FAILURE)")
    );
    let detail = look.lifecycle[0].detail.as_deref();
    assert_eq!(
        detail,
        Some("smoke-test: status 500; its log ends: GET / 500")
    );
}

#[test]
fn what_serves_is_the_primary_task_set() {
    let other = |healthy| Serving::Other {
        task_definition: "shop:6".to_owned(),
        healthy,
    };
    let mut world = world("Failed");
    assert_eq!(world.look().serving, other(true));
    world.service = service("shop:6", 1);
    assert_eq!(world.look().serving, other(false));
    world.service.task_sets.clear();
    assert_eq!(world.look().serving, Serving::Unknown);
    assert!(serves(&service("shop:7", 2), "shop:7") && !serves(&service("shop:7", 1), "shop:7"));
}

#[test]
fn traffic_on_our_task_set_counts_until_it_is_rolled_back() {
    let other = || Serving::Other {
        task_definition: "shop:6".to_owned(),
        healthy: true,
    };
    let divided = |percent| Serving::Divided {
        task_definition: "shop:6".to_owned(),
        percent,
    };
    let rows = [
        ("InProgress", 0.0, None, other()),
        ("InProgress", 10.0, None, divided(10)),
        ("InProgress", 100.0, None, Serving::Ours),
        ("Stopped", 10.0, None, divided(10)),
        ("Failed", 50.0, None, divided(50)),
        ("Failed", 50.0, Some("InProgress"), divided(50)),
        ("Failed", 50.0, Some("Succeeded"), other()),
        ("Failed", 50.0, Some("Failed"), Serving::Unknown),
        ("Failed", 0.0, Some("Failed"), other()),
    ];
    for (status, percent, rollback, expected) in rows {
        let mut world = world(status);
        world.target = Some(target(&[], percent));
        world.rollback = rollback.map(|rollback| deployment("d-BACK", rollback));
        let mut green = world.service.task_sets[0].clone();
        (green.id, green.status) = ("ecs-svc/Green".to_owned(), "ACTIVE".to_owned());
        world.service.task_sets.push(green);
        let label = format!("{status} {percent} {rollback:?}");
        assert_eq!(world.look().serving, expected, "{label}");
        world.service.task_sets.pop();
        let gone = world.look().serving;
        assert_eq!(gone, other(), "{label}, and our task set is gone");
    }
}

#[test]
fn a_deleted_service_is_a_failure_whatever_codedeploy_says() {
    for status in ["InProgress", "Succeeded", "Failed"] {
        let mut world = world(status);
        world.service = service("shop:7", 2);
        world.service.status = "DRAINING".to_owned();
        let look = world.look();
        assert_eq!(
            (look.state, look.serving, look.set_to_ours),
            (State::Failed, Serving::Unknown, false)
        );
        let reason = look.reason.unwrap();
        assert!(reason.contains("deleted") && reason.contains("DRAINING"));
    }
}

#[test]
fn what_nobody_stopped_has_failed() {
    let rows = [
        (None, State::Stopped),
        (Some("MANUAL_STOP"), State::Stopped),
        (Some("ALARM_ACTIVE"), State::Failed),
        (Some("TIMEOUT"), State::Failed),
    ];
    for (code, expected) in rows {
        let mut world = world("Stopped");
        world.deployment.error = code.map(|code: &str| DeploymentError {
            code: code.to_owned(),
            message: "no".to_owned(),
        });
        assert_eq!(world.look().state, expected, "{code:?}");
    }
}

proptest! {
    /// Whatever CodeDeploy shows: success is never seen while the service is on another revision,
    /// and a status that nobody knows never ends the wait.
    #[test]
    fn every_look_has_a_state(
        status in prop::sample::select(vec![
            "Created", "Queued", "InProgress", "Baking", "Ready", "Succeeded", "Failed", "Stopped",
            "SomethingNewer", "",
        ]),
        back in prop::option::of(prop::sample::select(vec![
            "Created", "InProgress", "Succeeded", "Failed", "Stopped", "SomethingNewer",
        ])),
        primary in prop::sample::select(vec!["shop:6", "shop:7"]),
        running in 0..3_i32,
        told_to_stop in prop::bool::ANY,
    ) {
        let mut world = world(status);
        world.service = service(primary, running);
        world.rollback = back.map(|back| deployment("d-BACK", back));
        let now = snapshot(&Seen {
            deployment: &world.deployment,
            target: None,
            rollback: world.rollback.as_ref(),
            service: Some(&world.service),
            group: &world.group,
            left_traffic: &[],
            told_to_stop,
            revision: "shop:7",
            at: NOW,
        });
        if now.state == State::Succeeded {
            prop_assert_eq!(primary, "shop:7");
        }
        if !matches!(status, "Succeeded" | "Failed" | "Stopped") {
            prop_assert!(!now.state.is_over(), "{:?}", now);
        }
        prop_assert_eq!(now.set_to_ours, primary == "shop:7");
    }
}

fn target_of(green: &str, weight: f64) -> Target {
    let mut target = target(
        &[
            ("AllowTraffic", "Succeeded"),
            ("AfterAllowTraffic", "Skipped"),
        ],
        weight,
    );
    target
        .task_sets
        .retain(|set| set.label.as_deref() == Some("Green"));
    target.task_sets[0].id = green.to_owned();
    target
}

#[test]
fn green_is_what_has_all_its_tasks() {
    let rows = [
        ("Succeeded", 2, State::Succeeded),
        ("Succeeded", 1, State::Unsettled),
        ("InProgress", 2, State::TrafficShifted),
        ("InProgress", 1, State::Running),
    ];
    for (status, running, expected) in rows {
        let mut world = world(status);
        world.service = service("shop:7", running);
        world.target = Some(target_of("ecs-svc/1", 100.0));
        let look = world.look();
        assert_eq!(look.state, expected, "{status} with {running} of 2");
        let counts = look.counts.expect("the new tasks");
        assert_eq!((counts.running, counts.desired), (running, 2), "{status}");
    }
}

#[test]
fn traffic_that_was_left_elsewhere_serves() {
    for (left_to, is_all, expected) in [
        (
            "shop:5",
            true,
            Serving::Other {
                task_definition: "shop:5".to_owned(),
                healthy: true,
            },
        ),
        ("shop:7", true, Serving::Ours),
        ("shop:5", false, Serving::Unknown),
    ] {
        let mut world = world("Failed");
        let mut left = world.service.task_sets[0].clone();
        (left.id, left.status) = ("ecs-svc/0".to_owned(), "ACTIVE".to_owned());
        left.task_definition = left_to.to_owned();
        world.service.task_sets.push(left);
        let left = LeftTraffic {
            task_set: "ecs-svc/0".to_owned(),
            is_all,
        };
        assert_eq!(world.look_with(&[left]).serving, expected, "{left_to}");
    }
}

#[test]
fn the_alarms_that_stopped_it_are_those_that_codedeploy_names() {
    let of = |message: &str| {
        let mut world = world("Stopped");
        world.deployment.error = Some(DeploymentError {
            code: "ALARM_ACTIVE".to_owned(),
            message: message.to_owned(),
        });
        world.look().traces.alarms
    };
    let named = "stopped. Activated alarms: <shop-5xx> <shop slow> (ALARM_ACTIVE)";
    assert_eq!(of(named), ["shop-5xx", "shop slow"]);
    assert_eq!(of("no alarm is <named>"), Vec::<String>::new());
}
