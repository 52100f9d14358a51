//! `CreateService`.

use super::error::{client, invalid};
use super::{cluster, services};
use crate::wire::aws::Caller;
use crate::wire::aws_error::AwsError;
use crate::wire::body::{integer, list, text};
use crate::world::World;
use crate::world::ecs::create::{self, New};
use crate::world::ecs::service::{Controller, Script, Status};
use crate::world::ecs::task_definition::TaskDefinition;
use serde_json::{Map, Value, json};

/// The members that are not kept among the settings.
const OWN: [&str; 8] = [
    "cluster",
    "serviceName",
    "taskDefinition",
    "desiredCount",
    "clientToken",
    "deploymentController",
    "tags",
    "role",
];

/// Creates a service.
pub(super) fn create(world: &mut World, caller: &Caller, body: &Value) -> Result<Value, AwsError> {
    let cluster = cluster(world, body)?;
    let name = name(body)?;
    let there = world.ecs.service(&cluster, name);
    if there.is_some_and(|it| it.status == Status::Draining) {
        let words = "Unable to Start a service that is still Draining.";
        return Err(invalid(words));
    }
    if there.is_some_and(|it| it.status != Status::Inactive) {
        return Err(invalid("Creation of service was not idempotent."));
    }
    let controller = controller(body)?;
    let definition = task_definition(world, text(body, "taskDefinition"))?;
    load_balancers(world, definition, body)?;
    network(definition, body)?;
    let settings = body.as_object().into_iter().flatten();
    let settings =
        settings.filter(|(name, value)| !OWN.contains(&name.as_str()) && !value.is_null());
    let new = New {
        name: name.to_owned(),
        cluster,
        controller,
        desired: desired(body)?.unwrap_or(0),
        task_definition: definition.arn.clone(),
        settings: with_platform(
            settings
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        ),
        tags: list(body, "tags").to_vec(),
        script: Script::default(),
        by: caller.arn.clone(),
    };
    let position = create::service(world, new);
    let service = world.ecs.services.get(position);
    Ok(json!({"service": service.map(|it| services::render(world, it, true))}))
}

fn name(body: &Value) -> Result<&str, AwsError> {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name = text(body, "serviceName").unwrap_or_default();
    if name.is_empty() || name.len() > 255 || !name.chars().all(letter) {
        return Err(invalid("Invalid service name."));
    }
    Ok(name)
}

fn controller(body: &Value) -> Result<Controller, AwsError> {
    match body
        .get("deploymentController")
        .and_then(|it| text(it, "type"))
    {
        None | Some("ECS") => Ok(Controller::Ecs),
        Some("CODE_DEPLOY") => Ok(Controller::CodeDeploy),
        Some(other) => Err(AwsError::client(
            "UnsupportedFeatureException",
            format!("The deployment controller {other} is not played here."),
        )),
    }
}

/// The desired count, if it is set.
pub(super) fn desired(body: &Value) -> Result<Option<u32>, AwsError> {
    let Some(count) = integer(body, "desiredCount") else {
        return Ok(None);
    };
    let count = u32::try_from(count).ok().filter(|count| *count <= 10_000);
    count
        .map(Some)
        .ok_or_else(|| invalid("Invalid desired count."))
}

/// The active task definition under this name.
pub(super) fn task_definition<'a>(
    world: &'a World,
    name: Option<&str>,
) -> Result<&'a TaskDefinition, AwsError> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(client("TaskDefinition can not be blank."));
    };
    let found = world.ecs.task_definitions.find(name);
    let found = found.ok_or_else(|| invalid("TaskDefinition not found."))?;
    if !found.is_active() {
        return Err(invalid("TaskDefinition is inactive"));
    }
    Ok(found)
}

/// Every target group, container and port that the service names must be there.
pub(super) fn load_balancers(
    world: &World,
    definition: &TaskDefinition,
    body: &Value,
) -> Result<(), AwsError> {
    for balancer in list(body, "loadBalancers") {
        let group = text(balancer, "targetGroupArn").unwrap_or_default();
        if world
            .elb
            .target_group(group)
            .is_none_or(|it| it.arn != group)
        {
            return Err(invalid(format!(
                "The target group with targetGroupArn {group} does not exist."
            )));
        }
        if world.elb.load_balancers_of(group).is_empty() {
            return Err(invalid(format!(
                "The target group with targetGroupArn {group} does not have an associated load balancer."
            )));
        }
        let name = text(balancer, "containerName").unwrap_or_default();
        let port = balancer.get("containerPort").and_then(Value::as_u64);
        let checked = definition.check_port(name, port.unwrap_or(0));
        checked.map_err(invalid)?;
    }
    Ok(())
}

fn network(definition: &TaskDefinition, body: &Value) -> Result<(), AwsError> {
    let awsvpc = definition.document.get("networkMode") == Some(&json!("awsvpc"));
    let given = body
        .get("networkConfiguration")
        .is_some_and(|it| !it.is_null());
    match (awsvpc, given) {
        (true, false) => Err(invalid(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        )),
        (false, true) => Err(invalid(
            "Network Configuration is not valid for the given networkMode of this task definition.",
        )),
        _ => Ok(()),
    }
}

/// ECS settles the launch type and the platform version itself where nobody does.
fn with_platform(mut settings: Map<String, Value>) -> Map<String, Value> {
    if !settings.contains_key("capacityProviderStrategy") {
        settings.entry("launchType").or_insert_with(|| json!("EC2"));
    }
    let fargate = settings.get("launchType") == Some(&json!("FARGATE"))
        || settings.contains_key("capacityProviderStrategy");
    if fargate {
        settings
            .entry("platformVersion")
            .or_insert_with(|| json!("LATEST"));
    }
    settings
}
