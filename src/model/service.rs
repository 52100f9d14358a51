//! An ECS service as a deployment needs to know it.
//!
//! Words that AWS may add to are kept as text ([`Controller::Other`]): an unknown one is shown,
//! never a crash.

mod reconfiguration;

pub use reconfiguration::Reconfiguration;

use super::arn::short;
use super::deployment_configuration::DeploymentConfiguration;
use jiff::Timestamp;
use serde::Serialize;

/// A service as one DescribeServices saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// The cluster's ARN.
    pub cluster_arn: String,
    /// The service's ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `ACTIVE`, `DRAINING`, `INACTIVE`.
    pub status: String,
    /// Who carries deployments out.
    pub controller: Controller,
    /// How ECS deploys it: with what is asked for, see [`Self::to_have`].
    pub configuration: DeploymentConfiguration,
    /// How that is to change; absent: it is as ECS showed it.
    pub reconfiguration: Option<Reconfiguration>,
    /// `schedulingStrategy`: `REPLICA`, or `DAEMON` for one task on every instance.
    pub scheduling: String,
    /// The task definition's ARN that the service (with CodeDeploy: its PRIMARY task set) is on.
    pub task_definition: String,
    /// Tasks now.
    pub counts: Counts,
    /// Every deployment of the service (the ECS controller's), PRIMARY first as AWS lists them.
    pub deployments: Vec<ServiceDeployment>,
    /// Task sets (with CodeDeploy).
    pub task_sets: Vec<TaskSet>,
    /// The service deployment that is under way, by ARN.
    pub current_deployment: Option<String>,
    /// Container and port behind each load balancer entry.
    pub load_balancers: Vec<LoadBalancer>,
    /// `LATEST` or a number; Fargate only.
    pub platform_version: Option<String>,
    /// awsvpc settings.
    pub network: Option<Network>,
    /// The capacity provider strategy.
    pub capacity_providers: Vec<CapacityProvider>,
    /// The newest service events, newest first as AWS lists them.
    pub events: Vec<ServiceEvent>,
}

/// `deploymentController.type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Controller {
    /// `ECS`.
    Ecs,
    /// `CODE_DEPLOY`.
    CodeDeploy,
    /// `EXTERNAL`, or one that is newer than this code.
    Other(String),
}

/// How many tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Wanted.
    pub desired: i32,
    /// Running.
    pub running: i32,
    /// Starting.
    pub pending: i32,
    /// Failed to start, in this deployment.
    pub failed: i32,
}

/// One entry of a service's `deployments`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDeployment {
    /// `ecs-svc/1234…`.
    pub id: String,
    /// `PRIMARY`, `ACTIVE`, `INACTIVE`.
    pub status: String,
    /// `IN_PROGRESS`, `COMPLETED`, `FAILED`; absent where AWS does not say.
    pub rollout_state: Option<String>,
    /// AWS's sentence about it.
    pub rollout_reason: Option<String>,
    /// When it began.
    pub created_at: Option<Timestamp>,
    /// The task definition's ARN.
    pub task_definition: String,
    /// Its tasks.
    pub counts: Counts,
}

impl ServiceDeployment {
    /// Whether ECS has brought it to its end; it is taken for that where ECS does not say.
    pub fn is_completed(&self) -> bool {
        let state = self.rollout_state.as_deref();
        state.is_none_or(|state| state == "COMPLETED")
    }
}

/// A revision that serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InService {
    /// The task definition's ARN.
    pub task_definition: String,
    /// Its tasks.
    pub counts: Counts,
}

impl InService {
    /// Whether it has all the tasks it should have, and should have any.
    pub fn has_all(&self) -> bool {
        self.counts.desired > 0 && self.counts.running >= self.counts.desired
    }
}

/// A task set: one colour of a CodeDeploy service.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskSet {
    /// `ecs-svc/1234…`.
    pub id: String,
    /// `PRIMARY`, `ACTIVE`, `DRAINING`.
    pub status: String,
    /// Who made it, by their own id: with CodeDeploy the deployment's (`d-ABC123`).
    pub external_id: Option<String>,
    /// The task definition's ARN.
    pub task_definition: String,
    /// Its tasks.
    pub counts: Counts,
}

