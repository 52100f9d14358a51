//! Reads that nothing depends on, within one budget of time.

use super::super::Run;
use crate::aws::error::{AwsFailure, Kind};
use crate::clock::Clock;
use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use std::time::Duration;

/// How long the checks may hold up the run, of real time: AWS is no quicker where the clock is.
const BUDGET: Duration = Duration::from_secs(2);

/// Until when is read.
pub(super) struct Reads<'a> {
    clock: &'a Clock,
    deadline: Timestamp,
}

impl<'a> Reads<'a> {
    /// Reads from now on.
    pub(super) fn new(run: &Run<'a>) -> Self {
        let budget = SignedDuration::try_from(run.clock.in_real_time(BUDGET));
        let budget = budget.unwrap_or(SignedDuration::MAX);
        let deadline = run.clock.now().saturating_add(budget);
        Self {
            clock: run.clock,
            deadline: deadline.unwrap_or(Timestamp::MAX),
        }
    }

    /// What `call` gives, or why nobody looked.
    pub(super) async fn read<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T, String> {
        let left = self.deadline.duration_since(self.clock.now());
        let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
        tokio::select! {
            biased;
            done = call => done.map_err(|error| reason(&error)),
            () = self.clock.sleep(left) => Err("AWS did not answer in time".to_owned()),
        }
    }
}

/// Why a read gave nothing.
pub(in crate::pipeline) fn reason(error: &anyhow::Error) -> String {
    let Some(failure) = AwsFailure::of(error) else {
        return format!("{error:#}");
    };
    let AwsFailure {
        action,
        message,
        code,
        ..
    } = failure;
    match failure.kind {
        Kind::Denied => format!("the role may not call {action}"),
        _ if code.is_empty() => format!("{action}: {message}"),
        _ => format!("{action}: {message} ({code})"),
    }
}
