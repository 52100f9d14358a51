//! Several failures as one error: all that is wrong is told at once.

use super::Failure;
use std::fmt;

/// Several failures found at once; the first one decides how the run ends.
#[derive(Debug, Clone)]
pub struct Failures(Vec<Failure>);

impl Failures {
    /// All of `failures` as one error; fine when there are none.
    ///
    /// # Errors
    /// When there is at least one.
    pub fn none(failures: Vec<Failure>) -> Result<(), Self> {
        if failures.is_empty() {
            Ok(())
        } else {
            Err(Self(failures))
        }
    }

    /// `failures` as one error; there is at least one.
    pub fn of(failures: Vec<Failure>) -> Self {
        Self(failures)
    }

    /// Each of them.
    pub fn all(&self) -> &[Failure] {
        &self.0
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&each.join("; "))
    }
}

impl std::error::Error for Failures {}
