//! The task definition document: read, edited, compared, never rebuilt.
//!
//! What stands in the file is what ECS gets, keys that this code does not know included. Decides
//! what a document must have to be edited and compared; ECS decides whether it is valid.

pub mod diff;
mod edit;
pub mod edits;
mod normal;
pub mod path;
mod read;
pub mod retention;
mod size;
pub mod source;

use serde_json::{Map, Value};

/// A document to register.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskDefinition {
    document: Map<String, Value>,
    taken_off: Vec<String>,
    warnings: Vec<String>,
}

/// A registered revision as ECS showed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Its ARN.
    pub arn: String,
    /// The whole answer as it was received: `{"taskDefinition": {…}, "tags": […]}`.
    pub raw: Value,
}

impl Described {
    /// Whether tasks can be started from it: its status is not `INACTIVE` or
    /// `DELETE_IN_PROGRESS`.
    pub fn is_active(&self) -> bool {
        self.field("status").and_then(Value::as_str) == Some("ACTIVE")
    }

    /// Its number in the family, from 1.
    pub fn revision(&self) -> Option<u64> {
        self.field("revision").and_then(Value::as_u64)
    }

    /// The task definition in it.
    pub fn document(&self) -> Option<&Map<String, Value>> {
        self.raw.get("taskDefinition")?.as_object()
    }

    fn field(&self, name: &str) -> Option<&Value> {
        self.document()?.get(name)
    }
}

impl TaskDefinition {
    /// The fields that were taken off because ECS gives them and does not take them.
    pub fn taken_off(&self) -> &[String] {
        &self.taken_off
    }

    /// What somebody should look at before it is sent: keys that ECS is not known to take.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// `family`.
    pub fn family(&self) -> &str {
        let family = self.document.get("family");
        family.and_then(Value::as_str).unwrap_or_default()
    }

    /// The names of the containers, in the order of the file.
    pub fn containers(&self) -> Vec<&str> {
        let containers = self.container_definitions().iter();
        containers.filter_map(name_of).collect()
    }

    /// Container and image, in the order of the file; a container without an image is left out.
    pub fn images(&self) -> Vec<(&str, &str)> {
        let containers = self.container_definitions().iter();
        containers
            .filter_map(|container| Some((name_of(container)?, container.get("image")?.as_str()?)))
            .collect()
    }

    /// The same as `container=image`.
    pub fn named_images(&self) -> Vec<String> {
        let images = self.images().into_iter();
        let named = images.map(|(container, image)| format!("{container}={image}"));
        named.collect()
    }

    /// The container ports that `container` maps; `None` when there is no such container.
    pub fn ports(&self, container: &str) -> Option<Vec<i64>> {
        let mut containers = self.container_definitions().iter();
        let found = containers.find(|entry| name_of(entry) == Some(container))?;
        let mappings = found.get("portMappings").and_then(Value::as_array);
        let mappings = mappings.map(Vec::as_slice).unwrap_or_default().iter();
        let port = |mapping: &Value| mapping.get("containerPort")?.as_i64();
        Some(mappings.filter_map(port).collect())
    }

    /// The document as it stands.
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    /// Exactly what is sent to ECS.
    pub fn to_bytes(&self) -> bytes::Bytes {
        // The text of a JSON value cannot fail.
        serde_json::to_vec(&self.document)
            .unwrap_or_default()
            .into()
    }

    fn container_definitions(&self) -> &[Value] {
        let containers = self.document.get("containerDefinitions");
        let containers = containers.and_then(Value::as_array);
        containers.map(Vec::as_slice).unwrap_or_default()
    }
}

fn name_of(container: &Value) -> Option<&str> {
    let name = container.get("name")?.as_str()?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests;
