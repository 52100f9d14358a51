//! `DescribeLogStreams`: by name or by the time of their last event.

use super::{error, group, group_arn, milliseconds, page_of};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{compact, flag, text};
use crate::world::World;
use crate::world::logs::Stream;
use serde_json::{Value, json};
use std::cmp::Reverse;

/// How many streams a page has at most.
const MOST: i64 = 50;

/// What AWS counts for an event besides its message.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
pub(super) const OVERHEAD: usize = 26;

pub(super) fn describe(world: &World, body: &Value) -> Result<Value, AwsError> {
    let (name, group) = group(world, body)?;
    let prefix = text(body, "logStreamNamePrefix");
    let by_time = match text(body, "orderBy") {
        None | Some("LogStreamName") => false,
        Some("LastEventTime") => true,
        Some(other) => {
            return Err(error::invalid(format!(
                "1 validation error detected: Value '{other}' at 'orderBy' failed to satisfy \
                 constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]"
            )));
        }
    };
    if by_time && prefix.is_some() {
        let words = "Cannot order by LastEventTime with a logStreamNamePrefix.";
        return Err(error::invalid(words));
    }
    let streams = group.streams.iter();
    let mut found: Vec<_> = streams
        .filter(|(name, _)| prefix.is_none_or(|prefix| name.starts_with(prefix)))
        .collect();
    if by_time {
        found.sort_by_key(|(_, stream)| stream.events.last().map(|it| it.at));
    }
    if flag(body, "descending") == Some(true) {
        found.reverse();
        if by_time {
            // Streams without events have no time to be first by.
            found.sort_by_key(|(_, stream)| Reverse(stream.events.last().map(|it| it.at)));
        }
    }
    let arn = group_arn(world, name);
    let described = found.into_iter().map(|(name, it)| render(&arn, name, it));
    page_of(body, "logStreams", described.collect(), MOST)
}

pub(super) fn stored_bytes(stream: &Stream) -> usize {
    let events = stream.events.iter();
    events.map(|it| it.message.len() + OVERHEAD).sum()
}

fn render(group: &str, name: &str, it: &Stream) -> Value {
    let (first, last) = (it.events.first(), it.events.last());
    compact(json!({
        "logStreamName": name,
        "creationTime": milliseconds(it.created),
        "firstEventTimestamp": first.map(|it| milliseconds(it.at)),
        "lastEventTimestamp": last.map(|it| milliseconds(it.at)),
        "lastIngestionTime": last.map(|it| milliseconds(it.ingested)),
        "arn": format!("{group}:log-stream:{name}"),
        // AWS has not counted them since 2019.
        "storedBytes": 0,
    }))
}
