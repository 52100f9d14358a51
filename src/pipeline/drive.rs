//! The one polling loop: looks, tells what is new, waits, until the wait is over.
//!
//! It knows no strategy and no wording. Throttling makes it slower and never ends it; a failing
//! connection is survived for [`BLIND`]; a denied call or lost credentials end it at once, because
//! asking again cannot help.

use crate::aws::error::{AwsFailure, Kind};
use crate::clock::Clock;
use crate::events::{EventKind, Events};
use crate::failure::Exit;
use crate::rollout::advance::{Ending, Progress, advance};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::Snapshot;
use crate::strategy::Rollout;
use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long AWS may not answer before the run gives up watching.
const BLIND: SignedDuration = SignedDuration::from_mins(10);

/// How often at most the log says that nothing is new.
const HEARTBEAT: SignedDuration = SignedDuration::from_secs(30);

/// The slowest polling that throttling leads to.
const SLOWEST: Duration = Duration::from_mins(1);

/// How to watch.
#[derive(Clone)]
pub struct Watch {
    /// Where facts go.
    pub events: Events,
    /// Whose time counts.
    pub clock: Clock,
    /// Set when the run is cancelled.
    pub cancel: CancellationToken,
    /// Between two looks; at least a second.
    pub poll_interval: Duration,
}

/// Follows the deployment `id` of `target` until the wait that `progress` began is over.
///
/// # Errors
/// The [`AwsFailure`] that took the sight of the deployment; the deployment runs on.
pub async fn drive<R: Rollout>(
    rollout: &R,
    id: &str,
    target: &str,
    progress: Progress,
    watch: &Watch,
) -> Result<Ending> {
    let mut loop_state = Loop::new(progress, target, watch);
    loop {
        tokio::select! {
            biased;
            () = watch.cancel.cancelled() => {
                return Ok(loop_state.progress.abandoned(Outcome::Cancelled, Exit::Cancelled));
            }
            look = rollout.observe(id) => {
                if let Some(ending) = loop_state.take_in(look)? {
                    return Ok(ending);
                }
            }
        }
        tokio::select! {
            biased;
            () = watch.cancel.cancelled() => {}
            () = watch.clock.sleep(loop_state.pause()) => {}
        }
    }
}

/// What the loop remembers between two looks.
struct Loop<'a> {
    progress: Progress,
    target: &'a str,
    watch: &'a Watch,
    began: Timestamp,
    told: Timestamp,
    answered: Timestamp,
    interval: Duration,
}

impl<'a> Loop<'a> {
    fn new(progress: Progress, target: &'a str, watch: &'a Watch) -> Self {
        let now = watch.clock.now();
        let interval = watch.poll_interval;
        Self {
            progress,
            target,
            watch,
            began: now,
            told: now,
            answered: now,
            interval,
        }
    }

    fn take_in(&mut self, look: Result<Snapshot>) -> Result<Option<Ending>> {
        let now = self.watch.clock.now();
        match look {
            Ok(snapshot) => Ok(self.seen(&snapshot, now)),
            Err(error) => self.not_seen(error, now),
        }
    }

    fn seen(&mut self, snapshot: &Snapshot, now: Timestamp) -> Option<Ending> {
        tracing::debug!(?snapshot.state, snapshot.word, ?snapshot.serving, "looked");
        self.answered = now;
        self.interval = self.watch.poll_interval;
        let step = advance(&self.progress, snapshot, now);
        self.progress = step.progress;
        if step.facts.is_empty() {
            self.heartbeat(now);
        } else {
            self.told = now;
        }
        for fact in step.facts {
            self.emit(EventKind::Progressed {
                target: self.target.to_owned(),
                fact,
            });
        }
        step.ending
    }

    /// AWS did not say: whether to look again, and how soon.
    fn not_seen(&mut self, error: anyhow::Error, now: Timestamp) -> Result<Option<Ending>> {
        let kind = AwsFailure::of(&error).map(|failure| failure.kind);
        match kind {
            Some(Kind::Throttled) => {
                self.answered = now;
                self.interval = (self.interval * 2).min(SLOWEST);
            }
            Some(Kind::Transient) if now.duration_since(self.answered) < BLIND => {
                tracing::debug!(error = format!("{error:#}"), "no answer, looking again");
            }
            _ => return Err(error),
        }
        if now >= self.progress.deadline() {
            return Ok(Some(
                self.progress.abandoned(Outcome::TimedOut, Exit::TimedOut),
            ));
        }
        self.heartbeat(now);
        Ok(None)
    }

    fn heartbeat(&mut self, now: Timestamp) {
        if now.duration_since(self.told) < HEARTBEAT {
            return;
        }
        self.told = now;
        let seconds = now.duration_since(self.began).as_secs().unsigned_abs();
        let standing = self.progress.standing();
        self.emit(EventKind::StillWaiting {
            target: self.target.to_owned(),
            seconds,
            standing,
        });
    }

    /// The interval less up to a twenty-fifth, so that many runs do not ask in step, and never past the
    /// deadline.
    fn pause(&self) -> Duration {
        let pause = self.interval.mul_f64(1.0 - fastrand::f64() / 25.0);
        let left = self
            .progress
            .deadline()
            .duration_since(self.watch.clock.now());
        let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
        pause.min(left.max(Duration::from_millis(1)))
    }

    fn emit(&self, kind: EventKind) {
        self.watch.events.emit(kind);
    }
}

#[cfg(test)]
mod tests;
