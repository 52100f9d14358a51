//! Deployments, listed and described.

use super::error;
use super::groups::{alarms, auto_rollback, blue_green, load_balancer, style};
use super::revisions::location;
use super::{deployment, group, page_of};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{compact, epoch, seconds, text, texts, with};
use crate::world::World;
use crate::world::codedeploy::deployment::{Deployment, Rollback, Status};
use serde_json::{Value, json};

/// Every status the API knows.
const STATUSES: [&str; 8] = [
    "Created",
    "Queued",
    "InProgress",
    "Baking",
    "Succeeded",
    "Failed",
    "Stopped",
    "Ready",
];

/// `GetDeployment`.
pub(super) fn get(world: &World, body: &Value) -> Result<Value, AwsError> {
    let found = deployment(world, body)?;
    Ok(with(json!({}), [("deploymentInfo", render(found))]))
}

/// `BatchGetDeployments`: at most 25; unknown ones are left out.
pub(super) fn batch_get(world: &World, body: &Value) -> Result<Value, AwsError> {
    let ids = texts(body, "deploymentIds");
    if ids.is_empty() {
        let words = "The deployment IDs are required.";
        return Err(AwsError::client("DeploymentIdRequiredException", words));
    }
    error::batch(ids.len(), 25)?;
    ids.iter().try_for_each(|id| error::valid_id(id))?;
    let found = ids.iter().filter_map(|id| world.codedeploy.deployment(id));
    Ok(json!({"deploymentsInfo": found.map(render).collect::<Vec<_>>()}))
}

/// `ListDeployments`: ids, newest first, of a group or of all.
pub(super) fn list(world: &World, body: &Value) -> Result<Value, AwsError> {
    let mut found = match (
        text(body, "applicationName"),
        text(body, "deploymentGroupName"),
    ) {
        (None, None) => world.codedeploy.deployments(),
        _ => world.codedeploy.deployments_of(group(world, body)?),
    };
    let statuses = texts(body, "includeOnlyStatuses");
    if let Some(status) = statuses.iter().find(|status| !STATUSES.contains(status)) {
        let words = format!("The deployment status {status} is not valid.");
        return Err(AwsError::client("InvalidDeploymentStatusException", words));
    }
    let range = body.get("createTimeRange").unwrap_or(&Value::Null);
    let (start, end) = (seconds(range, "start"), seconds(range, "end"));
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        let words = "The start of the time range is after its end.";
        return Err(AwsError::client("InvalidTimeRangeException", words));
    }
    found.retain(|it| {
        let created = it.created.as_duration().as_secs_f64();
        (statuses.is_empty() || statuses.contains(&it.status.word()))
            && start.is_none_or(|start| created >= start)
            && end.is_none_or(|end| created <= end)
    });
    page_of(
        body,
        "deployments",
        found.iter().map(|it| json!(it.id)).collect(),
    )
}

/// A deployment as CodeDeploy describes it.
fn render(it: &Deployment) -> Value {
    let group = &it.group;
    let error = it.error.as_ref();
    let described = json!({
        "applicationName": group.application,
        "deploymentGroupName": group.name,
        "deploymentConfigName": it.config,
        "deploymentId": it.id,
        "previousRevision": it.previous.as_ref().map(location),
        "revision": location(&it.revision),
        "status": it.status.word(),
        "errorInformation": error.map(|(code, words)| json!({"code": code, "message": words})),
        "createTime": epoch(it.created),
        "startTime": it.started.map(epoch),
        "completeTime": it.completed.map(epoch),
        "deploymentOverview": it.started.map(|_| overview(it.status)),
        "description": it.description,
        "creator": if it.is_rollback { "codeDeployRollback" } else { "user" },
        "ignoreApplicationStopFailures": false,
        "updateOutdatedInstancesOnly": false,
        "rollbackInfo": rollback(&it.rollback),
        "deploymentStyle": style(),
        "instanceTerminationWaitTimeStarted": it.waits_for_termination(),
        "fileExistsBehavior": "DISALLOW",
        "deploymentStatusMessages": [],
        "computePlatform": "ECS",
        "overrideAlarmConfiguration": it.alarms_overridden.then(|| alarms(&it.alarms)),
    });
    let of_group = [
        (
            "autoRollbackConfiguration",
            auto_rollback(&it.auto_rollback),
        ),
        ("blueGreenDeploymentConfiguration", blue_green(group)),
        ("loadBalancerInfo", load_balancer(group)),
    ];
    compact(with(described, of_group))
}

/// The one target, counted where it stands.
fn overview(status: Status) -> Value {
    let at = |statuses: &[Status]| u8::from(statuses.contains(&status));
    json!({
        "Pending": at(&[Status::Created]),
        "InProgress": at(&[Status::InProgress]),
        "Succeeded": at(&[Status::Succeeded]),
        "Failed": at(&[Status::Failed]),
        "Skipped": at(&[Status::Stopped]),
        "Ready": at(&[Status::Ready]),
    })
}

fn rollback(it: &Rollback) -> Value {
    compact(json!({
        "rollbackDeploymentId": it.by,
        "rollbackTriggeringDeploymentId": it.of,
        "rollbackMessage": it.message,
    }))
}
