//! The command `rollback`: what served before serves again, and the verdict says just that.

use super::verdict::deployment;
use super::{Case, hold};
use crate::truth::Truth;
use greengate::failure::Exit;
use greengate::rollout::outcome::Outcome;

pub(super) fn is_true(case: &Case<'_>) -> Result<(), String> {
    let (Some((outcome, exit)), Some(previous)) = (case.finished(), case.previous) else {
        return Ok(());
    };
    let is_back = case.last_looks().any(|truth| truth.is_on(previous));
    let surely = case.last_looks().all(|truth| {
        truth.sole() == Some(previous) && truth.serves(previous) && truth.is_on(previous)
    });
    let ours = deployment(case).map_or(Vec::new(), |it| it.ids);
    let how = || {
        format!(
            "{outcome}, {exit:?}, and {previous} served before: {:?}",
            case.last_looks().last()
        )
    };
    match outcome {
        Outcome::Succeeded => hold(is_back, how),
        // What is left of it is the old tasks.
        Outcome::TrafficShifted => {
            let is_at = |truth: &Truth| truth.is_at(previous);
            hold(case.last_looks().any(is_at), how)
        }
        Outcome::RolledBack | Outcome::Superseded | Outcome::Failed => {
            // AWS may call a way back failed that has come to its end.
            hold(
                !surely || case.plan.faults || case.plan.rollback_fails(),
                how,
            )?;
            // What this very deployment was to bring may run of an older one.
            let serves = |truth: &Truth| truth.sole().is_some() || truth.another_may_serve(&ours);
            let healthy = case.last_looks().any(serves);
            hold(exit != Some(Exit::OtherServes) || healthy, how)
        }
        _ => Ok(()),
    }
}
