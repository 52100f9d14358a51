//! Application revisions: the AppSpec files that were deployed.

use super::application;
use crate::wire::aws_error::AwsError;
use crate::wire::body::{epoch, text};
use crate::world::World;
use crate::world::codedeploy::deployment::{Deployment, Revision};
use serde_json::{Value, json};

/// A revision as deployments name it: its content is always null.
pub(super) fn location(revision: &Revision) -> Value {
    json!({
        "revisionType": "AppSpecContent",
        "appSpecContent": {"content": null, "sha256": revision.sha256},
    })
}

/// `GetApplicationRevision`: by `appSpecContent.sha256`, with the content.
pub(super) fn get(world: &World, body: &Value) -> Result<Value, AwsError> {
    let application = application(world, body)?;
    let Some(asked) = body.get("revision").filter(|it| !it.is_null()) else {
        let words = "The revision is required.";
        return Err(AwsError::client("RevisionRequiredException", words));
    };
    let spec = asked.get("appSpecContent").unwrap_or(&Value::Null);
    let Some(sum) =
        text(spec, "sha256").filter(|_| text(asked, "revisionType") == Some("AppSpecContent"))
    else {
        let words = "The revision must be an AppSpecContent with a sha256 here.";
        return Err(AwsError::client("InvalidRevisionException", words));
    };
    let all = world.codedeploy.deployments().into_iter();
    let found: Vec<&Deployment> = all
        .filter(|it| it.group.application == application.name && it.revision.sha256 == sum)
        .collect();
    let (Some(last), Some(first)) = (found.first(), found.last()) else {
        let words = format!("No revision found with sha256 {sum}.");
        return Err(AwsError::client("RevisionDoesNotExistException", words));
    };
    let mut groups: Vec<&str> = found.iter().map(|it| it.group.name.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    Ok(json!({
        "applicationName": application.name,
        "revision": {
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": first.revision.content, "sha256": sum},
        },
        "revisionInfo": {
            "description": "Application revision registered by Deployment ID: ".to_owned() + &first.id,
            "deploymentGroups": groups,
            "firstUsedTime": epoch(first.created),
            "lastUsedTime": epoch(last.created),
            "registerTime": epoch(first.created),
        },
    }))
}
