//! New services: asked for by `CreateService`, or there from the beginning of a scenario.

use super::super::World;
use super::events::Events;
use super::output;
use super::rollout::{self, State};
use super::scheduler;
use super::service::{Controller, Script, Service, Status};
use super::service_deployment;
use super::task_set;
use super::{arn, later};
use jiff::SignedDuration;
use serde_json::{Map, Value};

/// What a new service is made of. All that it refers to must exist.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// Its name.
    pub name: String,
    /// The name of its cluster.
    pub cluster: String,
    /// Who replaces its tasks.
    pub controller: Controller,
    /// How many tasks it is to have.
    pub desired: u32,
    /// The ARN of the task definition.
    pub task_definition: String,
    /// Everything else, in the names of `CreateService`.
    pub settings: Map<String, Value>,
    /// Tags, as `{key, value}` objects.
    pub tags: Vec<Value>,
    /// What is scripted for it.
    pub script: Script,
    /// The ARN of who creates it.
    pub by: String,
}

/// Adds a service whose tasks are yet to be started, and gives its place. A deleted one of the same
/// name makes way.
pub fn service(world: &mut World, new: New) -> usize {
    let own_arn = arn(world, &format!("service/{}/{}", new.cluster, new.name));
    world.ecs.services.retain(|it| it.arn != own_arn);
    let service = Service {
        arn: own_arn,
        name: new.name,
        cluster: new.cluster,
        status: Status::Active,
        controller: new.controller,
        desired: new.desired,
        task_definition: new.task_definition,
        settings: new.settings,
        tags: new.tags,
        created: world.now,
        created_by: new.by,
        deployments: Vec::new(),
        task_sets: Vec::new(),
        script: new.script,
        tasks: Vec::new(),
        events: Events::default(),
        revisions: Vec::new(),
        history: Vec::new(),
        last_completed: None,
        new_revisions: 0,
        steady: false,
        wake: None,
        due: None,
    };
    let position = world.ecs.services.len();
    world.ecs.services.push(service);
    first(world, position);
    super::wake(world, position);
    position
}

/// Its first deployment or task set.
fn first(world: &mut World, position: usize) {
    let (mut scene, services) = scheduler::scene(world);
    let Some(service) = services.get_mut(position) else {
        return;
    };
    if service.controller == Controller::Ecs {
        rollout::begin(service, &mut scene);
        return;
    }
    let new = task_set::New {
        task_definition: service.task_definition.clone(),
        settings: service.settings.clone(),
        external_id: None,
        new_revision: false,
    };
    task_set::create(world, position, new);
}

/// Makes a new service one that has been steady for a day.
pub fn run_long(world: &mut World, position: usize) {
    let now = world.now;
    let since = later(now, SignedDuration::from_hours(-24));
    let (mut scene, services) = scheduler::scene(world);
    let Some(service) = services.get_mut(position) else {
        return;
    };
    service.created = since;
    service.wake = None;
    for deployment in &mut service.deployments {
        deployment.launch.nth_revision = 0;
    }
    scheduler::run(service, &mut scene);
    service
        .tasks
        .iter_mut()
        .for_each(|task| task.run_long(since));
    for task in &service.tasks {
        output::begin(task, &mut scene, since);
    }
    service.new_revisions = 0;
    date_back(service, since);
    service.events = Events::default();
    service.tell(since, super::events::STEADY);
    service.due = None;
}

fn date_back(service: &mut Service, since: jiff::Timestamp) {
    for revision in &mut service.revisions {
        revision.created = since;
    }
    for deployment in &mut service.deployments {
        (deployment.created, deployment.updated) = (since, since);
        deployment.state = State::Completed;
        deployment.reason = format!("ECS deployment {} completed.", deployment.launch.id);
        service.last_completed = Some(deployment.revision.clone());
    }
    for task_set in &mut service.task_sets {
        (task_set.created, task_set.updated) = (since, since);
        task_set.stability = (true, since);
    }
    for record in &mut service.history {
        record.created = since;
        record.started = Some(since);
        record.become_status(service_deployment::Status::Successful, None, since);
    }
    service.steady = true;
}
