//! A CloudWatch alarm, in CloudWatch's words.

use serde::Serialize;

/// An alarm and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// `OK`, `ALARM`, `INSUFFICIENT_DATA`.
    pub state: String,
    /// AWS's sentence about it.
    pub reason: Option<String>,
}
