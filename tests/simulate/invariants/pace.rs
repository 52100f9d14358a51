//! A run ends, and asks no more than it needs.

use super::{Case, hold};
use crate::connection::MOST;
use jiff::SignedDuration;

/// Everything before the deployment and the beginning of it.
const BEFORE: usize = 50;

/// What a look at a deployment asks at most.
const A_LOOK: usize = 5;

pub(super) fn it_ends(case: &Case<'_>) -> Result<(), String> {
    hold(case.attempt.code.is_some(), || {
        let took = case.attempt.ended.duration_since(case.attempt.began);
        format!("it does not end: {took:#} by now")
    })
}

pub(super) fn calls(case: &Case<'_>) -> Result<(), String> {
    let made = case.attempt.calls.len();
    let took = case.attempt.ended.duration_since(case.attempt.began);
    // Every interval is a little shorter than it is asked for.
    let looks = took.as_millis() * 100 / (case.plan.poll.as_millis() * 95) + 2;
    let looks = usize::try_from(looks).unwrap_or(MOST);
    // The SDK asks four times at most.
    let again = if case.plan.faults { 4 } else { 1 };
    let most = (BEFORE + looks * A_LOOK) * again;
    hold(made < most, || {
        let took = SignedDuration::from_secs(took.as_secs());
        format!("{made} calls in {took:#}, where {most} are the most")
    })
}
