//! What the checks need to know of a task definition, read from its document.

use crate::model::secret::Reference;
use crate::model::task_definition::TaskDefinition;
use serde_json::{Map, Value};

/// A task definition, as far as the checks look at it. What is not a text where a text belongs is
/// as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Task {
    /// `executionRoleArn`.
    pub execution_role: Option<String>,
    /// `taskRoleArn`.
    pub task_role: Option<String>,
    /// `requiresCompatibilities`.
    pub compatibilities: Vec<String>,
    /// `networkMode`.
    pub network_mode: Option<String>,
    /// `cpu` as written: `256`, `.25 vCPU`.
    pub cpu: Option<String>,
    /// `memory` as written: `512`, `0.5 GB`.
    pub memory: Option<String>,
    /// `runtimePlatform.cpuArchitecture`.
    pub architecture: Option<String>,
    /// `runtimePlatform.operatingSystemFamily`.
    pub system: Option<String>,
    /// Container and image.
    pub images: Vec<(String, String)>,
    /// Where the secrets of all containers are kept, each once.
    pub secrets: Vec<String>,
    /// Where the containers log to, each once.
    pub logs: Vec<LogGroup>,
}

/// A log group of CloudWatch that a container writes to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogGroup {
    /// Its name.
    pub name: String,
    /// Its region, where one is written.
    pub region: Option<String>,
    /// `awslogs-create-group`: whether the container's start makes it.
    pub created: bool,
}

impl Task {
    /// What the document says.
    pub fn of(definition: &TaskDefinition) -> Self {
        let document = definition.document();
        let platform = document.get("runtimePlatform").and_then(Value::as_object);
        let platform = |name: &str| platform.and_then(|it| text(it, name));
        let containers = list(document, "containerDefinitions");
        let containers = || containers.iter().filter_map(Value::as_object);
        let images = definition.images().into_iter();
        Self {
            execution_role: text(document, "executionRoleArn"),
            task_role: text(document, "taskRoleArn"),
            compatibilities: texts(list(document, "requiresCompatibilities")),
            network_mode: text(document, "networkMode"),
            cpu: text(document, "cpu"),
            memory: text(document, "memory"),
            architecture: platform("cpuArchitecture"),
            system: platform("operatingSystemFamily"),
            images: images
                .map(|(container, image)| (container.to_owned(), image.to_owned()))
                .collect(),
            secrets: once(containers().flat_map(secrets)),
            logs: once(containers().filter_map(log_group)),
        }
    }

    /// Whether it is to run on Fargate, of which the document or the service tells.
    pub fn on_fargate(&self) -> bool {
        self.compatibilities.iter().any(|it| it == "FARGATE")
    }

    /// What the secrets refer to, beside their references as written.
    pub fn references(&self) -> impl Iterator<Item = (&str, Reference)> {
        let secrets = self.secrets.iter();
        secrets.map(|it| (it.as_str(), Reference::parse(it)))
    }
}

/// `secrets`, the credentials of the registry, and the options of the log driver that are secret.
fn secrets(container: &Map<String, Value>) -> Vec<String> {
    let own = list(container, "secrets").iter();
    let log = container.get("logConfiguration").and_then(Value::as_object);
    let of_log = log
        .map(|log| list(log, "secretOptions"))
        .unwrap_or_default();
    let registry = container.get("repositoryCredentials");
    let registry = registry.and_then(|it| it.get("credentialsParameter")?.as_str());
    let named = own
        .chain(of_log)
        .filter_map(|it| it.get("valueFrom")?.as_str());
    let all = named.chain(registry).map(str::to_owned);
    all.filter(|it| !it.is_empty()).collect()
}

fn log_group(container: &Map<String, Value>) -> Option<LogGroup> {
    let log = container.get("logConfiguration")?.as_object()?;
    let options = log.get("options")?.as_object()?;
    let awslogs = text(log, "logDriver").is_some_and(|driver| driver == "awslogs");
    let name = text(options, "awslogs-group").filter(|_| awslogs)?;
    Some(LogGroup {
        name,
        region: text(options, "awslogs-region"),
        created: text(options, "awslogs-create-group").is_some_and(|it| it == "true"),
    })
}

/// Each once, in order.
fn once<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<_> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn list<'a>(of: &'a Map<String, Value>, name: &str) -> &'a [Value] {
    let list = of.get(name).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

fn texts(values: &[Value]) -> Vec<String> {
    let texts = values.iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn text(of: &Map<String, Value>, name: &str) -> Option<String> {
    let text = of.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{LogGroup, Task};
    use crate::model::task_definition::TaskDefinition;

    #[test]
    fn a_document_is_read_as_far_as_the_checks_need_it() {
        let text = r#"{"family": "shop", "executionRoleArn": "e", "networkMode": "awsvpc",
            "cpu": ".25 vCPU", "requiresCompatibilities": ["FARGATE"],
            "runtimePlatform": {"cpuArchitecture": "ARM64"},
            "containerDefinitions": [
                {"name": "web", "image": "shop:1", "secrets": [
                    {"name": "B", "valueFrom": "/b"}, {"name": "A", "valueFrom": "/a"}],
                 "repositoryCredentials": {"credentialsParameter": "arn:c"},
                 "logConfiguration": {"logDriver": "awslogs", "options": {
                    "awslogs-group": "/ecs/shop", "awslogs-create-group": "true"}}},
                {"name": "side", "secrets": [{"name": "A", "valueFrom": "/a"}, {"name": "C"}],
                 "logConfiguration": {"logDriver": "splunk", "options": {},
                    "secretOptions": [{"name": "t", "valueFrom": "/token"}]}}]}"#;
        let task = Task::of(&TaskDefinition::parse(text, "task.json").unwrap());
        let expected = Task {
            execution_role: Some("e".to_owned()),
            compatibilities: vec!["FARGATE".to_owned()],
            network_mode: Some("awsvpc".to_owned()),
            cpu: Some(".25 vCPU".to_owned()),
            architecture: Some("ARM64".to_owned()),
            images: vec![("web".to_owned(), "shop:1".to_owned())],
            secrets: ["/a", "/b", "/token", "arn:c"].map(str::to_owned).to_vec(),
            logs: vec![LogGroup {
                name: "/ecs/shop".to_owned(),
                region: None,
                created: true,
            }],
            ..Task::default()
        };
        assert_eq!(task, expected);
    }
}
