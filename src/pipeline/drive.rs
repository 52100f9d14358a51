//! The one polling loop: looks, tells what is new, waits, until the wait is over.
//!
//! It knows no strategy and no wording. Throttling makes it slower and never ends it; a failing
//! connection is survived for [`BLIND`]; a denied call or lost credentials end it at once, because
//! asking again cannot help.

use crate::aws::error::{AwsFailure, Kind};
use crate::clock::Clock;
use crate::events::{EventKind, Events};
use crate::failure::Exit;
use crate::rollout::advance::{Progress, advance};
use crate::rollout::ending::Ending;
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::{Pause, Serving, Snapshot};
use crate::strategy::Rollout;
use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use std::fmt;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long AWS may not answer before the run gives up watching.
const BLIND: SignedDuration = SignedDuration::from_mins(10);

/// How often at most the log says that nothing is new.
const HEARTBEAT: SignedDuration = SignedDuration::from_secs(30);

/// How long a look may take that is under way when the time is up.
const LAST_LOOK: Duration = Duration::from_secs(15);

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
    /// Whether what is new is told: it is not, of a deployment that is only waited for.
    pub tells: bool,
    /// Whether a pause that the deployment is in is ended: somebody has approved that.
    pub continues: bool,
}

/// The deployment waits in its pause, which could not be ended; what serves meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StillPaused(pub Serving);

impl fmt::Display for StillPaused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the deployment waits in its pause, and was not continued")
    }
}

/// How a wait ended, and what was found out on the way.
#[derive(Debug, Clone)]
pub struct Driven<D> {
    /// How it ended.
    pub ending: Ending,
    /// What is known of the deployment, to wait on for it in another way.
    pub progress: Progress,
    /// Why it does not go well, when it does not.
    pub diagnosis: Option<D>,
}

/// Follows the deployment `id` of `target` until the wait that `progress` began is over. The first
/// look that shows trouble is given to `look_into`, once: what there is to see may be gone later.
///
/// # Errors
/// The [`AwsFailure`] that took the sight of the deployment; the deployment runs on.
pub async fn drive<R: Rollout, D>(
    rollout: &R,
    id: &str,
    target: &str,
    progress: Progress,
    watch: &Watch,
    look_into: impl AsyncFn(&Snapshot) -> Option<D>,
) -> Result<Driven<D>> {
    let mut state = Loop::new(progress, target, watch);
    let mut diagnosis = None;
    loop {
        let looked = async {
            let looked = match state.before_it_is_too_late(rollout.observe(id)).await {
                Some(look) => state.take_in(look),
                None => Ok(Looked::Fine(Some(state.timed_out()), None)),
            };
            if let Some((pause, serving)) = state.to_end(&looked) {
                state.tell_of_the_end_of_a_pause();
                let told = rollout.go_on(id, pause).await;
                told.map_err(|error| error.context(StillPaused(serving.clone())))?;
            }
            if let Ok(Looked::Trouble(snapshot, _)) = &looked
                && diagnosis.is_none()
            {
                diagnosis = look_into(snapshot).await;
            }
            looked
        };
        let ending = tokio::select! {
            biased;
            () = watch.cancel.cancelled() => None,
            looked = looked => Some(looked?.ending()),
        };
        let cancelled = || {
            state
                .progress
                .abandoned(Outcome::Cancelled, Exit::Cancelled)
        };
        if let Some(ending) = ending.unwrap_or_else(|| Some(cancelled())) {
            let progress = state.progress;
            return Ok(Driven {
                ending,
                progress,
                diagnosis,
            });
        }
        tokio::select! {
            biased;
            () = watch.cancel.cancelled() => {}
            () = watch.clock.sleep(state.pause()) => {}
        }
    }
}

/// What came of a look.
enum Looked {
    /// Nothing that is trouble; the ending, when the wait is over, and else the pause that it is in.
    Fine(Option<Ending>, Option<(Pause, Serving)>),
    /// This is trouble; the ending, when the wait is over.
    Trouble(Box<Snapshot>, Option<Ending>),
}

impl Looked {
    fn ending(self) -> Option<Ending> {
        match self {
            Self::Fine(ending, _) | Self::Trouble(_, ending) => ending,
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

    fn take_in(&mut self, look: Result<Snapshot>) -> Result<Looked> {
        let now = self.watch.clock.now();
        let snapshot = match look {
            Ok(snapshot) => snapshot,
            Err(error) => {
                let ending = self.not_seen(error, now)?;
                return Ok(Looked::Fine(ending, None));
            }
        };
        let ending = self.seen(&snapshot, now);
        let ends_badly = ending.as_ref().is_some_and(|ending| ending.exit.is_some());
        Ok(if snapshot.is_trouble() || ends_badly {
            Looked::Trouble(Box::new(snapshot), ending)
        } else {
            let serving = snapshot.serving;
            Looked::Fine(ending, snapshot.pause.map(|pause| (pause, serving)))
        })
    }

    /// The pause that was seen, where this run is to end it and waits for more.
    fn to_end<'p>(&self, looked: &'p Result<Looked>) -> Option<&'p (Pause, Serving)> {
        match looked {
            Ok(Looked::Fine(None, Some(pause))) if self.watch.continues => Some(pause),
            _ => None,
        }
    }

    fn tell_of_the_end_of_a_pause(&self) {
        let text = format!("{}: approved, and told to go on.", self.target);
        self.watch.events.note(text);
    }

    fn seen(&mut self, snapshot: &Snapshot, now: Timestamp) -> Option<Ending> {
        tracing::debug!(?snapshot.state, snapshot.word, ?snapshot.serving, "looked");
        self.answered = now;
        self.interval = self.watch.poll_interval;
        let step = advance(&self.progress, snapshot, now);
        self.progress = step.progress;
        if step.facts.is_empty() || !self.watch.tells {
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
            return Ok(Some(self.timed_out()));
        }
        self.heartbeat(now);
        Ok(None)
    }

    /// What comes of `look`, unless AWS leaves it without an answer beyond the deadline.
    async fn before_it_is_too_late<T>(&self, look: impl Future<Output = T>) -> Option<T> {
        let late = self.left().saturating_add(LAST_LOOK);
        tokio::select! {
            biased;
            look = look => Some(look),
            () = self.watch.clock.sleep(late) => None,
        }
    }

    fn timed_out(&self) -> Ending {
        self.progress.abandoned(Outcome::TimedOut, Exit::TimedOut)
    }

    /// Until the deadline.
    fn left(&self) -> Duration {
        let now = self.watch.clock.now();
        let left = self.progress.deadline().duration_since(now);
        Duration::try_from(left).unwrap_or(Duration::ZERO)
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
        pause.min(self.left().max(Duration::from_millis(1)))
    }

    fn emit(&self, kind: EventKind) {
        let heartbeat = matches!(kind, EventKind::StillWaiting { .. });
        if self.watch.tells || heartbeat {
            self.watch.events.emit(kind);
        }
    }
}

#[cfg(test)]
mod tests;
