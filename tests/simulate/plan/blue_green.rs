//! The deployment group: how traffic moves, what it waits for, what rolls it back, its hooks.

use super::{Plan, service};
use crate::draw::Draw;
use greengate_sandbox::world::codedeploy::config::Routing;
use greengate_sandbox::world::codedeploy::group::OnReady;
use greengate_sandbox::world::codedeploy::script::{AlarmAtTraffic, Hook, HookResult};
use greengate_sandbox::world::codedeploy::seed::{ConfigSeed, GroupSeed};
use jiff::SignedDuration;

const HOOKS: [&str; 5] = [
    "BeforeInstall",
    "AfterInstall",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AfterAllowTraffic",
];

/// The world of `text`, where production's role may let a deployment go on that waits.
pub(super) fn continued(text: &str) -> String {
    let policies = "policies: [deploy-codedeploy";
    assert_eq!(text.matches(policies).count(), 1);
    text.replace(policies, &format!("{policies}, continue-codedeploy"))
}

pub(super) fn draw(plan: &mut Plan, draw: &mut Draw) {
    routing(plan, draw);
    waits(plan, draw);
    way_back(plan, draw);
    if draw.chance(50) && plan.command == "deploy" {
        hooks(plan, draw);
    }
    if draw.chance(3) {
        plan.say("the replacement never becomes steady");
        plan.trouble = true;
        plan.length += 3600;
        group(plan).script.stuck_install = true;
    }
}

fn routing(plan: &mut Plan, draw: &mut Draw) {
    let canary = |percentage, interval| Routing::Canary {
        percentage,
        interval,
    };
    let linear = |percentage, interval| Routing::Linear {
        percentage,
        interval,
    };
    let (routing, minutes) = draw.weighted(&[
        (4, (Routing::AllAtOnce, 0)),
        (2, (canary(10, 1), 1)),
        (1, (canary(20, 5), 5)),
        (2, (linear(40, 1), 2)),
        (1, (linear(20, 3), 12)),
    ]);
    plan.say(format!("traffic: {routing:?}"));
    plan.length += minutes * 60;
    let name = "drawn".to_owned();
    group(plan).deployment_config.clone_from(&name);
    plan.scenario
        .codedeploy
        .configs
        .push(ConfigSeed { name, routing });
}

fn waits(plan: &mut Plan, draw: &mut Draw) {
    let termination = draw.weighted(&[(2, 0), (3, 1), (1, 5)]);
    let ready = draw.maybe(15, |draw| draw.weighted(&[(1, 0), (2, 2), (1, 10)]));
    let tests = draw.chance(80);
    plan.say(format!(
        "{termination} min until the old tasks are stopped, ready wait {ready:?}, test traffic {tests}"
    ));
    plan.trouble |= ready.is_some();
    plan.length += i64::from(termination + ready.unwrap_or(0)) * 60;
    let group = group(plan);
    group.termination_wait_minutes = termination;
    if let Some(minutes) = ready {
        (group.on_ready, group.ready_wait_minutes) = (OnReady::StopDeployment, minutes);
    }
    if !tests {
        group.test_listener = None;
    }
}

fn way_back(plan: &mut Plan, draw: &mut Draw) {
    let events = [
        "DEPLOYMENT_FAILURE",
        "DEPLOYMENT_STOP_ON_ALARM",
        "DEPLOYMENT_STOP_ON_REQUEST",
    ];
    let events: Vec<String> = events
        .iter()
        .filter(|_| draw.chance(70))
        .map(|event| (*event).to_owned())
        .collect();
    plan.say(format!("rolled back on {events:?}"));
    group(plan).auto_rollback = events;
    if let Some(percent) = draw.maybe(12, |draw| draw.one_of(&[1, 10, 20, 50, 100])) {
        plan.say(format!("an alarm at {percent} % of the traffic"));
        plan.trouble = true;
        let name = "shop-5xx".to_owned();
        let group = group(plan);
        group.alarms.push(name.clone());
        group.script.alarm = Some(AlarmAtTraffic { name, percent });
    } else if let Some(at) = draw.maybe(5, |draw| draw.between(5, 400)) {
        plan.say(format!("an alarm after {at} s"));
        plan.trouble = true;
        service::alarm(plan, at);
        group(plan).alarms.push("shop-5xx".to_owned());
    }
}

fn hooks(plan: &mut Plan, draw: &mut Draw) {
    plan.input("codedeploy-appspec", "appspec.yaml");
    for name in HOOKS {
        let result = draw.weighted(&[
            (30, HookResult::Succeed),
            (2, HookResult::Fail),
            (1, HookResult::TimeOut),
        ]);
        let after = draw.between(1, 40);
        plan.length += match result {
            HookResult::TimeOut => 3600,
            _ => after,
        };
        if result != HookResult::Succeed {
            plan.say(format!("hook {name}: {result:?} after {after} s"));
            plan.trouble = true;
        }
        let hook = Hook {
            result,
            after: Some(SignedDuration::from_secs(after)),
            message: draw.maybe(50, |_| "the smoke test got a 500\n::error::x".to_owned()),
            log: vec!["::stop-commands::x".to_owned(), "\u{1b}[31m500".to_owned()],
        };
        group(plan).script.hooks.insert(name.to_owned(), hook);
    }
}

pub(super) fn group(plan: &mut Plan) -> &mut GroupSeed {
    &mut plan.scenario.codedeploy.applications[0].groups[0]
}
