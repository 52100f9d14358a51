//! New tasks: what becomes of each is settled when it is made, or when it cannot be made.

use super::super::behaviour::{self, Workload};
use super::super::events;
use super::super::failure::Place;
use super::super::fate::{self, Circumstances, End, Fate};
use super::super::ids;
use super::super::launch::Launch;
use super::super::service::Service;
use super::super::task::{self, Placement, Task};
use super::super::task_definition::TaskDefinition;
use super::Scene;
use crate::world::ecr::{self, Located};
use crate::world::elb::Elb;
use crate::world::logs::awslogs::Awslogs;
use jiff::SignedDuration;
use serde_json::Value;

/// Starts `count` tasks of a deployment or task set, as far as they can be placed.
pub(super) fn start(service: &mut Service, id: &str, count: usize, scene: &mut Scene<'_>) {
    if count == 0 {
        return;
    }
    let of = Of {
        service: service.name.clone(),
        cluster: service.cluster.clone(),
        grace: service.grace(),
    };
    let Some(launch) = service.launch_mut(id) else {
        return;
    };
    let (mut made, mut refusals) = (Vec::new(), Vec::new());
    for _ in 0..count {
        match make(&of, launch, scene) {
            Ok(task) => made.push(task),
            Err(why) => refusals.push(why),
        }
    }
    let failures = refusals
        .iter()
        .map(|_| launch.note_failure(true, scene.now));
    let unable = failures.fold(false, |unable, it| unable | it);
    service.steady = false;
    if !made.is_empty() {
        let what = events::started(made.iter().map(|task| task.id.as_str()));
        service.tell(scene.now, &what);
        service.tasks.extend(made);
    }
    for why in refusals {
        service.tell_once(scene.now, &why);
    }
    if unable {
        service.tell(scene.now, events::UNABLE);
    }
}

/// What tasks are made for.
struct Of {
    service: String,
    cluster: String,
    grace: SignedDuration,
}

/// A new task, or the event that says why there is none.
fn make(of: &Of, launch: &mut Launch, scene: &mut Scene<'_>) -> Result<Task, String> {
    let id = ids::task(scene.next_serial());
    let definition = scene.task_definitions.find(&launch.task_definition);
    let target = launch
        .load_balancer
        .as_ref()
        .and_then(|it| placement(it, scene.elb));
    let fate = fate(of, launch, &id, target.as_ref(), definition, scene);
    launch.made += 1;
    if let Some(End::Unplaced(why)) = fate.end {
        return Err(why);
    }
    Ok(Task::new(task::New {
        arn: scene.arn(&format!("task/{}/{id}", of.cluster)),
        id,
        task_definition: &launch.task_definition,
        started_by: &launch.id,
        target,
        fate,
        now: scene.now,
    }))
}

fn fate(
    of: &Of,
    launch: &Launch,
    id: &str,
    target: Option<&Placement>,
    definition: Option<&TaskDefinition>,
    scene: &Scene<'_>,
) -> Fate {
    let workload = Workload {
        service: &of.service,
        family: definition.map_or("", |it| it.family.as_str()),
        revision: definition.map_or(0, |it| it.revision),
        containers: definition.map_or(&[], TaskDefinition::containers),
        nth_revision: launch.nth_revision,
        earlier_tasks: launch.made,
    };
    let behaviour = behaviour::of(scene.behaviours, &workload);
    let circumstances = Circumstances {
        timing: scene.timing,
        place: Place {
            region: &scene.region,
            account: &scene.account,
            task: id,
            definition,
        },
        target,
        grace: of.grace,
        log_group_missing: is_log_group_missing(workload.containers, scene),
        missing_image: missing_image(workload.containers, scene),
        registry: &scene.hosts,
    };
    fate::settle(behaviour, &circumstances)
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
fn missing_image<'a>(containers: &'a [Value], scene: &Scene<'_>) -> Option<&'a str> {
    if scene.ecr.repositories.is_empty() {
        return None;
    }
    let mut images = containers.iter().filter_map(|it| it.get("image")?.as_str());
    images.find(|image| ecr::locate_in(scene.ecr, &scene.hosts, image) == Located::Missing)
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
