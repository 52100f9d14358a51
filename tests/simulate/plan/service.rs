//! The service: how many tasks it has, and what ends a rolling deployment of it.

use super::{Plan, Way};
use crate::draw::Draw;
use greengate_sandbox::world::alarms::{AlarmSeed, ChangeSeed, State};
use greengate_sandbox::world::ecs::seed::ServiceSeed;
use jiff::SignedDuration;
use serde_json::json;

pub(super) fn draw(plan: &mut Plan, draw: &mut Draw) {
    let desired = draw.weighted(&[(1, 0), (3, 1), (5, 2), (2, 3), (1, 4)]);
    plan.say(format!("{desired} tasks"));
    service(plan).desired_count = desired;
    if plan.way == Way::Rolling {
        rolling(plan, draw);
    }
}

fn rolling(plan: &mut Plan, draw: &mut Draw) {
    let breaker = draw.weighted(&[(2, (false, false)), (2, (true, false)), (6, (true, true))]);
    let percent = draw.weighted(&[
        (6, (100, 200)),
        (2, (50, 200)),
        (1, (0, 100)),
        (1, (50, 150)),
    ]);
    plan.say(format!(
        "circuit breaker {}, rollback {}; {} % to {} % of the tasks",
        breaker.0, breaker.1, percent.0, percent.1
    ));
    // One task is one and a half, rounded down: there is no room for another.
    plan.trouble |= percent == (50, 150);
    let mut settings = json!({
        "deploymentCircuitBreaker": {"enable": breaker.0, "rollback": breaker.1},
        "minimumHealthyPercent": percent.0,
        "maximumPercent": percent.1,
    });
    if let Some(at) = draw.maybe(10, |draw| draw.between(5, 200)) {
        let rollback = draw.chance(70);
        plan.say(format!("an alarm after {at} s, rollback {rollback}"));
        plan.trouble = true;
        alarm(plan, at);
        settings["alarms"] =
            json!({"enable": true, "rollback": rollback, "alarmNames": ["shop-5xx"]});
    }
    let configuration = ("deploymentConfiguration".to_owned(), settings);
    service(plan).settings.extend([configuration]);
}

/// An alarm that fires `at` seconds after the start, and is over five minutes later.
pub(super) fn alarm(plan: &mut Plan, at: i64) {
    let change = |at, to| ChangeSeed {
        at: Some(SignedDuration::from_secs(at)),
        at_traffic: None,
        to,
    };
    let alarms = &mut plan.scenario.alarms.0;
    alarms.retain(|alarm| alarm.name != "shop-5xx");
    alarms.push(AlarmSeed {
        name: "shop-5xx".to_owned(),
        state: State::Ok,
        changes: vec![change(at, State::Alarm), change(at + 300, State::Ok)],
    });
}

/// The service that is deployed to.
pub(super) fn service(plan: &mut Plan) -> &mut ServiceSeed {
    let cluster = plan.way.environment();
    let mut services = plan.scenario.ecs.services.iter_mut();
    services.find(|it| it.cluster == cluster).unwrap()
}
