//! CodeDeploy's operations for ECS: what is asked, what is answered, and in which words it is
//! refused.
//!
//! What becomes of a deployment is in [`crate::world::codedeploy`].
//!
//! <https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_Operations.html>

mod control;
mod creation;
mod deployments;
mod error;
mod groups;
mod overrides;
mod resources;
mod revisions;
mod targets;

#[cfg(test)]
mod tests;

use super::aws::{Caller, Service};
use super::aws_error::AwsError;
use super::body::{page, text};
use super::shape;
use crate::world::World;
use crate::world::codedeploy::deployment::Deployment;
use crate::world::codedeploy::group::{Application, Group};
use serde_json::{Value, json};

/// CodeDeploy, as the protocol sees it.
pub const SERVICE: Service = Service {
    prefix: "codedeploy",
    target: "CodeDeploy_20141006",
    resources: resources::of,
    call,
};

/// How many names or ids a page of a list has.
const PAGE: usize = 100;

/// Carries an operation out.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    body: &Value,
) -> Result<Value, AwsError> {
    shape::CODEDEPLOY.check(operation, body)?;
    match operation {
        "CreateDeployment" => creation::create(world, caller, body),
        "GetDeployment" => deployments::get(world, body),
        "BatchGetDeployments" => deployments::batch_get(world, body),
        "ListDeployments" => deployments::list(world, body),
        "ListDeploymentTargets" => targets::list(world, body),
        "GetDeploymentTarget" => targets::get(world, body),
        "BatchGetDeploymentTargets" => targets::batch_get(world, body),
        "StopDeployment" => control::stop(world, body),
        "ContinueDeployment" => control::go_on(world, body),
        "GetDeploymentGroup" => groups::get(world, body),
        "BatchGetDeploymentGroups" => groups::batch_get(world, body),
        "ListDeploymentGroups" => groups::list(world, body),
        "GetApplication" => groups::application(world, body),
        "BatchGetApplications" => groups::batch_applications(world, body),
        "ListApplications" => groups::applications(world, body),
        "GetDeploymentConfig" => groups::config(world, body),
        "ListDeploymentConfigs" => groups::configs(world, body),
        "GetApplicationRevision" => revisions::get(world, body),
        _ => Err(AwsError::client(
            "UnknownOperationException",
            format!("{operation} is not played here"),
        )),
    }
}

/// The application that a call names.
fn application<'a>(world: &'a World, body: &Value) -> Result<&'a Application, AwsError> {
    let name = error::name(body, "applicationName", "ApplicationName")?;
    let found = world.codedeploy.application(name);
    found.ok_or_else(|| {
        let words = format!("No application found for name: {name}");
        AwsError::client("ApplicationDoesNotExistException", words)
    })
}

/// The deployment group that a call names.
fn group<'a>(world: &'a World, body: &Value) -> Result<&'a Group, AwsError> {
    let application = application(world, body)?;
    let name = error::name(body, "deploymentGroupName", "DeploymentGroupName")?;
    let found = application.groups.iter().find(|it| it.name == name);
    found.ok_or_else(|| {
        let words = format!("No Deployment Group found for name: {name}");
        AwsError::client("DeploymentGroupDoesNotExistException", words)
    })
}

/// The deployment that a call names.
fn deployment<'a>(world: &'a World, body: &Value) -> Result<&'a Deployment, AwsError> {
    let id = id(body)?;
    world
        .codedeploy
        .deployment(id)
        .ok_or_else(|| error::no_deployment(id))
}

fn id(body: &Value) -> Result<&str, AwsError> {
    let Some(id) = text(body, "deploymentId").filter(|id| !id.is_empty()) else {
        let words = "The deployment ID is required.";
        return Err(AwsError::client("DeploymentIdRequiredException", words));
    };
    error::valid_id(id)?;
    Ok(id)
}

/// One page of names or ids under `member`.
fn page_of(body: &Value, member: &str, items: Vec<Value>) -> Result<Value, AwsError> {
    let Some((items, next)) = page(items, text(body, "nextToken"), PAGE) else {
        let words = "The next token is not valid.";
        return Err(AwsError::client("InvalidNextTokenException", words));
    };
    Ok(match next {
        Some(next) => json!({member: items, "nextToken": next}),
        None => json!({member: items}),
    })
}
