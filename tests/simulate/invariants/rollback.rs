//! The command `rollback`: what served before serves again, and the verdict says just that.

use super::{Case, hold};
use greengate::failure::Exit;
use greengate::rollout::outcome::Outcome;

pub(super) fn is_true(case: &Case<'_>) -> Result<(), String> {
    let (Some((outcome, exit)), Some(previous)) = (case.finished(), case.previous) else {
        return Ok(());
    };
    let is_back = case.last_looks().any(|truth| truth.is_on(previous));
    let surely = case
        .last_looks()
        .all(|truth| truth.sole() == Some(previous) && truth.is_on(previous));
    let how = || {
        format!(
            "{outcome}, {exit:?}, and {previous} served before: {:?}",
            case.last_looks().last()
        )
    };
    match outcome {
        Outcome::Succeeded => hold(is_back, how),
        // What is left of a way back is the old tasks; what is not waited for may come yet.
        Outcome::TrafficShifted => Err(format!("a rollback that worked has succeeded: {}", how())),
        Outcome::RolledBack | Outcome::Superseded | Outcome::Failed => {
            hold(!surely || case.plan.faults, how)?;
            let another = case.last_looks().any(|truth| truth.sole().is_some());
            hold(exit != Some(Exit::OtherServes) || another, how)
        }
        _ => Ok(()),
    }
}
