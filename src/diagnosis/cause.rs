//! The cause that evidence names: well-known ones are told in a sentence and answered with what to
//! do, with the names of the things that it takes.
//!
//! What ended the deployment comes first (a hook, an alarm), then what its tasks failed by, then
//! what kept tasks from being made, then the targets. The words are AWS's own, from
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html> and
//! the pages beside it.

mod capacity;
mod deployment;
mod exit;
mod health;
mod image;
mod logging;
mod network;
mod role;
mod secret;
mod start;
mod words;

use super::evidence::Evidence;
use super::failures::{TaskFailures, Way};
use super::workload::Workload;
use crate::model::service::{LoadBalancer, Network, Service};
use serde::Serialize;
use words::{Said, shown};

/// Why a deployment failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cause {
    /// Which of the well-known ones.
    pub kind: Kind,
    /// What happened, one sentence without a full stop.
    pub sentence: String,
    /// What to do, one or more sentences.
    pub advice: String,
}

/// The well-known causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The image is not in its registry, or its name is no name.
    ImageNotFound,
    /// The task may not pull the image.
    ImageForbidden,
    /// The image's registry does not answer the task.
    RegistryUnreachable,
    /// The registry wants fewer pulls.
    RegistryLimit,
    /// The image does not fit on the disk.
    DiskFull,
    /// The image or its program is for another processor or operating system.
    WrongPlatform,
    /// A secret or parameter is not there, or has not what is asked for.
    SecretMissing,
    /// The execution role may not read a secret or parameter.
    SecretForbidden,
    /// A container took more memory than it may.
    OutOfMemory,
    /// An essential container ended by itself.
    ContainerExited,
    /// The container's command cannot be run.
    CommandNotRunnable,
    /// The load balancer's health check failed.
    LoadBalancerHealth,
    /// The container's own health check failed.
    ContainerHealth,
    /// There is no room for the tasks: capacity, quota, instances, addresses.
    NoCapacity,
    /// The tasks' subnets have no way to AWS.
    NoRoute,
    /// ECS cannot assume a role of the task definition.
    RoleNotAssumable,
    /// The log group is not there.
    LogGroupMissing,
    /// The log driver cannot be started.
    LogDriver,
    /// A volume cannot be mounted.
    Volume,
    /// A hook of the deployment failed.
    HookFailed,
    /// An alarm went off.
    Alarm,
    /// Tasks failed, for a reason in AWS's words only.
    TaskFailed,
}

/// The things around the deployment, by their names.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    /// What the revision runs.
    pub workload: Workload,
    /// Where its tasks are put.
    pub network: Option<Network>,
    /// What takes the traffic.
    pub load_balancers: Vec<LoadBalancer>,
}

impl Scene {
    /// The scene of a deployment of `workload` to `service`.
    pub fn of(workload: Workload, service: &Service) -> Self {
        Self {
            workload,
            network: service.network.clone(),
            load_balancers: service.load_balancers.clone(),
        }
    }
}

/// All that a cause is looked for in.
#[derive(Clone, Copy)]
struct View<'a> {
    evidence: &'a Evidence,
    scene: &'a Scene,
}

/// What a sentence of AWS's is about.
#[derive(Clone, Copy, Default)]
struct About<'a> {
    container: Option<&'a str>,
    image: Option<&'a str>,
}

/// The cause that `evidence` names, if it names one.
pub(super) fn of(evidence: &Evidence, scene: &Scene) -> Option<Cause> {
    let view = View { evidence, scene };
    let tasks = || evidence.tasks.iter();
    deployment::hook(view)
        .or_else(|| deployment::alarm(view))
        .or_else(|| tasks().find_map(|failures| of_failures(view, failures)))
        .or_else(|| of_events(view))
        .or_else(|| health::of_targets(view))
        .or_else(|| tasks().next().map(unnamed))
}

fn of_failures(view: View<'_>, failures: &TaskFailures) -> Option<Cause> {
    if failures.way == Way::Unhealthy {
        return Some(health::of_failures(view, failures));
    }
    let about = About {
        container: failures.container.as_deref(),
        image: failures.image.as_deref(),
    };
    let said = Said::new(&failures.reason);
    let named = exit::out_of_memory(view, failures, &said).or_else(|| named(view, &said, about));
    named.or_else(|| exit::exited(view, failures))
}

/// What keeps ECS from making tasks stands in service events only; and some reasons of tasks stand
/// there too, when the tasks themselves could not be read.
fn of_events(view: View<'_>) -> Option<Cause> {
    let messages = || {
        view.evidence
            .events
            .iter()
            .rev()
            .map(|it| it.message.as_str())
    };
    messages()
        .find_map(|message| named(view, &Said::new(message), About::default()))
        .or_else(|| messages().find_map(|message| health::of_event(view, message)))
}

/// The well-known cause that AWS's sentence names.
fn named(view: View<'_>, said: &Said<'_>, about: About<'_>) -> Option<Cause> {
    let kinds = [
        image::platform,
        image::pull,
        logging::of,
        secret::of,
        role::of,
        start::of,
        capacity::of,
        network::of,
    ];
    kinds.into_iter().find_map(|kind| kind(view, said, about))
}

/// Tasks failed for a reason that is nobody's.
fn unnamed(failures: &TaskFailures) -> Cause {
    Cause {
        kind: Kind::TaskFailed,
        sentence: format!(
            "{} of the new revision failed: {}",
            words::tasks(failures.count),
            shown(&failures.reason)
        ),
        advice: "Look the reason up in ECS's documentation of stopped tasks \
                 (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html)."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests;
