//! ECS: clusters, task definitions, services with their deployments or task sets, and tasks.
//!
//! Time moves one service at a time: [`Service::due`] says when something happens to it next, and
//! [`settle`] lets its tasks change and its scheduler decide (`scheduler`). Nothing here knows the
//! wire format; CodeDeploy drives task sets through `task_set`.

pub mod behaviour;
pub mod breaker;
pub mod create;
pub mod ending;
pub mod events;
pub mod failure;
pub mod fate;
pub mod ids;
pub mod launch;
pub mod native;
mod output;
pub mod rollout;
pub mod scheduler;
pub mod seed;
pub mod service;
pub mod service_deployment;
pub mod stop;
pub mod target;
pub mod task;
pub mod task_definition;
pub mod task_set;

pub use seed::Seed;
pub use service::Service;

use super::World;
use behaviour::{Behaviour, Timing};
use jiff::Timestamp;
use serde_json::Value;

/// Everything ECS knows.
#[derive(Debug, Default)]
pub struct Ecs {
    /// Clusters, in the order of creation.
    pub clusters: Vec<Cluster>,
    /// Every revision of every family.
    pub task_definitions: task_definition::Registry,
    /// Services of all clusters, inactive ones included.
    pub services: Vec<Service>,
    /// How workloads behave; the first that matches a task counts.
    pub behaviours: Vec<Behaviour>,
    /// How long things take where no behaviour says otherwise.
    pub timing: Timing,
}

/// A cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Tags, as `{key, value}` objects.
    pub tags: Vec<Value>,
}

impl Ecs {
    /// The cluster with this name or ARN; the one called `default` where none is named.
    pub fn cluster(&self, name: Option<&str>) -> Option<&Cluster> {
        let name = name.unwrap_or("default");
        let is = |cluster: &&Cluster| cluster.name == name || cluster.arn == name;
        self.clusters.iter().find(is)
    }

    /// The place of the service with this name or ARN in a cluster (by name). The living one goes
    /// before a deleted one of the same name.
    pub fn position(&self, cluster: &str, service: &str) -> Option<usize> {
        let is = |it: &Service| it.cluster == cluster && (it.name == service || it.arn == service);
        let living = |it: &Service| is(it) && it.status != service::Status::Inactive;
        let services = &self.services;
        services
            .iter()
            .position(living)
            .or_else(|| services.iter().position(is))
    }

    /// The service with this name or ARN in a cluster (by name).
    pub fn service(&self, cluster: &str, service: &str) -> Option<&Service> {
        self.services.get(self.position(cluster, service)?)
    }

    /// The service with this name or ARN in a cluster (by name), to change it.
    pub fn service_mut(&mut self, cluster: &str, service: &str) -> Option<&mut Service> {
        let position = self.position(cluster, service)?;
        self.services.get_mut(position)
    }
}

/// The ARN of an ECS resource, such as `service/default/shop`.
pub fn arn(world: &World, resource: &str) -> String {
    let World {
        region, account, ..
    } = world;
    format!("arn:aws:ecs:{region}:{account}:{resource}")
}

/// The next moment at which something happens here by itself.
pub fn next_due(world: &World) -> Option<Timestamp> {
    world
        .ecs
        .services
        .iter()
        .filter_map(|service| service.due)
        .min()
}

/// Plays what is due at `world.now`.
pub fn settle(world: &mut World) {
    let (scene, services) = scheduler::scene(world);
    let mut scene = scene;
    let now = scene.now;
    for service in services {
        if service.due.is_some_and(|due| due <= now) {
            scheduler::run(service, &mut scene);
        }
    }
}

/// Has the scheduler look at every service at once whose deployment watches an alarm that fires.
pub fn heed_alarms(world: &mut World) {
    let (now, alarms) = (world.now, &world.alarms);
    for service in &mut world.ecs.services {
        let in_progress = service
            .primary()
            .is_some_and(|it| it.state == rollout::State::InProgress);
        let watched = service.alarms().filter(|_| in_progress);
        if watched.is_some_and(|(names, _)| !alarms.firing(names).is_empty()) {
            service.wake(now);
        }
    }
}

/// Tells up to `most` tasks of the service at `position` to stop, the oldest first.
pub fn stop_tasks(world: &mut World, position: usize, most: usize, stop: &stop::Stop) {
    let now = world.now;
    if let Some(service) = world.ecs.services.get_mut(position) {
        let live = service.tasks.iter_mut().filter(|task| task.is_live());
        for task in live.take(most) {
            task.tell_to_stop(stop.clone(), now);
            service.steady = false;
        }
    }
    wake(world, position);
}

/// Has the scheduler look at a service shortly, as it does after every request that changes one.
pub fn wake(world: &mut World, position: usize) {
    let at = later(world.now, world.ecs.timing.schedule);
    if let Some(service) = world.ecs.services.get_mut(position) {
        service.wake(at);
    }
}

/// `now` and `span`, as late as time goes.
pub fn later(now: Timestamp, span: jiff::SignedDuration) -> Timestamp {
    now.saturating_add(span).unwrap_or(Timestamp::MAX)
}
