//! The reads that the checks need beyond what the deployment reads anyway, side by side.
//!
//! None of them is needed: what is late, denied or failing in passing is skipped, in words. Nothing
//! is read of which the task definition or the service has none.

mod balancing;
mod images;
mod roles;
mod secrets;

use super::super::Run;
use super::super::images::Held;
use super::reads::Reads;
use crate::aws::Aws;
use crate::model::arn::{Arn, short};
use crate::model::codedeploy::DeploymentGroup;
use crate::model::image::Platform;
use crate::model::service::Service;
use crate::preflight::roles::Said;
use crate::preflight::task::{LogGroup, Task};
use crate::preflight::{Check, alarms, fargate, logs, network};
use std::future::Future;
use std::pin::Pin;

pub(in crate::pipeline) use images::{TO_BE_BUILT, scanned};

/// What is known before anything is read for the checks.
pub(super) struct Facts<'a> {
    pub(super) run: &'a Run<'a>,
    /// Fails within seconds, not minutes.
    pub(super) aws: &'a Aws,
    /// The service, where it was found.
    pub(super) service: Option<&'a Service>,
    /// The deployment group, where one deploys the service and is right.
    pub(super) group: Option<&'a DeploymentGroup>,
    /// The task definition, with its images.
    pub(super) task: Option<&'a Task>,
    /// What the image to be built is made for; absent where none is built.
    pub(super) built_for: Option<Vec<Platform>>,
    /// The images that the inputs name, as ECR holds them; absent where something is wrong with
    /// them, which is told already.
    pub(super) held: Option<&'a [Held]>,
    pub(super) reads: Reads<'a>,
}

type Rows<'a> = Pin<Box<dyn Future<Output = Vec<Check>> + 'a>>;

impl Facts<'_> {
    /// Every check, in the order of the table.
    pub(super) async fn checks(&self) -> Vec<Check> {
        let mut checks = self.of_the_document();
        // Boxed: side by side, they would be too much for a small stack.
        let mut reads: Vec<Rows<'_>> = vec![
            Box::pin(self.target_groups()),
            Box::pin(self.rules()),
            Box::pin(self.alarms()),
            Box::pin(self.images()),
            Box::pin(self.roles()),
            Box::pin(self.passing()),
            Box::pin(self.secrets()),
            Box::pin(self.parameters()),
        ];
        if let Some(task) = self.task {
            let groups = task
                .logs
                .iter()
                .map(|group| -> Rows<'_> { Box::pin(self.log_group(group)) });
            reads.extend(groups);
        }
        checks.extend(side_by_side(reads).await.into_iter().flatten());
        checks
    }

    /// Whether the service's tasks run on Fargate.
    fn fargate(&self) -> bool {
        self.service.is_some_and(Service::on_fargate)
    }

    fn service_arn(&self) -> Option<Arn> {
        self.service?.arn.parse().ok()
    }

    /// The account of the service.
    fn account(&self) -> Option<String> {
        Some(self.service_arn()?.account)
    }

    fn of_the_document(&self) -> Vec<Check> {
        let Some(task) = self.task else {
            return Vec::new();
        };
        let size = fargate::check(task, self.fargate());
        let network = self
            .service
            .map(|service| network::check(task, service, self.fargate()));
        size.into_iter().chain(network).collect()
    }

    /// The alarms that whoever carries the deployment out heeds: those of the deployment group, or
    /// the service's.
    async fn alarms(&self) -> Vec<Check> {
        let Some((watched, guard)) = self.watched() else {
            return Vec::new();
        };
        let cloudwatch = self.aws.cloudwatch();
        match self.reads.read(cloudwatch.alarms(&watched)).await {
            Ok(found) => alarms::check(&watched, &found, guard),
            Err(why) => {
                let each = watched.iter();
                each.map(|it| Check::skipped(alarms::NAME, it, &*why))
                    .collect()
            }
        }
    }

    fn watched(&self) -> Option<(Vec<String>, alarms::Guard<'_>)> {
        let (watched, guard) = match (self.group, self.service?) {
            (Some(group), _) => {
                let guard = alarms::Guard::Group {
                    application: &group.application,
                    group: &group.name,
                };
                (group.alarms.clone(), guard)
            }
            (None, service) => {
                let guard = alarms::Guard::Service {
                    cluster: service.cluster_name(),
                    service: &service.name,
                };
                (service.configuration.alarms(), guard)
            }
        };
        (!watched.is_empty()).then_some((watched, guard))
    }

    async fn log_group(&self, group: &LogGroup) -> Vec<Check> {
        let logs = self.aws.logs(group.region.as_deref());
        vec![match self.reads.read(logs.has_group(&group.name)).await {
            Ok(true) => logs::there(group),
            Ok(false) if group.created => self.to_be_made(group).await,
            Ok(false) => logs::absent(group),
            Err(why) => Check::skipped(logs::NAME, &group.name, why),
        }]
    }

    /// AWS asks for the group with an empty stream when somebody creates it.
    async fn to_be_made(&self, group: &LogGroup) -> Check {
        let execution = self.task.and_then(|task| task.execution_role.as_deref());
        let role = execution.filter(|role| role.starts_with("arn:"));
        let unknown = |why: &str| logs::to_be_made(group, "", &Said::NotJudged(why.to_owned()));
        if !self.fargate() {
            return unknown("on instances, their role makes it");
        }
        let (Some(role), Some(service)) = (role, self.service_arn()) else {
            return unknown("the execution role is not known by its ARN");
        };
        let arn = Arn {
            service: "logs".to_owned(),
            region: group.region.clone().unwrap_or(service.region),
            resource: format!("log-group:{}:log-stream:", group.name),
            ..service
        };
        let said = self.may_make(role, &arn.to_string()).await;
        logs::to_be_made(group, short(role), &said)
    }
}

/// What all of `futures` give, in their order.
async fn side_by_side<T>(futures: Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(Some).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in waiting.iter_mut().zip(&mut done) {
            if let Some(running) = future
                && let std::task::Poll::Ready(value) = running.as_mut().poll(context)
            {
                *done = Some(value);
                *future = None;
            }
        }
        if waiting.iter().all(Option::is_none) {
            return std::task::Poll::Ready(());
        }
        std::task::Poll::Pending
    })
    .await;
    done.into_iter().flatten().collect()
}
