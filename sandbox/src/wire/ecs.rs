//! ECS's operations: what is asked, what is answered, and in which words it is refused.
//!
//! The rules of deployments are in [`crate::world::ecs`].
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html>

mod clusters;
mod creation;
mod error;
mod history;
mod resources;
mod services;
mod staged;
mod tags;
mod task_definition_rules;
mod task_definitions;
mod task_sets;
mod tasks;
mod updates;

#[cfg(test)]
mod tests;

use super::aws::{Caller, Service};
use super::aws_error::AwsError;
use super::body::{integer, page, text};
use super::shape;
use crate::world::World;
use serde_json::{Value, json};

/// ECS, as the protocol sees it.
pub const SERVICE: Service = Service {
    prefix: "ecs",
    target: "AmazonEC2ContainerServiceV20141113",
    resources: resources::of,
    call,
};

/// Carries an operation out.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    body: &Value,
) -> Result<Value, AwsError> {
    shape::ECS.check(operation, body)?;
    match operation {
        "RegisterTaskDefinition" => task_definitions::register(world, caller, body),
        "DescribeTaskDefinition" => task_definitions::describe(world, body),
        "ListTaskDefinitions" => task_definitions::list(world, body),
        "DeregisterTaskDefinition" => task_definitions::deregister(world, body),
        "ListClusters" => clusters::list(world, body),
        "DescribeClusters" => Ok(clusters::describe(world, body)),
        "CreateCluster" => clusters::create(world, body),
        "CreateService" => creation::create(world, caller, body),
        "DeleteService" => updates::delete(world, body),
        "DescribeServices" => services::describe(world, body),
        "ListServices" => services::list(world, body),
        "UpdateService" => updates::update(world, caller, body),
        "ListServiceDeployments" => history::list(world, body),
        "DescribeServiceDeployments" => history::describe(world, body),
        "DescribeServiceRevisions" => history::describe_revisions(world, body),
        "StopServiceDeployment" => history::stop(world, body),
        "ContinueServiceDeployment" => staged::go_on(world, body),
        "ListTasks" => tasks::list(world, body),
        "DescribeTasks" => tasks::describe(world, body),
        "DescribeTaskSets" => task_sets::describe(world, body),
        "TagResource" => tags::tag(world, body),
        "UntagResource" => tags::untag(world, body),
        "ListTagsForResource" => tags::list(world, body),
        _ => Err(AwsError::client(
            "UnknownOperationException",
            format!("{operation} is not played here"),
        )),
    }
}

/// The name of the cluster that a call names.
fn cluster(world: &World, body: &Value) -> Result<String, AwsError> {
    let cluster = world.ecs.cluster(text(body, "cluster"));
    cluster
        .map(|it| it.name.clone())
        .ok_or_else(error::no_cluster)
}

/// The place of the service that a call names under `member`.
fn position(world: &World, body: &Value, member: &str) -> Result<usize, AwsError> {
    let cluster = cluster(world, body)?;
    let Some(name) = text(body, member).filter(|name| !name.is_empty()) else {
        return Err(error::invalid(format!("{member} cannot be empty.")));
    };
    let found = world.ecs.position(&cluster, name);
    found.ok_or_else(error::no_service)
}

/// One page of ARNs under `member`, at most `most` long.
fn page_of(body: &Value, member: &str, items: Vec<Value>, most: i64) -> Result<Value, AwsError> {
    let size = integer(body, "maxResults").unwrap_or(most);
    if !(1..=most).contains(&size) {
        let words = format!("maxResults must be between 1 and {most}.");
        return Err(error::invalid(words));
    }
    let size = usize::try_from(size).unwrap_or(1);
    let Some((items, next)) = page(items, text(body, "nextToken"), size) else {
        return Err(error::invalid("Invalid token"));
    };
    Ok(match next {
        Some(next) => json!({member: items, "nextToken": next}),
        None => json!({member: items}),
    })
}

/// Does `include` name this?
fn includes(body: &Value, what: &str) -> bool {
    super::body::texts(body, "include").contains(&what)
}
