//! What a plan says on a pull request: the summary without what only the run is of use for.
//!
//! Like every sink it learns what is secret from the stream. Who puts the text where is the
//! pipeline's.

use super::chronicle::Chronicle;
use super::redact::Redactor;
use super::summary;
use crate::events::{Event, Events, Sink};
use crate::failure::Failure;
use crate::rollout::outcome::Outcome;
use std::sync::{Arc, Mutex, PoisonError};

/// What GitHub takes as a comment is 65536 characters; some are for what the caller puts before it
/// (<https://docs.github.com/rest/issues/comments>).
const MOST: usize = 65_000;

/// A comment that is written as the run goes on.
#[derive(Clone)]
pub struct Comment {
    docs: String,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    chronicle: Chronicle,
    redactor: Redactor,
}

impl Comment {
    /// One about nothing so far; the documents are at `docs`.
    pub fn new(docs: String) -> Self {
        Self {
            docs,
            known: Arc::default(),
        }
    }

    /// One about what `events` tell from now on.
    pub fn on(events: &Events, docs: &str) -> Self {
        let comment = Self::new(docs.to_owned());
        events.tell_also(Box::new(comment.clone()));
        comment
    }

    /// The text for a run that ends with `outcome`, and with these failures.
    pub fn text(&self, outcome: Outcome, failures: &[Failure]) -> String {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut chronicle = known.chronicle.clone();
        chronicle.outcome = Some(outcome);
        chronicle.failures = failures.to_vec();
        summary::of_a_plan(&chronicle, &self.docs, &known.redactor, MOST)
    }
}

impl Sink for Comment {
    fn on(&mut self, event: &Event) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.chronicle.take(event);
    }

    fn mask(&mut self, secret: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.redactor.learn(secret);
    }
}
