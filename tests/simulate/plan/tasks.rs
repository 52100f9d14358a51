//! What becomes of tasks: those of the new revision, and those of the old one when it comes back.

use super::{Plan, Way};
use crate::draw::Draw;
use greengate_sandbox::world::ecs::behaviour::{
    Behaviour, CannotPull, CannotStart, Ending, Exit, Match, Unhealthy,
};
use jiff::SignedDuration;

/// The variable that only the task definitions of the workspace have.
pub(crate) const OURS: (&str, &str) = ("RELEASE", "ours");

#[derive(Debug, Clone, Copy)]
enum Kind {
    Healthy,
    Slow,
    Exits,
    CannotPull,
    CannotStart,
    Unhealthy,
    ExitsLater,
}

pub(super) fn draw(plan: &mut Plan, draw: &mut Draw) {
    ours(plan, draw);
    // Blue/green keeps the old tasks; a rolling rollback has to start some.
    if plan.way == Way::Rolling && draw.chance(7) {
        plan.say("the old revision does not start any more");
        plan.length += 600;
        plan.scenario.ecs.behaviours.push(Behaviour {
            r#match: Match {
                family: Some(plan.way.family().to_owned()),
                revision: Some(1),
                ..Match::default()
            },
            ends: Some(Ending::Exits(Exit::default())),
            ..Behaviour::default()
        });
    }
}

fn ours(plan: &mut Plan, draw: &mut Draw) {
    let kind = draw.weighted(&[
        (8, Kind::Healthy),
        (3, Kind::Slow),
        (3, Kind::Exits),
        (1, Kind::CannotPull),
        (1, Kind::CannotStart),
        (1, Kind::Unhealthy),
        (1, Kind::ExitsLater),
    ]);
    let seconds = SignedDuration::from_secs;
    let start = match kind {
        Kind::Slow => draw.between(60, 600),
        _ => draw.between(1, 40),
    };
    let ends = ending(kind, draw);
    let first = ends
        .as_ref()
        .and_then(|_| draw.maybe(35, |draw| draw.between(1, 6)));
    plan.say(format!(
        "tasks: {kind:?}, {start} s to start{}",
        first
            .map(|most| format!(", only the first {most}"))
            .unwrap_or_default()
    ));
    plan.trouble |= ends.is_some();
    plan.length += start * 2;
    if ends.is_some() {
        // Without a circuit breaker it goes on until the time-out.
        plan.length += if first.is_some() { 240 } else { 1200 };
    }
    plan.scenario.ecs.behaviours.push(Behaviour {
        r#match: Match {
            environment: [(OURS.0.to_owned(), OURS.1.to_owned())].into(),
            first_tasks: first.and_then(|most| u32::try_from(most).ok()),
            ..Match::default()
        },
        start: Some(seconds(start)),
        healthy: draw.maybe(50, |draw| seconds(draw.between(1, 60))),
        ends,
        ..Behaviour::default()
    });
}

fn ending(kind: Kind, draw: &mut Draw) -> Option<Ending> {
    let seconds = SignedDuration::from_secs;
    Some(match kind {
        Kind::Healthy | Kind::Slow => return None,
        Kind::Exits | Kind::ExitsLater => Ending::Exits(Exit {
            code: draw.one_of(&[0, 1, 137, 139]),
            after: match kind {
                Kind::Exits => seconds(draw.between(0, 4)),
                _ => seconds(draw.between(10, 300)),
            },
            container: None,
            reason: draw.maybe(20, |_| {
                "OutOfMemoryError: Container killed due to memory usage".to_owned()
            }),
            log: vec![
                "panic: no database".to_owned(),
                "::set-output name=x::y".to_owned(),
            ],
        }),
        Kind::CannotPull => Ending::CannotPull(CannotPull::default()),
        Kind::CannotStart => Ending::CannotStart(CannotStart {
            reason: "ResourceInitializationError: unable to pull secrets or registry auth"
                .to_owned(),
        }),
        Kind::Unhealthy => Ending::Unhealthy(Unhealthy {
            after: seconds(draw.between(20, 120)),
            code: 503,
            ..Unhealthy::default()
        }),
    })
}
