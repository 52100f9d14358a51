//! Services, described.

use super::error;
use super::{cluster, includes, page_of, task_sets};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{compact, epoch, texts, with};
use crate::world::World;
use crate::world::ecs::arn;
use crate::world::ecs::events::Event;
use crate::world::ecs::rollout::Deployment;
use crate::world::ecs::service::{Controller, Service, Status};
use serde_json::{Map, Value, json};

/// `DescribeServices`: at most ten.
pub(super) fn describe(world: &World, body: &Value) -> Result<Value, AwsError> {
    let cluster = cluster(world, body)?;
    let names = texts(body, "services");
    if names.is_empty() {
        return Err(error::invalid("Services cannot be empty."));
    }
    if names.len() > 10 {
        return Err(error::invalid("Services cannot be more than 10."));
    }
    let tags = includes(body, "TAGS");
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        match world.ecs.service(&cluster, name) {
            Some(service) => services.push(render(world, service, tags)),
            None => failures.push(missing(world, &cluster, name)),
        }
    }
    let answer = json!({"failures": failures});
    Ok(with(answer, [("services", services.into())]))
}

fn missing(world: &World, cluster: &str, name: &str) -> Value {
    let arn = if name.starts_with("arn:") {
        name.to_owned()
    } else {
        arn(world, &format!("service/{cluster}/{name}"))
    };
    json!({"arn": arn, "reason": "MISSING"})
}

/// `ListServices`.
pub(super) fn list(world: &World, body: &Value) -> Result<Value, AwsError> {
    let cluster = cluster(world, body)?;
    let services = world.ecs.services.iter();
    let here = services.filter(|it| it.cluster == cluster && it.status != Status::Inactive);
    page_of(
        body,
        "serviceArns",
        here.map(|it| json!(it.arn)).collect(),
        100,
    )
}

/// A service as ECS describes it.
pub(super) fn render(world: &World, service: &Service, tags: bool) -> Value {
    let mut described = settings(service);
    let counts = service.counts();
    let code_deploy = service.controller == Controller::CodeDeploy;
    let deployments = service.deployments.iter().enumerate();
    let deployments: Vec<Value> = deployments
        .map(|(nth, it)| deployment(service, it, nth == 0))
        .collect();
    let own = json!({
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": arn(world, &format!("cluster/{}", service.cluster)),
        "status": service.status.word(),
        "desiredCount": service.wanted(),
        "runningCount": counts.running,
        "pendingCount": counts.pending,
        "taskDefinition": service.task_definition,
        "deploymentConfiguration": configuration(service),
        "deploymentController": {"type": service.controller.word()},
        "createdAt": epoch(service.created),
        "createdBy": service.created_by,
        "currentServiceDeployment": service.history.last().map(|it| &it.arn),
        "currentServiceRevisions": (!code_deploy).then(|| revisions(service)),
        "tags": tags.then_some(&service.tags),
    });
    let task_sets = code_deploy.then(|| task_sets::render_all(world, service));
    let lists = [
        ("deployments", deployments.into()),
        ("taskSets", task_sets.into()),
        ("events", service.events.list.iter().map(event).collect()),
    ];
    if let Value::Object(own) = with(own, lists) {
        described.extend(own);
    }
    compact(Value::Object(described))
}

/// What the service was created with, and the defaults of what it was not.
fn settings(service: &Service) -> Map<String, Value> {
    let defaults = json!({
        "loadBalancers": [], "serviceRegistries": [],
        "placementConstraints": [], "placementStrategy": [],
        "schedulingStrategy": "REPLICA",
        "enableECSManagedTags": false, "enableExecuteCommand": false, "propagateTags": "NONE",
        "availabilityZoneRebalancing": "DISABLED",
    });
    let Value::Object(mut settings) = defaults else {
        return Map::new();
    };
    settings.extend(service.settings.clone());
    // These show up on deployments and revisions only.
    for name in [
        "serviceConnectConfiguration",
        "volumeConfigurations",
        "vpcLatticeConfigurations",
    ] {
        settings.shift_remove(name);
    }
    if settings.contains_key("platformVersion") {
        settings.insert("platformFamily".to_owned(), json!("Linux"));
    }
    settings
}

/// `deploymentConfiguration` with its defaults.
pub(super) fn configuration(service: &Service) -> Value {
    let mut full = match service.controller {
        Controller::CodeDeploy => json!({"maximumPercent": 200, "minimumHealthyPercent": 100}),
        Controller::Ecs => json!({
            "deploymentCircuitBreaker": {"enable": false, "rollback": false},
            "maximumPercent": 200, "minimumHealthyPercent": 100,
            "strategy": "ROLLING", "bakeTimeInMinutes": 0,
        }),
    };
    let set = service.configuration().and_then(Value::as_object);
    if let (Some(full), Some(set)) = (full.as_object_mut(), set) {
        full.extend(set.clone());
    }
    full
}

fn event(event: &Event) -> Value {
    json!({"id": event.id, "createdAt": epoch(event.at), "message": event.message})
}

fn revisions(service: &Service) -> Vec<Value> {
    let counted = service.deployments.iter().map(|it| {
        let counts = service.counts_of(&it.launch.id);
        json!({
            "arn": it.revision,
            "requestedTaskCount": counts.live(),
            "runningTaskCount": counts.running,
            "pendingTaskCount": counts.pending,
        })
    });
    counted.collect()
}

fn deployment(service: &Service, it: &Deployment, primary: bool) -> Value {
    let counts = service.counts_of(&it.launch.id);
    let desired = if primary {
        service.wanted() as usize
    } else {
        counts.live()
    };
    let revision = service.revision(&it.revision);
    let setting = |name: &str| revision.and_then(|it| it.settings.get(name));
    let platform = setting("platformVersion");
    compact(json!({
        "id": it.launch.id,
        "status": if primary { "PRIMARY" } else { "ACTIVE" },
        "taskDefinition": it.launch.task_definition,
        "desiredCount": desired,
        "pendingCount": counts.pending,
        "runningCount": counts.running,
        "failedTasks": it.launch.failed,
        "createdAt": epoch(it.created),
        "updatedAt": epoch(it.updated),
        "launchType": setting("launchType"),
        "capacityProviderStrategy": setting("capacityProviderStrategy"),
        "platformVersion": platform,
        "platformFamily": platform.map(|_| "Linux"),
        "networkConfiguration": setting("networkConfiguration"),
        "serviceConnectConfiguration": setting("serviceConnectConfiguration"),
        "volumeConfigurations": setting("volumeConfigurations"),
        "vpcLatticeConfigurations": setting("vpcLatticeConfigurations"),
        "rolloutState": it.state.word(),
        "rolloutStateReason": it.reason,
    }))
}
