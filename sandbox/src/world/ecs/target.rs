//! A task's place in a target group, and its health there.

use super::ending::Finding;
use jiff::SignedDuration;

/// A task's place in a target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The ARN of the target group.
    pub group: String,
    /// The container whose port is registered.
    pub container: String,
    /// The registered port.
    pub port: u16,
    /// How long connections drain.
    pub drain: SignedDuration,
    /// The target's health; none before it is registered and after it is gone.
    pub health: Option<TargetHealth>,
}

/// The health of a target, as `DescribeTargetHealth` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetHealth {
    /// About to be registered.
    Registering,
    /// Registered, first checks under way.
    Initial,
    /// Passes its checks.
    Healthy,
    /// Fails its checks; what they find.
    Unhealthy(Finding),
    /// Taken out, connections drain.
    Draining,
}

impl Finding {
    /// What is said of a target that fails its checks so.
    pub fn words(self) -> String {
        match self {
            Self::Code(code) => format!("Health checks failed with these codes: [{code}]"),
            Self::Timeout => "Request timed out".to_owned(),
            Self::Refused => "Health checks failed".to_owned(),
        }
    }

    /// The reason code that `DescribeTargetHealth` gives.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Code(_) => "Target.ResponseCodeMismatch",
            Self::Timeout => "Target.Timeout",
            Self::Refused => "Target.FailedHealthChecks",
        }
    }
}
