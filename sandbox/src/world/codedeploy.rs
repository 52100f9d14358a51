//! CodeDeploy for ECS: applications, deployment groups, configurations, deployments.

pub mod appspec;
pub mod config;
pub mod create;
pub mod deployment;
pub mod group;
mod install;
pub mod lifecycle;
mod run;
pub mod script;
pub mod seed;
mod traffic;

pub use seed::Seed;

use super::World;
use config::Config;
use deployment::{Deployment, Status};
use group::{Application, Group};
use jiff::Timestamp;

/// Everything CodeDeploy knows.
#[derive(Debug)]
pub struct CodeDeploy {
    /// Applications with their deployment groups.
    pub applications: Vec<Application>,
    /// Configurations, predefined ones first.
    pub configs: Vec<Config>,
    /// Deployments that are under way.
    pub active: Vec<Deployment>,
    /// Deployments that are over.
    pub finished: Vec<Deployment>,
}

impl Default for CodeDeploy {
    fn default() -> Self {
        Self {
            applications: Vec::new(),
            configs: config::predefined(),
            active: Vec::new(),
            finished: Vec::new(),
        }
    }
}

impl CodeDeploy {
    /// The application with this name.
    pub fn application(&self, name: &str) -> Option<&Application> {
        self.applications.iter().find(|it| it.name == name)
    }

    /// The deployment group with this name.
    pub fn group(&self, application: &str, name: &str) -> Option<&Group> {
        let groups = &self.application(application)?.groups;
        groups.iter().find(|it| it.name == name)
    }

    /// The configuration with this name.
    pub fn config(&self, name: &str) -> Option<&Config> {
        self.configs.iter().find(|it| it.name == name)
    }

    /// Every deployment, newest first.
    pub fn deployments(&self) -> Vec<&Deployment> {
        let mut all: Vec<&Deployment> = self.active.iter().chain(&self.finished).collect();
        all.sort_by_key(|it| std::cmp::Reverse(it.number));
        all
    }

    /// The deployments of a group, newest first.
    pub fn deployments_of(&self, group: &Group) -> Vec<&Deployment> {
        let mut all = self.deployments();
        all.retain(|it| it.group.id == group.id);
        all
    }

    /// The deployment with this id.
    pub fn deployment(&self, id: &str) -> Option<&Deployment> {
        let mut all = self.active.iter().chain(&self.finished);
        all.find(|it| it.id == id)
    }

    /// The deployment of a group that is under way, if there is one.
    pub fn active_of(&self, group: &Group) -> Option<&Deployment> {
        self.active.iter().find(|it| it.group.id == group.id)
    }

    /// The last deployment of a group that succeeded.
    pub fn last_successful(&self, group: &Group) -> Option<&Deployment> {
        let succeeded =
            |it: &&Deployment| it.group.id == group.id && it.status == Status::Succeeded;
        self.finished
            .iter()
            .filter(succeeded)
            .max_by_key(|it| it.number)
    }

    /// How many deployments of a group were asked for, rollbacks not counted.
    fn asked_for(&self, group: &Group) -> u32 {
        let all = self.active.iter().chain(&self.finished);
        let own = all.filter(|it| it.group.id == group.id && !it.is_rollback);
        u32::try_from(own.count()).unwrap_or(u32::MAX)
    }
}

/// The next moment at which something happens here by itself.
pub fn next_due(world: &World) -> Option<Timestamp> {
    let active = world.codedeploy.active.iter();
    let moments = active.flat_map(|it| [it.due, it.stop.map(|stop| stop.at)]);
    moments.flatten().min()
}

/// Plays what is due at `world.now`.
pub fn settle(world: &mut World) {
    let mut active = std::mem::take(&mut world.codedeploy.active);
    for deployment in &mut active {
        run::run(world, deployment);
    }
    let (finished, mut active): (Vec<_>, Vec<_>) =
        active.into_iter().partition(|it| it.status.is_terminal());
    // Rollbacks were put there meanwhile.
    active.append(&mut world.codedeploy.active);
    world.codedeploy.active = active;
    world.codedeploy.finished.extend(finished);
}
