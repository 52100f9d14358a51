//! Simulated time: runs `speed` times as fast as tokio's clock, from a given start.
//!
//! Under tokio's paused clock it follows the virtual time, so that hours pass in milliseconds.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::time::Instant;

/// A clock that starts at a given moment and runs `speed` times as fast as the real one.
#[derive(Clone, Debug)]
pub struct Clock {
    anchor: Timestamp,
    started: Instant,
    speed: f64,
}

impl Clock {
    /// Starts now. `speed` 60 makes a simulated minute last a second; it must be above zero.
    pub fn start(anchor: Timestamp, speed: f64) -> Self {
        Self {
            anchor,
            started: Instant::now(),
            speed,
        }
    }

    /// The simulated now.
    pub fn now(&self) -> Timestamp {
        let elapsed: Duration = self.started.elapsed().mul_f64(self.speed);
        let elapsed = SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX);
        self.anchor
            .saturating_add(elapsed)
            .unwrap_or(Timestamp::MAX)
    }

    /// The moment the clock started from, in simulated and in real time alike.
    pub fn anchor(&self) -> Timestamp {
        self.anchor
    }

    /// Simulated seconds in a real one.
    pub fn speed(&self) -> f64 {
        self.speed
    }
}
