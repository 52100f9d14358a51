//! How a task ends by itself, as a scenario says it under `ends:`.
//!
//! What ECS says of each ending is in `failure` and `stop`.

mod checks;

pub use checks::{Check, Finding, Finds, Unhealthy};

use jiff::SignedDuration;
use serde::Deserialize;

/// How a task ends by itself.
///
/// ```yaml
/// ends: { exits: { code: 1, after: 3s, container: web, log: [panic, no database] } }
/// ends: { out-of-memory: { after: 40s } }
/// ends: { exec-format-error: {} }
/// ends: { cannot-pull: { because: not-found } }
/// ends: { cannot-pull: { because: unreachable } }
/// ends: { cannot-pull-secret: { because: denied } }
/// ends: { log-group-missing: {} }
/// ends: { cannot-start: { reason: "CannotStartContainerError: failed to get container status" } }
/// ends: { role-not-assumed: {} }
/// ends: { no-capacity: { of: fargate } }
/// ends: { unhealthy: { after: 60s, code: 503 } }
/// ends: { unhealthy: { finds: timeout } }
/// ends: { unhealthy: { check: container, passes-first: true, after: 10m } }
/// ends: { interrupted: { after: 2m } }
/// ends: { stopped-by-user: { after: 2m, reason: by hand } }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Ending {
    /// The essential container exits.
    Exits(Exit),
    /// The kernel kills a container that takes too much memory: exit code 137.
    OutOfMemory(OutOfMemory),
    /// A container's program is for another processor: exit code 255.
    ExecFormatError(ExecFormatError),
    /// The image cannot be pulled.
    CannotPull(CannotPull),
    /// A secret or parameter that a container needs cannot be read.
    CannotPullSecret(CannotPullSecret),
    /// The log group that a container writes to is not there.
    LogGroupMissing(Plain),
    /// The task cannot get what it needs before it starts, in words of the scenario.
    CannotStart(CannotStart),
    /// ECS cannot assume one of the task's roles: there is no task, only an event.
    RoleNotAssumed(RoleNotAssumed),
    /// There is no room: there is no task, only an event.
    NoCapacity(NoCapacity),
    /// A health check fails, and the service scheduler stops the task.
    Unhealthy(Unhealthy),
    /// Fargate Spot takes the capacity back.
    Interrupted(Interrupted),
    /// A person stops the task.
    StoppedByUser(StoppedByUser),
}

/// Nothing to be said about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {}

/// An exit of the essential container.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Exit {
    /// The exit code (1).
    pub code: i32,
    /// So long after RUNNING (2 s).
    pub after: SignedDuration,
    /// The container that exits; the first essential one when absent.
    pub container: Option<String>,
    /// What ECS adds to the container, such as `OutOfMemoryError: Container killed due to memory
    /// usage`.
    pub reason: Option<String>,
    /// The last lines the container wrote.
    pub log: Vec<String>,
}

impl Default for Exit {
    fn default() -> Self {
        Self {
            code: 1,
            after: SignedDuration::from_secs(2),
            container: None,
            reason: None,
            log: Vec::new(),
        }
    }
}

/// A container that takes too much memory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct OutOfMemory {
    /// So long after RUNNING (10 s).
    pub after: SignedDuration,
    /// The container; the first essential one when absent.
    pub container: Option<String>,
    /// The last lines it wrote.
    pub log: Vec<String>,
}

impl Default for OutOfMemory {
    fn default() -> Self {
        Self {
            after: SignedDuration::from_secs(10),
            container: None,
            log: Vec::new(),
        }
    }
}

/// A program for another processor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ExecFormatError {
    /// The container; the first essential one when absent.
    pub container: Option<String>,
}

/// An image that cannot be pulled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CannotPull {
    /// Why.
    pub because: Pull,
    /// The container; the first essential one when absent.
    pub container: Option<String>,
    /// Instead of AWS's words after `CannotPullContainerError: `.
    pub words: Option<String>,
}

/// Why an image cannot be pulled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pull {
    /// The registry has no such image.
    #[default]
    NotFound,
    /// The execution role may not log in to the registry.
    Denied,
    /// The execution role may log in and may not pull.
    Forbidden,
    /// The task's subnet has no route to the registry.
    Unreachable,
    /// The image is for other platforms.
    Platform,
    /// Docker Hub wants no more pulls.
    RateLimit,
}

/// A secret or parameter that cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CannotPullSecret {
    /// Why.
    pub because: Secret,
    /// Its `valueFrom`; that of the first secret in the task definition when absent.
    pub value_from: Option<String>,
}

/// Why a secret or parameter cannot be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Secret {
    /// It is not there.
    #[default]
    Missing,
    /// The execution role may not read it.
    Denied,
    /// The task's subnet has no route to the service.
    Unreachable,
}

/// A task that fails before its containers start.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CannotStart {
    /// The whole stop reason.
    pub reason: String,
}

/// A role that does not trust ECS, or that is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RoleNotAssumed {
    /// Its ARN; the task role, or else the execution role, when absent.
    pub role: Option<String>,
}

/// No room for a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct NoCapacity {
    /// What there is too little of.
    pub of: Capacity,
    /// Is a task made all the same, that stops without having run?
    pub with_task: bool,
}

/// What there is too little of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capacity {
    /// Fargate's own capacity in the availability zones of the subnets.
    #[default]
    Fargate,
    /// The account's quota of Fargate vCPUs.
    Quota,
    /// The memory of the cluster's instances.
    Memory,
    /// The CPU units of the cluster's instances.
    Cpu,
    /// The cluster's instances themselves.
    Instances,
}

/// A Spot interruption.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Interrupted {
    /// So long after RUNNING (1 m).
    pub after: SignedDuration,
}

impl Default for Interrupted {
    fn default() -> Self {
        Self {
            after: SignedDuration::from_mins(1),
        }
    }
}

/// A task that a person stops.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct StoppedByUser {
    /// So long after RUNNING (1 m).
    pub after: SignedDuration,
    /// What the person gives as the reason (`Task stopped by user`).
    pub reason: Option<String>,
}

impl Default for StoppedByUser {
    fn default() -> Self {
        Self {
            after: SignedDuration::from_mins(1),
            reason: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ending;
    use std::collections::BTreeMap;

    #[test]
    fn the_examples_in_the_documentation_are_endings() {
        let source = include_str!("ending.rs");
        let examples = source
            .lines()
            .filter_map(|it| it.strip_prefix("/// ends: "));
        let mut kinds = std::collections::HashSet::new();
        for example in examples {
            let yaml = format!("ends: {example}");
            let parsed: Result<BTreeMap<String, Ending>, _> = serde_saphyr::from_str(&yaml);
            let parsed = parsed.unwrap_or_else(|why| panic!("{example}: {why}"));
            kinds.insert(std::mem::discriminant(&parsed["ends"]));
        }
        assert_eq!(kinds.len(), 12, "one of each");
    }
}
