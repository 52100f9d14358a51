//! How a service that CodeDeploy deploys is given to ECS itself: step by step, what each step changes,
//! and the commands for this very service.
//!
//! Greengate does none of it: the traffic of a whole service moves at once, and who owns its
//! infrastructure decides when
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/migrate-codedeploy-to-ecs-bluegreen.html>).

mod alike;
mod shell;
mod steps;

use crate::model::codedeploy::{DeploymentGroup, Routing};
use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::service::Service;
use serde::Serialize;

/// The way from CodeDeploy to ECS.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Transfer {
    /// The steps, in their order.
    pub steps: Vec<Step>,
}

/// One step of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// What is done.
    pub what: String,
    /// What that changes.
    pub changes: String,
    /// Commands for a shell, in their order; none where it is done elsewhere.
    pub commands: Vec<String>,
}

/// The deployment group that deploys a service so far, and how its traffic moves.
#[derive(Debug, Clone, Copy)]
pub struct SoFar<'a> {
    /// The group.
    pub group: &'a DeploymentGroup,
    /// How traffic moves.
    pub routing: &'a Routing,
}

impl Transfer {
    /// The way for `service`, to what is `asked` for or else to what does the same as its deployment
    /// group, as far as that is known. A service without a load balancer needs no more than its
    /// controller changed.
    pub fn of(
        service: &Service,
        so_far: Option<SoFar<'_>>,
        asked: Option<&DeploymentConfiguration>,
    ) -> Self {
        let configuration = match asked {
            Some(asked) => asked.document().clone(),
            None => alike::configuration(so_far),
        };
        let group = so_far.map(|it| it.group);
        let given = steps::given(service, group, configuration);
        let (role, traffic) = (steps::role(service), steps::traffic(service, group));
        let balanced = !service.load_balancers.is_empty();
        let before = [role, traffic].into_iter().filter(|_| balanced);
        let after = [steps::afterwards(), steps::left(group)];
        let steps = before.chain([steps::idle(group), given]).chain(after);
        Self {
            steps: steps.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
