//! Tasks, listed and described.

use super::error::invalid;
use super::{cluster, page_of};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{compact, epoch, text, texts};
use crate::world::World;
use crate::world::ecr::{self, Located};
use crate::world::ecs::arn;
use crate::world::ecs::ids;
use crate::world::ecs::service::Service;
use crate::world::ecs::task::{Phase, Task};
use crate::world::ecs::task_definition::TaskDefinition;
use serde_json::{Value, json};

/// The services of a cluster with their tasks.
fn all<'a>(world: &'a World, cluster: &'a str) -> impl Iterator<Item = (&'a Service, &'a Task)> {
    let services = world
        .ecs
        .services
        .iter()
        .filter(move |it| it.cluster == cluster);
    services.flat_map(|service| service.tasks.iter().map(move |task| (service, task)))
}

/// `ListTasks`: those that are to run, unless stopped ones are asked for.
pub(super) fn list(world: &World, body: &Value) -> Result<Value, AwsError> {
    let cluster = cluster(world, body)?;
    let (name, family) = (text(body, "serviceName"), text(body, "family"));
    let started_by = text(body, "startedBy");
    if name.is_some() && started_by.is_some() {
        return Err(invalid("Cannot specify both serviceName and startedBy."));
    }
    if let Some(name) = name {
        let found = world.ecs.service(&cluster, name);
        found.ok_or_else(super::error::no_service)?;
    }
    let live = text(body, "desiredStatus").unwrap_or("RUNNING") != "STOPPED";
    let found = all(world, &cluster).filter(|(service, task)| {
        task.is_live() == live
            && name.is_none_or(|name| service.name == name || service.arn == name)
            && started_by.is_none_or(|by| task.started_by == by)
            && family.is_none_or(|family| is_of(task, family))
    });
    let arns = found.map(|(_, task)| json!(task.arn)).collect();
    page_of(body, "taskArns", arns, 100)
}

fn is_of(task: &Task, family: &str) -> bool {
    let name = task.task_definition.rsplit('/').next().unwrap_or_default();
    name.split(':').next() == Some(family)
}

/// `DescribeTasks`: at most a hundred.
pub(super) fn describe(world: &World, body: &Value) -> Result<Value, AwsError> {
    let cluster = cluster(world, body)?;
    let wanted = texts(body, "tasks");
    if wanted.is_empty() {
        return Err(invalid("Tasks cannot be empty."));
    }
    if wanted.len() > 100 {
        return Err(invalid("Tasks cannot be more than 100."));
    }
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for name in wanted {
        let found = all(world, &cluster).find(|(_, task)| task.arn == name || task.id == name);
        match found {
            Some((service, task)) => tasks.push(render(world, service, task)),
            None => failures.push(json!({"arn": full(world, &cluster, name), "reason": "MISSING"})),
        }
    }
    Ok(json!({"tasks": tasks, "failures": failures}))
}

fn full(world: &World, cluster: &str, name: &str) -> String {
    if name.starts_with("arn:") {
        name.to_owned()
    } else {
        arn(world, &format!("task/{cluster}/{name}"))
    }
}

fn render(world: &World, service: &Service, task: &Task) -> Value {
    let definition = world.ecs.task_definitions.find(&task.task_definition);
    let of = |name: &str| definition.and_then(|it| it.document.get(name));
    let fargate = service.settings.get("launchType").and_then(Value::as_str) != Some("EC2");
    let stop = task.stop.as_ref();
    compact(json!({
        "attachments": attachments(task),
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "availabilityZone": format!("{}a", world.region),
        "clusterArn": arn(world, &format!("cluster/{}", service.cluster)),
        "connectivity": task.started.map(|_| "CONNECTED"),
        "connectivityAt": task.started.map(epoch),
        "containers": containers(world, definition, task),
        "cpu": of("cpu"),
        "memory": of("memory"),
        "createdAt": epoch(task.created),
        "desiredStatus": if task.is_live() { "RUNNING" } else { "STOPPED" },
        "enableExecuteCommand": false,
        "group": format!("service:{}", service.name),
        "healthStatus": health(definition, task),
        "lastStatus": task.phase.word(),
        "launchType": if fargate { "FARGATE" } else { "EC2" },
        "overrides": {"containerOverrides": [], "inferenceAcceleratorOverrides": []},
        "platformVersion": fargate.then_some("1.4.0"),
        "platformFamily": fargate.then_some("Linux"),
        "pullStartedAt": task.started.map(|_| epoch(task.created)),
        "pullStoppedAt": task.started.map(epoch),
        "startedAt": task.started.map(epoch),
        "startedBy": task.started_by,
        "stopCode": stop.map(|it| it.code),
        "stoppedReason": stop.map(|it| &it.reason),
        "stoppingAt": task.stopping.map(epoch),
        "executionStoppedAt": task.stopped.map(epoch),
        "stoppedAt": task.stopped.map(epoch),
        "tags": [],
        "taskArn": task.arn,
        "taskDefinitionArn": task.task_definition,
        "version": 1 + task.phase as u64,
    }))
}

