//! Stages, weights and hooks, as tables.

use super::super::tests::{entry, ours, service, status};
use super::{
    Hook, ServiceDeploymentStatus, Serving, State, lifecycle, pause, serving, state, whole,
};
use crate::model::service::Service;
use jiff::Timestamp;

fn at(stage: &str, production: f64) -> ServiceDeploymentStatus {
    ServiceDeploymentStatus {
        stage: Some(stage.to_owned()),
        production: Some(production),
        test: None,
        ..status("IN_PROGRESS")
    }
}

/// Ours with so many of two tasks, beside the one before.
fn both(running: i32) -> Service {
    service(vec![
        entry("shop:7", "PRIMARY", "IN_PROGRESS", running, 2),
        entry("shop:6", "ACTIVE", "COMPLETED", 2, 2),
    ])
}

fn hook(function: Option<&str>, status: &str) -> Hook {
    Hook {
        id: "1".to_owned(),
        is_pause: function.is_none(),
        function: function.map(str::to_owned),
        status: status.to_owned(),
        expires_at: Some(Timestamp::UNIX_EPOCH),
        timeout_action: "ROLLBACK".to_owned(),
    }
}

#[test]
fn every_stage_has_its_state() {
    let rows = [
        ("RECONCILE_SERVICE", 0.0, 2, State::Running),
        ("PRE_SCALE_UP", 0.0, 0, State::Running),
        ("SCALE_UP", 0.0, 1, State::Running),
        ("POST_SCALE_UP", 0.0, 2, State::Running),
        ("TEST_TRAFFIC_SHIFT", 0.0, 2, State::Running),
        ("POST_TEST_TRAFFIC_SHIFT", 0.0, 2, State::Ready),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", 0.0, 2, State::Ready),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", 10.0, 2, State::Running),
        ("PRODUCTION_TRAFFIC_SHIFT", 10.0, 2, State::Running),
        ("PRODUCTION_TRAFFIC_SHIFT", 100.0, 2, State::Running),
        ("POST_PRODUCTION_TRAFFIC_SHIFT", 100.0, 2, State::Running),
        ("BAKE_TIME", 100.0, 2, State::TrafficShifted),
        ("BAKE_TIME", 100.0, 1, State::Running),
        ("CLEAN_UP", 100.0, 2, State::TrafficShifted),
        ("A_NEW_STAGE", 0.0, 2, State::Running),
    ];
    for (stage, production, running, expected) in rows {
        let service = both(running);
        let status = at(stage, production);
        assert_eq!(
            state(Some(&status), service.primary()),
            expected,
            "{stage} {production}"
        );
    }
}

#[test]
fn a_pause_is_ready_until_production_has_traffic() {
    for (stage, production, expected) in [
        ("PRE_SCALE_UP", 0.0, State::Ready),
        ("POST_TEST_TRAFFIC_SHIFT", 0.0, State::Ready),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", 40.0, State::Running),
    ] {
        let status = ServiceDeploymentStatus {
            hooks: vec![hook(Some("f"), "SUCCEEDED"), hook(None, "AWAITING_ACTION")],
            ..at(stage, production)
        };
        assert!(pause(&status).is_some());
        assert_eq!(state(Some(&status), both(0).primary()), expected, "{stage}");
    }
    let over = ServiceDeploymentStatus {
        hooks: vec![hook(None, "SUCCEEDED")],
        ..at("POST_TEST_TRAFFIC_SHIFT", 0.0)
    };
    assert_eq!(pause(&over), None);
}

#[test]
fn who_serves_is_who_has_the_traffic() {
    let other = |healthy| Serving::Other {
        task_definition: "shop:6".to_owned(),
        healthy,
    };
    let divided = |percent| Serving::Divided {
        task_definition: "shop:6".to_owned(),
        percent,
    };
    let rows = [
        ("IN_PROGRESS", 0.0, 2, Some(other(true))),
        ("IN_PROGRESS", 0.1, 2, Some(divided(1))),
        ("IN_PROGRESS", 99.9, 2, Some(divided(99))),
        ("IN_PROGRESS", 100.0, 2, Some(Serving::Ours)),
        ("ROLLBACK_IN_PROGRESS", 0.0, 2, Some(other(true))),
        ("ROLLBACK_FAILED", 40.0, 2, None),
        ("STOPPED", 40.0, 2, Some(divided(40))),
        ("SUCCESSFUL", 100.0, 2, None),
    ];
    for (word, production, running, expected) in rows {
        let status = ServiceDeploymentStatus {
            status: word.to_owned(),
            ..at("CLEAN_UP", production)
        };
        let seen = serving(Some(&status), &both(running), &ours());
        assert_eq!(seen, expected, "{word} {production}");
    }
    let rolling = ServiceDeploymentStatus {
        production: Some(0.0),
        test: None,
        ..status("IN_PROGRESS")
    };
    assert_eq!(serving(Some(&rolling), &both(2), &ours()), None);
}

#[test]
fn shares_are_never_all_or_nothing() {
    for (percent, expected) in [(0.04, 1), (0.5, 1), (33.3, 33), (99.6, 99), (250.0, 99)] {
        assert_eq!(whole(percent), expected, "{percent}");
    }
}

#[test]
fn stages_and_hooks_are_told_by_name() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:smoke";
    let status = ServiceDeploymentStatus {
        hooks: vec![
            hook(Some(arn), "SUCCEEDED"),
            hook(Some(arn), "FAILED"),
            hook(None, "AWAITING_ACTION"),
            hook(None, "FAILED"),
            hook(Some(arn), "DREAMING"),
            hook(
                Some("arn:aws:lambda:eu-west-1:123456789012:function:smoke-again"),
                "TIMED_OUT",
            ),
            hook(
                Some("arn:aws:lambda:eu-west-1:123456789012:function:smo"),
                "IN_PROGRESS",
            ),
            hook(None, "TIMED_OUT"),
        ],
        ..at("BAKE_TIME", 100.0)
    };
    let stages = ["SCALE_UP".to_owned(), "BAKE_TIME".to_owned()];
    let told = lifecycle(&status, &stages).into_iter().map(|it| {
        let detail = it.detail.map(|detail| format!(": {detail}"));
        format!("{} {}{}", it.name, it.status, detail.unwrap_or_default())
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r"
    SCALE_UP Succeeded
    BAKE_TIME InProgress
    hook smoke Succeeded
    hook smoke (2) Failed
    pause Waiting: until somebody continues it; it is rolled back at 1970-01-01 00:00:00 UTC
    pause (2) Rejected
    hook smoke (3) DREAMING
    hook smoke-again Failed: timed out without an answer
    hook smo InProgress
    pause (3) TimedOut
    ");
}
