//! Task sets: what CodeDeploy makes, moves and removes in a service of its controller.

use super::super::World;
use super::ids;
use super::launch::Launch;
use super::scheduler;
use super::service::Service;
use super::wake;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The status of a task set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Serves production traffic.
    Primary,
    /// Does not serve production traffic, or not all of it.
    Active,
    /// Is being removed.
    Draining,
}

impl Status {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY",
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
        }
    }
}

/// A task set.
#[derive(Debug, Clone)]
pub struct TaskSet {
    /// What its tasks are made from; its id is the task set's.
    pub launch: Launch,
    /// Its ARN.
    pub arn: String,
    /// The deployment of CodeDeploy that made it.
    pub external_id: Option<String>,
    /// What it is for.
    pub status: Status,
    /// Network, platform and capacity, in the names of `CreateTaskSet`.
    pub settings: Map<String, Value>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Since when it has been steady or stabilizing.
    pub stability: (bool, Timestamp),
}

/// What a task set is made of.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// The ARN of the task definition.
    pub task_definition: String,
    /// `loadBalancers` and what else the AppSpec says, in the names of `CreateTaskSet`.
    pub settings: Map<String, Value>,
    /// The id of the deployment of CodeDeploy.
    pub external_id: Option<String>,
    /// Does it bring a new revision (or an old one back)?
    pub new_revision: bool,
}

impl TaskSet {
    /// The ARN of the target group its tasks are registered in.
    pub fn target_group(&self) -> Option<&str> {
        self.launch
            .load_balancer
            .as_ref()?
            .get("targetGroupArn")?
            .as_str()
    }
}

impl Service {
    /// The PRIMARY task set.
    pub fn primary_task_set(&self) -> Option<&TaskSet> {
        self.task_sets
            .iter()
            .find(|it| it.status == Status::Primary)
    }

    /// The task set with this id or ARN.
    pub fn task_set(&self, id: &str) -> Option<&TaskSet> {
        self.task_sets
            .iter()
            .find(|it| it.launch.id == id || it.arn == id)
    }

    /// How many tasks a task set is to have.
    pub fn wanted_of(&self, task_set: &TaskSet) -> usize {
        match task_set.status {
            Status::Draining => 0,
            _ => self.wanted() as usize,
        }
    }

    /// Has the task set all its tasks, healthy, and nothing else?
    pub fn is_steady(&self, task_set: &TaskSet) -> bool {
        let counts = self.counts_of(&task_set.launch.id);
        let wanted = self.wanted_of(task_set);
        counts.live() == wanted && counts.healthy == wanted && counts.stopping == 0
    }
}

/// Makes a task set in the service at `position`, ACTIVE (PRIMARY where it is the first), and gives
/// its id.
pub fn create(world: &mut World, position: usize, new: New) -> Option<String> {
    let id = {
        let (mut scene, services) = scheduler::scene(world);
        let service = services.get_mut(position)?;
        service.new_revisions += u32::from(new.new_revision);
        let nth = if new.new_revision {
            service.new_revisions
        } else {
            0
        };
        let id = ids::ecs_svc(scene.next_serial());
        let load_balancer = new
            .settings
            .get("loadBalancers")
            .and_then(|it| it.get(0))
            .cloned();
        let status = match service.primary_task_set() {
            Some(_) => Status::Active,
            None => Status::Primary,
        };
        let path = format!("task-set/{}/{}/{id}", service.cluster, service.name);
        service.task_sets.push(TaskSet {
            launch: Launch::new(id.clone(), &new.task_definition, load_balancer, nth),
            arn: scene.arn(&path),
            external_id: new.external_id,
            status,
            settings: new.settings,
            created: scene.now,
            updated: scene.now,
            stability: (false, scene.now),
        });
        service.steady = false;
        id
    };
    wake(world, position);
    Some(id)
}

/// Makes a task set the PRIMARY one: the service has its task definition and load balancer now.
pub fn make_primary(world: &mut World, position: usize, id: &str) {
    let now = world.now;
    let Some(service) = world.ecs.services.get_mut(position) else {
        return;
    };
    for task_set in &mut service.task_sets {
        let before = task_set.status;
        if task_set.launch.id == id {
            task_set.status = Status::Primary;
            service
                .task_definition
                .clone_from(&task_set.launch.task_definition);
            if let Some(balancer) = &task_set.launch.load_balancer {
                let balancers = json!([balancer]);
                service
                    .settings
                    .insert("loadBalancers".to_owned(), balancers);
            }
        } else if before == Status::Primary {
            task_set.status = Status::Active;
        }
        if task_set.status != before {
            task_set.updated = now;
        }
    }
}

/// Removes a task set: its tasks drain and stop.
pub fn remove(world: &mut World, position: usize, id: &str) {
    let now = world.now;
    let service = world.ecs.services.get_mut(position);
    let found = service.and_then(|it| it.task_sets.iter_mut().find(|it| it.launch.id == id));
    if let Some(task_set) = found {
        task_set.status = Status::Draining;
        task_set.updated = now;
    }
    wake(world, position);
}
