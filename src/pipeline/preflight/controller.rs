//! Who deploys a service: its deployment controller and strategy, as far as this run can drive them and
//! the inputs ask for no other.

use crate::failure::{Code, Failure};
use crate::inputs::{DeployInputs, StrategyChoice};
use crate::model::service::{Controller, Service};

/// Who deploys a service.
pub(super) enum By {
    /// ECS, task by task.
    Rolling,
    /// ECS, in stages.
    Native,
    /// CodeDeploy.
    CodeDeploy,
}

/// How the service is deployed; a failure when this run cannot drive it, or the inputs ask for
/// another way.
pub(super) fn by(service: &Service, inputs: &DeployInputs) -> Result<By, Failure> {
    match &service.controller {
        Controller::Ecs => by_ecs(service, inputs),
        Controller::CodeDeploy => by_codedeploy(service, inputs),
        Controller::Other(controller) => wrong(
            format!(
                "service {} has the deployment controller {controller}",
                service.name
            ),
            "Greengate drives services with the controllers ECS and CODE_DEPLOY.",
        ),
    }
}

fn wrong<T>(what: String, help: &str) -> Result<T, Failure> {
    Err(Failure::new(Code::WrongController, what, help))
}

fn by_ecs(service: &Service, inputs: &DeployInputs) -> Result<By, Failure> {
    let name = &service.name;
    let strategy = service.configuration.strategy();
    match (strategy, inputs.strategy) {
        (_, StrategyChoice::CodeDeploy) => wrong(
            format!("service {name} has the deployment controller ECS, not CODE_DEPLOY"),
            "Set `strategy` to `auto`, or create the service with the controller CODE_DEPLOY.",
        ),
        _ if names_codedeploy(inputs) => wrong(
            format!(
                "service {name} is deployed by ECS itself ({strategy}), and a codedeploy input is set"
            ),
            "Take the codedeploy inputs out, or name the service that CodeDeploy deploys.",
        ),
        ("ROLLING", StrategyChoice::Native) => wrong(
            format!("service {name} is deployed by a rolling update, not in stages"),
            "Give the service another strategy: BLUE_GREEN, LINEAR or CANARY in \
             `deployment-configuration`, and load balancers that have an alternate target group; or \
             set `strategy` to `auto`.",
        ),
        ("ROLLING", _) => Ok(By::Rolling),
        ("BLUE_GREEN" | "LINEAR" | "CANARY", StrategyChoice::Rolling) => wrong(
            format!("service {name} is deployed by ECS's own {strategy}, not by a rolling update"),
            "Set `strategy` to `auto` or `native`, or change the service: `aws ecs update-service \
             --deployment-configuration strategy=ROLLING`.",
        ),
        ("BLUE_GREEN" | "LINEAR" | "CANARY", _) => Ok(By::Native),
        _ => wrong(
            format!("service {name} is deployed by ECS's own {strategy}"),
            "This version drives ROLLING, BLUE_GREEN, LINEAR and CANARY; the service's deployment \
             configuration names the strategy.",
        ),
    }
}

fn by_codedeploy(service: &Service, inputs: &DeployInputs) -> Result<By, Failure> {
    let name = &service.name;
    let by_ecs = matches!(
        inputs.strategy,
        StrategyChoice::Rolling | StrategyChoice::Native
    );
    match inputs.strategy {
        _ if by_ecs || inputs.deployment_configuration.is_some() => wrong(
            format!("service {name} has the deployment controller CODE_DEPLOY"),
            "Set `strategy` to `auto` or `codedeploy` and take `deployment-configuration` out: ECS \
             deploys no service by itself that CodeDeploy deploys. To give the service to ECS, run \
             `command: plan` with `strategy: native`: it lists the steps.",
        ),
        _ if inputs.desired_count.is_some() => wrong(
            format!("service {name} is deployed by CodeDeploy, which keeps the number of tasks"),
            "Take `desired-count` out, and scale the service apart from its deployments.",
        ),
        _ => Ok(By::CodeDeploy),
    }
}

fn names_codedeploy(inputs: &DeployInputs) -> bool {
    inputs.codedeploy_application.is_some()
        || inputs.codedeploy_deployment_group.is_some()
        || inputs.codedeploy_deployment_config.is_some()
        || inputs.codedeploy_appspec.is_some()
}
