//! Tags of clusters, services and task definitions.

use super::error::invalid;
use crate::wire::aws_error::AwsError;
use crate::wire::body::{list as items, text, texts};
use crate::world::World;
use serde_json::{Value, json};

/// The tags of the resource that a call names, to change them.
fn find<'a>(world: &'a mut World, body: &Value) -> Result<&'a mut Vec<Value>, AwsError> {
    let arn = text(body, "resourceArn").unwrap_or_default();
    let ecs = &mut world.ecs;
    let clusters = ecs.clusters.iter_mut().map(|it| (&it.arn, &mut it.tags));
    let services = ecs.services.iter_mut().map(|it| (&it.arn, &mut it.tags));
    let revisions = ecs.task_definitions.families.values_mut().flatten();
    let revisions = revisions.map(|it| (&it.arn, &mut it.tags));
    let mut all = clusters.chain(services).chain(revisions);
    let found = all.find(|(of, _)| of.as_str() == arn);
    let missing = || {
        invalid(
            "The specified resource cannot be found. Specify a valid resource ARN and try again.",
        )
    };
    Ok(found.ok_or_else(missing)?.1)
}

/// `TagResource`.
pub(super) fn tag(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    let tags = find(world, body)?;
    for tag in items(body, "tags") {
        tags.retain(|it| text(it, "key") != text(tag, "key"));
        tags.push(tag.clone());
    }
    Ok(json!({}))
}

/// `UntagResource`.
pub(super) fn untag(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    let keys = texts(body, "tagKeys");
    let tags = find(world, body)?;
    tags.retain(|it| text(it, "key").is_none_or(|key| !keys.contains(&key)));
    Ok(json!({}))
}

/// `ListTagsForResource`.
pub(super) fn list(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    Ok(json!({"tags": find(world, body)?.clone()}))
}
