//! Failed tasks of one deployment, told apart from tasks that only stopped, and grouped by what
//! they have in common.
//!
//! A task counts when it could not start, when an essential container of it ended (a service's
//! container is never to end by itself, not even with 0), or when it was stopped because a health
//! check failed. One that was scaled in, replaced, stopped by somebody, or lost with its host or
//! its Spot capacity says nothing about the revision and never counts.

mod signature;

use super::workload::Workload;
use crate::model::task::{Container, Task};
use jiff::Timestamp;
use serde::Serialize;

/// Tasks that failed alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TaskFailures {
    /// What they have in common: the way, the container, its exit code and AWS's reason with
    /// everything masked that differs from task to task. Made to be compared, not to be read.
    pub signature: String,
    /// How many.
    pub count: usize,
    /// The way in which they failed.
    pub way: Way,
    /// The container that failed, where AWS says which.
    pub container: Option<String>,
    /// Its image, as the task definition writes it.
    pub image: Option<String>,
    /// Its exit code; absent when it never ran, or was stopped.
    pub exit_code: Option<i32>,
    /// AWS's reason, as it was given for the sample.
    pub reason: String,
    /// The newest of them.
    pub sample: Task,
}

/// The way in which a task failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// It never ran.
    NotStarted,
    /// An essential container ended.
    Exited,
    /// A health check failed.
    Unhealthy,
}

/// Groups the failed ones among `tasks` of one deployment: the largest group first, the newest of
/// two that are as large.
pub fn alike(tasks: &[Task]) -> Vec<TaskFailures> {
    of(tasks, &Workload::default())
}

/// [`alike`], where the `workload` tells which containers are essential.
pub fn of(tasks: &[Task], workload: &Workload) -> Vec<TaskFailures> {
    let mut groups: Vec<TaskFailures> = Vec::new();
    for failure in tasks.iter().filter_map(|task| failure(task, workload)) {
        let known = groups
            .iter_mut()
            .find(|group| group.signature == failure.signature);
        match known {
            Some(group) => group.take_in(failure),
            None => groups.push(failure),
        }
    }
    groups.sort_by(|a, b| {
        let (size, age) = (b.count.cmp(&a.count), b.stopped_at().cmp(&a.stopped_at()));
        size.then(age).then_with(|| a.signature.cmp(&b.signature))
    });
    groups
}

/// The way in which `task` failed; `None` when it did not fail.
pub fn way(task: &Task) -> Option<Way> {
    let reason = task.stopped_reason.as_deref().unwrap_or_default();
    match task.stop_code.as_deref() {
        Some("TaskFailedToStart") => Some(Way::NotStarted),
        Some("EssentialContainerExited") => Some(Way::Exited),
        Some("ServiceSchedulerInitiated") | None if is_health_check(reason) => Some(Way::Unhealthy),
        None if reason.starts_with("Essential container in task exited") => Some(Way::Exited),
        None if is_named_error(reason) => Some(Way::NotStarted),
        // Scaled in, `UserInitiated`, `SpotInterruption`, `TerminationNotice`,
        // `InfrastructureHealth`; a newer code is no failure before it is known to be one.
        _ => None,
    }
}

/// "Task failed ELB health checks in (target-group …)", "Task failed container health checks".
fn is_health_check(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    reason.contains("failed") && reason.contains("health checks")
}

/// `CannotPullContainerError: …` and its kin
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>).
fn is_named_error(reason: &str) -> bool {
    let name = reason.split(':').next().unwrap_or_default();
    name.ends_with("Error") && name.chars().all(|c| c.is_ascii_alphanumeric())
}

fn failure(task: &Task, workload: &Workload) -> Option<TaskFailures> {
    let way = way(task)?;
    let culprit = culprit(task, way, workload);
    let exit_code = culprit.filter(|_| way == Way::Exited);
    let exit_code = exit_code.and_then(|container| container.exit_code);
    let container = culprit.map(|container| container.name.clone());
    let reason = reason(task, culprit);
    Some(TaskFailures {
        signature: signature::of(way, container.as_deref(), exit_code, &reason),
        count: 1,
        way,
        image: culprit.and_then(|container| container.image.clone()),
        container,
        exit_code,
        reason,
        sample: task.clone(),
    })
}

/// The container that the task failed by.
fn culprit<'a>(task: &'a Task, way: Way, workload: &Workload) -> Option<&'a Container> {
    let mut all = task.containers.iter();
    let only = || match task.containers.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    match way {
        Way::NotStarted => all
            .find(|container| container.reason.is_some())
            .or_else(only),
        Way::Unhealthy => all.find(|container| container.health.as_deref() == Some("UNHEALTHY")),
        Way::Exited => {
            let ended = all.filter(|container| suspicion(container) < u8::MAX);
            ended.min_by_key(|it| (!workload.is_essential(&it.name), suspicion(it)))
        }
    }
}

/// How likely a container is the one that ended first, the likeliest with 0: the others are
/// stopped after it, by SIGTERM (143, or 0 where they heed it) and then SIGKILL (137).
fn suspicion(container: &Container) -> u8 {
    match (&container.reason, container.exit_code) {
        (Some(_), _) => 0,
        (None, Some(0)) => 2,
        (None, Some(137 | 143)) => 3,
        (None, Some(_)) => 1,
        (None, None) => u8::MAX,
    }
}

/// AWS's reason for the stop, and for the container's end where that says more.
fn reason(task: &Task, culprit: Option<&Container>) -> String {
    let of_task = task.stopped_reason.as_deref().unwrap_or_default();
    let of_container = culprit.and_then(|container| container.reason.as_deref());
    match of_container.filter(|reason| !of_task.contains(reason)) {
        Some(reason) if reason.contains(of_task) => reason.to_owned(),
        Some(reason) => format!("{of_task}: {reason}"),
        None => of_task.to_owned(),
    }
}

impl TaskFailures {
    fn take_in(&mut self, other: Self) {
        let count = self.count + other.count;
        let newer = (other.stopped_at(), &other.sample.arn) > (self.stopped_at(), &self.sample.arn);
        if newer {
            *self = other;
        }
        self.count = count;
    }

    fn stopped_at(&self) -> Option<Timestamp> {
        self.sample.stopped_at
    }

    /// Whether the container wrote to its log, as far as that can be told: it ran.
    pub fn ran(&self) -> bool {
        let named = self.container.as_deref();
        let container = named.and_then(|name| self.sample.container(name));
        self.sample.started_at.is_some() || container.is_some_and(|it| it.exit_code.is_some())
    }
}

#[cfg(test)]
mod tests;
