//! `UpdateService` and `DeleteService`.

use super::creation::{desired, load_balancers, task_definition};
use super::error::{invalid, service_not_active};
use super::{position, services};
use crate::wire::aws::Caller;
use crate::wire::aws_error::AwsError;
use crate::wire::body::{flag, list as items, text};
use crate::world::World;
use crate::world::ecs::service::{Controller, REVISION_FIELDS, Service, Status};
use crate::world::ecs::service_deployment::Status::Stopped;
use crate::world::ecs::{rollout, scheduler};
use crate::world::identity;
use serde_json::{Value, json};

/// What a service on the CodeDeploy controller does not take, and what ECS calls it.
const REFUSED: [(&str, &str); 6] = [
    ("networkConfiguration", "network parameters"),
    ("platformVersion", "platform version"),
    ("loadBalancers", "load balancers"),
    ("serviceRegistries", "service registries"),
    ("capacityProviderStrategy", "capacity provider strategy"),
    (
        "serviceConnectConfiguration",
        "service connect configuration",
    ),
];

/// Settings that change without a deployment.
const QUIET: [&str; 8] = [
    "deploymentConfiguration",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "propagateTags",
    "availabilityZoneRebalancing",
    "placementConstraints",
    "placementStrategy",
];

/// `UpdateService`. A deployment begins when the task definition or the settings of a service
/// revision change, or when it is forced.
pub(super) fn update(world: &mut World, caller: &Caller, body: &Value) -> Result<Value, AwsError> {
    let position = position(world, body, "service")?;
    pass_roles(world, caller, body)?;
    let service = world
        .ecs
        .services
        .get(position)
        .ok_or_else(super::error::no_service)?;
    if service.status != Status::Active {
        return Err(service_not_active());
    }
    let definition = match text(body, "taskDefinition") {
        Some(name) => task_definition(world, Some(name))?,
        None => kept_task_definition(world, service)?,
    };
    let moves = moves_to_ecs(service, body)?;
    if service.controller == Controller::CodeDeploy && !moves {
        refuse(service, &definition.arn, body)?;
    }
    load_balancers(world, definition, body)?;
    let definition = definition.arn.clone();
    let desired = desired(body)?;
    let (mut scene, services) = scheduler::scene(world);
    if let Some(service) = services.get_mut(position) {
        if moves {
            rollout::take_over(service, &mut scene);
        }
        let changed = change(service, &definition, body) | moves;
        service.desired = desired.unwrap_or(service.desired);
        service.steady &= desired.is_none_or(|count| count as usize == service.counts().live());
        if changed || flag(body, "forceNewDeployment") == Some(true) {
            rollout::begin(service, &mut scene);
        }
    }
    crate::world::ecs::wake(world, position);
    answer(world, position)
}

/// The roles that ECS takes on for hooks and load balancers have to be the caller's to pass.
fn pass_roles(world: &World, caller: &Caller, body: &Value) -> Result<(), AwsError> {
    let hooks = body.pointer("/deploymentConfiguration/lifecycleHooks");
    let hooks = hooks.and_then(Value::as_array).into_iter().flatten();
    let balancers = items(body, "loadBalancers").iter();
    let balancers = balancers.filter_map(|it| it.get("advancedConfiguration"));
    for role in hooks.chain(balancers).filter_map(|it| text(it, "roleArn")) {
        identity::may_pass_role(world, caller, role, "ecs.amazonaws.com")?;
    }
    Ok(())
}

/// Is a service of CodeDeploy's given to ECS? No other way of changing the controller is played.
fn moves_to_ecs(service: &Service, body: &Value) -> Result<bool, AwsError> {
    let controller = body.get("deploymentController");
    match controller.and_then(|it| text(it, "type")) {
        Some("ECS") => Ok(service.controller == Controller::CodeDeploy),
        Some(other) if other != service.controller.word() => Err(invalid(format!(
            "Unable to update the deployment controller to {other}."
        ))),
        _ => Ok(false),
    }
}

fn kept_task_definition<'a>(
    world: &'a World,
    service: &Service,
) -> Result<&'a crate::world::ecs::task_definition::TaskDefinition, AwsError> {
    let found = world.ecs.task_definitions.find(&service.task_definition);
    found.ok_or_else(|| invalid("TaskDefinition not found."))
}

fn answer(world: &World, position: usize) -> Result<Value, AwsError> {
    let service = world
        .ecs
        .services
        .get(position)
        .ok_or_else(super::error::no_service)?;
    Ok(json!({"service": services::render(world, service, true)}))
}

fn refuse(service: &Service, definition: &str, body: &Value) -> Result<(), AwsError> {
    const TAIL: &str = "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy \
                        to trigger a new deployment.";
    if service.task_definition != definition {
        return Err(invalid(format!("Unable to update task definition {TAIL}")));
    }
    if flag(body, "forceNewDeployment") == Some(true) {
        return Err(invalid(format!("Cannot force a new deployment {TAIL}")));
    }
    let set = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
    match REFUSED.iter().find(|(name, _)| set(name)) {
        Some((_, words)) => Err(invalid(format!("Unable to update {words} {TAIL}"))),
        None => Ok(()),
    }
}

/// Applies the request; does it make another service revision?
fn change(service: &mut Service, definition: &str, body: &Value) -> bool {
    let mut changed = service.task_definition != definition;
    definition.clone_into(&mut service.task_definition);
    for name in REVISION_FIELDS.iter().chain(&QUIET) {
        let Some(value) = body.get(*name).filter(|value| !value.is_null()) else {
            continue;
        };
        let before = service.settings.get(*name).cloned();
        let value = &merged(before.as_ref(), value, name);
        service.settings.insert((*name).to_owned(), value.clone());
        changed |= REVISION_FIELDS.contains(name) && before.as_ref() != Some(value);
    }
    changed
}

/// What a deployment configuration leaves out stays as it is.
fn merged(before: Option<&Value>, value: &Value, name: &str) -> Value {
    match (before, value) {
        (Some(Value::Object(before)), Value::Object(new)) if name == "deploymentConfiguration" => {
            let mut all = before.clone();
            all.extend(new.clone());
            Value::Object(all)
        }
        _ => value.clone(),
    }
}

/// `DeleteService`: with `force`, or once it has no tasks to keep.
pub(super) fn delete(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    let now = world.now;
    let position = position(world, body, "service")?;
    let service = world.ecs.services.get_mut(position);
    let service = service.ok_or_else(super::error::no_service)?;
    if service.status == Status::Active {
        if service.desired > 0 && flag(body, "force") != Some(true) {
            return Err(invalid(
                "The service cannot be stopped while it is scaled above 0.",
            ));
        }
        service.status = Status::Draining;
        if let Some(current) = service.current_mut() {
            let reason = "Service deployment stopped because the service was deleted.";
            current.become_status(Stopped, Some(reason), now);
        }
    }
    crate::world::ecs::wake(world, position);
    answer(world, position)
}
