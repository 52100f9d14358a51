//! Task sets, described.

use super::error::{no_service, service_not_active};
use super::{includes, position};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{compact, epoch, texts};
use crate::world::World;
use crate::world::ecs::arn;
use crate::world::ecs::service::{Service, Status};
use crate::world::ecs::task_set::TaskSet;
use serde_json::{Value, json};

/// `DescribeTaskSets`: those that are named, or all.
pub(super) fn describe(world: &World, body: &Value) -> Result<Value, AwsError> {
    let position = position(world, body, "service")?;
    let service = world.ecs.services.get(position).ok_or_else(no_service)?;
    if service.status != Status::Active {
        return Err(service_not_active());
    }
    let names = texts(body, "taskSets");
    if names.is_empty() {
        return Ok(json!({"taskSets": render_all(world, service), "failures": []}));
    }
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        match service.task_set(name) {
            Some(task_set) => found.push(render(world, service, task_set, includes(body, "TAGS"))),
            None => failures.push(json!({"arn": name, "reason": "MISSING"})),
        }
    }
    Ok(json!({"taskSets": found, "failures": failures}))
}

/// All task sets of a service, newest first.
pub(super) fn render_all(world: &World, service: &Service) -> Vec<Value> {
    let sets = service.task_sets.iter().rev();
    sets.map(|it| render(world, service, it, false)).collect()
}

fn render(world: &World, service: &Service, it: &TaskSet, tags: bool) -> Value {
    let counts = service.counts_of(&it.launch.id);
    let (steady, since) = it.stability;
    let setting = |name: &str| it.settings.get(name);
    let platform = setting("platformVersion");
    compact(json!({
        "id": it.launch.id,
        "taskSetArn": it.arn,
        "serviceArn": service.arn,
        "clusterArn": arn(world, &format!("cluster/{}", service.cluster)),
        "startedBy": "CODE_DEPLOY",
        "externalId": it.external_id,
        "status": it.status.word(),
        "taskDefinition": it.launch.task_definition,
        "computedDesiredCount": service.wanted_of(it),
        "pendingCount": counts.pending,
        "runningCount": counts.running,
        "createdAt": epoch(it.created),
        "updatedAt": epoch(it.updated),
        "launchType": setting("launchType"),
        "capacityProviderStrategy": setting("capacityProviderStrategy"),
        "platformVersion": platform,
        "platformFamily": platform.map(|_| "Linux"),
        "networkConfiguration": setting("networkConfiguration"),
        "loadBalancers": it.launch.load_balancer.iter().collect::<Vec<_>>(),
        "serviceRegistries": [],
        "scale": {"value": 100.0, "unit": "PERCENT"},
        "stabilityStatus": if steady { "STEADY_STATE" } else { "STABILIZING" },
        "stabilityStatusAt": epoch(since),
        "tags": tags.then_some(Value::Array(Vec::new())),
    }))
}
