//! CloudWatch Logs' operations for reading: groups, streams and events.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html>

mod error;
mod events;
mod filter;
mod groups;
mod resources;
mod streams;

#[cfg(test)]
mod tests;

use super::aws::{Caller, Service};
use super::aws_error::AwsError;
use super::body::{page, text};
use super::shape;
use crate::world::World;
use crate::world::logs::Group;
use jiff::Timestamp;
use serde_json::{Value, json};

/// CloudWatch Logs, as the protocol sees it.
pub const SERVICE: Service = Service {
    prefix: "logs",
    target: "Logs_20140328",
    resources: resources::of,
    call,
};

/// Carries an operation out.
pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    body: &Value,
) -> Result<Value, AwsError> {
    shape::LOGS.check(operation, body)?;
    match operation {
        "DescribeLogGroups" => groups::describe(world, body),
        "DescribeLogStreams" => streams::describe(world, body),
        "GetLogEvents" => events::get(world, body),
        "FilterLogEvents" => filter::filter(world, body),
        _ => Err(AwsError::client(
            "UnknownOperationException",
            format!("{operation} is not played here"),
        )),
    }
}

/// The name of the group that a call names, by `logGroupName` or by an ARN.
fn group_name(body: &Value) -> Option<&str> {
    let identifier = || {
        let given = text(body, "logGroupIdentifier")?;
        let name = given.split_once(":log-group:").map_or(given, |(_, it)| it);
        Some(name.trim_end_matches(":*"))
    };
    text(body, "logGroupName").or_else(identifier)
}

/// The group that a call names, with its name.
fn group<'a>(world: &'a World, body: &'a Value) -> Result<(&'a str, &'a Group), AwsError> {
    if text(body, "logGroupName").is_some() && text(body, "logGroupIdentifier").is_some() {
        let words = "LogGroupName and LogGroupIdentifier cannot be specified together.";
        return Err(error::invalid(words));
    }
    let Some(name) = group_name(body).filter(|name| !name.is_empty()) else {
        let words = "Either logGroupName or logGroupIdentifier must be specified.";
        return Err(error::invalid(words));
    };
    let found = world.logs.groups.get(name);
    found.map(|it| (name, it)).ok_or_else(error::no_group)
}

/// One page of `items` under `member`, at most `most` long.
fn page_of(body: &Value, member: &str, items: Vec<Value>, most: i64) -> Result<Value, AwsError> {
    let size = error::limit(body, most)?;
    let Some((items, next)) = page(items, text(body, "nextToken"), size) else {
        return Err(error::bad_token());
    };
    Ok(match next {
        Some(next) => json!({member: items, "nextToken": next}),
        None => json!({member: items}),
    })
}

/// The ARN of a group, without the `:*` that policies need.
fn group_arn(world: &World, name: &str) -> String {
    let World {
        region, account, ..
    } = world;
    format!("arn:aws:logs:{region}:{account}:log-group:{name}")
}

/// A moment as this service spells it: milliseconds since 1970.
fn milliseconds(moment: Timestamp) -> Value {
    json!(moment.as_millisecond())
}
