//! The edge to ECS: its calls, its answers in our own words, and its "not there" told apart.
//!
//! Never waits and never decides: one function is one call, or as few as its batch limit allows.
//! Task definitions go out and come back as documents, byte for byte, so that fields newer than the
//! SDK are neither lost nor hidden.

mod document;
mod service;
mod service_deployment;
mod task;

use crate::aws::answer::{found, moment, unusable};
use crate::aws::error::seen;
use crate::model::arn::short;
use crate::model::service::Service;
use crate::model::service_deployment::{
    ServiceDeploymentBrief, ServiceDeploymentStatus, ServiceRevision,
};
use crate::model::stop::StopAnswer;
use anyhow::Result;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::error::SdkError;
use aws_sdk_ecs::operation::list_service_deployments::builders::ListServiceDeploymentsFluentBuilder;
use aws_sdk_ecs::primitives::DateTime;
use aws_sdk_ecs::types::{CreatedAt, StopServiceDeploymentStopType};
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use jiff::Timestamp;

/// Services in one DescribeServices.
const SERVICES_A_CALL: usize = 10;

/// Service deployments in one DescribeServiceDeployments.
const DEPLOYMENTS_A_CALL: usize = 20;

/// Service deployments in one page of ListServiceDeployments: the most there can be.
const DEPLOYMENTS_A_PAGE: i32 = 100;

/// Service revisions in one DescribeServiceRevisions.
const REVISIONS_A_CALL: usize = 20;

/// ECS in one account and region.
#[derive(Debug, Clone)]
pub struct Ecs {
    client: Client,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `ACTIVE`, `PROVISIONING`, `DEPROVISIONING`, `FAILED`, `INACTIVE`.
    pub status: String,
}

/// A change to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateService {
    /// A name or an ARN.
    pub cluster: String,
    /// A name or an ARN.
    pub service: String,
    /// The task definition's ARN; absent: as it is.
    pub task_definition: Option<String>,
    /// How many tasks; absent: as it is.
    pub desired_count: Option<i32>,
    /// Whether to deploy even when nothing changes.
    pub force: bool,
}

impl Ecs {
    /// ECS as `config` reaches it.
    pub fn new(config: &SdkConfig) -> Self {
        Self {
            client: Client::new(config),
        }
    }

    /// The cluster of this name or ARN; `None` when it is not there.
    pub async fn cluster(&self, cluster: &str) -> Result<Option<Cluster>> {
        let call = self.client.describe_clusters().clusters(cluster);
        let answer = call.send().await.map_err(seen("ecs:DescribeClusters"))?;
        Ok(answer.clusters().first().map(|cluster| Cluster {
            arn: cluster.cluster_arn().unwrap_or_default().to_owned(),
            name: cluster.cluster_name().unwrap_or_default().to_owned(),
            status: cluster.status().unwrap_or_default().to_owned(),
        }))
    }

    /// The services of these names or ARNs, in their order; `None` for each that is not there, for
    /// all of them when the cluster is not there ([`Self::cluster`] tells that apart).
    pub async fn services(
        &self,
        cluster: &str,
        services: &[String],
    ) -> Result<Vec<Option<Service>>> {
        let mut all = Vec::with_capacity(services.len());
        for batch in services.chunks(SERVICES_A_CALL) {
            let call = self.client.describe_services().cluster(cluster);
            let call = call.set_services(Some(batch.to_vec()));
            let answer = found("ecs:DescribeServices", call.send().await, |error| {
                error.is_cluster_not_found_exception()
            })?;
            let there = answer.and_then(|answer| answer.services);
            let there = there.unwrap_or_default();
            all.extend(batch.iter().map(|asked| {
                let service = there.iter().find(|service| is_named(service, asked));
                service.map(service::from_sdk)
            }));
        }
        Ok(all)
    }

    /// Changes a service; with a new task definition or `force` that starts a deployment. Asked
    /// once: a lost answer is the caller's to look up.
    pub async fn update_service(&self, update: &UpdateService) -> Result<Service> {
        let call = self.client.update_service();
        let call = call.cluster(&update.cluster).service(&update.service);
        let call = call
            .set_task_definition(update.task_definition.clone())
            .set_desired_count(update.desired_count)
            .set_force_new_deployment(update.force.then_some(true))
            .customize()
            .config_override(asked_once());
        let answer = call.send().await.map_err(seen("ecs:UpdateService"))?;
        let service = answer.service().map(service::from_sdk);
        service.ok_or_else(|| unusable("ecs:UpdateService", "the answer has no service"))
    }

