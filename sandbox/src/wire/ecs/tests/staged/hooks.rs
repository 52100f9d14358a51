//! Hooks of deployments that go through stages: functions, and pauses that somebody ends.

use super::{LINEAR, Shop, arn, course, course_of, function, hooks, latest, now, pause, routed};
use crate::testing::Stage;
use serde_json::{Value, json};

#[test]
fn a_hook_that_fails_takes_the_deployment_back() {
    let shop = Shop {
        script: "stages: { hooks: { POST_TEST_TRAFFIC_SHIFT: { answer: failed, in-progress: 2 } } }",
        ..Shop::with(function("POST_TEST_TRAFFIC_SHIFT"))
    };
    let mut stage = shop.deploys();
    assert_eq!(
        course(&mut stage),
        course_of(&[
            "116 CLEAN_UP 0/0 ROLLBACK_IN_PROGRESS",
            "149 CLEAN_UP 0/0 ROLLBACK_SUCCESSFUL",
        ])
    );
    assert_eq!(hooks(&mut stage), ["AWS_LAMBDA FAILED"]);
    assert_eq!(routed(&stage), 0);
    let it = latest(&mut stage);
    assert_eq!(
        it["statusReason"],
        "Service deployment rolled back because the lifecycle hook at POST_TEST_TRAFFIC_SHIFT failed."
    );
    assert_eq!(
        stage.shop()["taskDefinition"]
            .as_str()
            .unwrap()
            .rsplit(':')
            .next(),
        Some("1")
    );
}

#[test]
fn every_answer_of_a_function() {
    let rows = [
        ("", "SUCCEEDED", "SUCCESSFUL"),
        ("{ in-progress: 3 }", "SUCCEEDED", "SUCCESSFUL"),
        ("{ answer: failed }", "FAILED", "ROLLBACK_SUCCESSFUL"),
        ("{ answer: none }", "FAILED", "ROLLBACK_SUCCESSFUL"),
        ("{ in-progress: 100 }", "TIMED_OUT", "ROLLBACK_SUCCESSFUL"),
    ];
    for at in [
        "PRE_SCALE_UP",
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "POST_PRODUCTION_TRAFFIC_SHIFT",
    ] {
        for (answers, hook, status) in rows {
            let script = match answers {
                "" => String::new(),
                answers => format!("stages: {{ hooks: {{ {at}: {answers} }} }}"),
            };
            let shop = Shop {
                script: script.leak(),
                ..Shop::with(function(at))
            };
            let mut stage = shop.deploys();
            let course = course(&mut stage);
            assert!(
                course.last().unwrap().ends_with(&format!(" {status}")),
                "{at} {answers}: {course:?}"
            );
            assert_eq!(
                hooks(&mut stage),
                [format!("AWS_LAMBDA {hook}")],
                "{at} {answers}"
            );
        }
    }
}

fn hook_id(stage: &mut Stage) -> Value {
    latest(stage)["lifecycleHookDetails"][0]["hookId"].clone()
}

#[test]
fn a_pause_lasts_until_somebody_ends_it() {
    for (action, last) in [
        (json!(null), "CLEAN_UP 100/100 SUCCESSFUL"),
        (json!("CONTINUE"), "CLEAN_UP 100/100 SUCCESSFUL"),
        (json!("ROLLBACK"), "CLEAN_UP 0/0 ROLLBACK_SUCCESSFUL"),
    ] {
        let mut stage =
            Shop::with(pause("POST_TEST_TRAFFIC_SHIFT", "timeoutInMinutes: 60")).deploys();
        stage.pass("30m");
        assert_eq!(now(&mut stage), "POST_TEST_TRAFFIC_SHIFT 0/100 IN_PROGRESS");
        assert_eq!(hooks(&mut stage), ["PAUSE AWAITING_ACTION"]);
        let body = json!({"serviceDeploymentArn": arn(&mut stage), "hookId": hook_id(&mut stage), "action": action});
        stage.ecs("ContinueServiceDeployment", body.clone());
        let (code, _) = stage.ecs_refuses("ContinueServiceDeployment", body);
        assert_eq!(code, "InvalidParameterException");
        assert!(
            course(&mut stage).last().unwrap().ends_with(last),
            "{action}"
        );
    }
}

#[test]
fn a_pause_that_nobody_ends_has_a_time_out() {
    for (timeout, last) in [
        ("timeoutInMinutes: 5", "CLEAN_UP 0/0 ROLLBACK_SUCCESSFUL"),
        (
            "timeoutInMinutes: 5, action: ROLLBACK",
            "CLEAN_UP 0/0 ROLLBACK_SUCCESSFUL",
        ),
        (
            "timeoutInMinutes: 5, action: CONTINUE",
            "CLEAN_UP 100/100 SUCCESSFUL",
        ),
    ] {
        let mut stage = Shop::with(pause("PRE_PRODUCTION_TRAFFIC_SHIFT", timeout)).deploys();
        assert!(
            course(&mut stage).last().unwrap().ends_with(last),
            "{timeout}"
        );
        assert_eq!(hooks(&mut stage), ["PAUSE TIMED_OUT"]);
    }
}

#[test]
fn every_step_of_traffic_asks_its_hooks_anew() {
    let hook = pause(
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "timeoutInMinutes: 5, action: CONTINUE",
    );
    let hook = hook.split_once("lifecycleHooks").unwrap().1;
    let mut stage = Shop::with(format!("{LINEAR}, lifecycleHooks{hook}")).deploys();
    course(&mut stage);
    assert_eq!(hooks(&mut stage).len(), 3);
    let it = latest(&mut stage);
    let ids = it["lifecycleHookDetails"].as_array().unwrap().iter();
    let ids: std::collections::BTreeSet<_> = ids.map(|it| it["hookId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_function_that_only_waits_is_not_asked_while_traffic_moves() {
    let mut stage = Shop::with(pause("PRODUCTION_TRAFFIC_SHIFT", "timeoutInMinutes: 5")).deploys();
    assert!(course(&mut stage).last().unwrap().ends_with("SUCCESSFUL"));
    assert_eq!(hooks(&mut stage), Vec::<String>::new());
}
