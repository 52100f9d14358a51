//! A service that is to be deployed otherwise than it was.

use super::Service;
use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::document::difference::Difference;

/// A change of how ECS deploys a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconfiguration {
    /// As ECS showed it.
    pub before: DeploymentConfiguration,
    /// What is asked for, as it was written.
    pub asked: DeploymentConfiguration,
    /// What is new.
    pub difference: Difference,
}

impl Service {
    /// The same service with the deployment configuration that is `asked` for.
    #[must_use]
    pub fn to_have(mut self, asked: Option<&DeploymentConfiguration>) -> Self {
        let Some(asked) = asked else {
            return self;
        };
        let configuration = self.configuration.with(asked);
        let difference = configuration.difference(&self.configuration);
        if difference.is_empty() {
            return self;
        }
        let before = std::mem::replace(&mut self.configuration, configuration);
        self.reconfiguration = Some(Reconfiguration {
            before,
            asked: asked.clone(),
            difference,
        });
        self
    }

    /// Whether its traffic moves in stages, as it is or as it is to be: what a gate stands before.
    pub fn is_or_was_staged(&self) -> bool {
        let before = self.reconfiguration.as_ref().map(|it| &it.before);
        let mut all = before.into_iter().chain([&self.configuration]);
        all.any(DeploymentConfiguration::is_staged)
    }
}

#[cfg(test)]
mod tests;
