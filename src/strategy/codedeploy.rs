//! CodeDeploy's blue/green: one CreateDeployment, followed by its own id, and by the id of the
//! rollback that it may lead to.

pub mod look;

use super::{Rollout, Start};
use crate::aws::codedeploy::CodeDeploy;
use crate::aws::ecs::Ecs;
use crate::clock::Clock;
use crate::failure::{Code, Failure};
use crate::model::codedeploy::{Creation, Deployment, DeploymentGroup, NewDeployment};
use crate::model::service::Service;
use crate::rollout::snapshot::Snapshot;
use anyhow::{Context as _, Result};
use look::Seen;

/// A blue/green deployment of one service.
pub struct BlueGreen<'a> {
    /// The way to CodeDeploy.
    pub codedeploy: &'a CodeDeploy,
    /// The way to ECS.
    pub ecs: &'a Ecs,
    /// Whose time counts.
    pub clock: &'a Clock,
    /// The service as it was before.
    pub service: &'a Service,
    /// The deployment group that deploys it.
    pub group: &'a DeploymentGroup,
    /// The task definition's ARN to bring.
    pub revision: &'a str,
    /// What to ask CodeDeploy for.
    pub deployment: NewDeployment,
    /// Deploy even when the revision serves already.
    pub force: bool,
}

impl BlueGreen<'_> {
    fn running_already(&self, active: Option<String>, message: &str) -> Failure {
        let group = &self.group.name;
        let which = active.map(|id| format!(" ({id})")).unwrap_or_default();
        let what = format!("a deployment{which} of the group {group} is already running");
        let help = "Wait for it to end or stop it, then run this job again: what it has built and \
                    registered is used again.";
        Failure::new(Code::DeploymentRunning, what, help).because(message)
    }

    /// The deployment that brings the old revision back, once CodeDeploy has made it.
    async fn rollback_of(&self, deployment: &Deployment) -> Result<Option<Deployment>> {
        let info = deployment.rollback.as_ref();
        match info.and_then(|info| info.rollback_deployment.as_deref()) {
            Some(id) => self.codedeploy.deployment(id).await,
            None => Ok(None),
        }
    }
}

impl Rollout for BlueGreen<'_> {
    async fn start(&self) -> Result<Start> {
        if !self.force && look::serves(self.service, self.revision) {
            return Ok(Start::Unchanged);
        }
        match self.codedeploy.create_deployment(&self.deployment).await? {
            Creation::Created(id) => Ok(Start::Deployment {
                id,
                followed: false,
            }),
            Creation::LimitExceeded { active, message } => {
                Err(self.running_already(active, &message).into())
            }
        }
    }

    async fn observe(&self, id: &str) -> Result<Snapshot> {
        let cluster = self.service.cluster_name();
        let name = [self.service.name.clone()];
        let (deployment, target, service) = tokio::try_join!(
            self.codedeploy.deployment(id),
            self.codedeploy.target(id, cluster, &self.service.name),
            self.ecs.services(&self.service.cluster_arn, &name),
        )?;
        let deployment = deployment.with_context(|| format!("CodeDeploy does not know {id}"))?;
        let rollback = self.rollback_of(&deployment).await?;
        Ok(look::snapshot(&Seen {
            deployment: &deployment,
            target: target.as_ref(),
            rollback: rollback.as_ref(),
            service: service.iter().flatten().next(),
            group: self.group,
            revision: self.revision,
            at: self.clock.now(),
        }))
    }
}
