//! The ARNs that an operation touches, for the policy check.
//!
//! A group is named with a stream, an empty one where the call is about the group: that is why
//! policies name groups with `:*` at the end.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>

use super::{group_arn, group_name};
use crate::wire::body::text;
use crate::world::World;
use serde_json::Value;

/// The ARNs that an operation touches.
pub(super) fn of(world: &World, operation: &str, body: &Value) -> Vec<String> {
    let group = match operation {
        "DescribeLogGroups" => "",
        _ => group_name(body).unwrap_or_default(),
    };
    let stream = match operation {
        "GetLogEvents" => text(body, "logStreamName").unwrap_or_default(),
        _ => "",
    };
    vec![format!("{}:log-stream:{stream}", group_arn(world, group))]
}
