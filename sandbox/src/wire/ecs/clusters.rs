//! Clusters.

use super::error;
use super::{includes, page_of};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{list as items, text, texts};
use crate::world::World;
use crate::world::ecs::{Cluster, Service, arn, seed, service};
use serde_json::{Value, json};

/// `CreateCluster`: gives the one that is there where the name is taken, as ECS does.
pub(super) fn create(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    let name = text(body, "clusterName").unwrap_or("default");
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 255 || !name.chars().all(letter) {
        return Err(error::invalid("Invalid cluster name."));
    }
    seed::add_cluster(world, name, items(body, "tags").to_vec());
    let cluster = world.ecs.cluster(Some(name));
    let cluster = cluster.ok_or_else(error::no_cluster)?;
    Ok(json!({"cluster": render(world, cluster, true)}))
}

/// `ListClusters`: ARNs.
pub(super) fn list(world: &World, body: &Value) -> Result<Value, AwsError> {
    let clusters = world.ecs.clusters.iter();
    let arns = clusters.map(|it| json!(it.arn)).collect();
    page_of(body, "clusterArns", arns, 100)
}

/// `DescribeClusters`.
pub(super) fn describe(world: &World, body: &Value) -> Value {
    let names = match texts(body, "clusters") {
        names if names.is_empty() => vec!["default"],
        names => names,
    };
    let tags = includes(body, "TAGS");
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        match world.ecs.cluster(Some(name)) {
            Some(cluster) => clusters.push(render(world, cluster, tags)),
            None => failures.push(missing(world, name)),
        }
    }
    json!({"clusters": clusters, "failures": failures})
}

fn missing(world: &World, name: &str) -> Value {
    let arn = if name.starts_with("arn:") {
        name.to_owned()
    } else {
        arn(world, &format!("cluster/{name}"))
    };
    json!({"arn": arn, "reason": "MISSING"})
}

fn render(world: &World, cluster: &Cluster, tags: bool) -> Value {
    let active = |it: &&Service| it.cluster == cluster.name && it.status == service::Status::Active;
    let services: Vec<&Service> = world.ecs.services.iter().filter(active).collect();
    let counts = services.iter().map(|it| it.counts());
    let running: usize = counts.clone().map(|it| it.running).sum();
    let pending: usize = counts.map(|it| it.pending).sum();
    json!({
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": running,
        "pendingTasksCount": pending,
        "activeServicesCount": services.len(),
        "statistics": [],
        "tags": if tags { cluster.tags.clone() } else { Vec::new() },
        "settings": [],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": [],
    })
}
