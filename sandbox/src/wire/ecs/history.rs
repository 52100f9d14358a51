//! Service deployments and service revisions.

use super::error::{self, invalid};
use super::staged;
use super::{page_of, position};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{compact, epoch, list as items, seconds, text, texts};
use crate::world::World;
use crate::world::ecs::service::Service;
use crate::world::ecs::service_deployment::{ServiceDeployment, ServiceRevision, Status};
use crate::world::ecs::{arn, wake};
use jiff::Timestamp;
use serde_json::{Value, json};

/// `ListServiceDeployments`: newest first.
pub(super) fn list(world: &World, body: &Value) -> Result<Value, AwsError> {
    let position = position(world, body, "service")?;
    let service = world
        .ecs
        .services
        .get(position)
        .ok_or_else(error::no_service)?;
    let statuses = texts(body, "status");
    let range = body.get("createdAt").unwrap_or(&Value::Null);
    let (after, before) = (seconds(range, "after"), seconds(range, "before"));
    let wanted = |it: &&ServiceDeployment| {
        let created = at(it.created);
        (statuses.is_empty() || statuses.contains(&it.status.word()))
            && after.is_none_or(|after| created >= after)
            && before.is_none_or(|before| created <= before)
    };
    let found = service.history.iter().rev().filter(wanted);
    let briefs = found.map(|it| brief(world, service, it)).collect();
    page_of(body, "serviceDeployments", briefs, 100)
}

fn at(moment: Timestamp) -> f64 {
    moment.as_duration().as_secs_f64()
}

fn brief(world: &World, service: &Service, it: &ServiceDeployment) -> Value {
    compact(json!({
        "serviceDeploymentArn": it.arn,
        "serviceArn": service.arn,
        "clusterArn": cluster_arn(world, service),
        "startedAt": it.started.map(epoch),
        "createdAt": epoch(it.created),
        "finishedAt": it.finished.map(epoch),
        "targetServiceRevisionArn": it.target,
        "status": it.status.word(),
        "statusReason": it.reason,
    }))
}

fn cluster_arn(world: &World, service: &Service) -> String {
    arn(world, &format!("cluster/{}", service.cluster))
}

fn arns<'a>(body: &'a Value, member: &str) -> Result<Vec<&'a str>, AwsError> {
    let arns = texts(body, member);
    match arns.len() {
        0 => Err(invalid(format!("{member} cannot be empty."))),
        1..=20 => Ok(arns),
        _ => Err(invalid(format!("{member} cannot be more than 20."))),
    }
}

/// The service deployment with this ARN, by the places of its service and of itself.
pub(super) fn find(world: &World, arn: &str) -> Option<(usize, usize)> {
    let mut services = world.ecs.services.iter().enumerate();
    services.find_map(|(position, service)| {
        let nth = service.history.iter().position(|it| it.arn == arn)?;
        Some((position, nth))
    })
}

/// `DescribeServiceDeployments`: at most twenty.
pub(super) fn describe(world: &World, body: &Value) -> Result<Value, AwsError> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in arns(body, "serviceDeploymentArns")? {
        let services = &world.ecs.services;
        let described = find(world, arn).and_then(|(position, nth)| {
            let service = services.get(position)?;
            Some(render(world, service, service.history.get(nth)?))
        });
        match described {
            Some(described) => found.push(described),
            None => failures.push(json!({"arn": arn, "reason": "MISSING"})),
        }
    }
    Ok(json!({"serviceDeployments": found, "failures": failures}))
}

fn render(world: &World, service: &Service, it: &ServiceDeployment) -> Value {
    let requested = match it.status {
        Status::Pending | Status::InProgress => service.wanted(),
        _ => it.requested,
    };
    let sources = it
        .sources
        .iter()
        .map(|arn| staged::source(it, arn, revision_counts(service, arn, None)));
    let rollback = it.rollback.as_ref().map(|rollback| {
        json!({
            "reason": rollback.reason,
            "startedAt": epoch(rollback.started),
            "serviceRevisionArn": rollback.revision,
        })
    });
    compact(json!({
        "serviceDeploymentArn": it.arn,
        "serviceArn": service.arn,
        "clusterArn": cluster_arn(world, service),
        "createdAt": epoch(it.created),
        "startedAt": it.started.map(epoch),
        "finishedAt": it.finished.map(epoch),
        "stoppedAt": it.stopped.map(epoch),
        "updatedAt": epoch(it.updated),
        "sourceServiceRevisions": sources.collect::<Vec<_>>(),
        "targetServiceRevision": staged::target(it, revision_counts(service, &it.target, Some(requested))),
        "lifecycleStage": it.native.as_ref().map(|it| it.stage.word()),
        "lifecycleHookDetails": staged::hooks(it),
        "status": it.status.word(),
        "statusReason": it.reason,
        "deploymentConfiguration": it.configuration,
        "rollback": rollback,
        "deploymentCircuitBreaker": breaker(service, it),
        "alarms": alarms(it),
    }))
}

