//! What others do in the account meanwhile: at a time, or some time after a call.
//!
//! They do it by the same calls that any client makes, so that the services' own rules hold for
//! them, and the calls are on record with who made them.

pub mod deed;
mod play;
pub mod seed;

#[cfg(test)]
mod tests;

pub use deed::Deed;
pub use play::play;
pub use seed::Seed;

use super::World;
use super::identity::policy::matches;
use jiff::{SignedDuration, Timestamp};

/// What is still to happen.
#[derive(Debug, Default)]
pub struct Happenings {
    /// In the order of the scenario; what is due at the same time happens in this order.
    pub pending: Vec<Happening>,
}

/// Something that somebody else does.
#[derive(Debug, Clone)]
pub struct Happening {
    /// What sets it off.
    pub when: When,
    /// The ARN of who does it.
    pub by: String,
    /// What is done.
    pub deed: Deed,
}

/// What sets something off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// A moment.
    At(Timestamp),
    /// A call.
    After(Trigger),
}

/// A call that sets something off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// `ecs`, `codedeploy`, `*`.
    pub service: String,
    /// `CreateDeployment`, `Update*`.
    pub operation: String,
    /// How many such calls must be carried out, from now on, before it is set off; at least 1.
    pub nth: u32,
    /// So long after the last of them.
    pub wait: SignedDuration,
}

impl Happenings {
    /// A client's call was carried out at `now`.
    pub fn heard(&mut self, service: &str, operation: &str, now: Timestamp) {
        for happening in &mut self.pending {
            if let When::After(trigger) = &mut happening.when
                && trigger.concerns(service, operation)
            {
                trigger.nth = trigger.nth.saturating_sub(1);
                if trigger.nth == 0 {
                    happening.when = When::At(super::ecs::later(now, trigger.wait));
                }
            }
        }
    }

    /// Takes out what is due at `now`, the earliest first.
    fn take_due(&mut self, now: Timestamp) -> Vec<Happening> {
        let is_due = |it: &mut Happening| it.moment().is_some_and(|at| at <= now);
        let mut due: Vec<Happening> = self.pending.extract_if(.., is_due).collect();
        due.sort_by_key(Happening::moment);
        due
    }
}

impl Happening {
    fn moment(&self) -> Option<Timestamp> {
        match self.when {
            When::At(at) => Some(at),
            When::After(_) => None,
        }
    }
}

impl Trigger {
    fn concerns(&self, service: &str, operation: &str) -> bool {
        matches(&self.service, service) && matches(&self.operation, operation)
    }
}

/// The next moment at which somebody does something.
pub fn next_due(world: &World) -> Option<Timestamp> {
    let pending = world.happenings.pending.iter();
    pending.filter_map(Happening::moment).min()
}

/// Lets happen what is due at `world.now`.
pub fn settle(world: &mut World) {
    for happening in world.happenings.take_due(world.now) {
        play(world, &happening.by, &happening.deed);
    }
}
