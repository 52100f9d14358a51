//! Whether an AppSpec fits its task definition.

use super::{AppSpec, get};
use crate::model::task_definition::TaskDefinition;
use serde_json::{Map, Value};

impl AppSpec {
    /// What CodeDeploy would stumble over: container and port that take the traffic must be in the
    /// task definition. One sentence each; empty when all is well.
    pub fn problems(&self, task_definition: &TaskDefinition) -> Vec<String> {
        self.properties()
            .filter_map(|properties| problem(properties, task_definition))
            .collect()
    }
}

fn problem(properties: &Map<String, Value>, task_definition: &TaskDefinition) -> Option<String> {
    let info = get(properties, "loadBalancerInfo").and_then(Value::as_object);
    let container = info.and_then(|info| get(info, "containerName")?.as_str());
    let Some(container) = container else {
        return Some("the AppSpec and the service name no container to take the traffic".into());
    };
    let family = task_definition.family();
    let Some(ports) = task_definition.ports(container) else {
        let containers = task_definition.containers().join(", ");
        return Some(format!(
            "the task definition {family} has no container {container:?} to take the traffic; its \
             containers are {containers}"
        ));
    };
    let port = info.and_then(|info| get(info, "containerPort")?.as_i64());
    let Some(port) = port else {
        return Some(format!(
            "the AppSpec's ContainerPort for {container:?} is no whole number"
        ));
    };
    (!ports.contains(&port)).then(|| {
        let ports: Vec<_> = ports.iter().map(ToString::to_string).collect();
        let mapped = if ports.is_empty() {
            "none".to_owned()
        } else {
            ports.join(", ")
        };
        format!(
            "the container {container:?} of the task definition {family} does not map port {port}, \
             which takes the traffic; it maps {mapped}"
        )
    })
}
