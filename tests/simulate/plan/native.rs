//! Deployments that ECS takes through stages: how traffic moves, hooks, pauses, alarms.

use super::{Plan, service};
use crate::draw::Draw;
use greengate_sandbox::world::ecs::native::script::{AlarmAtTraffic, Answer, Answers};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// The stages that a function can be asked in.
const STAGES: [&str; 6] = [
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
];

/// Those that can be paused.
const PAUSED: [&str; 4] = [
    "PRE_SCALE_UP",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
];

/// The world of `text` with production's service in ECS's own hands, between two target groups.
pub(super) fn staged(text: &str) -> String {
    let replaced = [
        (
            "deployment-controller: CODE_DEPLOY
      load-balancer: { target-group: shop-blue, container: web, port: 8080 }",
            "load-balancer:
        target-group: shop-blue
        container: web
        port: 8080
        advanced:
          alternate: shop-green
          production: { load-balancer: shop, port: 443 }
          test: { load-balancer: shop, port: 8443 }",
        ),
        (
            "policies: [deploy-codedeploy",
            "policies: [deploy-rolling, continue-native, configure",
        ),
        (
            "          DEPLOYING_ROLE: greengate-production\n",
            "          DEPLOYING_ROLE: greengate-production\n          HOOK_ROLE: hooks\n",
        ),
        (
            "port: 443, protocol: HTTPS, target-group: shop-blue",
            "port: 443, protocol: HTTPS, target-group: shop-blue, alternate: shop-green",
        ),
        (
            "port: 8443, protocol: HTTPS, target-group: shop-blue",
            "port: 8443, protocol: HTTPS, target-group: shop-blue, alternate: shop-green",
        ),
    ];
    replaced.iter().fold(text.to_owned(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text.replace(old, new)
    })
}

pub(super) fn draw(plan: &mut Plan, draw: &mut Draw) {
    let mut settings = strategy(plan, draw);
    alarms(plan, draw, &mut settings);
    let hooks = hooks(plan, draw);
    settings["lifecycleHooks"] = hooks;
    let breaker = draw.weighted(&[(3, (false, false)), (1, (true, false)), (3, (true, true))]);
    plan.say(format!(
        "circuit breaker {}, rollback {}",
        breaker.0, breaker.1
    ));
    settings["deploymentCircuitBreaker"] = json!({"enable": breaker.0, "rollback": breaker.1});
    let configured = switched(plan, draw, settings);
    let configuration = ("deploymentConfiguration".to_owned(), configured);
    service::service(plan).settings.extend([configuration]);
    if draw.chance(4) {
        plan.say("a rollback fails");
        plan.trouble = true;
        service::service(plan).script.rollback_fails = true;
    }
}

/// What the service has of `settings` at first: all of it, or nothing where the run brings it along.
fn switched(plan: &mut Plan, draw: &mut Draw, settings: Value) -> Value {
    if plan.command != "deploy" || !draw.chance(20) {
        return settings;
    }
    plan.say("the service is rolling so far, and the run brings the strategy");
    plan.input("deployment-configuration", settings.to_string());
    json!({"strategy": "ROLLING", "deploymentCircuitBreaker": settings["deploymentCircuitBreaker"]})
}

fn strategy(plan: &mut Plan, draw: &mut Draw) -> Value {
    let canary = |percent, minutes| {
        json!({"strategy": "CANARY", "canaryConfiguration":
            {"canaryPercent": percent, "canaryBakeTimeInMinutes": minutes}})
    };
    let linear = |percent, minutes| {
        json!({"strategy": "LINEAR", "linearConfiguration":
            {"stepPercent": percent, "stepBakeTimeInMinutes": minutes}})
    };
    let (mut settings, minutes) = draw.weighted(&[
        (4, (json!({"strategy": "BLUE_GREEN"}), 0)),
        (2, (canary(10.0, 1), 1)),
        (1, (canary(0.5, 5), 5)),
        (2, (linear(40.0, 1), 2)),
        (1, (linear(33.3, 3), 9)),
    ]);
    let bake = draw.weighted(&[(2, 0), (3, 1), (1, 5)]);
    plan.say(format!("traffic: {settings}, {bake} min of bake time"));
    plan.length += (minutes + bake) * 60;
    settings["bakeTimeInMinutes"] = json!(bake);
    settings
}

fn alarms(plan: &mut Plan, draw: &mut Draw, settings: &mut Value) {
    let percent = draw.maybe(10, |draw| draw.one_of(&[1, 10, 50, 100]));
    let at = draw.maybe(5, |draw| draw.between(5, 400));
    if percent.is_none() && at.is_none() {
        return;
    }
    let rollback = draw.chance(75);
    plan.say(format!(
        "an alarm at {percent:?} % of the traffic, after {at:?} s; rollback {rollback}"
    ));
    plan.trouble = true;
    settings["alarms"] = json!({"enable": true, "rollback": rollback, "alarmNames": ["shop-5xx"]});
    if let Some(at) = at {
        service::alarm(plan, at);
    }
    let name = "shop-5xx".to_owned();
    service::service(plan).script.stages.alarm =
        percent.map(|percent| AlarmAtTraffic { name, percent });
}

fn hooks(plan: &mut Plan, draw: &mut Draw) -> Value {
    let mut hooks = Vec::new();
    for stage in STAGES {
        if !draw.chance(12) {
            continue;
        }
        let answer = draw.weighted(&[
            (12, Answer::Succeeded),
            (2, Answer::Failed),
            (1, Answer::None),
        ]);
        let in_progress = draw.weighted(&[(3, 0), (1, 1), (1, 3)]);
        plan.say(format!(
            "hook at {stage}: {answer:?} after {in_progress} times IN_PROGRESS"
        ));
        plan.trouble |= answer != Answer::Succeeded;
        plan.length += i64::from(in_progress) * 33 + if answer == Answer::None { 900 } else { 0 };
        let answers = Answers {
            answer,
            in_progress,
            takes: SignedDuration::from_secs(draw.between(1, 20)),
            ..Answers::default()
        };
        let script = &mut service::service(plan).script.stages;
        script.hooks.insert(stage.to_owned(), answers);
        hooks.push(json!({
            "hookTargetArn": "arn:aws:lambda:eu-west-1:123456789012:function:shop-smoke",
            "roleArn": "arn:aws:iam::123456789012:role/hooks",
            "lifecycleStages": [stage],
        }));
    }
    if let Some(stage) = draw.maybe(15, |draw| draw.one_of(&PAUSED)) {
        let minutes = draw.weighted(&[(2, 1), (2, 5), (1, 30)]);
        let action = draw.one_of(&["CONTINUE", "CONTINUE", "ROLLBACK"]);
        plan.say(format!(
            "a pause at {stage} of {minutes} min, then {action}"
        ));
        plan.trouble = true;
        // At every step of a linear one, where it is before those.
        plan.paused = SignedDuration::from_mins(minutes * 4);
        plan.length += minutes * 60;
        hooks.push(json!({
            "targetType": "PAUSE",
            "lifecycleStages": [stage],
            "timeoutConfiguration": {"timeoutInMinutes": minutes, "action": action},
        }));
    }
    Value::Array(hooks)
}
