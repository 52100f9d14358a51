//! Task definitions: the documents as they were registered, by family and revision.
//!
//! A document is kept as it came, unknown fields included; what ECS adds when it describes one is
//! the wire's matter.

use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One revision of a family.
#[derive(Debug, Clone)]
pub struct TaskDefinition {
    /// `arn:aws:ecs:<region>:<account>:task-definition/<family>:<revision>`.
    pub arn: String,
    /// The family.
    pub family: String,
    /// Counts from 1 in the family.
    pub revision: u32,
    /// The request's body without its tags, as it was sent.
    pub document: Map<String, Value>,
    /// Tags, as `{key, value}` objects.
    pub tags: Vec<Value>,
    /// When it was registered.
    pub registered: Timestamp,
    /// The ARN of who registered it.
    pub registered_by: String,
    /// When it was deregistered, which makes it INACTIVE.
    pub deregistered: Option<Timestamp>,
}

/// All families.
#[derive(Debug, Default)]
pub struct Registry {
    /// Revisions by family, oldest first.
    pub families: BTreeMap<String, Vec<TaskDefinition>>,
}

/// What a new revision is made of.
#[derive(Debug)]
pub struct New<'a> {
    /// `arn:aws:ecs:<region>:<account>`.
    pub arn_prefix: &'a str,
    /// The family.
    pub family: &'a str,
    /// The body without its tags.
    pub document: Map<String, Value>,
    /// Tags, as `{key, value}` objects.
    pub tags: Vec<Value>,
    /// Now.
    pub now: Timestamp,
    /// The ARN of who registers it.
    pub by: &'a str,
}

impl TaskDefinition {
    /// Not deregistered?
    pub fn is_active(&self) -> bool {
        self.deregistered.is_none()
    }

    /// `ACTIVE` or `INACTIVE`.
    pub fn status(&self) -> &'static str {
        if self.is_active() {
            "ACTIVE"
        } else {
            "INACTIVE"
        }
    }

    /// Its `containerDefinitions`.
    pub fn containers(&self) -> &[Value] {
        let containers = self.document.get("containerDefinitions");
        containers
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The name of its first essential container.
    pub fn first_essential(&self) -> Option<&str> {
        let essential = |it: &&Value| it.get("essential").and_then(Value::as_bool) != Some(false);
        let first = self.containers().iter().find(essential)?;
        first.get("name").and_then(Value::as_str)
    }

    /// Does any essential container have a health check of its own?
    pub fn has_health_check(&self) -> bool {
        self.containers()
            .iter()
            .any(|it| it.get("healthCheck").is_some())
    }

    /// The container with this name.
    pub fn container(&self, name: &str) -> Option<&Value> {
        let is = |it: &&Value| it.get("name").and_then(Value::as_str) == Some(name);
        self.containers().iter().find(is)
    }

    /// Has it this container with this port? Otherwise ECS's words for that.
    pub fn check_port(&self, container: &str, port: u64) -> Result<(), String> {
        let Some(found) = self.container(container) else {
            let words = format!("The container {container} does not exist in the task definition.");
            return Err(words);
        };
        let mapped = found.get("portMappings").and_then(Value::as_array);
        let is = |it: &Value| it.get("containerPort").and_then(Value::as_u64) == Some(port);
        if mapped.is_some_and(|it| it.iter().any(is)) {
            return Ok(());
        }
        Err(format!(
            "The container {container} did not have a container port {port} defined."
        ))
    }
}

impl Registry {
    /// Adds a revision and gives it back.
    pub fn register(&mut self, new: New<'_>) -> TaskDefinition {
        let revisions = self.families.entry(new.family.to_owned()).or_default();
        let revision = revisions.last().map_or(1, |last| last.revision + 1);
        let added = TaskDefinition {
            arn: format!(
                "{}:task-definition/{}:{revision}",
                new.arn_prefix, new.family
            ),
            family: new.family.to_owned(),
            revision,
            document: new.document,
            tags: new.tags,
            registered: new.now,
            registered_by: new.by.to_owned(),
            deregistered: None,
        };
        revisions.push(added.clone());
        added
    }

    /// The task definition under a family (its latest active revision), `family:revision` or ARN.
    pub fn find(&self, name: &str) -> Option<&TaskDefinition> {
        let (family, revision) = split(name)?;
        let revisions = self.families.get(family)?;
        let is = |it: &&TaskDefinition| match revision {
            Some(revision) => it.revision == revision,
            None => it.is_active(),
        };
        revisions
            .iter()
            .rev()
            .find(is)
            .filter(|it| !name.starts_with("arn:") || it.arn == name)
    }

    /// The same, to change it.
    pub fn find_mut(&mut self, name: &str) -> Option<&mut TaskDefinition> {
        let arn = self.find(name)?.arn.clone();
        let mut all = self.families.values_mut().flatten();
        all.find(|it| it.arn == arn)
    }
}

/// Family and revision of a name or ARN; none where the revision is not a number.
fn split(name: &str) -> Option<(&str, Option<u32>)> {
    let name = name
        .rsplit_once(":task-definition/")
        .map_or(name, |(_, name)| name);
    match name.split_once(':') {
        Some((family, revision)) => Some((family, Some(revision.parse().ok()?))),
        None => Some((name, None)),
    }
}
