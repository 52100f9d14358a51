//! Filling in what an AppSpec leaves open, from the service as it is.

use super::{AppSpec, slot};
use crate::model::service::{CapacityProvider, Network, Service};
use serde_json::{Map, Value, json};

impl AppSpec {
    /// Makes this the AppSpec that brings `task_definition` (an ARN) to `service`. The file's other
    /// properties stay; those it does not have are what the service has.
    #[must_use]
    pub fn for_service(mut self, service: &Service, task_definition: &str) -> Self {
        for properties in self.properties_mut() {
            *slot(properties, "TaskDefinition") = Value::from(task_definition);
            load_balancer(properties, service);
            let platform = service.platform_version.as_deref().map(Value::from);
            fill(properties, "PlatformVersion", platform);
            let network = service.network.as_ref().map(network);
            fill(properties, "NetworkConfiguration", network);
            let providers = service.capacity_providers.as_slice();
            let strategy = (!providers.is_empty()).then(|| capacity(providers));
            fill(properties, "CapacityProviderStrategy", strategy);
        }
        self
    }
}

/// The service's one pair of container and port; CodeDeploy knows no second.
fn load_balancer(properties: &mut Map<String, Value>, service: &Service) {
    let Some(entry) = service.load_balancers.first() else {
        return;
    };
    let info = slot(properties, "LoadBalancerInfo");
    if info.is_null() {
        *info = json!({});
    }
    if let Some(info) = info.as_object_mut() {
        let container = Value::from(entry.container.as_str());
        fill(info, "ContainerName", Some(container));
        fill(info, "ContainerPort", Some(Value::from(entry.port)));
    }
}

/// Sets `key` where the file says nothing.
fn fill(object: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    let Some(value) = value else { return };
    let place = slot(object, key);
    if place.is_null() {
        *place = value;
    }
}

fn network(network: &Network) -> Value {
    let mut awsvpc = Map::new();
    awsvpc.insert("Subnets".to_owned(), json!(network.subnets));
    if !network.security_groups.is_empty() {
        let groups = json!(network.security_groups);
        awsvpc.insert("SecurityGroups".to_owned(), groups);
    }
    if let Some(assign) = &network.assign_public_ip {
        awsvpc.insert("AssignPublicIp".to_owned(), json!(assign));
    }
    json!({ "AwsvpcConfiguration": awsvpc })
}

fn capacity(providers: &[CapacityProvider]) -> Value {
    let item = |provider: &CapacityProvider| {
        json!({
            "CapacityProvider": provider.name,
            "Base": provider.base,
            "Weight": provider.weight,
        })
    };
    providers.iter().map(item).collect()
}
