//! Deployment groups and configs: where a deployment goes, and how its traffic moves.

use crate::model::arn::short;

/// What a look for a deployment group found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupLookup {
    /// The group.
    Found(Box<DeploymentGroup>),
    /// There is no such application.
    NoApplication,
    /// The application has no such group.
    NoGroup,
}

/// A deployment group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentGroup {
    /// The application it belongs to.
    pub application: String,
    /// Its name.
    pub name: String,
    /// `ECS`, `Server`, `Lambda`.
    pub compute_platform: String,
    /// The services it deploys: one, in practice.
    pub services: Vec<GroupService>,
    /// The deployment config that is used unless another is named.
    pub config: Option<String>,
    /// What happens once the new task set is ready; absent where AWS does not say.
    pub ready: Option<ReadyOption>,
    /// How long the old task set is kept after the traffic has moved, in minutes.
    pub termination_wait_minutes: u32,
    /// The events that roll a deployment back by itself; empty when none does.
    pub auto_rollback: Vec<String>,
    /// The names of the target groups that the two task sets take turns in.
    pub target_groups: Vec<String>,
    /// The listeners that production traffic comes by, by ARN.
    pub production_listeners: Vec<String>,
    /// The listeners that test traffic comes by, by ARN; none without test traffic.
    pub test_listeners: Vec<String>,
    /// The CloudWatch alarms that stop a deployment; empty when they are off.
    pub alarms: Vec<String>,
    /// The deployment that was tried last.
    pub last_attempted: Option<String>,
}

impl DeploymentGroup {
    /// Whether the group deploys `service` in `cluster`, each a name; AWS may keep either as an
    /// ARN.
    pub fn deploys(&self, cluster: &str, service: &str) -> bool {
        self.services.iter().any(|entry| {
            short(&entry.cluster) == short(cluster) && short(&entry.service) == short(service)
        })
    }
}

/// A service of a deployment group; names or ARNs, as somebody wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupService {
    /// The cluster.
    pub cluster: String,
    /// The service.
    pub service: String,
}

/// `deploymentReadyOption`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyOption {
    /// `CONTINUE_DEPLOYMENT` at once, or `STOP_DEPLOYMENT` unless somebody continues it in time.
    pub action: String,
    /// How long it waits to be continued, in minutes.
    pub wait_minutes: u32,
}

/// A deployment config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentConfig {
    /// Its name.
    pub name: String,
    /// `ECS`, `Server`, `Lambda`.
    pub compute_platform: String,
    /// How traffic moves.
    pub routing: Routing,
}

/// How traffic moves to the new task set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Routing {
    /// All at once.
    AllAtOnce,
    /// A part first, the rest later.
    Canary {
        /// The part, in percent.
        percent: u32,
        /// How long the part is on its own, in minutes.
        minutes: u32,
    },
    /// In equal steps.
    Linear {
        /// One step, in percent.
        percent: u32,
        /// The time between two steps, in minutes.
        minutes: u32,
    },
    /// A way that is newer than this code.
    Other(String),
}

/// The configs for ECS that CodeDeploy has ready-made, and how traffic moves with each
/// (<https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html>).
const READY_MADE: [(&str, Routing); 5] = [
    ("ECSAllAtOnce", Routing::AllAtOnce),
    ("ECSLinear10PercentEvery1Minutes", linear(1)),
    ("ECSLinear10PercentEvery3Minutes", linear(3)),
    ("ECSCanary10Percent5Minutes", canary(5)),
    ("ECSCanary10Percent15Minutes", canary(15)),
];

const fn linear(minutes: u32) -> Routing {
    let percent = 10;
    Routing::Linear { percent, minutes }
}

const fn canary(minutes: u32) -> Routing {
    let percent = 10;
    Routing::Canary { percent, minutes }
}

impl Routing {
    /// How traffic moves with the config of this name, as far as the name says: [`Self::Other`]
    /// where it is not a ready-made one.
    pub fn of_name(name: &str) -> Self {
        let mut known = READY_MADE.into_iter();
        let ours = name.strip_prefix("CodeDeployDefault.");
        let known = known.find(|(ready_made, _)| ours == Some(*ready_made));
        known.map_or_else(|| Self::Other(name.to_owned()), |(_, routing)| routing)
    }

    /// How long the shift takes from the first percent to the last, in minutes.
    pub fn minutes(&self) -> u32 {
        match self {
            Self::Canary { minutes, .. } => *minutes,
            Self::Linear { percent, minutes } => {
                let steps = 100_u32.div_ceil((*percent).max(1));
                steps.saturating_sub(1).saturating_mul(*minutes)
            }
            Self::AllAtOnce | Self::Other(_) => 0,
        }
    }
}
