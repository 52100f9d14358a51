//! How long and for what to wait, and what to do when it does not go well.

use std::time::Duration;

/// How long and for what to wait.
#[derive(Debug)]
pub struct WaitingInputs {
    /// `wait-for`; absent: `succeeded` for rolling, `traffic-shifted` for the others.
    pub wait_for: Option<WaitFor>,
    /// `timeout`; absent: derived from the strategy.
    pub timeout: Option<Duration>,
    /// `poll-interval`: at least one second.
    pub poll_interval: Duration,
    /// `on-active-deployment`; absent: `replace` for rolling, `wait` for the others.
    pub on_active: Option<OnActive>,
    /// `on-failure`: what to do with a deployment that fails.
    pub on_failure: After,
    /// `on-cancel`: what to do with the deployment of a run that is cancelled.
    pub on_cancel: After,
    /// `fail-fast-after`: so many tasks that fail in the same way end the wait; at least one.
    pub fail_fast_after: u32,
    /// `allow-older-commit`: deploy even when a newer commit is deployed.
    pub allow_older_commit: bool,
}

/// `on-active-deployment`: what to do when a deployment is already running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnActive {
    /// Start ours: ECS stops the running one in its favour. Rolling only.
    Replace,
    /// Wait for its end, then start ours.
    Wait,
    /// Roll it back, wait for the end of that, then start ours.
    Stop,
    /// Refuse.
    Fail,
}

/// `on-failure` and `on-cancel`: what to do with a deployment that is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Take the service back to the revision that served before.
    Rollback,
    /// Leave it as it is.
    Leave,
}

/// `wait-for`: the state of the deployment that ends the run well. In the order in which a
/// deployment reaches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitFor {
    /// AWS has accepted the deployment.
    Created,
    /// The new revision takes test traffic and waits to be given production's.
    Ready,
    /// All production traffic is on the new revision and the hooks after it are done.
    TrafficShifted,
    /// The deployment is over.
    Succeeded,
}
