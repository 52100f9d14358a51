//! The task definition document: read, edited, compared, never rebuilt.
//!
//! What stands in the file is what ECS gets, keys that this code does not know included. Decides
//! what a document must have to be edited and compared; ECS decides whether it is valid.

mod edit;
mod normal;

use crate::failure::{Code, Failure};
use crate::model::document;
use serde_json::{Map, Value};

/// What DescribeTaskDefinition gives and RegisterTaskDefinition does not take
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html>).
const DESCRIBE_ONLY: [&str; 9] = [
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "deleteRequestedAt",
];

/// A document to register.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskDefinition {
    document: Map<String, Value>,
    taken_off: Vec<String>,
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

    fn field(&self, name: &str) -> Option<&Value> {
        self.raw.get("taskDefinition")?.get(name)
    }
}

impl TaskDefinition {
    /// Reads a JSON or YAML file in the shape that RegisterTaskDefinition takes or that
    /// DescribeTaskDefinition gives. `file` is what a failure names.
    pub fn parse(text: &str, file: &str) -> Result<Self, Failure> {
        Self::of(document::read(text, file)?, file)
    }

    /// The document of `value`, in either shape. `source` is what a failure names.
    pub fn of(value: Value, source: &str) -> Result<Self, Failure> {
        let Value::Object(object) = value else {
            return Err(malformed(source, "expected an object at the top"));
        };
        let (mut document, mut taken_off) = unwrapped(object, source)?;
        document.retain(|key, _| {
            let describe_only = DESCRIBE_ONLY.contains(&key.as_str());
            if describe_only {
                taken_off.push(key.clone());
            }
            !describe_only
        });
        let read = Self {
            document,
            taken_off,
        };
        read.checked(source)
    }

    /// What must be there for a document to be registered, edited and found again.
    fn checked(self, source: &str) -> Result<Self, Failure> {
        if self.family().is_empty() {
            return Err(malformed(source, "expected `family`, a text"));
        }
        let containers = self.document.get("containerDefinitions");
        let Some(containers) = containers.and_then(Value::as_array) else {
            let problem = "expected `containerDefinitions`, a list of objects";
            return Err(malformed(source, problem));
        };
        if containers.is_empty() {
            let problem = "expected at least one container in `containerDefinitions`";
            return Err(malformed(source, problem));
        }
        let nameless = |container: &Value| name_of(container).is_none();
        if let Some(at) = containers.iter().position(nameless) {
            let problem = format!("expected `containerDefinitions[{at}].name`, a text");
            return Err(malformed(source, &problem));
        }
        Ok(self)
    }

    /// The fields that were taken off because ECS gives them and does not take them.
    pub fn taken_off(&self) -> &[String] {
        &self.taken_off
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

/// Takes the document out of the answer of DescribeTaskDefinition: its tags stand beside it there
/// and inside it in a request. What else stands beside it is taken off.
fn unwrapped(
    mut object: Map<String, Value>,
    source: &str,
) -> Result<(Map<String, Value>, Vec<String>), Failure> {
    let Some(inner) = object.shift_remove("taskDefinition") else {
        return Ok((object, Vec::new()));
    };
    let Value::Object(mut document) = inner else {
        return Err(malformed(source, "expected an object in `taskDefinition`"));
    };
    let tags = object.shift_remove("tags");
    let tags = tags.filter(|tags| tags.as_array().is_some_and(|tags| !tags.is_empty()));
    if let Some(tags) = tags {
        document.entry("tags").or_insert(tags);
    }
    let taken_off = object.into_iter().map(|(key, _)| key).collect();
    Ok((document, taken_off))
}

fn name_of(container: &Value) -> Option<&str> {
    let name = container.get("name")?.as_str()?;
    (!name.is_empty()).then_some(name)
}

fn malformed(source: &str, problem: &str) -> Failure {
    Failure::new(
        Code::MalformedFile,
        format!("{source} is no task definition: {problem}"),
        "Give a file in the shape of `aws ecs register-task-definition --generate-cli-skeleton`, \
         or of `aws ecs describe-task-definition`.",
    )
}

#[cfg(test)]
mod tests;
