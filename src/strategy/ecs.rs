//! Deployments that ECS carries out itself, rolling or in stages: one UpdateService, followed by the
//! service deployment it made.

pub mod look;
mod made;

use super::{Rollout, Start};
use crate::aws::ecs::{Ecs, UpdateService};
use crate::aws::once::once;
use crate::clock::Clock;
use crate::events::Events;
use crate::failure::{Code, Failure};
use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::service::Service;
use crate::model::stop::StopAnswer;
use crate::rollout::snapshot::{Pause, Snapshot};
use anyhow::Result;
use jiff::Timestamp;
use look::Ours;
use made::{Taken, arns};
use std::cell::{OnceCell, RefCell};

/// A deployment of one service.
pub struct ByEcs {
    /// The way to ECS.
    pub ecs: Ecs,
    /// Whose time counts.
    pub clock: Clock,
    /// The service as it was before.
    pub service: Service,
    /// The task definition's ARN to bring.
    pub revision: String,
    /// The number of tasks to ask for; absent: as it is.
    pub desired_count: Option<i32>,
    /// How ECS is to deploy the service from now on; absent: as it does.
    pub configuration: Option<DeploymentConfiguration>,
    /// Deploy even when the revision serves already.
    pub force: bool,
    /// Deploy even when a deployment of the revision is under way: it may not be this run's.
    pub anew: bool,
    events: Events,
    ours: OnceCell<Ours>,
    /// The lifecycle stages that were seen, in that order.
    stages: RefCell<Vec<String>>,
}

impl ByEcs {
    /// Brings `revision` to `service`.
    pub fn new(
        ecs: Ecs,
        (clock, events): (Clock, Events),
        service: Service,
        revision: String,
    ) -> Self {
        let ours = OnceCell::new();
        Self {
            ecs,
            clock,
            service,
            revision,
            desired_count: None,
            configuration: None,
            force: false,
            anew: false,
            events,
            ours,
            stages: RefCell::default(),
        }
    }

    /// Whether everything that is asked for is there already.
    fn nothing_to_do(&self) -> bool {
        !self.changes_settings() && !self.force && look::serves(&self.service, &self.revision)
    }

    /// Whether the service itself is to change, beside the revision.
    fn changes_settings(&self) -> bool {
        let count = self.desired_count;
        let counted = count.is_some_and(|count| count != self.service.counts.desired);
        counted || self.configuration.is_some()
    }

    /// The deployment of the same revision that an earlier run has left under way.
    async fn under_way(&self) -> Result<Option<Start>> {
        let primary = self.service.primary();
        let same = primary.is_some_and(|primary| primary.task_definition == self.revision);
        let (Some(id), Some(primary)) = (&self.service.current_deployment, primary) else {
            return Ok(None);
        };
        if self.anew || self.changes_settings() || !same || !self.brings_ours(id).await? {
            return Ok(None);
        }
        self.remember(&primary.id, primary.created_at);
        Ok(Some(Start::Deployment {
            id: id.clone(),
            followed: true,
        }))
    }

    async fn update(&self) -> Result<Start> {
        let known = arns(self.listed().await?);
        let asked = UpdateService {
            cluster: self.service.cluster_arn.clone(),
            service: self.service.name.clone(),
            task_definition: Some(self.revision.clone()),
            desired_count: self.desired_count,
            force: self.force,
            configuration: self.configuration.clone(),
        };
        let taken = once(
            &self.clock,
            &self.events,
            async || {
                let service = self.ecs.update_service(&asked).await?;
                Ok(Taken::Shown(Box::new(service)))
            },
            async || self.taken(&known).await,
        );
        let service = match taken.await? {
            Taken::Shown(service) => *service,
            Taken::Listed(made) => {
                self.remember(&made.arn, made.created_at);
                return Ok(Start::Deployment {
                    id: made.arn,
                    followed: false,
                });
            }
        };
        let primary = service.primary().ok_or_else(|| self.no_deployment())?;
        self.remember(&primary.id, primary.created_at);
        let before = self.service.primary().map(|primary| &primary.id);
        // Only settings of the service change: ECS makes no service deployment for that.
        let id = if before == Some(&primary.id) {
            None
        } else {
            // From here on the deployment runs: without its ARN it is followed in the service.
            let found = self.service_deployment(&service, &known).await;
            found
                .inspect_err(|error| tracing::debug!("not found: {error:#}"))
                .unwrap_or_default()
        };
        let id = id.unwrap_or_else(|| primary.id.clone());
        Ok(Start::Deployment {
            id,
            followed: false,
        })
    }

    fn remember(&self, deployment: &str, created_at: Option<Timestamp>) {
        let since = created_at.unwrap_or_else(|| self.clock.now());
        let deployment = deployment.to_owned();
        let previous = self.service.serving().task_definition;
        let revision = self.revision.clone();
        self.ours.get_or_init(|| Ours {
            revision,
            previous,
            deployment,
            since,
        });
    }

    fn no_deployment(&self) -> Failure {
        let what = format!(
            "ECS took the update of {} but shows no deployment of it",
            self.service.name
        );
        Failure::new(
            Code::DeploymentRefused,
            what,
            "Look at the service in the console.",
        )
    }
}

impl Rollout for ByEcs {
    async fn start(&self) -> Result<Start> {
        if self.nothing_to_do() {
            return Ok(Start::Unchanged);
        }
        match self.under_way().await? {
            Some(start) => Ok(start),
            None => self.update().await,
        }
    }

    async fn observe(&self, deployment: &str) -> Result<Snapshot> {
        let (cluster, name) = (&self.service.cluster_arn, [self.service.name.clone()]);
        let ids = [deployment.to_owned()];
        let kept_by_ecs = deployment.starts_with("arn:");
        let ids = if kept_by_ecs { ids.as_slice() } else { &[] };
        let ecs = self.ecs.brisk();
        let (status, service) = tokio::try_join!(
            ecs.describe_service_deployments(ids),
            ecs.services(cluster, &name),
        )?;
        let service = service.into_iter().flatten().next();
        let fallback = || Ours {
            revision: self.revision.clone(),
            previous: self.service.serving().task_definition,
            deployment: deployment.to_owned(),
            since: self.clock.now(),
        };
        let ours = self.ours.get_or_init(fallback);
        let mut stages = self.stages.borrow_mut();
        let stage = status.first().and_then(|status| status.stage.clone());
        if let Some(stage) = stage.filter(|stage| !stages.contains(stage)) {
            stages.push(stage);
        }
        Ok(look::snapshot(
            status.first(),
            service.as_ref(),
            ours,
            &stages,
        ))
    }

    /// ECS stops service deployments only; one that it keeps no ARN of is over or cannot be had
    /// back but by deploying the revision before.
    async fn stop(&self, deployment: &str) -> Result<StopAnswer> {
        if !deployment.starts_with("arn:") {
            return Ok(StopAnswer::NotThere);
        }
        self.ecs.stop_service_deployment(deployment).await
    }

    async fn go_on(&self, deployment: &str, pause: &Pause) -> Result<()> {
        match &pause.hook {
            Some(hook) => self.ecs.continue_service_deployment(deployment, hook).await,
            None => Ok(()),
        }
    }
}
