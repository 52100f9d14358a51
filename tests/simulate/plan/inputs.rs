//! What the step asks for.

use super::{Plan, Way};
use crate::draw::Draw;
use jiff::SignedDuration;

/// So many looks a deployment is worth.
const LOOKS: i64 = 40;

pub(super) fn draw(plan: &mut Plan, draw: &mut Draw) {
    wait_for(plan, draw);
    if let Some(seconds) = draw.maybe(15, |draw| draw.between(20, 900)) {
        plan.trouble = true;
        plan.length = plan.length.min(seconds);
        plan.input("timeout", format!("{seconds}s"));
    }
    match (plan.way, draw.chance(10)) {
        (_, true) => plan.input("force-new-deployment", "true"),
        (Way::BlueGreen, _) if draw.chance(30) => plan.input("strategy", "codedeploy"),
        (Way::Native, _) if draw.chance(30) => plan.input("strategy", "native"),
        _ => {}
    }
    if plan.way == Way::Rolling {
        rolling(plan, draw);
    }
    if draw.chance(30) {
        plan.input("role-duration", "15m");
    }
    what_to_do(plan, draw);
    if draw.chance(4) {
        // Nobody reviews staging; in production nobody asks then.
        plan.trouble = true;
        plan.input("gate", draw.one_of(&["approved", "none"]));
    }
    poll_interval(plan, draw);
}

fn wait_for(plan: &mut Plan, draw: &mut Draw) {
    let states: &[_] = match plan.way {
        Way::Rolling => &[(2, "created"), (7, "succeeded"), (1, "ready")],
        Way::BlueGreen | Way::Native => &[
            (1, "created"),
            (3, "ready"),
            (3, "traffic-shifted"),
            (3, "succeeded"),
        ],
    };
    let Some(state) = draw.maybe(40, |draw| draw.weighted(states)) else {
        return;
    };
    // A rolling deployment shifts no traffic: where that is known from the inputs, it is refused.
    plan.trouble |= plan.way == Way::Rolling && state == "ready";
    plan.input("wait-for", state);
}

fn rolling(plan: &mut Plan, draw: &mut Draw) {
    if let Some(count) = draw.maybe(20, |draw| draw.between(0, 5)) {
        plan.input("desired-count", count.to_string());
    }
    if draw.chance(30) {
        plan.input("strategy", "rolling");
    }
    if draw.chance(10) {
        plan.input("environment", "staging");
    }
}

/// What is to be done where it does not go as it should.
fn what_to_do(plan: &mut Plan, draw: &mut Draw) {
    let way = plan.way;
    let mut one_of = |name, percent: u8, choices: &[&str]| {
        if let Some(choice) = draw.maybe(percent, |draw| draw.one_of(choices)) {
            plan.input(name, choice);
        }
    };
    let active: &[_] = match way {
        Way::Rolling => &["replace", "wait", "stop", "fail"],
        Way::BlueGreen => &["wait", "stop", "fail"],
        Way::Native => &["wait", "stop", "fail", "replace"],
    };
    one_of("on-active-deployment", 40, active);
    one_of("on-failure", 40, &["rollback", "leave", "leave"]);
    one_of("on-cancel", 40, &["rollback", "leave", "leave"]);
    one_of("fail-fast-after", 40, &["1", "2", "5", "100"]);
    one_of("allow-older-commit", 10, &["true", "false"]);
}

/// The longer the deployment, the seldomer, so that a run stays cheap.
fn poll_interval(plan: &mut Plan, draw: &mut Draw) {
    let fits = |seconds: &i64| plan.length / seconds <= LOOKS || *seconds == 60;
    let intervals = [1, 2, 5, 10, 20, 30, 60].into_iter().filter(fits);
    let seconds = draw.one_of(&intervals.collect::<Vec<_>>());
    plan.poll = SignedDuration::from_secs(seconds);
    plan.input("poll-interval", format!("{seconds}s"));
}
