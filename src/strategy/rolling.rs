//! ECS's rolling update: one UpdateService, followed by the service deployment it made.

pub mod look;

use super::{Rollout, Start};
use crate::aws::ecs::{Ecs, UpdateService};
use crate::aws::once::once;
use crate::clock::Clock;
use crate::events::Events;
use crate::failure::{Code, Failure};
use crate::model::service::Service;
use crate::model::service_deployment::ServiceDeploymentBrief;
use crate::model::stop::StopAnswer;
use crate::rollout::snapshot::Snapshot;
use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use look::Ours;
use std::cell::OnceCell;
use std::time::Duration;

/// How often the new service deployment is looked for after UpdateService: ECS lists it with a
/// delay of moments.
const LOOKS: u32 = 10;

/// What shows that an update was taken in.
enum Taken {
    /// The service is set to it.
    Shown(Box<Service>),
    /// ECS lists a deployment of it.
    Listed(ServiceDeploymentBrief),
}

/// A rolling deployment of one service.
pub struct Rolling {
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
    /// Deploy even when the revision serves already.
    pub force: bool,
    /// Deploy even when a deployment of the revision is under way: it may not be this run's.
    pub anew: bool,
    events: Events,
    ours: OnceCell<Ours>,
}

impl Rolling {
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
            force: false,
            anew: false,
            events,
            ours,
        }
    }

    /// Whether everything that is asked for is there already.
    fn nothing_to_do(&self) -> bool {
        !self.changes_count() && !self.force && look::serves(&self.service, &self.revision)
    }

    fn changes_count(&self) -> bool {
        self.desired_count
            .is_some_and(|count| count != self.service.counts.desired)
    }

    /// The deployment of the same revision that an earlier run has left under way.
    async fn under_way(&self) -> Result<Option<Start>> {
        let primary = self.service.primary();
        let same = primary.is_some_and(|primary| primary.task_definition == self.revision);
        let (Some(id), Some(primary)) = (&self.service.current_deployment, primary) else {
            return Ok(None);
        };
        if self.anew || self.changes_count() || !same || !self.brings_ours(id).await? {
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
        // Only the number of tasks changes: ECS makes no service deployment for that.
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

    /// What shows that the update was taken in. The service does not any more where ECS has rolled
    /// it back by now.
    async fn taken(&self, known: &[String]) -> Result<Option<Taken>> {
        if let Some(service) = self.updated().await? {
            return Ok(Some(Taken::Shown(Box::new(service))));
        }
        for made in self.listed().await? {
            if !known.contains(&made.arn) && self.brings_ours(&made.arn).await? {
                return Ok(Some(Taken::Listed(made)));
            }
        }
        Ok(None)
    }

    /// The service as it is, when it shows the update.
    async fn updated(&self) -> Result<Option<Service>> {
        let name = [self.service.name.clone()];
        let read = self.ecs.services(&self.service.cluster_arn, &name).await?;
        let before = self.service.primary().map(|primary| primary.id.as_str());
        Ok(read.into_iter().flatten().find(|service| {
            let primary = service.primary();
            let ours = primary.is_some_and(|primary| primary.task_definition == self.revision);
            let new = primary.map(|primary| primary.id.as_str()) != before;
            let counted = self.desired_count == Some(service.counts.desired);
            ours && (new || counted && !self.force)
        }))
    }

    /// The service deployment that UpdateService made: one that was not `known` before and brings
    /// our revision; `None` where ECS keeps none.
    async fn service_deployment(
        &self,
        updated: &Service,
        known: &[String],
    ) -> Result<Option<String>> {
        let mut candidates: Vec<_> = updated.current_deployment.iter().cloned().collect();
        for _ in 0..LOOKS {
            for id in candidates.into_iter().filter(|id| !known.contains(id)) {
                if self.brings_ours(&id).await? {
                    return Ok(Some(id));
                }
            }
            self.clock.sleep(Duration::from_secs(1)).await;
            candidates = arns(self.listed().await?);
        }
        Ok(None)
    }

    /// The service's deployments of the last hour, newest first: an hour is far more than
    /// two clocks differ, and a busy service keeps hundreds.
    async fn listed(&self) -> Result<Vec<ServiceDeploymentBrief>> {
        let (cluster, name) = (&self.service.cluster_arn, &self.service.name);
        let after = self
            .clock
            .now()
            .saturating_sub(SignedDuration::from_hours(1))?;
        self.ecs
            .service_deployments(cluster, name, Some(after))
            .await
    }

    async fn brings_ours(&self, id: &str) -> Result<bool> {
        let described = self
            .ecs
            .describe_service_deployments(&[id.to_owned()])
            .await?;
        let Some(target) = described
            .into_iter()
            .find_map(|deployment| deployment.target_revision)
        else {
            return Ok(false);
        };
        let revision = self.ecs.service_revision(&target).await?;
        Ok(revision.is_some_and(|revision| revision.task_definition == self.revision))
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

fn arns(listed: Vec<ServiceDeploymentBrief>) -> Vec<String> {
    listed.into_iter().map(|brief| brief.arn).collect()
}

impl Rollout for Rolling {
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
        Ok(look::snapshot(status.first(), service.as_ref(), ours))
    }

    /// ECS stops service deployments only; one that it keeps no ARN of is over or cannot be had
    /// back but by deploying the revision before.
    async fn stop(&self, deployment: &str) -> Result<StopAnswer> {
        if !deployment.starts_with("arn:") {
            return Ok(StopAnswer::NotThere);
        }
        self.ecs.stop_service_deployment(deployment).await
    }
}
