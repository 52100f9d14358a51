//! Service deployments and service revisions: the history of a service on the ECS controller.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html>

use super::native::Native;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// A version of a service: what its tasks are made of.
#[derive(Debug, Clone)]
pub struct ServiceRevision {
    /// Its ARN.
    pub arn: String,
    /// The ARN of the task definition.
    pub task_definition: String,
    /// The service's settings at that moment, in the names of `CreateService`.
    pub settings: Map<String, Value>,
    /// When it was made.
    pub created: Timestamp,
}

/// The record of taking a service from some revisions to another.
#[derive(Debug, Clone)]
pub struct ServiceDeployment {
    /// Its ARN.
    pub arn: String,
    /// When it was asked for.
    pub created: Timestamp,
    /// When the scheduler took it up.
    pub started: Option<Timestamp>,
    /// When it was over, however it ended.
    pub finished: Option<Timestamp>,
    /// When it was told to stop.
    pub stopped: Option<Timestamp>,
    /// When it last changed.
    pub updated: Timestamp,
    /// When one in `STOP_REQUESTED` is over.
    pub stops: Option<Timestamp>,
    /// Where it is.
    pub status: Status,
    /// What ECS says of that.
    pub reason: Option<String>,
    /// The ARNs of the revisions that ran when it began.
    pub sources: Vec<String>,
    /// The ARN of the revision it goes to.
    pub target: String,
    /// The id of its deployment (`ecs-svc/…`).
    pub deployment: String,
    /// `deploymentConfiguration` when it began.
    pub configuration: Value,
    /// The desired count when it began.
    pub requested: u32,
    /// How far it is, where it goes through stages.
    pub native: Option<Native>,
    /// The rollback, once there is one.
    pub rollback: Option<Rollback>,
    /// How many failed tasks the circuit breaker counted.
    pub failures: u32,
    /// Did the circuit breaker trip?
    pub tripped: bool,
    /// The alarms that made it fail.
    pub alarms: Vec<String>,
}

/// The way back of a service deployment.
#[derive(Debug, Clone)]
pub struct Rollback {
    /// What set it off.
    pub reason: String,
    /// When it began.
    pub started: Timestamp,
    /// The ARN of the revision it goes back to.
    pub revision: String,
}

/// The status of a service deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Asked for, not taken up.
    Pending,
    /// Under way.
    InProgress,
    /// Done.
    Successful,
    /// Over without success and without a way back.
    Stopped,
    /// Replaced by a newer one, and not yet over.
    StopRequested,
    /// Told to roll back.
    RollbackRequested,
    /// On its way back.
    RollbackInProgress,
    /// Back.
    RollbackSuccessful,
    /// Could not get back.
    RollbackFailed,
}

impl Status {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::Successful => "SUCCESSFUL",
            Self::Stopped => "STOPPED",
            Self::StopRequested => "STOP_REQUESTED",
            Self::RollbackRequested => "ROLLBACK_REQUESTED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
            Self::RollbackFailed => "ROLLBACK_FAILED",
        }
    }

    /// Is it over?
    pub fn is_terminal(self) -> bool {
        use Status::{RollbackFailed, RollbackSuccessful, Stopped, Successful};
        matches!(
            self,
            Successful | Stopped | RollbackSuccessful | RollbackFailed
        )
    }
}

impl ServiceDeployment {
    /// Goes to `status` at `now`; one that is over does not change any more.
    pub fn become_status(&mut self, status: Status, reason: Option<&str>, now: Timestamp) {
        if self.status.is_terminal() {
            return;
        }
        self.status = status;
        self.updated = now;
        if let Some(reason) = reason {
            self.reason = Some(reason.to_owned());
        }
        match status {
            Status::InProgress => self.started = self.started.or(Some(now)),
            Status::Stopped => self.stopped = self.stopped.or(Some(now)),
            _ => {}
        }
        if status.is_terminal() {
            self.finished = Some(now);
        }
    }
}
