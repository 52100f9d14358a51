//! `CreateDeployment`.

use super::{application, group, overrides, resources};
use crate::wire::aws::Caller;
use crate::wire::aws_error::AwsError;
use crate::wire::body::text;
use crate::world::World;
use crate::world::codedeploy::create::{self, New, revision_of};
use crate::world::codedeploy::deployment::Revision;
use crate::world::codedeploy::group::Group;
use crate::world::ecs::service::{Controller, Status};
use crate::world::identity;
use serde_json::{Value, json};

/// The longest description.
const DESCRIPTION: usize = 512;

/// Creates a deployment. What stands in the AppSpec is looked at when the deployment runs.
pub(super) fn create(world: &mut World, caller: &Caller, body: &Value) -> Result<Value, AwsError> {
    application(world, body)?;
    let group = group(world, body)?.clone();
    let name = text(body, "deploymentConfigName").unwrap_or(&group.config);
    let Some(config) = world.codedeploy.config(name).cloned() else {
        let words = format!("No deployment configuration found for name: {name}");
        return Err(AwsError::client(
            "DeploymentConfigDoesNotExistException",
            words,
        ));
    };
    may(world, caller, &group, &config.name, body)?;
    let revision = revision(body)?;
    let description = description(body)?;
    let auto_rollback = overrides::auto_rollback(body)?;
    let alarms = overrides::alarms(body)?;
    not_for_ecs(body)?;
    service(world, &group)?;
    if let Some(active) = world.codedeploy.active_of(&group) {
        let words = format!(
            "The Deployment Group '{}' already has an active Deployment '{}'",
            group.name, active.id
        );
        return Err(AwsError::client("DeploymentLimitExceededException", words));
    }
    let id = create::deployment(
        world,
        New {
            group,
            config: config.name,
            routing: config.routing,
            revision,
            description,
            auto_rollback,
            alarms,
        },
    );
    Ok(json!({"deploymentId": id}))
}

/// `CreateDeployment` needs more than its own permission: AWS checks these too.
fn may(
    world: &World,
    caller: &Caller,
    group: &Group,
    config: &str,
    body: &Value,
) -> Result<(), AwsError> {
    let application = resources::arn(world, &format!("application:{}", group.application));
    let config = resources::arn(world, &format!("deploymentconfig:{config}"));
    let may = |action: &str, resource: &str| {
        identity::may(world, caller, &format!("codedeploy:{action}"), resource)
    };
    may("GetDeploymentConfig", &config)?;
    may("RegisterApplicationRevision", &application)?;
    let set = |name: &str| body.get(name).is_some_and(|it| !it.is_null());
    if set("overrideAlarmConfiguration") {
        let path = format!("deploymentgroup:{}/{}", group.application, group.name);
        may("UpdateDeploymentGroup", &resources::arn(world, &path))?;
    }
    Ok(())
}

/// The AppSpec of a call, if its sum is right.
fn revision(body: &Value) -> Result<Revision, AwsError> {
    let invalid = |words: &str| AwsError::client("InvalidRevisionException", words);
    let Some(revision) = body.get("revision").filter(|it| !it.is_null()) else {
        let words = "The revision is required.";
        return Err(AwsError::client("RevisionRequiredException", words));
    };
    if text(revision, "revisionType") != Some("AppSpecContent") {
        return Err(invalid("The revision type must be AppSpecContent here."));
    }
    let spec = revision.get("appSpecContent").unwrap_or(&Value::Null);
    let Some(content) = text(spec, "content").filter(|content| !content.is_empty()) else {
        return Err(invalid(
            "The content of the AppSpec file must not be empty.",
        ));
    };
    let revision = revision_of(content.to_owned());
    if text(spec, "sha256").is_some_and(|sum| sum != revision.sha256) {
        return Err(invalid(
            "The sha256 of the AppSpec content does not match the content.",
        ));
    }
    Ok(revision)
}

fn description(body: &Value) -> Result<Option<String>, AwsError> {
    let description = text(body, "description");
    if description.is_some_and(|it| it.chars().count() > DESCRIPTION) {
        let words = format!("The description must not be longer than {DESCRIPTION} characters.");
        return Err(AwsError::client("DescriptionTooLongException", words));
    }
    Ok(description.map(str::to_owned))
}

/// Members that only other compute platforms know.
fn not_for_ecs(body: &Value) -> Result<(), AwsError> {
    let set = |name: &str| {
        body.get(name)
            .is_some_and(|it| !it.is_null() && *it != json!(false))
    };
    let refused = [
        ("targetInstances", "InvalidTargetInstancesException"),
        (
            "updateOutdatedInstancesOnly",
            "InvalidUpdateOutdatedInstancesOnlyValueException",
        ),
        (
            "ignoreApplicationStopFailures",
            "InvalidIgnoreApplicationStopFailuresValueException",
        ),
        ("fileExistsBehavior", "InvalidFileExistsBehaviorException"),
        ("ec2DeploymentOptions", "InvalidInputException"),
    ];
    let found = refused.iter().find(|(name, _)| set(name));
    if let Some((name, code)) = found {
        let words = format!("{name} is not supported for the ECS compute platform.");
        return Err(AwsError::client(code, words));
    }
    if text(body, "deploymentMode").is_some_and(|mode| mode != "STANDARD") {
        let words = "The deployment mode must be STANDARD for the ECS compute platform.";
        return Err(AwsError::client("InvalidInputException", words));
    }
    Ok(())
}

/// The group's service must be there and be CodeDeploy's to deploy.
fn service(world: &World, group: &Group) -> Result<(), AwsError> {
    let invalid = |words: String| Err(AwsError::client("InvalidECSServiceException", words));
    let (cluster, name) = (&group.cluster, &group.service);
    match world.ecs.service(cluster, name) {
        Some(it) if it.status != Status::Active => invalid(format!(
            "The ECS service {name} in cluster {cluster} is not active."
        )),
        Some(it) if it.controller != Controller::CodeDeploy => invalid(format!(
            "The ECS service {name} in cluster {cluster} must have the deployment controller \
             CODE_DEPLOY."
        )),
        Some(_) => Ok(()),
        None => invalid(format!(
            "The ECS service {name} in cluster {cluster} does not exist."
        )),
    }
}
