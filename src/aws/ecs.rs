//! The edge to ECS: its calls, its answers in our own words, and its "not there" told apart.
//!
//! Never waits and never decides: one function is one call, or as few as its batch limit allows.
//! Task definitions go out and come back as documents, byte for byte, so that fields newer than the
//! SDK are neither lost nor hidden.

mod configuration;
mod document;
mod history;
mod service;
mod service_deployment;
mod task;
mod usage;

use crate::aws::Aws;
use crate::aws::answer::{RawAnswer, found, half, moment, unusable};
use crate::aws::ask::Asking;
use crate::aws::error::seen;
use crate::model::arn::short;
use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::service::Service;
use anyhow::Result;
use aws_sdk_ecs::Client;
use configuration::Shown;

/// Services in one DescribeServices.
const SERVICES_A_CALL: usize = 10;

/// ECS in one account and region.
#[derive(Debug, Clone)]
pub struct Ecs {
    client: Client,
    asking: Asking,
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
#[derive(Debug, Clone, PartialEq)]
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
    /// How ECS is to deploy it, sent as it is written; absent: as it does.
    pub configuration: Option<DeploymentConfiguration>,
}

impl Ecs {
    /// ECS as `aws` reaches it.
    pub fn new(aws: &Aws) -> Self {
        Self {
            client: Client::new(&aws.config),
            asking: aws.asking.clone(),
        }
    }

    /// The same for somebody who asks again by himself, see [`Aws::brisk`].
    #[must_use]
    pub fn brisk(&self) -> Self {
        Self {
            client: self.client.clone(),
            asking: self.asking.brisk(),
        }
    }

    /// The cluster of this name or ARN; `None` when it is not there.
    pub async fn cluster(&self, cluster: &str) -> Result<Option<Cluster>> {
        const ACTION: &str = "ecs:DescribeClusters";
        let call = self.client.describe_clusters().clusters(cluster);
        let ask = async || {
            let answer = call.clone().send().await.map_err(seen(ACTION))?;
            says_something(ACTION, answer.clusters(), answer.failures())?;
            Ok(answer.clusters().first().map(|cluster| Cluster {
                arn: cluster.cluster_arn().unwrap_or_default().to_owned(),
                name: cluster.cluster_name().unwrap_or_default().to_owned(),
                status: cluster.status().unwrap_or_default().to_owned(),
            }))
        };
        self.asking.ask(ask).await
    }

    /// The services of these names or ARNs, in their order; `None` for each that is not there, for
    /// all of them when the cluster is not there ([`Self::cluster`] tells that apart).
    pub async fn services(
        &self,
        cluster: &str,
        services: &[String],
    ) -> Result<Vec<Option<Service>>> {
        const ACTION: &str = "ecs:DescribeServices";
        let mut all = Vec::with_capacity(services.len());
        for batch in services.chunks(SERVICES_A_CALL) {
            let call = self.client.describe_services().cluster(cluster);
            let call = call.set_services(Some(batch.to_vec()));
            let ask = async || {
                let raw = RawAnswer::default();
                let sent = call.clone().customize().interceptor(raw.clone()).send();
                let answer = found(ACTION, sent.await, |error| {
                    error.is_cluster_not_found_exception()
                })?;
                let Some(answer) = answer else {
                    return Ok((Vec::new(), Shown::default()));
                };
                says_something(ACTION, answer.services(), answer.failures())?;
                let services = answer.services.unwrap_or_default();
                Ok((services, Shown::of(&raw.body())))
            };
            let (there, raw) = self.asking.ask(ask).await?;
            all.extend(batch.iter().map(|asked| {
                let service = there.iter().find(|service| is_named(service, asked));
                service.map(|service| service::from_sdk(service, &raw))
            }));
        }
        Ok(all)
    }

    /// Changes a service; with a new task definition or `force` that starts a deployment. Asked
    /// once: a second time may start a second one, see [`once`](crate::aws::once::once).
    pub async fn update_service(&self, update: &UpdateService) -> Result<Service> {
        const ACTION: &str = "ecs:UpdateService";
        let call = self.client.update_service();
        let call = call.cluster(&update.cluster).service(&update.service);
        let call = call
            .set_task_definition(update.task_definition.clone())
            .set_desired_count(update.desired_count)
            .set_force_new_deployment(update.force.then_some(true));
        let say = async || {
            let (raw, configuration) = (RawAnswer::default(), update.configuration.clone());
            let call = call.clone().customize();
            let call = call
                .map_request(move |request| configuration::with(request, configuration.as_ref()));
            let answer = call.interceptor(raw.clone()).send().await;
            let answer = answer.map_err(seen(ACTION))?;
            let raw = Shown::of(&raw.body());
            let service = answer.service().map(|it| service::from_sdk(it, &raw));
            service.ok_or_else(|| half(ACTION, "service"))
        };
        let answer = self.asking.say(say).await;
        self.asking.noting(answer, |_| true)
    }
}

/// AWS gives an entry or a failure for everything that it is asked for; neither is half an answer.
fn says_something<T, F>(action: &str, entries: &[T], failures: &[F]) -> Result<()> {
    if entries.is_empty() && failures.is_empty() {
        return Err(unusable(action, "the answer says nothing"));
    }
    Ok(())
}

/// Whether `service` is the one that was asked for by a name or an ARN.
fn is_named(service: &aws_sdk_ecs::types::Service, asked: &str) -> bool {
    service.service_arn() == Some(asked) || service.service_name() == Some(short(asked))
}

#[cfg(test)]
mod tests;
