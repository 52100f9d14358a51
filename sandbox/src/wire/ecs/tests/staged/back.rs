//! Deployments that go through stages and do not come to their end: alarms, rules, tasks, a stop, a
//! newer one.

use super::{ALARMS, BLUE_GREEN, CANARY, Shop, arn, course, deploy, function, latest, now, routed};
use serde_json::json;

#[test]
fn alarms_take_it_back_while_traffic_moves_and_while_it_bakes() {
    for script in [
        "stages: { alarm: { name: shop-5xx, percent: 10 } }",
        "stages: { alarm-in: { BAKE_TIME: shop-5xx } }",
    ] {
        let shop = Shop {
            script,
            ..Shop::with(format!("{CANARY}, {ALARMS}"))
        };
        let mut stage = shop.deploys();
        let course = course(&mut stage);
        assert!(
            course
                .last()
                .unwrap()
                .ends_with("CLEAN_UP 0/0 ROLLBACK_SUCCESSFUL"),
            "{course:?}"
        );
        assert_eq!(routed(&stage), 0);
        assert_eq!(latest(&mut stage)["alarms"]["status"], "TRIGGERED");
    }
}

#[test]
fn rules_without_both_target_groups_end_it() {
    let shop = Shop {
        alternate: "",
        ..Shop::with(BLUE_GREEN)
    };
    let mut stage = shop.deploys();
    assert!(
        course(&mut stage)
            .last()
            .unwrap()
            .ends_with("ROLLBACK_SUCCESSFUL")
    );
    assert_eq!(
        latest(&mut stage)["statusReason"],
        "Service deployment rolled back because of an invalid networking configuration."
    );
}

#[test]
fn tasks_that_fail_trip_the_circuit_breaker() {
    let shop = Shop {
        behaviour: "{ match: { nth-revision: 1 }, ends: { exits: {} } }",
        ..Shop::with(format!(
            "{BLUE_GREEN}, deploymentCircuitBreaker: {{ enable: true, rollback: true }}"
        ))
    };
    let mut stage = shop.deploys();
    let course = course(&mut stage);
    assert!(
        course.last().unwrap().ends_with("ROLLBACK_SUCCESSFUL"),
        "{course:?}"
    );
    assert_eq!(
        latest(&mut stage)["deploymentCircuitBreaker"]["status"],
        "TRIGGERED"
    );
}

#[test]
fn it_can_be_stopped_in_every_stage() {
    for after in ["1s", "10s", "55s", "70s", "120s", "175s"] {
        let mut stage = Shop::with(BLUE_GREEN).deploys();
        stage.pass(after);
        let before = now(&mut stage);
        let body = json!({"serviceDeploymentArn": arn(&mut stage), "stopType": "ROLLBACK"});
        stage.ecs("StopServiceDeployment", body);
        let course = course(&mut stage);
        assert!(
            course
                .last()
                .unwrap()
                .ends_with("CLEAN_UP 0/0 ROLLBACK_SUCCESSFUL"),
            "{before}: {course:?}"
        );
        assert_eq!(routed(&stage), 0, "{before}");
        assert_eq!(stage.shop()["runningCount"], 2, "{before}");
    }
}

#[test]
fn a_rollback_that_is_scripted_to_fail_does() {
    let shop = Shop {
        script: "rollback-fails: true, stages: { hooks: { PRE_SCALE_UP: { answer: failed } } }",
        ..Shop::with(function("PRE_SCALE_UP"))
    };
    let mut stage = shop.deploys();
    assert!(
        course(&mut stage)
            .last()
            .unwrap()
            .ends_with("ROLLBACK_FAILED")
    );
}

#[test]
fn a_newer_deployment_takes_the_place_of_one_under_way() {
    let mut stage = Shop::with(CANARY).deploys();
    stage.pass("90s");
    assert_eq!(
        now(&mut stage),
        "PRODUCTION_TRAFFIC_SHIFT 10/100 IN_PROGRESS"
    );
    deploy(&mut stage, 3);
    let course = course(&mut stage);
    assert!(
        course.iter().any(|it| it.contains("RECONCILE_SERVICE")),
        "{course:?}"
    );
    assert!(
        course
            .last()
            .unwrap()
            .ends_with("CLEAN_UP 100/100 SUCCESSFUL"),
        "{course:?}"
    );
    let listed = stage.ecs("ListServiceDeployments", json!({"service": "shop"}));
    assert_eq!(listed["serviceDeployments"][1]["status"], "STOPPED");
    assert_eq!(stage.shop()["runningCount"], 2);
}
