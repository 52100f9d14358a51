//! The deployment that is to be explained, as the last look saw it.

use crate::model::service_deployment::CircuitBreaker;
use crate::model::task::Task;
use crate::rollout::snapshot::Snapshot;
use jiff::Timestamp;

/// A deployment that fails or has failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// The task definition's ARN that it brings.
    pub revision: String,
    /// The ids (`ecs-svc/1234…`) of its deployment or task set, whose tasks are meant; empty for
    /// every task of the revision that was made since the deployment began.
    pub started_by: Vec<String>,
    /// When it began, by AWS's clock.
    pub since: Timestamp,
    /// The last look at it.
    pub snapshot: Snapshot,
    /// What the circuit breaker counted, where there is one.
    pub circuit_breaker: Option<CircuitBreaker>,
    /// The names of the alarms that went off.
    pub alarms: Vec<String>,
    /// The names or ARNs of the target groups that its tasks are registered in; empty for those of
    /// the deployment group or the service.
    pub target_groups: Vec<String>,
}

impl Suspect {
    /// The deployment of the task definition `revision` as the look `snapshot` saw it.
    pub fn of(revision: &str, snapshot: &Snapshot) -> Self {
        let traces = snapshot.traces.clone();
        Self {
            revision: revision.to_owned(),
            started_by: traces.started_by,
            since: traces.since.unwrap_or(Timestamp::UNIX_EPOCH),
            snapshot: snapshot.clone(),
            circuit_breaker: traces.circuit_breaker,
            alarms: traces.alarms,
            target_groups: Vec::new(),
        }
    }

    /// Whether `task` is one of the deployment's.
    pub fn owns(&self, task: &Task) -> bool {
        let since = |at: Timestamp| at >= self.since;
        let of_it = if self.started_by.is_empty() {
            task.created_at.is_none_or(since)
        } else {
            self.started_by.contains(&task.started_by)
        };
        task.task_definition == self.revision && of_it
    }
}
