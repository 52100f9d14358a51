//! Applications and deployment groups.

use super::script::Script;
use jiff::Timestamp;
use serde::Deserialize;

/// An application of the compute platform ECS.
#[derive(Debug, Clone)]
pub struct Application {
    /// A UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// Its deployment groups.
    pub groups: Vec<Group>,
}

/// What happens when the replacement task set is ready for traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OnReady {
    /// Traffic moves at once.
    #[default]
    ContinueDeployment,
    /// Traffic waits for `ContinueDeployment`; the deployment stops when nobody calls it in time.
    StopDeployment,
}

impl OnReady {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::ContinueDeployment => "CONTINUE_DEPLOYMENT",
            Self::StopDeployment => "STOP_DEPLOYMENT",
        }
    }
}

/// The alarms of a group or of one deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alarms {
    /// Do they count?
    pub enabled: bool,
    /// Goes the deployment on when alarms cannot be read?
    pub ignore_poll_failure: bool,
    /// Their names, at most ten.
    pub names: Vec<String>,
}

/// A deployment group.
#[derive(Debug, Clone)]
pub struct Group {
    /// A UUID.
    pub id: String,
    /// The name of its application.
    pub application: String,
    /// Its name.
    pub name: String,
    /// The name of the cluster.
    pub cluster: String,
    /// The name of the service.
    pub service: String,
    /// The names of the two target groups.
    pub target_groups: [String; 2],
    /// The ARN of the production listener.
    pub production_listener: String,
    /// The ARN of the test listener.
    pub test_listener: Option<String>,
    /// The name of the deployment configuration.
    pub config: String,
    /// What happens when the replacement is ready.
    pub on_ready: OnReady,
    /// Minutes to wait for `ContinueDeployment`.
    pub ready_wait_minutes: u32,
    /// Minutes until the original task set is terminated.
    pub termination_wait_minutes: u32,
    /// The events that roll back; none: no automatic rollback.
    pub auto_rollback: Vec<String>,
    /// The alarms that stop a deployment.
    pub alarms: Alarms,
    /// The ARN of the role CodeDeploy acts as.
    pub service_role: String,
    /// What becomes of its deployments.
    pub script: Script,
}
