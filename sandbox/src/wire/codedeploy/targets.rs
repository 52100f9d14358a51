//! The one target of a deployment: the service, with lifecycle events and task sets.

use super::{deployment, page_of};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{compact, epoch, text, texts, with};
use crate::world::World;
use crate::world::codedeploy::deployment::{Deployment, Standing, Status};
use crate::world::codedeploy::lifecycle::Event;
use crate::world::ecs::arn;
use serde_json::{Value, json};

/// A deployment that has its targets already.
fn started<'a>(world: &'a World, body: &Value) -> Result<&'a Deployment, AwsError> {
    let found = deployment(world, body)?;
    if found.started.is_none() && found.completed.is_none() {
        let words = format!("Deployment {} has not started yet.", found.id);
        return Err(AwsError::client("DeploymentNotStartedException", words));
    }
    Ok(found)
}

/// `ListDeploymentTargets`.
pub(super) fn list(world: &World, body: &Value) -> Result<Value, AwsError> {
    let found = started(world, body)?;
    page_of(body, "targetIds", vec![json!(found.target())])
}

/// `GetDeploymentTarget`.
pub(super) fn get(world: &World, body: &Value) -> Result<Value, AwsError> {
    let found = started(world, body)?;
    let id = text(body, "targetId")
        .filter(|id| !id.is_empty())
        .ok_or_else(no_id)?;
    check(found, id)?;
    let target = render(world, found);
    Ok(with(json!({}), [("deploymentTarget", target)]))
}

/// `BatchGetDeploymentTargets`: at most 25.
pub(super) fn batch_get(world: &World, body: &Value) -> Result<Value, AwsError> {
    let found = started(world, body)?;
    let ids = texts(body, "targetIds");
    if ids.is_empty() {
        return Err(no_id());
    }
    if ids.len() > 25 {
        let words = "The maximum number of targets is 25.";
        return Err(AwsError::client(
            "DeploymentTargetListSizeExceededException",
            words,
        ));
    }
    ids.iter().try_for_each(|id| check(found, id))?;
    Ok(json!({"deploymentTargets": [render(world, found)]}))
}

fn no_id() -> AwsError {
    let words = "The deployment target ID is required.";
    AwsError::client("DeploymentTargetIdRequiredException", words)
}

fn check(deployment: &Deployment, id: &str) -> Result<(), AwsError> {
    if id == deployment.target() {
        return Ok(());
    }
    if !id.contains(':') {
        let words = format!("The deployment target ID {id} is not valid.");
        return Err(AwsError::client(
            "InvalidDeploymentTargetIdException",
            words,
        ));
    }
    let words = format!("Deployment {} has no target {id}.", deployment.id);
    Err(AwsError::client(
        "DeploymentTargetDoesNotExistException",
        words,
    ))
}

fn render(world: &World, it: &Deployment) -> Value {
    let service = format!("service/{}/{}", it.group.cluster, it.group.service);
    let target = json!({
        "deploymentId": it.id,
        "targetId": it.target(),
        "targetArn": arn(world, &service),
        "lastUpdatedAt": epoch(it.updated),
        "status": status(it.status),
    });
    let lists = [
        ("lifecycleEvents", it.events.iter().map(event).collect()),
        (
            "taskSetsInfo",
            it.standings(world).iter().map(task_set).collect(),
        ),
    ];
    let kind = json!({"deploymentTargetType": "ECSTarget"});
    with(kind, [("ecsTarget", with(target, lists))])
}

fn status(of: Status) -> &'static str {
    match of {
        Status::Created => "Pending",
        Status::Stopped => "Skipped",
        other => other.word(),
    }
}

fn event(event: &Event) -> Value {
    let diagnostics = event.diagnostics.as_ref().map(|it| {
        json!({
            "errorCode": it.code,
            "scriptName": it.script,
            "message": it.message,
            "logTail": it.log,
        })
    });
    compact(json!({
        "lifecycleEventName": event.name.word(),
        "diagnostics": diagnostics,
        "startTime": event.started.map(epoch),
        "endTime": event.ended.map(epoch),
        "status": event.progress.word(),
    }))
}

fn task_set(it: &Standing) -> Value {
    json!({
        // The API has no second "i" in it.
        "identifer": it.id,
        "desiredCount": it.desired,
        "pendingCount": it.pending,
        "runningCount": it.running,
        "status": it.status,
        "trafficWeight": f64::from(it.traffic),
        "targetGroup": {"name": it.target_group},
        "taskSetLabel": it.label,
    })
}
