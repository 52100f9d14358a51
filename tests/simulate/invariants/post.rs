//! The post step: what a cancelled step left running is taken back, and the log says so.

use super::{Case, hold};
use crate::runner::Posted;

/// After it the deployment is over, one way or the other; where its way back cannot come to an end,
/// that is told.
pub(crate) fn sees_to_it(case: &Case<'_>, posted: &Posted) -> Result<(), String> {
    let Some(ended) = &posted.ended else {
        return Err("the post step does not end".to_owned());
    };
    let disturbed = case.plan.faults || case.plan.others;
    if disturbed || case.plan.given("on-cancel") == Some("leave") {
        return Ok(());
    }
    let standing = case.standing(&posted.left.id);
    let over = standing.as_ref().is_some_and(|it| it.over.is_some());
    let endless = case.plan.old_tasks_fail() && standing.as_ref().is_some_and(|it| it.stopping);
    let told = endless && posted.log.contains("is still being rolled back");
    hold(over || told, || {
        format!(
            "{standing:?} after the post step: {ended:?}\n{}",
            posted.log
        )
    })?;
    let went_well = standing.is_some_and(|it| it.rolled_back || it.succeeded());
    hold(!went_well || ended.is_ok(), || {
        format!("{ended:?}\n{}", posted.log)
    })
}