impl Service {
    /// The deployment that ECS is bringing or has brought (the ECS controller's).
    pub fn primary(&self) -> Option<&ServiceDeployment> {
        self.deployments
            .iter()
            .find(|deployment| deployment.status == "PRIMARY")
    }

    /// What serves, as far as the service tells: with CodeDeploy the PRIMARY task set. A revision
    /// that ECS is still bringing, or could not bring, does not serve while another has all the tasks
    /// there should be, or it has too few itself and another any.
    pub fn serving(&self) -> InService {
        if let Some(set) = self.task_sets.iter().find(|set| set.status == "PRIMARY") {
            return InService {
                task_definition: set.task_definition.clone(),
                counts: set.counts,
            };
        }
        let Some(primary) = self.primary() else {
            return InService {
                task_definition: self.task_definition.clone(),
                counts: self.counts,
            };
        };
        let own = self.in_service(&primary.task_definition);
        let others = self.deployments.iter().filter(|it| it.id != primary.id);
        let others = others.map(|it| self.in_service(&it.task_definition));
        let other = others.max_by_key(|it| it.counts.running);
        let other = other.filter(|_| !primary.is_completed());
        match other {
            Some(other) if other.has_all() => other,
            Some(other) if !own.has_all() && other.counts.running > 0 => other,
            _ => own,
        }
    }

    /// Whether ECS is bringing a deployment (the ECS controller's).
    pub fn is_deployed_to(&self) -> bool {
        let state = self.primary().and_then(|it| it.rollout_state.as_deref());
        state == Some("IN_PROGRESS")
    }

    /// The revision of the PRIMARY deployment, whatever serves.
    pub fn being_brought(&self) -> Option<InService> {
        let primary = self.primary()?;
        Some(self.in_service(&primary.task_definition))
    }

    /// The tasks of all deployments that bring `task_definition`.
    fn in_service(&self, task_definition: &str) -> InService {
        let of_it = || {
            let all = self.deployments.iter();
            all.filter(|it| it.task_definition == task_definition)
        };
        let counts = Counts {
            desired: self.counts.desired,
            running: of_it().map(|it| it.counts.running).sum(),
            pending: of_it().map(|it| it.counts.pending).sum(),
            failed: of_it().map(|it| it.counts.failed).sum(),
        };
        InService {
            task_definition: task_definition.to_owned(),
            counts,
        }
    }

    /// Whether every task set has all its tasks.
    pub fn runs_all(&self) -> bool {
        let mut sets = self.task_sets.iter();
        sets.all(|set| set.counts.running >= set.counts.desired)
    }

    /// `cluster/service`, as users see it.
    pub fn label(&self) -> String {
        format!("{}/{}", self.cluster_name(), self.name)
    }

    /// The cluster's name.
    pub fn cluster_name(&self) -> &str {
        short(&self.cluster_arn)
    }

    /// Whether its tasks run on Fargate.
    pub fn on_fargate(&self) -> bool {
        let providers = self.capacity_providers.iter();
        let mut names = providers.map(|provider| provider.name.as_str());
        self.platform_version.is_some() || names.any(|name| name.starts_with("FARGATE"))
    }

    /// The task set of this id.
    pub fn task_set(&self, id: &str) -> Option<&TaskSet> {
        self.task_sets.iter().find(|set| set.id == id)
    }
}

/// One load balancer entry of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// The container that takes the traffic.
    pub container: String,
    /// Its port.
    pub port: i32,
    /// The target group's ARN.
    pub target_group: Option<String>,
    /// The ARN of the other one, where ECS moves traffic between two.
    pub alternate: Option<String>,
    /// The ARN of the rule by which production traffic comes then.
    pub production_rule: Option<String>,
    /// The same of test traffic.
    pub test_rule: Option<String>,
}

/// `networkConfiguration.awsvpcConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Subnet ids.
    pub subnets: Vec<String>,
    /// Security group ids.
    pub security_groups: Vec<String>,
    /// `ENABLED` or `DISABLED`.
    pub assign_public_ip: Option<String>,
}

/// One entry of a capacity provider strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityProvider {
    /// `FARGATE_SPOT`.
    pub name: String,
    /// `base`.
    pub base: i32,
    /// `weight`.
    pub weight: i32,
}

/// What ECS says happened to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceEvent {
    /// The event's id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// AWS's sentence.
    pub message: String,
}

#[cfg(test)]
pub(crate) mod tests;
