//! How AWS is asked: what may pass is asked again, in one way for all services.
//!
//! The SDK's own repetition is off. It counts attempts over the whole process and knows neither
//! half answers nor sessions that AWS ends before their time. Here throttling and failures in
//! passing cost patience, which is time; a session that has ended is renewed once; everything else
//! is the answer. What is written goes through [`Asking::say`], which repeats nothing that AWS may
//! have done.

use super::credentials::Renewed;
use super::error::{AwsFailure, Kind};
use crate::clock::Clock;
use crate::events::Events;
use crate::http::again::Patience;
use anyhow::{Error, Result};
use jiff::SignedDuration;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How long a question is repeated while AWS throttles or fails.
const PATIENT: SignedDuration = SignedDuration::from_mins(5);

/// The same for somebody who asks again by himself.
const BRISK: SignedDuration = SignedDuration::from_secs(2);

/// The same where nobody is at the address.
const NOBODY: SignedDuration = SignedDuration::from_secs(10);

/// After so long the reader is told what is waited for.
const SILENT: SignedDuration = SignedDuration::from_secs(10);

/// The way of asking.
#[derive(Clone)]
pub(super) struct Asking {
    clock: Clock,
    patience: SignedDuration,
    events: Option<Events>,
    sessions: Option<Arc<Renewed>>,
    changed: Arc<AtomicBool>,
}

impl fmt::Debug for Asking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Asking(for {:#})", self.patience)
    }
}

impl Asking {
    /// In `clock`'s time, patiently, and with credentials that nothing renews.
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            patience: PATIENT,
            events: None,
            sessions: None,
            changed: Arc::default(),
        }
    }

    /// With `events` told of long waits.
    pub(super) fn telling(self, events: Events) -> Self {
        Self {
            events: Some(events),
            ..self
        }
    }

    /// With `sessions` that are renewed when AWS ends one.
    pub(super) fn renewing(self, sessions: Arc<Renewed>) -> Self {
        Self {
            sessions: Some(sessions),
            ..self
        }
    }

    /// For somebody who asks again by himself, as a loop does.
    pub(super) fn brisk(&self) -> Self {
        Self {
            patience: BRISK,
            ..self.clone()
        }
    }

    /// Asks `question` until there is an answer, an error that stays, or no patience left.
    pub(super) async fn ask<T>(&self, question: impl AsyncFn() -> Result<T>) -> Result<T> {
        let mut patience = None;
        let mut told = false;
        loop {
            let error = match self.say(&question).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(failure) = AwsFailure::of(&error).filter(|it| it.kind.passes()) else {
                return Err(error);
            };
            let limit = self.patience_with(failure);
            let patience = patience.get_or_insert_with(|| Patience::new(&self.clock, limit));
            let Some(failing) = patience.tried() else {
                return Err(error);
            };
            tracing::debug!(%failure, "asking again");
            if failing >= SILENT && !std::mem::replace(&mut told, true) {
                self.tell(failure, limit);
            }
            patience.pause().await;
        }
    }

    /// Asks once; a second time only when AWS refused because the session had ended, with a new
    /// one.
    pub(super) async fn say<T>(&self, question: impl AsyncFn() -> Result<T>) -> Result<T> {
        let session = self.sessions.as_ref().map(|sessions| sessions.number());
        // An SDK's call is large, and a run has many of them within each other.
        let said = Box::pin(question()).await;
        match (said, &self.sessions, session) {
            (Err(error), Some(sessions), Some(session)) if ended(&error) => {
                sessions.ended(session).await;
                Box::pin(question()).await
            }
            (said, ..) => said,
        }
    }

    /// The same answer; where it is `done`, or was lost so that nobody knows, it is noted that AWS
    /// may have been changed.
    pub(super) fn noting<T>(&self, answer: Result<T>, done: impl Fn(&T) -> bool) -> Result<T> {
        let lost =
            |error| AwsFailure::of(error).is_some_and(|failure| failure.kind == Kind::Transient);
        if answer.as_ref().map_or_else(lost, done) {
            self.changed.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Whether anything was changed by now, or may have been: see [`Self::noting`].
    pub(super) fn has_changed_anything(&self) -> bool {
        self.changed.load(Ordering::Relaxed)
    }

    /// An address that nobody answers at is more often a wrong one than an outage.
    fn patience_with(&self, failure: &AwsFailure) -> SignedDuration {
        if failure.nobody_there() {
            return self.patience.min(NOBODY);
        }
        self.patience
    }

    fn tell(&self, failure: &AwsFailure, limit: SignedDuration) {
        let AwsFailure {
            action, message, ..
        } = failure;
        let does = match failure.kind {
            Kind::Throttled => "throttles",
            _ => "gives no usable answer to",
        };
        let minutes = limit.as_mins();
        if let Some(events) = self.events.as_ref().filter(|_| minutes > 0) {
            events.note(format!(
                "AWS {does} {action} ({message}); asking again for up to {minutes} minutes."
            ));
        }
    }
}

fn ended(error: &Error) -> bool {
    AwsFailure::of(error).is_some_and(AwsFailure::session_ended)
}

#[cfg(test)]
mod tests;
