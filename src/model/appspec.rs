//! The AppSpec of a CodeDeploy deployment on ECS: read or generated, completed, checked.
//!
//! Keys are matched in any case, as the AWS CLI and the official action accept them, and kept as
//! they were written
//! (<https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html>).
//! What a file says is kept; what it leaves out comes from the service.

mod check;
mod complete;

use crate::failure::{Code, Failure};
use crate::model::document;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The resource type that this is about.
const ECS_SERVICE: &str = "AWS::ECS::Service";

/// An AppSpec with at least one ECS service in its resources.
#[derive(Debug, Clone, PartialEq)]
pub struct AppSpec {
    document: Map<String, Value>,
}

/// The text that goes to CodeDeploy, and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// JSON.
    pub json: String,
    /// SHA-256 of exactly these bytes, in lower-case hex.
    pub sha256: String,
}

impl AppSpec {
    /// Reads a JSON or YAML file. `file` is what a failure names.
    pub fn parse(text: &str, file: &str) -> Result<Self, Failure> {
        let Value::Object(mut document) = document::read(text, file)? else {
            return Err(malformed(file, "expected an object at the top"));
        };
        one_spelling(&document, file)?;
        if get(&document, "version").is_none() {
            document.shift_insert(0, "version".to_owned(), json!(0.0));
        }
        let mut spec = Self { document };
        spec.make_room(file)?;
        Ok(spec)
    }

    /// An AppSpec that says nothing yet; [`Self::for_service`] fills it.
    pub fn generated() -> Self {
        let resource = json!({ "TargetService": { "Type": ECS_SERVICE, "Properties": {} } });
        let entries = [
            ("version".to_owned(), json!(0.0)),
            ("Resources".to_owned(), json!([resource])),
        ];
        Self {
            document: entries.into_iter().collect(),
        }
    }

    /// What is sent to CodeDeploy.
    pub fn content(&self) -> Content {
        // The text of a JSON value cannot fail.
        let json = serde_json::to_string(&self.document).unwrap_or_default();
        let sha256 = hex::encode(Sha256::digest(json.as_bytes()));
        Content { json, sha256 }
    }

    /// The same without hooks: they try a new revision, and have nothing to say of one that served.
    #[must_use]
    pub fn without_hooks(mut self) -> Self {
        self.document
            .retain(|key, _| !key.eq_ignore_ascii_case("hooks"));
        self
    }

    /// The task definition that the first ECS service is to run: an ARN or `family:revision`.
    pub fn task_definition(&self) -> Option<&str> {
        let mut named = self
            .properties()
            .filter_map(|properties| get(properties, "taskdefinition")?.as_str());
        named.find(|name| !name.is_empty())
    }

    /// Sees to it that every ECS service has an object of properties, and that there is one.
    fn make_room(&mut self, file: &str) -> Result<(), Failure> {
        let resources = get_mut(&mut self.document, "resources").and_then(Value::as_array_mut);
        let Some(resources) = resources else {
            return Err(malformed(file, "expected `Resources`, a list"));
        };
        let mut services = 0;
        for resource in resources.iter_mut() {
            let Some(named) = resource.as_object_mut() else {
                return Err(malformed(file, "expected objects in `Resources`"));
            };
            for (name, body) in named {
                services += usize::from(is_service_with_room(name, body, file)?);
            }
        }
        if services == 0 {
            let problem = format!("expected a resource of the type {ECS_SERVICE}");
            return Err(malformed(file, &problem));
        }
        Ok(())
    }

    /// The properties of every ECS service.
    fn properties(&self) -> impl Iterator<Item = &Map<String, Value>> {
        let resources = get(&self.document, "resources").and_then(Value::as_array);
        let named = resources.into_iter().flatten().filter_map(Value::as_object);
        named
            .flat_map(Map::values)
            .filter_map(Value::as_object)
            .filter(|body| is_service(body))
            .filter_map(|body| get(body, "properties")?.as_object())
    }

    /// The properties of every ECS service, to be changed.
    fn properties_mut(&mut self) -> impl Iterator<Item = &mut Map<String, Value>> {
        let resources = get_mut(&mut self.document, "resources").and_then(Value::as_array_mut);
        let named = resources.into_iter().flatten();
        named
            .filter_map(Value::as_object_mut)
            .flat_map(Map::values_mut)
            .filter_map(Value::as_object_mut)
            .filter(|body| is_service(body))
            .filter_map(|body| get_mut(body, "properties")?.as_object_mut())
    }
}

/// Whether the resource is an ECS service; if so, its properties are an object afterwards.
fn is_service_with_room(name: &str, body: &mut Value, file: &str) -> Result<bool, Failure> {
    let Some(body) = body.as_object_mut() else {
        let problem = format!("expected an object in the resource `{name}`");
        return Err(malformed(file, &problem));
    };
    one_spelling(body, file)?;
    if !is_service(body) {
        return Ok(false);
    }
    let properties = slot(body, "Properties");
    if properties.is_null() {
        *properties = json!({});
    }
    let Some(properties) = properties.as_object() else {
        let problem = format!("expected an object in `Properties` of the resource `{name}`");
        return Err(malformed(file, &problem));
    };
    one_spelling(properties, file)?;
    match get(properties, "loadBalancerInfo") {
        Some(Value::Object(info)) => one_spelling(info, file)?,
        None | Some(Value::Null) => {}
        Some(_) => return Err(malformed(file, "expected an object in `LoadBalancerInfo`")),
    }
    Ok(true)
}

/// A resource without a type is taken for the only type there is.
fn is_service(body: &Map<String, Value>) -> bool {
    let kind = get(body, "type").and_then(Value::as_str);
    kind.is_none_or(|kind| kind.eq_ignore_ascii_case(ECS_SERVICE))
}

/// Two spellings of one key would leave it to AWS which of them counts.
fn one_spelling(object: &Map<String, Value>, file: &str) -> Result<(), Failure> {
    let mut seen = std::collections::HashSet::new();
    match object.keys().find(|key| !seen.insert(key.to_lowercase())) {
        Some(key) => Err(malformed(file, &format!("`{key}` stands twice"))),
        None => Ok(()),
    }
}

/// The value under `key`, in any case.
fn get<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    let mut entries = object.iter();
    let found = entries.find(|(name, _)| name.eq_ignore_ascii_case(key));
    found.map(|(_, value)| value)
}

fn get_mut<'a>(object: &'a mut Map<String, Value>, key: &str) -> Option<&'a mut Value> {
    let mut entries = object.iter_mut();
    let found = entries.find(|(name, _)| name.eq_ignore_ascii_case(key));
    found.map(|(_, value)| value)
}

/// The place of `key`, in the case it was written in, or else a new one in AWS's spelling.
fn slot<'a>(object: &'a mut Map<String, Value>, key: &str) -> &'a mut Value {
    let written = object.keys().find(|name| name.eq_ignore_ascii_case(key));
    let name = written.cloned().unwrap_or_else(|| key.to_owned());
    object.entry(name).or_insert(Value::Null)
}

fn malformed(file: &str, problem: &str) -> Failure {
    Failure::new(
        Code::MalformedFile,
        format!("{file} is no AppSpec for ECS: {problem}"),
        "Correct the file, or leave codedeploy-appspec away: it is generated from the service then.",
    )
}

#[cfg(test)]
mod tests;
