//! `DescribeLogGroups`: by name.

use super::{error, group_arn, milliseconds, page_of};
use crate::wire::aws_error::AwsError;
use crate::wire::body::text;
use crate::world::World;
use crate::world::logs::Group;
use serde_json::{Value, json};

/// How many groups a page has at most.
const MOST: i64 = 50;

pub(super) fn describe(world: &World, body: &Value) -> Result<Value, AwsError> {
    let (prefix, part) = (
        text(body, "logGroupNamePrefix"),
        text(body, "logGroupNamePattern"),
    );
    if prefix.is_some() && part.is_some() {
        let words = "LogGroup name prefix and LogGroup name pattern are mutually exclusive \
                     parameters.";
        return Err(error::invalid(words));
    }
    let groups = world.logs.groups.iter();
    let found = groups.filter(|(name, _)| {
        prefix.is_none_or(|prefix| name.starts_with(prefix))
            && part.is_none_or(|part| name.to_lowercase().contains(&part.to_lowercase()))
    });
    let described = found.map(|(name, group)| render(world, name, group));
    page_of(body, "logGroups", described.collect(), MOST)
}

fn render(world: &World, name: &str, group: &Group) -> Value {
    let arn = group_arn(world, name);
    let streams = group.streams.values();
    let bytes: usize = streams.map(super::streams::stored_bytes).sum();
    json!({
        "logGroupName": name,
        "creationTime": milliseconds(group.created),
        "metricFilterCount": 0,
        "arn": format!("{arn}:*"),
        "storedBytes": bytes,
        "logGroupClass": "STANDARD",
        "logGroupArn": arn,
    })
}
