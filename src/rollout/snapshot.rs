//! What one poll saw of one deployment, in words that fit every strategy.

use crate::model::service::{Counts, ServiceEvent};
use crate::model::service_deployment::CircuitBreaker;
use jiff::Timestamp;
use serde::Serialize;

/// One look at a deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Where the deployment stands.
    pub state: State,
    /// The strategy's own word for it: `IN_PROGRESS`, `Ready`.
    pub word: String,
    /// AWS's sentence about it, where there is one.
    pub reason: Option<String>,
    /// The tasks of the new revision.
    pub counts: Option<Counts>,
    /// Production traffic on the new revision, 0 to 100 percent, where the strategy shifts it.
    pub traffic: Option<f64>,
    /// Test traffic on the new revision, 0 to 100 percent, where the strategy has any.
    pub test_traffic: Option<f64>,
    /// Lifecycle events in their order; empty where the strategy has none.
    pub lifecycle: Vec<LifecycleEvent>,
    /// Service events since the deployment began, oldest first.
    pub events: Vec<ServiceEvent>,
    /// What serves production now.
    pub serving: Serving,
    /// Whether the service is set to our revision: what new tasks of it are made from.
    pub set_to_ours: bool,
    /// The pause that somebody has to end, where the deployment is in one.
    pub pause: Option<Pause>,
    /// The most tasks of the new revision that failed in one and the same way.
    pub failed_alike: u32,
    /// Where to look when it does not go well.
    pub traces: Traces,
}

/// A deployment waits for somebody to say that it may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// ECS's id of the hook; none where the strategy has one pause only.
    pub hook: Option<String>,
    /// When AWS ends it; absent where that is not known.
    pub until: Option<Timestamp>,
}

/// What a deployment shows of itself beside its state: where to look for why it fails.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traces {
    /// When it began, by AWS's clock.
    pub since: Option<Timestamp>,
    /// What its tasks say that they were started by: the id (`ecs-svc/1234…`) of its deployment or
    /// task set; empty where that is not known.
    pub started_by: Vec<String>,
    /// What the circuit breaker counted.
    pub circuit_breaker: Option<CircuitBreaker>,
    /// The alarms that went off.
    pub alarms: Vec<String>,
}

impl State {
    /// Whether nothing can follow it.
    pub fn is_over(self) -> bool {
        match self {
            Self::Created
            | Self::Running
            | Self::Ready
            | Self::TrafficShifted
            | Self::Unsettled
            | Self::RollingBack => false,
            Self::Succeeded
            | Self::RolledBack
            | Self::RollbackFailed
            | Self::Superseded
            | Self::Stopped
            | Self::Failed => true,
        }
    }
}

impl Snapshot {
    /// Whether the deployment does not go well, whatever becomes of it.
    pub fn is_trouble(&self) -> bool {
        matches!(
            self.state,
            State::RollingBack
                | State::RolledBack
                | State::RollbackFailed
                | State::Stopped
                | State::Failed
        )
    }
}

/// Where a deployment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Accepted; nothing has started.
    Created,
    /// Under way.
    Running,
    /// The new revision takes test traffic and waits to be given production's.
    Ready,
    /// All production traffic is on the new revision and the hooks after it are done.
    TrafficShifted,
    /// AWS has ended the deployment well, and not all tasks of the new revision run: they have
    /// stopped since, or their end and ours crossed. There is nothing to stop any more.
    Unsettled,
    /// Over, and our revision serves.
    Succeeded,
    /// Failing; the previous revision is being brought back.
    RollingBack,
    /// Over; the previous revision was brought back.
    RolledBack,
    /// Over; bringing the previous revision back failed too.
    RollbackFailed,
    /// Over; a newer deployment took its place.
    Superseded,
    /// Over; somebody stopped it.
    Stopped,
    /// Over; it failed and nothing was rolled back.
    Failed,
}

/// What serves production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "revision")]
pub enum Serving {
    /// The revision that this run asked for.
    Ours,
    /// Another one.
    Other {
        /// Its task definition's ARN.
        task_definition: String,
        /// Whether all the tasks it should have are running.
        healthy: bool,
    },
    /// Ours and another one: the traffic is divided between them.
    Divided {
        /// The other one's task definition's ARN.
        task_definition: String,
        /// Percent of the production traffic that ours takes, 1 to 99.
        percent: u8,
    },
    /// Nothing is known to serve.
    Unknown,
}

/// One step of a deployment, by the name AWS gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LifecycleEvent {
    /// `AfterAllowTestTraffic`.
    pub name: String,
    /// `Pending`, `InProgress`, `Succeeded`, `Failed`, `Skipped`, or a newer word.
    pub status: String,
    /// Diagnostics of a failed hook.
    pub detail: Option<String>,
}
