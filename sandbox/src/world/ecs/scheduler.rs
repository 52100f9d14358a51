//! The service scheduler: lets tasks change, draws the consequences, starts and stops tasks.

mod hearing;
mod launching;
mod rolling;
mod sets;
mod staged;

use super::behaviour::{Behaviour, Timing};
use super::events;
use super::rollout;
use super::service::{Controller, Service, Status};
use super::stop::Stop;
use super::task::{Phase, Task};
use super::task_definition::Registry;
use crate::world::World;
use crate::world::alarms::Alarms;
use crate::world::ecr::Ecr;
use crate::world::elb::Elb;
use crate::world::logs::Logs;
use jiff::{SignedDuration, Timestamp};
use launching::start;

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
    /// Every revision of every family.
    pub task_definitions: &'a Registry,
    behaviours: &'a [Behaviour],
    /// How long things take.
    pub timing: &'a Timing,
    elb: &'a mut Elb,
    alarms: &'a mut Alarms,
    ecr: &'a Ecr,
    hosts: [String; 2],
    /// What containers write goes here.
    pub logs: &'a mut Logs,
    /// The region of everything.
    pub region: String,
    account: String,
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
        elb: &mut world.elb,
        alarms: &mut world.alarms,
        ecr: &world.ecr,
        hosts,
        logs: &mut world.logs,
        region: world.region.clone(),
        account: world.account.clone(),
    };
    (scene, &mut ecs.services)
}

/// Lets a service go on as far as it does at `scene.now`.
pub fn run(service: &mut Service, scene: &mut Scene<'_>) {
    let now = scene.now;
    service.wake = service.wake.filter(|wake| *wake > now);
    rollout::end_replaced(service, now);
    hearing::step_tasks(service, scene);
    match service.controller {
        Controller::Ecs if staged::is_under_way(service) => staged::decide(service, scene),
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
    let replaced = service.history.iter().filter_map(|it| it.stops);
    let staged = service.current().and_then(|it| it.native.as_ref());
    let staged = staged.and_then(|it| it.due(now));
    let moments = tasks.chain(pauses).chain(replaced).chain(staged);
    moments.chain(service.wake).min()
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

/// Brings a deployment or task set to `wanted` tasks, as far as it may start any.
fn keep(service: &mut Service, id: &str, wanted: usize, scene: &mut Scene<'_>) {
    let launch = service.launch_mut(id);
    let may_start = launch.is_some_and(|launch| launch.may_start(scene.now));
    let live = service.counts_of(id).live();
    let excess = expendable(service, id, live.saturating_sub(wanted));
    stop(service, &excess, id, scene.now);
    if may_start {
        start(service, id, wanted.saturating_sub(live), scene);
    }
}

/// Says once that all is as it should be.
fn tell_steady(service: &mut Service, now: Timestamp) {
    if !service.steady {
        service.steady = true;
        service.tell(now, events::STEADY);
    }
}
