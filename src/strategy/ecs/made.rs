//! What an UpdateService has made, looked up: it tells the service, not the service deployment, and its
//! answer may be lost.

use super::ByEcs;
use crate::model::service::Service;
use crate::model::service_deployment::ServiceDeploymentBrief;
use anyhow::Result;
use jiff::SignedDuration;
use std::time::Duration;

/// How often the new service deployment is looked for after UpdateService: ECS lists it with a
/// delay of moments.
const LOOKS: u32 = 10;

/// What shows that an update was taken in.
pub(super) enum Taken {
    /// The service is set to it.
    Shown(Box<Service>),
    /// ECS lists a deployment of it.
    Listed(ServiceDeploymentBrief),
}

impl ByEcs {
    /// What shows that the update was taken in. The service does not any more where ECS has rolled
    /// it back by now.
    pub(super) async fn taken(&self, known: &[String]) -> Result<Option<Taken>> {
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
            ours && (new || self.is_set(service) && !self.force)
        }))
    }

    /// Whether settings were to change, and `service` has them all.
    fn is_set(&self, service: &Service) -> bool {
        let count = self.desired_count;
        let counted = count.is_none_or(|count| count == service.counts.desired);
        let configured = service.clone().to_have(self.configuration.as_ref());
        self.changes_settings() && counted && configured.reconfiguration.is_none()
    }

    /// The service deployment that UpdateService made: one that was not `known` before and brings
    /// our revision; `None` where ECS keeps none.
    pub(super) async fn service_deployment(
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
    pub(super) async fn listed(&self) -> Result<Vec<ServiceDeploymentBrief>> {
        let (cluster, name) = (&self.service.cluster_arn, &self.service.name);
        let after = self
            .clock
            .now()
            .saturating_sub(SignedDuration::from_hours(1))?;
        self.ecs
            .service_deployments(cluster, name, Some(after))
            .await
    }

    pub(super) async fn brings_ours(&self, id: &str) -> Result<bool> {
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
}

/// Their ARNs.
pub(super) fn arns(listed: Vec<ServiceDeploymentBrief>) -> Vec<String> {
    listed.into_iter().map(|brief| brief.arn).collect()
}
