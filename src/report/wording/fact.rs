//! What is new about a deployment, in words.

use super::counts as counts_of;
use super::names::{state_name, status};
use crate::events::Fact;
use crate::report::amounts::percent;

/// A line, and its details below it.
pub(super) fn lines(fact: &Fact) -> Vec<String> {
    match fact {
        Fact::State {
            state,
            word,
            reason,
        } => {
            let line = format!("{} ({word})", state_name(*state));
            std::iter::once(line).chain(reason.clone()).collect()
        }
        Fact::Counts(counts) => vec![counts_of(*counts)],
        Fact::Lifecycle(event) => {
            let line = format!("{} {}", event.name, status(event));
            std::iter::once(line).chain(event.detail.clone()).collect()
        }
        Fact::Traffic { percent: share } => {
            let share = percent(*share);
            vec![format!(
                "{share} of the production traffic on the new revision"
            )]
        }
        Fact::TestTraffic { percent: share } => {
            let share = percent(*share);
            vec![format!("{share} of the test traffic on the new revision")]
        }
        Fact::Alarm { name } => vec![format!("the alarm {name} went off")],
        Fact::Service(event) => vec![format!("ECS: {}", event.message)],
    }
}
