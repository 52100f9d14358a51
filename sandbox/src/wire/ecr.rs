//! ECR's operations: what is asked, what is answered, and in which words it is refused.
//!
//! The rules of pushing and scanning are in [`crate::world::ecr`]; images come in through the
//! [`registry`](super::registry), or by `PutImage` for a manifest whose layers are there.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html>

mod images;
mod input;
mod layers;
mod login;
mod pages;
mod pushes;
mod removals;
mod repositories;
mod scans;

#[cfg(test)]
mod tests;

use super::aws::{Caller, Service};
use super::aws_error::AwsError;
use crate::world::World;
use crate::world::ecr::{Repository, push};
use input::Input;
use jiff::Timestamp;
use serde_json::{Value, json};

/// ECR, as the protocol sees it.
pub const SERVICE: Service = Service {
    prefix: "ecr",
    target: "AmazonEC2ContainerRegistry_V20150921",
    resources,
    call,
};

/// The repositories a call is about.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html>
fn resources(world: &World, operation: &str, body: &Value) -> Vec<String> {
    let every = || vec![repository_arn(world, "*")];
    match operation {
        "GetAuthorizationToken" => vec!["*".to_owned()],
        "DescribeRepositories" => match body.get("repositoryNames").and_then(Value::as_array) {
            Some(names) => names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| repository_arn(world, name))
                .collect(),
            None => every(),
        },
        _ => match body.get("repositoryName").and_then(Value::as_str) {
            Some(name) => vec![repository_arn(world, name)],
            None => every(),
        },
    }
}

fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    body: &Value,
) -> Result<Value, AwsError> {
    let input = Input(body);
    match operation {
        "GetAuthorizationToken" => Ok(login::get_authorization_token(world, caller)),
        "DescribeRepositories" => repositories::describe(world, input),
        "CreateRepository" => repositories::create(world, input),
        "DescribeImages" => images::describe(world, input),
        "ListImages" => images::list(world, input),
        "BatchGetImage" => images::batch_get(world, input),
        "PutImage" => pushes::put(world, input),
        "BatchDeleteImage" => removals::batch_delete(world, input),
        "BatchCheckLayerAvailability" => layers::batch_check_availability(world, input),
        "GetDownloadUrlForLayer" => layers::get_download_url(world, input),
        "StartImageScan" => scans::start(world, input),
        "DescribeImageScanFindings" => scans::describe_findings(world, input),
        _ => Err(AwsError::client(
            "UnknownOperationException",
            format!("{operation} is not played here"),
        )),
    }
}

/// `arn:aws:ecr:eu-central-1:123456789012:repository/team/shop`.
pub fn repository_arn(world: &World, name: &str) -> String {
    format!(
        "arn:aws:ecr:{}:{}:repository/{name}",
        world.region, world.account
    )
}

/// The repository that a call names, in the registry that it names.
fn repository<'a>(world: &'a World, input: Input<'_>) -> Result<&'a Repository, AwsError> {
    let name = input.required_text("repositoryName")?;
    let registry = input.text("registryId")?.unwrap_or(&world.account);
    let repository = world.ecr.repositories.get(name);
    repository
        .filter(|_| registry == world.account)
        .ok_or_else(|| no_repository(name, registry))
}

fn no_repository(name: &str, registry: &str) -> AwsError {
    AwsError::client(
        "RepositoryNotFoundException",
        push::no_repository(name, registry),
    )
}

/// A moment as awsJson spells it: seconds since 1970, with a fraction.
fn epoch(moment: Timestamp) -> Value {
    json!(moment.as_duration().as_secs_f64())
}

/// Leaves out the members that have no value.
fn compact(mut structure: Value) -> Value {
    if let Some(members) = structure.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    structure
}
