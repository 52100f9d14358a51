//! `FilterLogEvents`: the events of a group's streams, by time, that hold all terms of a pattern.
//!
//! Patterns of terms are played; those for JSON, for columns and with regular expressions are not.

use super::events::MOST;
use super::{error, group, milliseconds, page_of};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{integer, text, texts};
use crate::world::World;
use crate::world::ecs::ids;
use crate::world::logs::Event;
use serde_json::{Value, json};

pub(super) fn filter(world: &World, body: &Value) -> Result<Value, AwsError> {
    let (_, group) = group(world, body)?;
    let (names, prefix) = (
        texts(body, "logStreamNames"),
        text(body, "logStreamNamePrefix"),
    );
    if !names.is_empty() && prefix.is_some() {
        let words = "LogStreamNamePrefix and logStreamNames can not be specified together.";
        return Err(error::invalid(words));
    }
    if names.iter().any(|name| !group.streams.contains_key(*name)) {
        return Err(error::no_stream());
    }
    let terms = terms(text(body, "filterPattern").unwrap_or_default())?;
    let (start, end) = (integer(body, "startTime"), integer(body, "endTime"));
    let streams = group.streams.iter().filter(|(name, _)| {
        (names.is_empty() || names.contains(&name.as_str()))
            && prefix.is_none_or(|prefix| name.starts_with(prefix))
    });
    let events = streams.flat_map(|(name, stream)| stream.events.iter().map(move |it| (name, it)));
    let mut found: Vec<(&String, &Event)> = events
        .filter(|(_, it)| {
            let at = it.at.as_millisecond();
            start.is_none_or(|start| at >= start)
                && end.is_none_or(|end| at <= end)
                && terms.iter().all(|term| term.holds(&it.message))
        })
        .collect();
    found.sort_by_key(|(_, it)| it.at);
    let described = found
        .iter()
        .enumerate()
        .map(|(nth, (stream, it))| render(stream, it, nth));
    let mut answer = page_of(body, "events", described.collect(), MOST)?;
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("searchedLogStreams".to_owned(), json!([]));
    }
    Ok(answer)
}

fn render(stream: &str, it: &Event, nth: usize) -> Value {
    json!({
        "logStreamName": stream,
        "timestamp": milliseconds(it.at),
        "message": it.message,
        "ingestionTime": milliseconds(it.ingested),
        "eventId": ids::digits(nth as u64),
    })
}

/// A word or phrase that a message must hold, or must not.
#[derive(Debug, PartialEq, Eq)]
struct Term {
    text: String,
    wanted: bool,
}

impl Term {
    fn holds(&self, message: &str) -> bool {
        message.contains(&self.text) == self.wanted
    }
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
fn terms(pattern: &str) -> Result<Vec<Term>, AwsError> {
    let mut rest = pattern.trim();
    if rest.starts_with(['{', '[', '%', '?']) {
        return Err(error::invalid("This filter pattern is not played here."));
    }
    let mut terms = Vec::new();
    while !rest.is_empty() {
        let unsigned = rest.strip_prefix('-').unwrap_or(rest);
        let wanted = unsigned.len() == rest.len();
        let (text, after) = match unsigned.strip_prefix('"') {
            Some(quoted) => quoted
                .split_once('"')
                .ok_or_else(|| error::invalid("Invalid filter pattern"))?,
            None => unsigned
                .split_once(char::is_whitespace)
                .unwrap_or((unsigned, "")),
        };
        terms.push(Term {
            text: text.to_owned(),
            wanted,
        });
        rest = after.trim_start();
    }
    Ok(terms)
}

#[cfg(test)]
mod tests {
    use super::terms;

    #[test]
    fn a_pattern_is_words_and_phrases_and_what_must_not_be_there() {
        let terms = terms(r#"ERROR "no such table" -DEBUG"#).unwrap();
        let holds = |message: &str| terms.iter().all(|term| term.holds(message));
        assert!(holds("ERROR: no such table: orders"));
        assert!(!holds("ERROR: no table"));
        assert!(!holds("DEBUG ERROR no such table"));
        assert!(super::terms("").unwrap().is_empty());
        for pattern in ["{ $.level = 3 }", "[a, b]", "\"open"] {
            assert!(super::terms(pattern).is_err(), "{pattern}");
        }
    }
}
