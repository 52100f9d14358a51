//! The events of a service, in the words of ECS.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>

use super::ending::Finding;
use super::ids;
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;

/// How many events a service keeps.
const KEPT: usize = 100;

/// One event of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// A UUID.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub message: String,
}

/// The last hundred events of a service, newest first.
#[derive(Debug, Clone, Default)]
pub struct Events {
    /// Newest first.
    pub list: VecDeque<Event>,
    written: u64,
}

impl Events {
    /// The same, unless that has been said within six hours and the service has not been steady
    /// since.
    pub fn write_once(&mut self, at: Timestamp, service: &str, rest: &str) {
        let message = format!("(service {service}) {rest}");
        let mut recent = self.list.iter().take_while(|it| {
            at.duration_since(it.at) < SignedDuration::from_hours(6)
                && !it.message.ends_with(STEADY)
        });
        if recent.all(|it| it.message != message) {
            self.write(at, service, rest);
        }
    }

    /// Writes `(service <name>) <rest>`.
    pub fn write(&mut self, at: Timestamp, service: &str, rest: &str) {
        self.written += 1;
        let id = ids::uuid(&format!("{service} {} {at}", self.written));
        let message = format!("(service {service}) {rest}");
        self.list.push_front(Event { id, at, message });
        self.list.truncate(KEPT);
    }
}

/// `has started 2 tasks: (task a) (task b).`
pub fn started<'a>(tasks: impl ExactSizeIterator<Item = &'a str>) -> String {
    format!("has started {} tasks: {}.", tasks.len(), list(tasks))
}

/// `has stopped 2 running tasks: (task a) (task b).`
pub fn stopped<'a>(tasks: impl ExactSizeIterator<Item = &'a str>) -> String {
    format!(
        "has stopped {} running tasks: {}.",
        tasks.len(),
        list(tasks)
    )
}

/// `registered 1 targets in (target-group arn)`
pub fn registered(count: usize, group: &str) -> String {
    format!("registered {count} targets in (target-group {group})")
}

/// `deregistered 1 targets in (target-group arn)`
pub fn deregistered(count: usize, group: &str) -> String {
    format!("deregistered {count} targets in (target-group {group})")
}

/// `has begun draining connections on 2 tasks.`
pub fn draining(count: usize) -> String {
    format!("has begun draining connections on {count} tasks.")
}

/// What is said of a target that fails its health checks.
pub fn target_unhealthy(task: &str, port: u16, group: &str, finding: Finding) -> String {
    format!(
        "(task {task}) (port {port}) is unhealthy in (target-group {group}) due to (reason {})",
        finding.words()
    )
}

/// What is said of a task that fails its own health check.
pub fn task_unhealthy(task: &str) -> String {
    format!("(task {task}) failed container health checks.")
}

/// What is said of a task that fails before its containers run.
pub fn not_placed(reason: &str) -> String {
    format!(
        "was unable to place a task. Reason: {}.",
        reason.trim_end_matches('.')
    )
}

/// What is said of a deployment that is done.
pub fn completed(deployment: &str) -> String {
    format!("(deployment {deployment}) deployment completed.")
}

/// What is said of a deployment that failed; `why` is `tasks failed to start` or `alarm detected`.
pub fn failed(deployment: &str, why: &str) -> String {
    format!("(deployment {deployment}) deployment failed: {why}.")
}

/// What is said when a service goes back to an older deployment.
pub fn rolling_back(deployment: &str) -> String {
    format!("rolling back to deployment {deployment}.")
}

/// What is said when all is as it should be.
pub const STEADY: &str = "has reached a steady state.";

/// What is said when tasks fail again and again.
pub const UNABLE: &str = "is unable to consistently start tasks successfully. For more \
    information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

fn list<'a>(tasks: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = tasks.map(|task| format!("(task {task})")).collect();
    words.join(" ")
}
