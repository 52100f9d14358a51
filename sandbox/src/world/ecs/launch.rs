//! What a deployment or a task set launches its tasks from, and how fast after failures.

use super::later;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// The first pause after a failed start; it doubles with each further round, up to [`LONGEST`].
const FIRST: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause between two rounds of starts.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);
/// After so many rounds of failures ECS says that it cannot start tasks consistently.
const UNABLE_AFTER: u32 = 3;

/// The tasks' common source: a deployment or a task set.
#[derive(Debug, Clone)]
pub struct Launch {
    /// `ecs-svc/…`; tasks have it as `startedBy`.
    pub id: String,
    /// The ARN of the task definition.
    pub task_definition: String,
    /// The entry of `loadBalancers` its tasks are registered by.
    pub load_balancer: Option<Value>,
    /// The how-manieth new revision of the service it brings; 0 for the seeded one.
    pub nth_revision: u32,
    /// How many tasks it has made.
    pub made: u32,
    /// How many of them failed to start since one was healthy.
    pub failed: u32,
    /// No task is started before this moment.
    pub held_until: Option<Timestamp>,
    rounds: u32,
    last_failure: Option<Timestamp>,
}

impl Launch {
    /// A source that has made nothing yet.
    pub fn new(id: String, task_definition: &str, load_balancer: Option<Value>, nth: u32) -> Self {
        Self {
            id,
            task_definition: task_definition.to_owned(),
            load_balancer,
            nth_revision: nth,
            made: 0,
            failed: 0,
            held_until: None,
            rounds: 0,
            last_failure: None,
        }
    }

    /// May tasks be started at `now`?
    pub fn may_start(&self, now: Timestamp) -> bool {
        self.held_until.is_none_or(|until| until <= now)
    }

    /// One of its tasks failed; `early` when it was never healthy. True where ECS says that it
    /// cannot start tasks consistently.
    pub fn note_failure(&mut self, early: bool, now: Timestamp) -> bool {
        self.failed += u32::from(early);
        if self.last_failure == Some(now) {
            return false;
        }
        self.last_failure = Some(now);
        let factor = 1_i32.checked_shl(self.rounds).unwrap_or(i32::MAX);
        let pause = FIRST.checked_mul(factor).unwrap_or(LONGEST).min(LONGEST);
        self.rounds = (self.rounds + 1).min(10);
        self.held_until = Some(later(now, pause));
        self.rounds >= UNABLE_AFTER
    }

    /// One of its tasks is healthy; `reset` when that sets the count of failures back.
    pub fn note_healthy(&mut self, reset: bool) {
        self.rounds = 0;
        self.held_until = None;
        if reset {
            self.failed = 0;
        }
    }
}
