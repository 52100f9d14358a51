//! What a run does itself about a deployment that failed.
//!
//! Pure. AWS's own way back comes first: a run steps in only where there is none.

use super::ending::Ending;
use super::outcome::Outcome;
use super::snapshot::State;
use crate::inputs::After;

/// What to do about an ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: it is well, AWS has seen to it, or it is a person's to decide.
    None,
    /// The deployment still runs: have it stopped and rolled back.
    Stop,
    /// The deployment is over and the service is set to its revision: deploy the one before.
    Redeploy,
}

/// What `on_failure` has a run do about `ending`.
pub fn remedy(ending: &Ending, on_failure: After) -> Remedy {
    if on_failure == After::Leave {
        return Remedy::None;
    }
    match (ending.outcome, ending.state) {
        (Outcome::Failed, Some(State::Failed | State::Unsettled)) if ending.set_to_ours => {
            Remedy::Redeploy
        }
        (Outcome::Failed, Some(State::Unsettled)) => Remedy::None,
        (Outcome::Failed, Some(state)) if !state.is_over() => Remedy::Stop,
        _ => Remedy::None,
    }
}
