//! A task's place in a target group, and its health there.

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
    /// Registered, first checks under way.
    Initial,
    /// Passes its checks.
    Healthy,
    /// Failed its checks; the HTTP code it gave.
    Unhealthy(u16),
    /// Taken out, connections drain.
    Draining,
}
