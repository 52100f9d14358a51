//! What ECS keeps of each deployment of a service on its own controller: the service deployments
//! and service revisions of
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html>.
//!
//! Statuses and stages are AWS's own words, kept as text: a new one is shown, never a crash.

use jiff::Timestamp;
use serde::Serialize;

/// One service deployment as ListServiceDeployments names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDeploymentBrief {
    /// Its ARN.
    pub arn: String,
    /// `PENDING`, `IN_PROGRESS`, `SUCCESSFUL`, `STOPPED`, `ROLLBACK_SUCCESSFUL`, …
    pub status: String,
    /// AWS's sentence about it.
    pub status_reason: Option<String>,
    /// When it was asked for.
    pub created_at: Option<Timestamp>,
    /// The service revision it brings, by ARN.
    pub target_revision: Option<String>,
}

/// One service deployment as DescribeServiceDeployments sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceDeploymentStatus {
    /// Its ARN.
    pub arn: String,
    /// `PENDING`, `IN_PROGRESS`, `SUCCESSFUL`, `STOPPED`, `ROLLBACK_SUCCESSFUL`, …
    pub status: String,
    /// AWS's sentence about it.
    pub status_reason: Option<String>,
    /// `lifecycleStage`: `SCALE_UP`, `BAKE_TIME`, …; a rolling update has none.
    pub stage: Option<String>,
    /// When it was asked for.
    pub created_at: Option<Timestamp>,
    /// When its work began.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
    /// The service revision it brings, by ARN.
    pub target_revision: Option<String>,
    /// `requestedProductionTrafficWeight` of that revision, 0 to 100 percent; absent where ECS routes
    /// no traffic.
    pub production: Option<f64>,
    /// `requestedTestTrafficWeight` of it, in the same way.
    pub test: Option<f64>,
    /// The hooks that were asked, in AWS's order.
    pub hooks: Vec<Hook>,
    /// The service revisions that ran when it began, by ARN.
    pub source_revisions: Vec<String>,
    /// What the circuit breaker counted.
    pub circuit_breaker: Option<CircuitBreaker>,
    /// The alarms that watch it.
    pub alarms: Option<Alarms>,
    /// The way back, once it was taken.
    pub rollback: Option<Rollback>,
}

/// A lifecycle hook that a service deployment has asked: one of `lifecycleHookDetails`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its id, another one each time that it is asked.
    pub id: String,
    /// Whether it is a `PAUSE`, which waits for somebody.
    pub is_pause: bool,
    /// The function's ARN.
    pub function: Option<String>,
    /// `AWAITING_ACTION`, `IN_PROGRESS`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`.
    pub status: String,
    /// When it is over by itself.
    pub expires_at: Option<Timestamp>,
    /// What becomes of the deployment then: `CONTINUE` or `ROLLBACK`.
    pub timeout_action: String,
}

/// What the deployment circuit breaker counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CircuitBreaker {
    /// `TRIGGERED`, `MONITORING`, `MONITORING_COMPLETE`, `DISABLED`.
    pub status: String,
    /// Tasks that failed.
    pub failures: i32,
    /// Failures that trip it.
    pub threshold: i32,
}

/// The CloudWatch alarms of a service deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarms {
    /// `TRIGGERED`, `MONITORING`, `MONITORING_COMPLETE`, `DISABLED`.
    pub status: String,
    /// Every alarm that is watched.
    pub names: Vec<String>,
    /// Those that went off.
    pub triggered: Vec<String>,
}

/// The rollback of a service deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// AWS's sentence.
    pub reason: Option<String>,
    /// The service revision it goes back to, by ARN.
    pub revision: Option<String>,
}

/// A service revision: what a deployment brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRevision {
    /// Its ARN.
    pub arn: String,
    /// The task definition's ARN.
    pub task_definition: String,
}
