//! What is checked before a deployment: pure judgements of what was read, one file a subject.
//!
//! A check says that a thing is in order, that it is not and what to do, or that nobody could look.
//! What is read for it, and for how long, is [`crate::pipeline::preflight`]'s.

pub mod alarms;
pub mod balancing;
pub mod fargate;
pub mod image;
pub mod logs;
pub mod network;
pub mod roles;
pub mod scan;
pub mod secrets;
pub mod task;

use crate::failure::Failure;
use serde::Serialize;

/// One row of the table.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Check {
    /// What is looked at: `execution role`.
    #[serde(rename = "check")]
    pub name: &'static str,
    /// Which one it is: a name; empty where there is but one.
    pub subject: String,
    /// What came of it.
    #[serde(flatten)]
    pub result: CheckResult,
}

/// What came of a check.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum CheckResult {
    /// In order.
    Ok {
        /// What was found, in a few words; empty where there is nothing to say.
        note: String,
    },
    /// Not in order: nothing is deployed.
    Failed {
        /// What the reader is told.
        failure: Failure,
    },
    /// Nobody looked, which holds nothing up.
    Skipped {
        /// Why.
        why: String,
    },
}

impl Check {
    /// `name` of `subject` is in order.
    pub fn ok(name: &'static str, subject: impl Into<String>, note: impl Into<String>) -> Self {
        let note = note.into();
        Self::of(name, subject, CheckResult::Ok { note })
    }

    /// `name` of `subject` is not in order.
    pub fn failed(name: &'static str, subject: impl Into<String>, failure: Failure) -> Self {
        Self::of(name, subject, CheckResult::Failed { failure })
    }

    /// Nobody looked at `name` of `subject`.
    pub fn skipped(name: &'static str, subject: impl Into<String>, why: impl Into<String>) -> Self {
        let why = why.into();
        Self::of(name, subject, CheckResult::Skipped { why })
    }

    fn of(name: &'static str, subject: impl Into<String>, result: CheckResult) -> Self {
        Self {
            name,
            subject: subject.into(),
            result,
        }
    }

    /// In order, unless there is a failure.
    pub fn judged(
        name: &'static str,
        subject: impl Into<String>,
        note: impl Into<String>,
        failure: Option<Failure>,
    ) -> Self {
        match failure {
            Some(failure) => Self::failed(name, subject, failure),
            None => Self::ok(name, subject, note),
        }
    }

    /// Why it is not in order.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.result {
            CheckResult::Failed { failure } => Some(failure),
            _ => None,
        }
    }
}
