//! The service scheduler: lets tasks change, draws the consequences, starts and stops tasks.

mod rolling;
mod sets;

use super::behaviour::{self, Behaviour, Timing, Workload};
use super::events;
use super::ids;
use super::launch::Launch;
use super::service::{Controller, Service, Status};
use super::stop::Stop;
use super::task::{self, News, Phase, Placement, Task};
use super::task_definition::{Registry, TaskDefinition};
use crate::world::World;
use crate::world::alarms::Alarms;
use crate::world::ecr::{self, Ecr, Located};
use crate::world::elb::Elb;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// How long stopped tasks can be described.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);
/// How many stopped tasks of a service are remembered at most.
const MOST_REMEMBERED: usize = 100;

/// What the scheduler may look at besides the service.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Now.
    pub now: Timestamp,
    arn_prefix: String,
    serial: &'a mut u64,
    task_definitions: &'a Registry,
    behaviours: &'a [Behaviour],
    timing: &'a Timing,
    elb: &'a Elb,
    alarms: &'a Alarms,
    ecr: &'a Ecr,
    hosts: [String; 2],
}

impl Scene<'_> {
    /// A new number, for ids.
    pub fn next_serial(&mut self) -> u64 {
        *self.serial += 1;
        *self.serial
    }

    /// The ARN of an ECS resource, such as `service/default/shop`.
    pub fn arn(&self, resource: &str) -> String {
        format!("{}:{resource}", self.arn_prefix)
    }
}

/// Parts `world` into the services and what their scheduler looks at.
pub fn scene(world: &mut World) -> (Scene<'_>, &mut [Service]) {
    let arn_prefix = format!("arn:aws:ecs:{}:{}", world.region, world.account);
    let hosts = [world.address.clone(), world.registry_host()];
    let ecs = &mut world.ecs;
    let scene = Scene {
        now: world.now,
        arn_prefix,
        serial: &mut world.serial,
        task_definitions: &ecs.task_definitions,
        behaviours: &ecs.behaviours,
        timing: &ecs.timing,
        elb: &world.elb,
        alarms: &world.alarms,
        ecr: &world.ecr,
        hosts,
    };
    (scene, &mut ecs.services)
}

/// Lets a service go on as far as it does at `scene.now`.
pub fn run(service: &mut Service, scene: &mut Scene<'_>) {
    let now = scene.now;
    service.wake = service.wake.filter(|wake| *wake > now);
    step_tasks(service, now);
    match service.controller {
        Controller::Ecs => rolling::decide(service, scene),
        Controller::CodeDeploy => sets::decide(service, scene),
    }
    forget(service, now);
    if service.status == Status::Draining && service.tasks.iter().all(is_gone) {
        service.status = Status::Inactive;
    }
    service.due = next(service, now);
}

fn is_gone(task: &Task) -> bool {
    task.phase == Phase::Stopped
}

/// When something happens to a service next: to a task, by request, or after a pause.
fn next(service: &Service, now: Timestamp) -> Option<Timestamp> {
    let tasks = service.tasks.iter().filter_map(|task| task.due);
    let deployments = service.deployments.iter().map(|it| &it.launch);
    let launches = deployments.chain(service.task_sets.iter().map(|it| &it.launch));
    let pauses = launches.filter_map(|launch| launch.held_until);
    let pauses = pauses.filter(|until| *until > now);
    tasks.chain(pauses).chain(service.wake).min()
}

/// Lets every task do what is due, and draws the consequences.
fn step_tasks(service: &mut Service, now: Timestamp) {
    let mut registered = 0;
    let mut news = Vec::new();
    for task in &mut service.tasks {
        let what = task.step(now);
        if what == News::Running && task.target.is_some() {
            registered += 1;
        }
        if !matches!(what, News::Quiet | News::Drained | News::Stopped) {
            news.push((task.clone(), what));
        }
    }
    for (task, what) in &news {
        hear(service, task, *what, now);
    }
    let group = news.iter().find_map(|(task, _)| task.target.as_ref());
    if let Some(target) = group.filter(|_| registered > 0) {
        service.tell(now, &events::registered(registered, &target.group));
    }
}

fn hear(service: &mut Service, task: &Task, what: News, now: Timestamp) {
    let reset = service.breaker().reset || !service.breaker().enable;
    match what {
        News::Healthy => {
            if let Some(launch) = service.launch_mut(&task.started_by) {
                launch.note_healthy(reset);
            }
        }
        News::Failed { early } => {
            service.steady = false;
            tell_of_health(service, task, now);
            let launch = service.launch_mut(&task.started_by);
            if launch.is_some_and(|launch| launch.note_failure(early, now)) {
                service.tell(now, events::UNABLE);
            }
        }
        _ => {}
    }
}

fn tell_of_health(service: &mut Service, task: &Task, now: Timestamp) {
    let Some(code) = task.stop.as_ref().and_then(|stop| stop.unhealthy) else {
        return;
    };
    let what = match &task.target {
        Some(target) => events::target_unhealthy(target.port, &target.group, code),
        None => events::task_unhealthy(&task.id),
    };
    service.tell(now, &what);
}

/// Forgets tasks that have been gone for an hour, and the oldest of too many.
fn forget(service: &mut Service, now: Timestamp) {
    let gone = service.tasks.iter().filter(|task| is_gone(task)).count();
    let mut excess = gone.saturating_sub(MOST_REMEMBERED);
    service.tasks.retain(|task| {
        let Some(stopped) = task.stopped else {
            return true;
        };
        let too_many = excess > 0;
        excess = excess.saturating_sub(1);
        !too_many && super::later(stopped, REMEMBERED) > now
    });
}

/// Starts `count` tasks of a deployment or task set.
fn start(service: &mut Service, id: &str, count: usize, scene: &mut Scene<'_>) {
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
    let fate = match missing_image(workload.containers, scene) {
        Some(image) => fate.without_image(&image),
        None => fate,
    };
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

/// Stops the tasks with these ids: with the words, in the name of, `by`.
fn stop(service: &mut Service, tasks: &[String], by: &str, now: Timestamp) {
    if tasks.is_empty() {
        return;
    }
    let mut draining: Option<(String, usize)> = None;
    for task in service
        .tasks
        .iter_mut()
        .filter(|task| tasks.contains(&task.id))
    {
        task.tell_to_stop(Stop::scaled_in(by), now);
        if let Some(target) = task
            .target
            .as_ref()
            .filter(|_| task.phase == Phase::Deactivating)
        {
            draining.get_or_insert_with(|| (target.group.clone(), 0)).1 += 1;
        }
    }
    service.steady = false;
    if let Some((group, count)) = draining {
        service.tell(now, &events::draining(count));
        service.tell(now, &events::deregistered(count, &group));
    }
    service.tell(now, &events::stopped(tasks.iter().map(String::as_str)));
}

/// The ids of up to `count` wanted tasks of a deployment or task set that are best let go: those
/// that are not healthy first, then the newest.
fn expendable(service: &Service, id: &str, count: usize) -> Vec<String> {
    let mut tasks: Vec<&Task> = service.tasks_of(id).filter(|task| task.is_live()).collect();
    tasks.reverse();
    tasks.sort_by_key(|task| task.healthy);
    tasks
        .into_iter()
        .take(count)
        .map(|task| task.id.clone())
        .collect()
}

/// Says once that all is as it should be.
fn tell_steady(service: &mut Service, now: Timestamp) {
    if !service.steady {
        service.steady = true;
        service.tell(now, events::STEADY);
    }
}
