//! What came of the checks of permissions: which statement gave what was asked for, and what none
//! gives.
//!
//! Somebody who wants to know whether a policy is as narrow as it may be reads it here.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// A permission that was asked for and given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The name of the policy in `docs/permissions.md`; empty for any other.
    pub policy: String,
    /// The `Sid` of the statement that gave it; empty where it has none.
    pub statement: String,
    /// `ecs:UpdateService`.
    pub action: String,
    /// The ARN that it was asked for, or `*`.
    pub resource: String,
}

/// A permission that was asked for and that no policy mentions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The caller's ARN.
    pub caller: String,
    /// `ecs:UpdateService`.
    pub action: String,
    /// The ARN that it was asked for, or `*`.
    pub resource: String,
}

/// What was asked for so far. Checks are made of a world that is only looked at: hence the lock.
#[derive(Debug, Default)]
pub struct Checks(Mutex<(BTreeSet<Use>, BTreeSet<Missing>)>);

impl Checks {
    /// Every permission that was given, once for each statement that gives it.
    pub fn used(&self) -> BTreeSet<Use> {
        self.with(|(used, _)| used.clone())
    }

    /// Every permission that was refused because no policy mentions it. What a policy denies, or
    /// what was taken from a role, is not among them.
    pub fn missing(&self) -> BTreeSet<Missing> {
        self.with(|(_, missing)| missing.clone())
    }

    pub(super) fn given(&self, uses: impl Iterator<Item = Use>) {
        self.with(|(used, _)| used.extend(uses));
    }

    pub(super) fn refused(&self, asked: Missing) {
        self.with(|(_, missing)| missing.insert(asked));
    }

    fn with<T>(&self, look: impl FnOnce(&mut (BTreeSet<Use>, BTreeSet<Missing>)) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
