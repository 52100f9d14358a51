//! What was found of a failed deployment, in AWS's words and the containers' own, and bounded: a
//! container can write megabytes.

use super::failures::{self, TaskFailures};
use super::suspect::Suspect;
use super::workload::Workload;
use crate::model::service::ServiceEvent;
use crate::model::service_deployment::CircuitBreaker;
use crate::model::target_group::{TargetGroup, TargetHealth};
use crate::model::task::Task;
use crate::rollout::snapshot::LifecycleEvent;
use serde::Serialize;

/// Lines of one log that are kept, and characters of a line.
const LINES: usize = 20;
const LINE: usize = 500;

/// Entries of every other list that are kept, and characters of a text.
const ENTRIES: usize = 20;
const TEXT: usize = 2000;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// AWS's sentence about the end of the deployment; CodeDeploy's has its error code behind it.
    pub reason: Option<String>,
    /// Lifecycle events that failed, with what their hooks left behind.
    pub lifecycle: Vec<LifecycleEvent>,
    /// What the circuit breaker counted.
    pub circuit_breaker: Option<CircuitBreaker>,
    /// The alarms that went off.
    pub alarms: Vec<String>,
    /// Failed tasks, grouped.
    pub tasks: Vec<TaskFailures>,
    /// The ends of the failing containers' logs.
    pub logs: Vec<LogTail>,
    /// Targets that take no traffic because something is wrong.
    pub targets: Vec<TargetHealth>,
    /// The target groups, and how they check health.
    pub target_groups: Vec<TargetGroup>,
    /// Service events since the deployment began that tell more than the usual course, oldest
    /// first.
    pub events: Vec<ServiceEvent>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// The end of one container's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LogTail {
    /// The task's id.
    pub task: String,
    /// The container.
    pub container: String,
    /// The log group.
    pub group: String,
    /// The log stream.
    pub stream: String,
    /// The last lines, oldest first; empty when nothing was written.
    pub lines: Vec<String>,
}

/// Something that could not be read, and is missing here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Unread {
    /// What it would have shown, such as "the last lines of web".
    pub what: String,
    /// The IAM action that it takes: `logs:GetLogEvents`.
    pub action: String,
    /// Why it could not be read.
    pub why: String,
}

impl Evidence {
    /// What the last look at the deployment has shown already.
    pub fn of(suspect: &Suspect) -> Self {
        let snapshot = &suspect.snapshot;
        let failed = |event: &&LifecycleEvent| event.status == "Failed";
        let events = snapshot.events.iter();
        Self {
            reason: snapshot.reason.clone(),
            lifecycle: snapshot.lifecycle.iter().filter(failed).cloned().collect(),
            circuit_breaker: suspect.circuit_breaker.clone(),
            alarms: suspect.alarms.clone(),
            events: events
                .filter(|event| !is_routine(&event.message))
                .cloned()
                .collect(),
            ..Self::default()
        }
    }

    /// With the failed tasks among `tasks`, those of `suspect` only.
    #[must_use]
    pub fn with_tasks(mut self, suspect: &Suspect, tasks: &[Task], workload: &Workload) -> Self {
        let own = tasks.iter().filter(|task| suspect.owns(task));
        let own: Vec<_> = own.cloned().collect();
        self.tasks = failures::of(&own, workload);
        self
    }

    /// No longer than anybody can read.
    #[must_use]
    pub(super) fn bounded(mut self) -> Self {
        newest(&mut self.events);
        self.alarms.truncate(ENTRIES);
        self.tasks.truncate(ENTRIES / 2);
        self.targets.truncate(ENTRIES);
        self.lifecycle.truncate(ENTRIES);
        if let Some(reason) = &mut self.reason {
            cut(reason, TEXT);
        }
        for event in &mut self.events {
            cut(&mut event.message, TEXT);
        }
        for detail in self.lifecycle.iter_mut().flat_map(|it| &mut it.detail) {
            cut(detail, 2 * TEXT);
        }
        for failures in &mut self.tasks {
            cut(&mut failures.reason, TEXT);
        }
        self
    }
}

impl LogTail {
    /// The lines of `messages`, the last ones, none of them endless.
    pub fn lines(messages: &[String]) -> Vec<String> {
        let lines = messages.iter().flat_map(|message| message.lines());
        let lines = lines.map(str::trim_end).filter(|line| !line.is_empty());
        let lines: Vec<_> = lines.collect();
        let from = lines.len().saturating_sub(LINES);
        let kept = lines.get(from..).unwrap_or_default().iter();
        let bounded = |line: &&str| {
            let mut line = (*line).to_owned();
            cut(&mut line, LINE);
            line
        };
        kept.map(bounded).collect()
    }
}

/// Keeps the last ones.
fn newest<T>(list: &mut Vec<T>) {
    let surplus = list.len().saturating_sub(ENTRIES);
    list.drain(..surplus);
}

/// At most `most` characters of `text`.
pub(super) fn cut(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
}

/// Whether an event only tells the usual course of a deployment
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>).
fn is_routine(message: &str) -> bool {
    const ROUTINE: [&str; 10] = [
        ") has started ",
        ") has stopped ",
        ") registered ",
        ") deregistered ",
        ") stopped ",
        "has begun draining connections on ",
        "has reached a steady state",
        "deployment completed",
        "is AZ balanced with ",
        "is not AZ balanced with ",
    ];
    let unhealthy = message.contains("unhealthy");
    !unhealthy && ROUTINE.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests;