fn attachments(task: &Task) -> Value {
    let status = match task.phase {
        Phase::Provisioning => "PRECREATED",
        Phase::Stopped => "DELETED",
        _ => "ATTACHED",
    };
    json!([{
        "id": ids::uuid(&format!("eni {}", task.id)),
        "type": "ElasticNetworkInterface",
        "status": status,
        "details": [
            {"name": "networkInterfaceId", "value": format!("eni-{}", ids::hex(task.id.as_bytes(), 17))},
            {"name": "privateIPv4Address", "value": task.address()},
        ],
    }])
}

/// The health of a task or container by container health checks; UNKNOWN without any.
fn health(definition: Option<&TaskDefinition>, task: &Task) -> &'static str {
    let checked = definition.is_some_and(TaskDefinition::has_health_check);
    match (checked, task.sick, task.healthy) {
        (true, true, _) => "UNHEALTHY",
        (true, false, true) => "HEALTHY",
        _ => "UNKNOWN",
    }
}

fn containers(world: &World, definition: Option<&TaskDefinition>, task: &Task) -> Vec<Value> {
    let containers = definition.map_or(&[][..], |it| it.containers());
    let first = definition.and_then(TaskDefinition::first_essential);
    let culprit = task.stop.as_ref().and_then(|stop| stop.container.as_ref());
    let culprit_name = culprit.and_then(|it| it.name.as_deref()).or(first);
    let each = containers.iter().map(|container| {
        let name = text(container, "name").unwrap_or_default();
        let end = culprit.filter(|_| culprit_name == Some(name));
        let ran = task.started.is_some() && task.phase == Phase::Stopped;
        // The others are killed when the essential one takes the task with it.
        let exit_code = match end {
            Some(end) => end.exit_code,
            None => ran.then_some(if culprit.is_some() { 137 } else { 0 }),
        };
        let image = text(container, "image").unwrap_or_default();
        compact(json!({
            "containerArn": format!("{}/{}", task.arn.replace(":task/", ":container/"), ids::uuid(&format!("{} {name}", task.id))),
            "taskArn": task.arn,
            "name": name,
            "image": image,
            "imageDigest": digest(world, image),
            "runtimeId": task.started.map(|_| task.runtime_id(name)),
            "lastStatus": container_status(task.phase),
            "exitCode": exit_code,
            "reason": end.and_then(|end| end.reason.as_ref()),
            "networkBindings": [],
            "networkInterfaces": [{
                "attachmentId": ids::uuid(&format!("eni {}", task.id)),
                "privateIpv4Address": task.address(),
            }],
            "healthStatus": container.get("healthCheck").map_or("UNKNOWN", |_| health(definition, task)),
            "cpu": container.get("cpu").map_or("0".to_owned(), ToString::to_string),
        }))
    });
    each.collect()
}

fn container_status(phase: Phase) -> &'static str {
    match phase {
        Phase::Provisioning | Phase::Pending => "PENDING",
        Phase::Running | Phase::Deactivating | Phase::Stopping => "RUNNING",
        Phase::Stopped => "STOPPED",
    }
}

/// The digest of an image: the one it names, or the one its tag has in this account's registry.
pub(super) fn digest(world: &World, image: &str) -> Option<String> {
    match image.split_once('@') {
        Some((_, digest)) => Some(digest.to_owned()),
        None => match ecr::locate(world, image) {
            Located::Found { digest, .. } => Some(digest.to_string()),
            _ => None,
        },
    }
}