fn revision_counts(service: &Service, arn: &str, requested: Option<u32>) -> Value {
    let deployment = service.deployments.iter().find(|it| it.revision == arn);
    let counts = deployment
        .map(|it| service.counts_of(&it.launch.id))
        .unwrap_or_default();
    let requested = requested.map_or(counts.live(), |count| count as usize);
    json!({
        "arn": arn,
        "requestedTaskCount": requested,
        "runningTaskCount": counts.running,
        "pendingTaskCount": counts.pending,
    })
}

fn breaker(service: &Service, it: &ServiceDeployment) -> Value {
    let breaker = crate::world::ecs::breaker::Breaker::read(Some(&it.configuration));
    let now = service
        .deployments
        .iter()
        .find(|d| d.launch.id == it.deployment);
    let failures = match (it.tripped, now) {
        (false, Some(deployment)) => deployment.launch.failed,
        _ => it.failures,
    };
    json!({
        "status": monitor(breaker.enable, it.tripped, it.status),
        "failureCount": failures,
        "threshold": breaker.threshold(it.requested),
    })
}

fn alarms(it: &ServiceDeployment) -> Value {
    let none = Value::Null;
    let configured = it.configuration.get("alarms").unwrap_or(&none);
    let enabled = crate::wire::body::flag(configured, "enable") == Some(true);
    json!({
        "status": monitor(enabled, !it.alarms.is_empty(), it.status),
        "alarmNames": items(configured, "alarmNames"),
        "triggeredAlarmNames": it.alarms,
    })
}

fn monitor(enabled: bool, triggered: bool, status: Status) -> &'static str {
    match (enabled, triggered) {
        (false, _) => "DISABLED",
        (true, true) => "TRIGGERED",
        (true, false) if status.is_terminal() => "MONITORING_COMPLETE",
        (true, false) => "MONITORING",
    }
}

/// `DescribeServiceRevisions`: at most twenty.
pub(super) fn describe_revisions(world: &World, body: &Value) -> Result<Value, AwsError> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in arns(body, "serviceRevisionArns")? {
        let mut services = world.ecs.services.iter();
        let revision = services.find_map(|service| Some((service, service.revision(arn)?)));
        match revision {
            Some((service, revision)) => found.push(render_revision(world, service, revision)),
            None => failures.push(json!({"arn": arn, "reason": "MISSING"})),
        }
    }
    Ok(json!({"serviceRevisions": found, "failures": failures}))
}

fn render_revision(world: &World, service: &Service, it: &ServiceRevision) -> Value {
    let definition = world.ecs.task_definitions.find(&it.task_definition);
    let containers = definition.map_or(&[][..], |it| it.containers());
    let images = containers.iter().map(|container| {
        let image = text(container, "image").unwrap_or_default();
        let digest = super::tasks::digest(world, image);
        compact(json!({
            "containerName": text(container, "name"),
            "image": image,
            "imageDigest": digest,
        }))
    });
    let mut described = it.settings.clone();
    if described.contains_key("platformVersion") {
        described.insert("platformFamily".to_owned(), json!("Linux"));
    }
    let own = json!({
        "serviceRevisionArn": it.arn,
        "serviceArn": service.arn,
        "clusterArn": cluster_arn(world, service),
        "taskDefinition": it.task_definition,
        "containerImages": images.collect::<Vec<_>>(),
        "guardDutyEnabled": false,
        "createdAt": epoch(it.created),
    });
    described.extend(own.as_object().cloned().unwrap_or_default());
    Value::Object(described)
}

/// There is no such service deployment.
pub(super) fn missing() -> AwsError {
    AwsError::client(
        "ServiceDeploymentNotFoundException",
        "Service deployment not found.",
    )
}

/// `StopServiceDeployment`: back to the revision before.
pub(super) fn stop(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    let arn = text(body, "serviceDeploymentArn").unwrap_or_default();
    if text(body, "stopType").is_some_and(|stop| stop != "ROLLBACK") {
        return Err(invalid("The only supported stopType is ROLLBACK."));
    }
    let (position, nth) = find(world, arn).ok_or_else(missing)?;
    let now = world.now;
    let service = world.ecs.services.get_mut(position).ok_or_else(missing)?;
    let deployment = service.history.get_mut(nth).ok_or_else(missing)?;
    match deployment.status {
        Status::Pending | Status::InProgress => {
            let reason = "Service deployment was requested to stop by a user.";
            deployment.become_status(Status::RollbackRequested, Some(reason), now);
        }
        Status::StopRequested | Status::RollbackRequested | Status::RollbackInProgress => {}
        over => {
            return Err(AwsError::client(
                "ConflictException",
                format!(
                    "Service deployment is in {} state and cannot be stopped.",
                    over.word()
                ),
            ));
        }
    }
    wake(world, position);
    Ok(json!({"serviceDeploymentArn": arn}))
}
