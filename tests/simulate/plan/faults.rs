//! Calls that go wrong: refused for a while or for good, cut, answered and lost on the way back.

use super::{Latency, Plan, Way};
use crate::draw::Draw;
use greengate_sandbox::world::script::seed::{AnswerSeed, ErrorSeed, FaultSeed};
use jiff::SignedDuration;

pub(super) fn draw(plan: &mut Plan, draw: &mut Draw) {
    let (least, most) = draw.weighted(&[(2, (0, 0)), (6, (20, 200)), (2, (200, 1500))]);
    plan.say(format!("calls take {least} to {most} ms"));
    let hangs = draw.chance(4);
    plan.latency = Latency { least, most, hangs };
    if hangs {
        plan.say("one call in thirty is not answered for minutes");
        (plan.faults, plan.trouble) = (true, true);
    }
    let count = draw.weighted(&[(6, 0), (3, 1), (1, 2)]);
    let lost = u32::from(draw.chance(15));
    for number in 0..count + lost {
        let fault = match number {
            0 if lost > 0 => lost_answer(plan.way, draw),
            _ => fault(plan.way, draw),
        };
        plan.say(format!("fault: {fault:?}"));
        plan.scenario.faults.0.push(fault);
        (plan.faults, plan.trouble) = (true, true);
    }
}

/// A service, and operations of it that a run calls.
fn struck(way: Way, draw: &mut Draw) -> (&'static str, &'static str) {
    let common = [
        ("ecs", "Describe*"),
        ("ecs", "*"),
        ("ecs", "DescribeServices"),
        ("ecs", "DescribeTaskDefinition"),
        ("ecs", "RegisterTaskDefinition"),
        ("ecr", "*"),
        ("sts", "*"),
        ("oidc", "*"),
        ("*", "*"),
    ];
    let own: &[_] = match way {
        Way::Rolling | Way::Native => &[
            ("ecs", "UpdateService"),
            ("ecs", "ListServiceDeployments"),
            ("ecs", "DescribeServiceDeployments"),
        ],
        Way::BlueGreen => &[
            ("codedeploy", "*"),
            ("codedeploy", "Get*"),
            ("codedeploy", "GetDeployment"),
            ("codedeploy", "CreateDeployment"),
            ("github", "*"),
        ],
    };
    draw.one_of(&[&common[..], own, own].concat())
}

fn fault(way: Way, draw: &mut Draw) -> FaultSeed {
    let (service, operation) = struck(way, draw);
    let seconds = SignedDuration::from_secs;
    let after = draw.maybe(70, |draw| draw.between(0, 300));
    let until = draw.maybe(50, |draw| after.unwrap_or(0) + draw.between(5, 400));
    let (answer, passes) = answer(draw);
    let count = draw.between(1, 12).unsigned_abs();
    FaultSeed {
        service: service.to_owned(),
        operation: operation.to_owned(),
        after: after.map(seconds),
        until: until.filter(|_| passes).map(seconds),
        skip: draw
            .maybe(40, |draw| draw.between(1, 20))
            .unwrap_or(0)
            .unsigned_abs(),
        count: passes
            .then_some(count)
            .filter(|_| until.is_none() || draw.chance(50)),
        lost: false,
        answer,
    }
}

/// A write that is carried out, and nobody hears of it.
fn lost_answer(way: Way, draw: &mut Draw) -> FaultSeed {
    let started = match way {
        Way::Rolling | Way::Native => ("ecs", "UpdateService"),
        Way::BlueGreen => ("codedeploy", "CreateDeployment"),
    };
    let stopped = match way {
        Way::Rolling | Way::Native => ("ecs", "StopServiceDeployment"),
        Way::BlueGreen => ("codedeploy", "StopDeployment"),
    };
    let (service, operation) = draw.weighted(&[
        (3, ("ecs", "RegisterTaskDefinition")),
        (4, started),
        (1, stopped),
    ]);
    FaultSeed {
        service: service.to_owned(),
        operation: operation.to_owned(),
        after: None,
        until: None,
        skip: 0,
        count: Some(draw.between(1, 5).unsigned_abs()),
        lost: true,
        answer: draw.one_of(&[
            AnswerSeed::Cut,
            AnswerSeed::Cut,
            AnswerSeed::Status(500),
            AnswerSeed::Status(503),
        ]),
    }
}

/// An answer, and whether it is one that passes.
fn answer(draw: &mut Draw) -> (AnswerSeed, bool) {
    let error = |code: &str, message: &str| {
        AnswerSeed::Error(ErrorSeed {
            code: code.to_owned(),
            message: message.to_owned(),
            status: 400,
        })
    };
    let denied = "User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: \
                  ecs:DescribeServices on resource: * because no identity-based policy allows it";
    match draw.between(0, 9) {
        0..=2 => (AnswerSeed::Throttle, draw.chance(90)),
        3..=4 => (
            AnswerSeed::Status(draw.one_of(&[500, 503])),
            draw.chance(90),
        ),
        5..=6 => (AnswerSeed::Cut, draw.chance(90)),
        7 => (
            error(
                "ExpiredTokenException",
                "The security token included in the request is expired",
            ),
            draw.chance(50),
        ),
        8 => (error("AccessDeniedException", denied), draw.chance(20)),
        _ => (error("ServerException", "Server error"), true),
    }
}
