//! `GetLogEvents`: the events of one stream, from the end unless told otherwise.
//!
//! Tokens name a place between two events of the stream. As in AWS, a page that has nothing more to
//! give answers the token that was asked with.

use super::streams::OVERHEAD;
use super::{error, group, milliseconds};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{flag, integer, text};
use crate::world::World;
use crate::world::logs::{Event, Stream};
use serde_json::{Value, json};
use std::ops::Range;

/// How many events a page has at most.
pub(super) const MOST: i64 = 10_000;

/// How many bytes a page has at most.
const MOST_BYTES: usize = 1_048_576;

pub(super) fn get(world: &World, body: &Value) -> Result<Value, AwsError> {
    let name = text(body, "logStreamName").ok_or_else(|| error::missing("logStreamName"))?;
    let limit = error::limit(body, MOST)?;
    let (_, group) = group(world, body)?;
    let stream = group.streams.get(name).ok_or_else(error::no_stream)?;
    let window = window(stream, body);
    let page = match text(body, "nextToken") {
        None if flag(body, "startFromHead") == Some(true) => after(stream, window, limit),
        None => before(stream, window, limit),
        Some(token) => match Token::read(token).ok_or_else(error::bad_token)? {
            Token::Forward(from) => after(
                stream,
                from.clamp(window.start, window.end)..window.end,
                limit,
            ),
            Token::Backward(to) => before(
                stream,
                window.start..to.clamp(window.start, window.end),
                limit,
            ),
        },
    };
    let events = stream.events.get(page.clone()).unwrap_or_default();
    Ok(json!({
        "events": events.iter().map(render).collect::<Vec<_>>(),
        "nextForwardToken": Token::Forward(page.end).word(),
        "nextBackwardToken": Token::Backward(page.start).word(),
    }))
}

/// The places of the events from `startTime` on and before `endTime`.
fn window(stream: &Stream, body: &Value) -> Range<usize> {
    let place = |member: &str| {
        let moment = integer(body, member)?;
        let events = &stream.events;
        Some(events.partition_point(|it| it.at.as_millisecond() < moment))
    };
    let start = place("startTime").unwrap_or(0);
    let end = place("endTime").unwrap_or(stream.events.len());
    start..end.max(start)
}

/// The first events of a window that a page can hold.
fn after(stream: &Stream, window: Range<usize>, limit: usize) -> Range<usize> {
    let events = stream.events.get(window.clone()).unwrap_or_default();
    let count = fitting(events.iter(), limit);
    window.start..window.start + count
}

/// The last events of a window that a page can hold.
fn before(stream: &Stream, window: Range<usize>, limit: usize) -> Range<usize> {
    let events = stream.events.get(window.clone()).unwrap_or_default();
    let count = fitting(events.iter().rev(), limit);
    window.end - count..window.end
}

fn fitting<'a>(events: impl Iterator<Item = &'a Event>, limit: usize) -> usize {
    let mut bytes = 0;
    let fits = events.take(limit).take_while(|it| {
        bytes += it.message.len() + OVERHEAD;
        bytes <= MOST_BYTES
    });
    fits.count()
}

fn render(it: &Event) -> Value {
    json!({
        "timestamp": milliseconds(it.at),
        "message": it.message,
        "ingestionTime": milliseconds(it.ingested),
    })
}

/// A place in a stream, and where the page it asks for lies of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Forward(usize),
    Backward(usize),
}

impl Token {
    fn word(self) -> String {
        match self {
            Self::Forward(place) => format!("f/{place:056}/s"),
            Self::Backward(place) => format!("b/{place:056}/s"),
        }
    }

    fn read(token: &str) -> Option<Self> {
        let (way, place) = token.strip_suffix("/s")?.split_once('/')?;
        let place = place.parse().ok()?;
        match way {
            "f" => Some(Self::Forward(place)),
            "b" => Some(Self::Backward(place)),
            _ => None,
        }
    }
}
