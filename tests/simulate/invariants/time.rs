//! The verdict against the clock: neither before its time nor long after it.

use super::verdict::deployment;
use super::{Case, Standing, hold};
use crate::plan::Way;
use crate::truth::Truth;
use greengate::events::EventKind;
use greengate::inputs::WaitFor;
use jiff::{SignedDuration, Timestamp};

/// CodeDeploy makes the deployment that rolls back moments after a failure.
const ROLLBACK_APPEARS: SignedDuration = SignedDuration::from_mins(1);

pub(super) fn timed_out(case: &Case<'_>) -> Result<(), String> {
    let (limit, since) = case
        .attempt
        .events
        .iter()
        .find_map(|(_, event)| match event.kind {
            EventKind::DeploymentStarted {
                timeout_seconds, ..
            } => Some((timeout_seconds, event.at)),
            _ => None,
        })
        .ok_or("no deployment was told")?;
    let limit = SignedDuration::from_secs(i64::try_from(limit).unwrap());
    let late = case.attempt.ended.duration_since(since) - limit;
    // The way back has a time of its own.
    let takes_back = case.attempt.events.iter().any(|(_, event)| {
        matches!(&event.kind, EventKind::Noted { text } if text.ends_with("(on-failure: rollback)."))
    });
    let back = SignedDuration::from_mins(if takes_back { 90 } else { 0 }) + case.plan.paused;
    hold(
        late + back >= SignedDuration::ZERO && late <= case.plan.slack() + back,
        || format!("it ended {late:#} after its time"),
    )?;
    hold(
        case.followed()
            .is_some_and(|(id, _)| case.standing(id).is_some()),
        || "no deployment runs".to_owned(),
    )
}

/// A look after the deployment is over ends the wait.
pub(super) fn in_time(case: &Case<'_>) -> Result<(), String> {
    let Some((_, began)) = case.followed().filter(|_| !case.plan.faults) else {
        return Ok(());
    };
    // What the run does itself about a failure takes time.
    let stepped_in = case.way_back().is_some() || deployment(case)?.stopping;
    let Some(over) = over(case, &deployment(case)?).filter(|_| !stepped_in) else {
        return Ok(());
    };
    let late = case.attempt.ended.duration_since(over.max(began));
    hold(late <= case.plan.poll + case.plan.slack(), || {
        format!("the deployment was over at {over}, {late:#} before the run")
    })
}

/// When there was nothing to wait for any more.
fn over(case: &Case<'_>, standing: &Standing) -> Option<Timestamp> {
    let ours = case.revision()?;
    let goal = case.kinds().find_map(|kind| match kind {
        EventKind::DeploymentStarted { wait_for, .. } => Some(*wait_for),
        _ => None,
    });
    let good = match goal? {
        WaitFor::Succeeded => standing.over.filter(|_| standing.shifted.is_some()),
        _ => standing.shifted,
    };
    let Some(good) = good else {
        let failed = standing.over?;
        let rollback_may_come = case.plan.way == Way::BlueGreen && !standing.rolled_back;
        let patience = if rollback_may_come {
            ROLLBACK_APPEARS
        } else {
            SignedDuration::ZERO
        };
        return Some(failed + patience);
    };
    // Tasks may have stopped since: then it is not over.
    let looks = case.attempt.record.looks.iter();
    let mut after = looks.filter(|look| look.at >= good);
    let serves = |truth: &Truth| truth.is_on(ours) && truth.serves(ours);
    after.all(|look| serves(&look.truth)).then_some(good)
}
