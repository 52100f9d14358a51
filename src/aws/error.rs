//! What AWS said when it said no, sorted by what can be done about it.

use std::fmt;

/// A failed AWS call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsFailure {
    /// `ecs:UpdateService`: service and operation as IAM spells them.
    pub action: String,
    /// AWS's error code; empty when there was no answer.
    pub code: String,
    /// AWS's sentence, or what the connection said.
    pub message: String,
    /// AWS's request id, where one came back.
    pub request_id: Option<String>,
    /// What can be done about it.
    pub kind: Kind,
}

/// What can be done about a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Ask less often.
    Throttled,
    /// Ask again: a server error, a cut connection, a half answer.
    Transient,
    /// Not permitted: asking again does not help.
    Denied,
    /// The credentials ended or could not be had.
    Credentials,
    /// AWS understood and refused; the code says why.
    Rejected,
}

impl AwsFailure {
    /// The failed call in an error's chain, if there is one.
    pub fn of(error: &anyhow::Error) -> Option<&Self> {
        error.chain().find_map(|cause| cause.downcast_ref())
    }
}

impl fmt::Display for AwsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.action, self.message)?;
        if !self.code.is_empty() {
            write!(f, " ({})", self.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for AwsFailure {}
