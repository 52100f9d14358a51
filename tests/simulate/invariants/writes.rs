//! Nothing is written before it may be.

use super::{Case, hold};
use greengate::events::EventKind;
use greengate::rollout::outcome::Outcome;
use greengate_sandbox::world::Call;

/// How the operations begin that change nothing.
const READS: [&str; 7] = [
    "Get", "Describe", "List", "BatchGet", "Simulate", "GET ", "HEAD ",
];

fn is_write(call: &Call) -> bool {
    let aside = ["github", "oidc", "sts"].contains(&call.service.as_str());
    !aside && !READS.iter().any(|read| call.operation.starts_with(read))
}

/// The writes of the attempt, with their places in the world's record.
fn writes<'a>(case: &'a Case<'_>) -> impl Iterator<Item = (usize, &'a Call)> {
    let calls = case.world.calls.iter().enumerate();
    let own = calls.filter(|(at, _)| case.attempt.calls.contains(at));
    // Others are users of the account; the action has a role, or none that is known yet.
    let own = own.filter(|(_, call)| !call.caller.contains(":user/"));
    own.filter(|(_, call)| is_write(call))
}

pub(super) fn refused_is_untouched(case: &Case<'_>) -> Result<(), String> {
    let refused = case
        .finished()
        .is_some_and(|(outcome, _)| outcome == Outcome::Refused);
    // What AWS refuses changes nothing.
    let mut taken_in = writes(case).filter(|(_, call)| !(400..500).contains(&call.status));
    let first = taken_in.next().filter(|_| refused);
    hold(first.is_none(), || format!("refused, after {first:?}"))
}

pub(super) fn after_the_gate(case: &Case<'_>) -> Result<(), String> {
    let gated = case.plan.way.is_gated() && case.plan.given("gate") != Some("none");
    let Some((at, call)) = writes(case).next().filter(|_| gated) else {
        return Ok(());
    };
    let mut events = case.attempt.events.iter();
    let passed = events.find(|(_, event)| matches!(event.kind, EventKind::GatePassed { .. }));
    hold(passed.is_some_and(|(calls, _)| *calls <= at), || {
        format!("{} came before the gate had passed", call.operation)
    })
}
