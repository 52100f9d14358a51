//! A run ends, and asks no more than it needs.

use super::{Case, hold};
use crate::connection::MOST;
use greengate::events::EventKind;
use greengate::failure::Code;
use jiff::SignedDuration;

/// Everything before the deployment and the beginning of it.
const BEFORE: usize = 50;

/// What a look at a deployment asks at most.
const A_LOOK: usize = 5;

/// What the way back may take besides: it is no part of the time-out.
const BACK: SignedDuration = SignedDuration::from_hours(2);

pub(super) fn it_ends(case: &Case<'_>) -> Result<(), String> {
    let took = case.attempt.ended.duration_since(case.attempt.began);
    hold(case.attempt.code.is_some(), || {
        format!("it does not end: {took:#} by now")
    })?;
    let started = case
        .attempt
        .events
        .iter()
        .find_map(|(_, event)| match event.kind {
            EventKind::DeploymentStarted {
                timeout_seconds, ..
            } => Some((timeout_seconds, event.at)),
            _ => None,
        });
    let Some((limit, since)) = started else {
        return Ok(());
    };
    let limit = SignedDuration::from_secs(i64::try_from(limit).unwrap());
    let took = case.attempt.ended.duration_since(since);
    let stepped_in = case.way_back().is_some()
        || case
            .followed()
            .and_then(|(id, _)| case.standing(id))
            .is_some_and(|it| it.stopping || it.rolled_back);
    let back = if stepped_in {
        BACK
    } else {
        SignedDuration::ZERO
    };
    hold(
        took <= limit + back + case.plan.paused + case.plan.slack(),
        || format!("it took {took:#}, where {limit:#} is the time-out"),
    )
}

/// Sessions that end are renewed, and nothing else takes the sight of a deployment, unless calls go
/// wrong or somebody means it.
pub(super) fn keeps_its_sight(case: &Case<'_>) -> Result<(), String> {
    if case.plan.faults || case.plan.is_deprived() {
        return Ok(());
    }
    let lost = [
        Code::NoCredentials,
        Code::RoleRefused,
        Code::AccessDenied,
        Code::AwsUnavailable,
        Code::LostSight,
    ];
    let failure = case.failures().find(|it| lost.contains(&it.code));
    hold(failure.is_none(), || format!("{failure:?}"))
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
