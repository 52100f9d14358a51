//! A write that is to happen once, whatever is lost on the way.
//!
//! AWS has no client token for `RegisterTaskDefinition`, `UpdateService` and `CreateDeployment`: one
//! that is sent again because its answer was lost may make a second revision or deployment. The
//! SDK's own repetition is switched off for them, and [`once`] looks before it writes again. What a
//! write is, and how it is seen that it was done, is the caller's to say.

use super::error::{AwsFailure, Kind};
use crate::clock::Clock;
use crate::events::Events;
use crate::http::again::Patience;
use anyhow::{Error, Result};
use jiff::SignedDuration;
use std::fmt;

/// How long after its first failure a write is still asked for. "Too many concurrent attempts to
/// create a new revision" passes within minutes where many services are deployed at once.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// Does `write` and gives what it gave. When AWS holds it back (throttling) or its answer is lost
/// (a cut connection, a server error, half an answer), pauses and takes a `look`: `Some` is what
/// the write has made meanwhile, `None` that it was not done, and only then is it asked for again.
/// The pauses grow from one second to half a minute, for five minutes of `clock`'s time; `events`
/// are told that there is something to wait for.
///
/// `look` must tell what this write made from everything that was there before (by what was listed
/// before it, by its description, by its content). It is asked after every failure, since a request
/// that was lost may take effect late, and once more when AWS refuses a write that was asked for
/// again: the one before may be why. A look that fails in passing is repeated, never skipped.
///
/// ```ignore
/// let service = once(clock, events,
///     async || ecs.update_service(&update).await,
///     async || Ok(ecs.services(cluster, &name).await?.into_iter().flatten().find(is_ours)),
/// ).await?;
/// ```
///
/// # Errors
/// The write's refusal, or the last failure when the time was up. After one of [`Kind::Transient`]
/// it is not known whether the write was done, nor when a look failed after one: [`Unheard`] is in the
/// error then.
pub async fn once<T>(
    clock: &Clock,
    events: &Events,
    mut write: impl AsyncFnMut() -> Result<T>,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let mut trouble = Trouble::new(clock, events);
    loop {
        let error = match write().await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        if let Err(error) = trouble.survived(error, true) {
            if trouble.lost.is_none() {
                return Err(error);
            }
            return match look().await {
                Ok(seen) => seen.ok_or(error),
                Err(_) => Err(trouble.unknown(error)),
            };
        }
        loop {
            trouble.patience.pause().await;
            match look().await {
                Ok(Some(done)) => return Ok(done),
                Ok(None) => break,
                Err(error) => {
                    let survived = trouble.survived(error, false);
                    survived.map_err(|error| trouble.unknown(error))?;
                }
            }
        }
    }
}

/// What went wrong so far.
struct Trouble<'a> {
    events: &'a Events,
    patience: Patience<'a>,
    held_back: bool,
    lost: Option<AwsFailure>,
}

/// The write whose answer was lost: whether it was done could not be looked up.
#[derive(Debug, Clone)]
pub struct Unheard(pub AwsFailure);

impl fmt::Display for Unheard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is not known whether this was done: {}", self.0)
    }
}

impl std::error::Error for Unheard {}

impl<'a> Trouble<'a> {
    fn new(clock: &'a Clock, events: &'a Events) -> Self {
        Self {
            events,
            patience: Patience::new(clock, PATIENCE),
            held_back: false,
            lost: None,
        }
    }

    /// Takes in the failure of a write, or of a look at one; the failure itself where waiting does
    /// not help, or not any more.
    fn survived(&mut self, error: Error, of_write: bool) -> Result<()> {
        let passes = AwsFailure::of(&error).filter(|failure| failure.kind.passes());
        let Some(failure) = passes.filter(|_| self.patience.tried().is_some()) else {
            return Err(error);
        };
        tracing::debug!(%failure, "asking again");
        if of_write {
            self.tell(failure);
        }
        Ok(())
    }

    /// The failure of a look, after which nobody knows of the write.
    fn unknown(&self, error: Error) -> Error {
        match &self.lost {
            Some(write) => error.context(Unheard(write.clone())),
            None => error,
        }
    }

    /// Each kind of trouble once.
    fn tell(&mut self, failure: &AwsFailure) {
        let AwsFailure {
            action, message, ..
        } = failure;
        let minutes = PATIENCE.as_mins();
        if failure.kind == Kind::Throttled {
            if !std::mem::replace(&mut self.held_back, true) {
                self.events.note(format!(
                    "AWS holds {action} back ({message}); asking again for up to {minutes} minutes."
                ));
            }
        } else if self.lost.replace(failure.clone()).is_none() {
            self.events.note(format!(
                "The answer to {action} was lost ({message}); looking whether it was done before \
                 asking again."
            ));
        }
    }
}

#[cfg(test)]
mod tests;
