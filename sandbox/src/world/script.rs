//! What is to go wrong, and when: faults that strike calls on their way in or out.
//!
//! Knows calls by the names on record only. How a fault is said is the wire's business.

pub mod seed;

pub use seed::Seed;

use super::World;
use super::identity::policy::matches;
use crate::wire::aws_error::AwsError;
use http::StatusCode;
use jiff::Timestamp;

/// What is to go wrong.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// The first that matches a call strikes it.
    pub faults: Vec<Fault>,
}

/// Something that goes wrong with some calls.
#[derive(Debug, Clone)]
pub struct Fault {
    /// `ecs`, `github`, `*`.
    pub service: String,
    /// `DescribeServices`, `Describe*`, `GET /repos/*/environments/*`.
    pub operation: String,
    /// Not before this moment.
    pub after: Option<Timestamp>,
    /// Not from this moment on.
    pub until: Option<Timestamp>,
    /// So many matching calls pass before the first is struck.
    pub skip: u64,
    /// So many calls are struck, then no more; every one if absent.
    pub count: Option<u64>,
    /// The call is carried out, and only its answer is replaced.
    pub lost: bool,
    /// What the caller gets.
    pub outcome: Outcome,
    /// Matching calls so far, in the time of the fault.
    pub seen: u64,
}

/// What the caller of a struck call gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// This error.
    Error(AwsError),
    /// The service's own way to say that there were too many calls.
    Throttle,
    /// The service's own way to say that it has failed, with this HTTP status.
    Broken(StatusCode),
    /// Nothing: the connection is cut.
    Cut,
}

/// A fault that strikes a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strike {
    /// The call is carried out all the same.
    pub lost: bool,
    /// What the caller gets.
    pub outcome: Outcome,
}

/// Which fault strikes this call, if any. Counts the call.
pub fn strike(world: &mut World, service: &str, operation: &str) -> Option<Strike> {
    let now = world.now;
    let mut found = None;
    for fault in &mut world.script.faults {
        if fault.concerns(service, operation, now) && fault.takes() && found.is_none() {
            found = Some(Strike {
                lost: fault.lost,
                outcome: fault.outcome.clone(),
            });
        }
    }
    found
}

impl Fault {
    fn concerns(&self, service: &str, operation: &str, now: Timestamp) -> bool {
        matches(&self.service, service)
            && matches(&self.operation, operation)
            && self.after.is_none_or(|after| after <= now)
            && self.until.is_none_or(|until| now < until)
    }

    fn takes(&mut self) -> bool {
        let number = self.seen;
        self.seen += 1;
        number >= self.skip && self.count.is_none_or(|count| number - self.skip < count)
    }
}
