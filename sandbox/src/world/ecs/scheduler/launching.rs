//! New tasks: what becomes of each is settled when it is made.

use super::super::behaviour::{self, Fate, Workload};
use super::super::events;
use super::super::ids;
use super::super::launch::Launch;
use super::super::service::Service;
use super::super::task::{self, Placement, Task};
use super::super::task_definition::TaskDefinition;
use super::Scene;
use crate::world::ecr::{self, Located};
use crate::world::elb::Elb;
use crate::world::logs::awslogs::Awslogs;
use serde_json::Value;

/// Starts `count` tasks of a deployment or task set.
pub(super) fn start(service: &mut Service, id: &str, count: usize, scene: &mut Scene<'_>) {
    if count == 0 {
        return;
    }
    let (name, cluster) = (service.name.clone(), service.cluster.clone());
    let Some(launch) = service.launch_mut(id) else {
        return;
    };
    let made: Vec<Task> = (0..count)
        .map(|_| make(&name, &cluster, launch, scene))
        .collect();
    let what = events::started(made.iter().map(|task| task.id.as_str()));
    service.steady = false;
    service.tell(scene.now, &what);
    service.tasks.extend(made);
}

fn make(service: &str, cluster: &str, launch: &mut Launch, scene: &mut Scene<'_>) -> Task {
    let id = ids::task(scene.next_serial());
    let definition = scene.task_definitions.find(&launch.task_definition);
    let target = launch
        .load_balancer
        .as_ref()
        .and_then(|it| placement(it, scene.elb));
    let checked = target.is_some() || definition.is_some_and(TaskDefinition::has_health_check);
    let workload = Workload {
        service,
        family: definition.map_or("", |it| it.family.as_str()),
        revision: definition.map_or(0, |it| it.revision),
        containers: definition.map_or(&[], TaskDefinition::containers),
        nth_revision: launch.nth_revision,
        earlier_tasks: launch.made,
        checked,
    };
    let fate = behaviour::fate(scene.behaviours, scene.timing, &workload);
    let fate = as_things_are(fate, workload.containers, scene);
    launch.made += 1;
    Task::new(task::New {
        arn: scene.arn(&format!("task/{cluster}/{id}")),
        id,
        task_definition: &launch.task_definition,
        started_by: &launch.id,
        target,
        fate,
        now: scene.now,
    })
}

/// The same fate, unless the task cannot start as the world is.
fn as_things_are(fate: Fate, containers: &[Value], scene: &mut Scene<'_>) -> Fate {
    if is_log_group_missing(containers, scene) {
        return fate.without_log_group(&ids::uuid(&format!("request {}", scene.next_serial())));
    }
    match missing_image(containers, scene) {
        Some(image) => fate.without_image(&image),
        None => fate,
    }
}

/// Does a container write to a log group that is not there, and does not make it?
fn is_log_group_missing(containers: &[Value], scene: &Scene<'_>) -> bool {
    let mut logs = containers.iter().filter_map(Awslogs::of);
    logs.any(|log| {
        let there = scene.logs.groups.contains_key(log.group);
        !there && !log.creates_group && log.is_in(&scene.region)
    })
}

/// An image that names this account's registry and is not there. An account without any repository
/// plays no registry.
fn missing_image(containers: &[Value], scene: &Scene<'_>) -> Option<String> {
    if scene.ecr.repositories.is_empty() {
        return None;
    }
    let images = containers.iter().filter_map(|it| it.get("image")?.as_str());
    let is_missing =
        |image: &&str| ecr::locate_in(scene.ecr, &scene.hosts, image) == Located::Missing;
    images.into_iter().find(is_missing).map(str::to_owned)
}

fn placement(load_balancer: &Value, elb: &Elb) -> Option<Placement> {
    let group = elb.target_group(load_balancer.get("targetGroupArn")?.as_str()?)?;
    let port = load_balancer.get("containerPort").and_then(Value::as_u64);
    Some(Placement {
        group: group.arn.clone(),
        container: load_balancer.get("containerName")?.as_str()?.to_owned(),
        port: port
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or(group.port),
        drain: group.deregistration_delay,
        health: None,
    })
}
