//! Reads that may fail, within one budget of time.

use crate::aws::error::{AwsFailure, Kind};
use crate::clock::Clock;
use crate::diagnosis::Unread;
use crate::pipeline::Run;
use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long all reads together may take, of real time: AWS is no quicker where the clock is.
const BUDGET: Duration = Duration::from_secs(5);

/// What is read from, how long for, and what could not be read.
pub(super) struct Reads<'a> {
    clock: &'a Clock,
    cancel: &'a CancellationToken,
    deadline: Timestamp,
    unread: Mutex<Vec<Unread>>,
}

impl<'a> Reads<'a> {
    /// Reads from now on.
    pub(super) fn new(run: &Run<'a>) -> Self {
        let budget = SignedDuration::try_from(run.clock.in_real_time(BUDGET));
        let budget = budget.unwrap_or(SignedDuration::MAX);
        let deadline = run.clock.now().saturating_add(budget);
        Self {
            clock: run.clock,
            cancel: run.cancel,
            deadline: deadline.unwrap_or(Timestamp::MAX),
            unread: Mutex::default(),
        }
    }

    /// What `call` gives; `None`, and a remark that `what` is missing, when it gives nothing.
    pub(super) async fn read<T>(
        &self,
        what: &str,
        call: impl Future<Output = Result<T>>,
    ) -> Option<T> {
        let why = tokio::select! {
            biased;
            done = call => match done {
                Ok(read) => return Some(read),
                Err(error) => refusal(&error),
            },
            why = self.out_of_time() => (String::new(), why.to_owned()),
        };
        let (action, why) = why;
        self.miss(what, action, why);
        None
    }

    /// Remarks that `what` is missing.
    pub(super) fn miss(&self, what: &str, action: impl Into<String>, why: impl Into<String>) {
        let unread = Unread {
            what: what.to_owned(),
            action: action.into(),
            why: why.into(),
        };
        let mut all = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains(&unread) {
            all.push(unread);
        }
    }

    /// Everything that is missing.
    pub(super) fn unread(&self) -> Vec<Unread> {
        let mut all = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *all)
    }

    /// Comes when nothing more is to be read, and says why.
    async fn out_of_time(&self) -> &'static str {
        let left = self.deadline.duration_since(self.clock.now());
        let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => "the run was cancelled",
            () = self.clock.sleep(left) => "AWS did not answer in time",
        }
    }
}

/// The IAM action that a read takes, and why it was not done.
fn refusal(error: &anyhow::Error) -> (String, String) {
    let Some(failure) = AwsFailure::of(error) else {
        return (String::new(), format!("{error:#}"));
    };
    let why = match failure.kind {
        Kind::Denied => "not permitted".to_owned(),
        _ if failure.code.is_empty() => failure.message.clone(),
        _ => format!("{} ({})", failure.message, failure.code),
    };
    (failure.action.clone(), why)
}