    /// The service's deployments, newest first, those made after `after` only.
    pub async fn service_deployments(
        &self,
        cluster: &str,
        service: &str,
        after: Option<Timestamp>,
    ) -> Result<Vec<ServiceDeploymentBrief>> {
        let after = after.map(|after| {
            let after = DateTime::from_nanos(after.as_nanosecond());
            CreatedAt::builder().set_after(after.ok()).build()
        });
        let call = self.client.list_service_deployments();
        let call = call.cluster(cluster).service(service);
        listed(call.set_created_at(after), usize::MAX).await
    }

    /// The service's newest deployments, newest first, `at_most` so many; ECS keeps those of about
    /// ninety days.
    pub async fn newest_service_deployments(
        &self,
        cluster: &str,
        service: &str,
        at_most: usize,
    ) -> Result<Vec<ServiceDeploymentBrief>> {
        let call = self.client.list_service_deployments();
        let call = call.cluster(cluster).service(service);
        listed(call.max_results(DEPLOYMENTS_A_PAGE), at_most).await
    }

    /// The service deployments of these ARNs; one that AWS does not know is left out.
    pub async fn describe_service_deployments(
        &self,
        arns: &[String],
    ) -> Result<Vec<ServiceDeploymentStatus>> {
        let mut all = Vec::with_capacity(arns.len());
        for batch in arns.chunks(DEPLOYMENTS_A_CALL) {
            let call = self.client.describe_service_deployments();
            let call = call.set_service_deployment_arns(Some(batch.to_vec()));
            let answer = call.send().await;
            let answer = answer.map_err(seen("ecs:DescribeServiceDeployments"))?;
            let deployments = answer.service_deployments();
            all.extend(deployments.iter().map(service_deployment::status));
        }
        Ok(all)
    }

    /// The service revision of this ARN; `None` when AWS does not know it.
    pub async fn service_revision(&self, arn: &str) -> Result<Option<ServiceRevision>> {
        let revisions = self.service_revisions(&[arn.to_owned()]).await?;
        Ok(revisions.into_iter().next())
    }

    /// The service revisions of these ARNs; one that AWS does not know is left out.
    pub async fn service_revisions(&self, arns: &[String]) -> Result<Vec<ServiceRevision>> {
        let mut all = Vec::with_capacity(arns.len());
        for batch in arns.chunks(REVISIONS_A_CALL) {
            let call = self.client.describe_service_revisions();
            let call = call.set_service_revision_arns(Some(batch.to_vec()));
            let answer = call.send().await;
            let answer = answer.map_err(seen("ecs:DescribeServiceRevisions"))?;
            let revisions = answer.service_revisions();
            all.extend(revisions.iter().map(service_deployment::revision));
        }
        Ok(all)
    }

    /// Asks ECS to stop a service deployment and to bring back the service revision before it.
    /// Asking twice does no harm
    /// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html>).
    pub async fn stop_service_deployment(&self, arn: &str) -> Result<StopAnswer> {
        let call = self.client.stop_service_deployment();
        let call = call.service_deployment_arn(arn);
        let call = call.stop_type(StopServiceDeploymentStopType::Rollback);
        match call.send().await {
            Ok(_) => Ok(StopAnswer::Accepted),
            Err(SdkError::ServiceError(refused)) if refused.err().is_conflict_exception() => {
                Ok(StopAnswer::Over)
            }
            Err(SdkError::ServiceError(refused))
                if refused.err().is_service_deployment_not_found_exception() =>
            {
                Ok(StopAnswer::NotThere)
            }
            Err(error) => Err(seen("ecs:StopServiceDeployment")(error)),
        }
    }
}

/// What `call` lists, page after page, until there are `at_most`.
async fn listed(
    call: ListServiceDeploymentsFluentBuilder,
    at_most: usize,
) -> Result<Vec<ServiceDeploymentBrief>> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let page = call.clone().set_next_token(next.take()).send().await;
        let page = page.map_err(seen("ecs:ListServiceDeployments"))?;
        let briefs = page.service_deployments();
        all.extend(briefs.iter().map(service_deployment::brief));
        next = page.next_token;
        if next.is_none() || all.len() >= at_most {
            all.truncate(at_most);
            return Ok(all);
        }
    }
}

/// For a write that makes another thing each time: the SDK does not repeat it.
fn asked_once() -> aws_sdk_ecs::config::Builder {
    aws_sdk_ecs::Config::builder().retry_config(RetryConfig::disabled())
}

/// Whether `service` is the one that was asked for by a name or an ARN.
fn is_named(service: &aws_sdk_ecs::types::Service, asked: &str) -> bool {
    service.service_arn() == Some(asked) || service.service_name() == Some(short(asked))
}

#[cfg(test)]
mod tests;
