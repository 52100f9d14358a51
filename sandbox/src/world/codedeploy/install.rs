//! The Install event: makes the replacement task set and waits until it is steady.

use super::appspec::AppSpec;
use super::deployment::{Deployment, Side};
use super::run::Trouble;
use crate::world::World;
use crate::world::ecs::service::{Service, Status};
use crate::world::ecs::{ids, later, task_set};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

/// How long the replacement has to become steady.
const TIMEOUT: SignedDuration = SignedDuration::from_mins(60);

/// Makes the replacement task set; tells when it must be steady.
pub(super) fn begin(world: &mut World, it: &mut Deployment) -> Result<Timestamp, Trouble> {
    let spec = it
        .spec
        .clone()
        .map_err(|why| Trouble::failure("INVALID_REVISION", why))?;
    let position = world.ecs.position(&it.group.cluster, &it.group.service);
    let service = position.and_then(|position| world.ecs.services.get(position));
    let (Some(position), Some(service)) = (position, service) else {
        return Err(no_service(it));
    };
    if service.status != Status::Active {
        return Err(no_service(it));
    }
    let blue = original(world, it)?;
    let green = other(world, it, &blue)?;
    let task_definition = check(world, &spec)?;
    let settings = settings(service, &spec, &green.0);
    let leftovers = service
        .task_sets
        .iter()
        .filter(|set| set.launch.id != blue.task_set);
    let leftovers: Vec<String> = leftovers.map(|set| set.launch.id.clone()).collect();
    if !leftovers.is_empty() {
        let all = [(blue.target_group.clone(), 100)];
        world.elb.forward(&it.group.production_listener, &all);
    }
    for id in leftovers {
        task_set::remove(world, position, &id);
    }
    let new = task_set::New {
        task_definition,
        settings,
        external_id: Some(it.id.clone()),
        new_revision: true,
    };
    let id = task_set::create(world, position, new).unwrap_or_default();
    it.blue = Some(blue);
    it.green = Some(Side {
        task_set: id,
        target_group: green.0,
        target_group_name: green.1,
    });
    Ok(later(world.now, TIMEOUT))
}

fn no_service(it: &Deployment) -> Trouble {
    let words = format!(
        "The ECS service {} in cluster {} could not be found or is not active.",
        it.group.service, it.group.cluster
    );
    Trouble::failure("INVALID_ECS_SERVICE", words)
}

/// The task set that has the traffic before the deployment.
pub(super) fn original(world: &World, it: &Deployment) -> Result<Side, Trouble> {
    let service = world.ecs.service(&it.group.cluster, &it.group.service);
    let primary = service.and_then(Service::primary_task_set);
    let primary = primary.ok_or_else(|| no_service(it))?;
    let group = primary
        .target_group()
        .and_then(|arn| world.elb.target_group(arn));
    let group = group.filter(|group| it.group.target_groups.contains(&group.name));
    let group = group.ok_or_else(|| {
        let words = "The target group of the primary task set is not one of the deployment \
                     group's target groups.";
        Trouble::failure("ELASTIC_LOAD_BALANCING_INVALID", words)
    })?;
    Ok(Side {
        task_set: primary.launch.id.clone(),
        target_group: group.arn.clone(),
        target_group_name: group.name.clone(),
    })
}

/// ARN and name of the target group that the original does not have.
fn other(world: &World, it: &Deployment, blue: &Side) -> Result<(String, String), Trouble> {
    let names = it.group.target_groups.iter();
    let mut groups = names.filter_map(|name| world.elb.target_group(name));
    let group = groups.find(|group| group.arn != blue.target_group);
    group
        .map(|group| (group.arn.clone(), group.name.clone()))
        .ok_or_else(|| {
            let words = "The deployment group has no target group for the replacement task set.";
            Trouble::failure("ELASTIC_LOAD_BALANCING_INVALID", words)
        })
}

/// The ARN of the task definition, if ECS takes it with this container and port.
fn check(world: &World, spec: &AppSpec) -> Result<String, Trouble> {
    let found = world.ecs.task_definitions.find(&spec.task_definition);
    let found = found.ok_or("TaskDefinition not found.".to_owned());
    let checked = found.and_then(|it| {
        if !it.is_active() {
            return Err("TaskDefinition is inactive".to_owned());
        }
        it.check_port(&spec.container, spec.port.into())?;
        Ok(it.arn.clone())
    });
    checked.map_err(|words| {
        let request = ids::uuid(&words);
        let words = format!(
            "The ECS service cannot be updated due to an unexpected error: {words} (Service: \
             AmazonECS; Status Code: 400; Error Code: InvalidParameterException; Request ID: \
             {request}; Proxy: null). Check your ECS service status."
        );
        Trouble::failure("ECS_UPDATE_ERROR", words)
    })
}

/// The settings of the primary task set, with what the AppSpec changes.
fn settings(service: &Service, spec: &AppSpec, target_group: &str) -> Map<String, Value> {
    let primary = service.primary_task_set();
    let mut settings = primary.map(|it| it.settings.clone()).unwrap_or_default();
    settings.extend(spec.settings.clone());
    if spec.settings.contains_key("capacityProviderStrategy") {
        settings.shift_remove("launchType");
    }
    settings.insert(
        "loadBalancers".to_owned(),
        json!([{
            "targetGroupArn": target_group,
            "containerName": spec.container,
            "containerPort": spec.port,
        }]),
    );
    settings
}

/// Is the replacement steady? Fails when it took too long.
pub(super) fn is_over(world: &World, it: &Deployment, is_due: bool) -> Result<bool, Trouble> {
    let service = world.ecs.service(&it.group.cluster, &it.group.service);
    let green = it
        .green
        .as_ref()
        .and_then(|side| Some((service?, service?.task_set(&side.task_set)?)));
    let stuck = it.scripted && it.group.script.stuck_install;
    let steady = green.is_some_and(|(service, set)| set.stability.0 && service.is_steady(set));
    if steady && !stuck {
        return Ok(true);
    }
    if is_due {
        let words = "The deployment timed out while waiting for the replacement task set to \
                     become healthy. This time out period is 60 minutes.";
        return Err(Trouble::failure("TIMEOUT", words));
    }
    Ok(false)
}
