//! The names that were sent as inputs and are none.

use super::Inputs;
use super::problems::Problems;
use super::raw::{RawInputs, sent};
use crate::job::Variables;
use crate::model::spelling::nearest;

impl Inputs {
    /// Names that were sent as inputs and are none: most likely of a later version.
    pub fn unknown(variables: &Variables) -> Vec<String> {
        let known = |name: &str| RawInputs::NAMES.contains(&name);
        sent(variables)
            .map(|(name, _)| name)
            .filter(|name| !known(name))
            .collect()
    }
}

/// A near miss of an input's name would be ignored in silence, and something else deployed than
/// what was asked for.
pub(super) fn misspelt(variables: &Variables, problems: &mut Problems) {
    for name in Inputs::unknown(variables) {
        if let Some(near) = nearest(&name, RawInputs::NAMES) {
            problems.note(
                &name,
                &format!("there is no such input; did you mean `{near}`?"),
            );
        }
    }
}
