//! CodeDeploy for ECS in the words of its API: groups, configs, deployments and their target.
//!
//! Statuses are AWS's own words, kept as text. What they mean for a run is decided in
//! `crate::rollout`.

mod group;

use crate::model::service::Counts;
use jiff::Timestamp;

pub use group::{
    DeploymentConfig, DeploymentGroup, GroupLookup, GroupService, ReadyOption, Routing,
};

/// Characters of each part that ECS's console keeps in the names it makes; with the prefix and the
/// dash that is CodeDeploy's limit of 100.
const PART: usize = 46;

/// Characters that CodeDeploy takes for a deployment's description.
const DESCRIPTION: usize = 512;

/// The application that ECS's console makes for a service: `AppECS-<cluster>-<service>`, each name
/// cut to 46 characters, as `aws ecs deploy` has it too
/// (<https://docs.aws.amazon.com/cli/latest/reference/ecs/deploy/index.html>).
pub fn default_application(cluster: &str, service: &str) -> String {
    format!("AppECS-{}-{}", cut(cluster, PART), cut(service, PART))
}

/// The deployment group that ECS's console makes for a service: `DgpECS-<cluster>-<service>`, cut
/// like [`default_application`].
pub fn default_group(cluster: &str, service: &str) -> String {
    format!("DgpECS-{}-{}", cut(cluster, PART), cut(service, PART))
}

/// `text` as a deployment's description: at most 512 characters, beyond which CodeDeploy answers
/// `DescriptionTooLongException`.
pub fn description(text: &str) -> &str {
    cut(text, DESCRIPTION)
}

/// The first `limit` characters of `text`.
fn cut(text: &str, limit: usize) -> &str {
    text.char_indices()
        .nth(limit)
        .and_then(|(end, _)| text.get(..end))
        .unwrap_or(text)
}

/// The id of the deployment that is in the way, out of the message of a
/// `DeploymentLimitExceededException`: AWS gives it nowhere else. The last one, since the name of
/// the group comes first and may look like an id.
pub fn active_deployment(message: &str) -> Option<&str> {
    message
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .rfind(|word| is_deployment_id(word))
}

/// Whether `word` has the form of a deployment's id: `d-` and nine or more capitals and digits.
fn is_deployment_id(word: &str) -> bool {
    word.strip_prefix("d-").is_some_and(|rest| {
        rest.len() >= 9
            && rest
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    })
}

/// A deployment to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeployment {
    /// The application.
    pub application: String,
    /// The deployment group.
    pub group: String,
    /// The deployment config; absent: the group's.
    pub config: Option<String>,
    /// What AWS shows beside the deployment; cut to what it takes.
    pub description: String,
    /// The AppSpec.
    pub app_spec: super::appspec::Content,
}

/// What became of a request for a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Creation {
    /// The id of the new deployment.
    Created(String),
    /// Too many run already: mostly one in the same group.
    LimitExceeded {
        /// The id of the one in the way, where AWS's sentence names it.
        active: Option<String>,
        /// AWS's sentence.
        message: String,
    },
}

/// A deployment as GetDeployment sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// `d-ABC123`.
    pub id: String,
    /// `Created`, `Queued`, `InProgress`, `Baking`, `Ready`, `Succeeded`, `Failed`, `Stopped`.
    pub status: String,
    /// The application.
    pub application: String,
    /// The deployment group.
    pub group: String,
    /// The deployment config.
    pub config: Option<String>,
    /// Why it failed.
    pub error: Option<DeploymentError>,
    /// The way back, in either direction.
    pub rollback: Option<RollbackInfo>,
    /// `user`, `codeDeployRollback`, …
    pub creator: Option<String>,
    /// The SHA-256 of the AppSpec it brings, in hex; absent for a revision that is kept elsewhere
    /// (in S3).
    pub revision: Option<String>,
    /// What its creator wrote.
    pub description: Option<String>,
    /// When it was asked for.
    pub created_at: Option<Timestamp>,
    /// When its work began.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub completed_at: Option<Timestamp>,
    /// Whether the wait before the old task set is ended has begun.
    pub termination_wait_started: bool,
    /// AWS's remarks on the status.
    pub messages: Vec<String>,
}

impl Deployment {
    /// Whether CodeDeploy has made it to bring an old revision back.
    pub fn is_rollback(&self) -> bool {
        let rollback = self.rollback.as_ref();
        self.creator.as_deref() == Some("codeDeployRollback")
            || rollback.is_some_and(|rollback| rollback.triggering_deployment.is_some())
    }
}

/// `errorInformation` of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentError {
    /// `HOOK_EXECUTION_FAILURE`, `ALARM_ACTIVE`, …
    pub code: String,
    /// AWS's sentence.
    pub message: String,
}

/// `rollbackInfo` of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackInfo {
    /// On the failed deployment: the one that brings the old revision back.
    pub rollback_deployment: Option<String>,
    /// On the deployment that rolls back: the failed one.
    pub triggering_deployment: Option<String>,
    /// AWS's sentence.
    pub message: Option<String>,
}

/// The one target of an ECS deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// `Pending`, `InProgress`, `Succeeded`, `Failed`, `Skipped`, `Unknown`, `Ready`.
    pub status: String,
    /// The lifecycle events in AWS's order.
    pub lifecycle_events: Vec<LifecycleEvent>,
    /// The two colours.
    pub task_sets: Vec<TargetTaskSet>,
}

/// One lifecycle event of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleEvent {
    /// `BeforeInstall`, `AfterAllowTestTraffic`, …
    pub name: String,
    /// `Pending`, `InProgress`, `Succeeded`, `Failed`, `Skipped`, `Unknown`.
    pub status: String,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Why it failed.
    pub diagnostics: Option<Diagnostics>,
}

/// What a failed hook left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics {
    /// `ScriptFailed`, `ScriptTimedOut`, …
    pub error_code: String,
    /// The hook: a function's name.
    pub script: Option<String>,
    /// AWS's sentence.
    pub message: Option<String>,
    /// The end of its log, up to 4 KB.
    pub log_tail: Option<String>,
}

/// A task set as a deployment target shows it. Its task definition is with the task set of the same
/// id in the service.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetTaskSet {
    /// `ecs-svc/1234…`.
    pub id: String,
    /// `Blue` or `Green`.
    pub label: Option<String>,
    /// `PRIMARY`, `ACTIVE`, `DRAINING`.
    pub status: String,
    /// Production traffic on it, 0 to 100 percent.
    pub traffic_weight: f64,
    /// Its tasks.
    pub counts: Counts,
    /// The target group's name.
    pub target_group: Option<String>,
}

#[cfg(test)]
mod tests;
