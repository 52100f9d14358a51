//! CodeDeploy for ECS: applications, deployment groups, configurations, deployments.

pub mod config;
pub mod group;
pub mod script;
pub mod seed;

pub use seed::Seed;

use super::World;
use config::Config;
use group::{Application, Group};
use jiff::Timestamp;

/// Everything CodeDeploy knows.
#[derive(Debug)]
pub struct CodeDeploy {
    /// Applications with their deployment groups.
    pub applications: Vec<Application>,
    /// Configurations, predefined ones first.
    pub configs: Vec<Config>,
}

impl Default for CodeDeploy {
    fn default() -> Self {
        Self {
            applications: Vec::new(),
            configs: config::predefined(),
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
}

/// The next moment at which something happens here by itself.
pub fn next_due(_world: &World) -> Option<Timestamp> {
    None
}

/// Plays what is due at `world.now`.
pub fn settle(_world: &mut World) {}
