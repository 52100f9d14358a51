//! How tasks behave in a scenario: how long their starts take, and how they end by themselves.
//!
//! Behaviours have conditions; the first one that matches a new task settles its
//! [`Fate`](super::fate::Fate) at the moment of its creation. Nothing here changes a task.

pub use super::ending::{CannotPull, CannotStart, Ending, Exit, Unhealthy};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// How long things take in ECS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Timing {
    /// From a request to the scheduler's next look (1 s).
    pub schedule: SignedDuration,
    /// A task in PROVISIONING (4 s).
    pub provision: SignedDuration,
    /// A task in PENDING: the pull of the image and the start (16 s).
    pub start: SignedDuration,
    /// From RUNNING to healthy, where a target group or a container checks health (20 s).
    pub healthy: SignedDuration,
    /// From RUNNING to counted as started, where nothing checks health: a task that exits within
    /// this time failed to start (5 s).
    pub settle: SignedDuration,
    /// From the stop signal to STOPPED (3 s).
    pub stop: SignedDuration,
    /// How long a rolling deployment that watches alarms goes on watching them when all its tasks
    /// are healthy, unless the service sets a bake time (5 m).
    pub bake: SignedDuration,
    /// How long a service deployment that is replaced by a newer one is in `STOP_REQUESTED` before
    /// it is `STOPPED` (0 s).
    pub replaced: SignedDuration,
    /// The least that a lifecycle stage takes (2 s).
    pub stage: SignedDuration,
    /// From the begin of a rollback that fails to its failure (10 s).
    pub failing_rollback: SignedDuration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = SignedDuration::from_secs;
        Self {
            schedule: seconds(1),
            provision: seconds(4),
            start: seconds(16),
            healthy: seconds(20),
            settle: seconds(5),
            stop: seconds(3),
            bake: SignedDuration::from_mins(5),
            replaced: SignedDuration::ZERO,
            stage: seconds(2),
            failing_rollback: seconds(10),
        }
    }
}

/// How the tasks behave that match all its conditions.
///
/// ```yaml
/// - match: { service: shop, nth-revision: 2 }
///   ends: { exits: { code: 1, after: 3s, log: [panic, no database] } }
/// - match: { image: ":broken" }
///   ends: { cannot-pull: {} }
/// - match: { environment: { SLOW: "1" } }
///   start: 3m
///   log: [warming up]
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Behaviour {
    /// The tasks it is for; all of them when empty.
    pub r#match: Match,
    /// Instead of the general time in PENDING.
    pub start: Option<SignedDuration>,
    /// Instead of the general time from RUNNING to healthy.
    pub healthy: Option<SignedDuration>,
    /// What the first essential container writes when it starts.
    pub log: Vec<String>,
    /// How the task ends by itself; it runs for ever when absent.
    pub ends: Option<Ending>,
}

/// Conditions on a task; those given must all hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Match {
    /// The name of the service.
    pub service: Option<String>,
    /// The family of the task definition.
    pub family: Option<String>,
    /// The revision of the task definition.
    pub revision: Option<u32>,
    /// A part of the image of any container.
    pub image: Option<String>,
    /// Variables that a container has, with their values.
    pub environment: BTreeMap<String, String>,
    /// The how-manieth new revision of the service this is, counted from 1 after the seeded one;
    /// rollbacks do not count.
    pub nth_revision: Option<u32>,
    /// Only so many tasks of one deployment, the first ones (for a failure that passes).
    pub first_tasks: Option<u32>,
}

/// What a behaviour may look at in a task that is about to be made.
#[derive(Debug, Clone, Copy)]
pub struct Workload<'a> {
    /// The name of the service.
    pub service: &'a str,
    /// The family of the task definition.
    pub family: &'a str,
    /// The revision of the task definition.
    pub revision: u32,
    /// Its `containerDefinitions`.
    pub containers: &'a [Value],
    /// The how-manieth new revision of the service; 0 for the seeded one.
    pub nth_revision: u32,
    /// How many tasks the deployment has made before.
    pub earlier_tasks: u32,
}

/// The behaviour that is for a task: the first that matches; else one without anything special.
pub fn of(behaviours: &[Behaviour], workload: &Workload<'_>) -> Behaviour {
    let found = behaviours.iter().find(|it| it.r#match.holds(workload));
    found.cloned().unwrap_or_default()
}

impl Match {
    fn holds(&self, workload: &Workload<'_>) -> bool {
        let text = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|it| it == is);
        let number = |wanted: Option<u32>, is: u32| wanted.is_none_or(|it| it == is);
        text(&self.service, workload.service)
            && text(&self.family, workload.family)
            && number(self.revision, workload.revision)
            && number(self.nth_revision, workload.nth_revision)
            && self
                .first_tasks
                .is_none_or(|most| workload.earlier_tasks < most)
            && self
                .image
                .as_ref()
                .is_none_or(|part| has_image(workload.containers, part))
            && self
                .environment
                .iter()
                .all(|(name, value)| has_variable(workload.containers, name, value))
    }
}

fn has_image(containers: &[Value], part: &str) -> bool {
    let images = containers.iter().filter_map(|it| it.get("image")?.as_str());
    images.into_iter().any(|image| image.contains(part))
}

fn has_variable(containers: &[Value], name: &str, value: &str) -> bool {
    let variables = containers
        .iter()
        .filter_map(|it| it.get("environment")?.as_array());
    let is = |variable: &Value| {
        variable.get("name").and_then(Value::as_str) == Some(name)
            && variable.get("value").and_then(Value::as_str) == Some(value)
    };
    variables.flatten().any(is)
}
