//! CloudWatch Logs: log groups, their streams, and what was written to them.
//!
//! Containers write through [`Logs::write`]; who may read is asked before. Nothing expires here, and
//! nothing is known of tasks: where a container writes is in [`awslogs`].

pub mod awslogs;
pub mod seed;

pub use seed::Seed;

use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The longest message of one event, in bytes: longer ones are written as several.
///
/// <https://docs.docker.com/engine/logging/drivers/awslogs/>
const LONGEST: usize = 262_144 - 26;

/// All log groups of the account.
#[derive(Debug, Default)]
pub struct Logs {
    /// By name.
    pub groups: BTreeMap<String, Group>,
    /// Names of groups that the scenario says are not there, whatever names them.
    pub missing: BTreeSet<String>,
}

/// A log group.
#[derive(Debug, Clone)]
pub struct Group {
    /// When it was made.
    pub created: Timestamp,
    /// Its streams by name.
    pub streams: BTreeMap<String, Stream>,
}

/// A log stream.
#[derive(Debug, Clone)]
pub struct Stream {
    /// When it was made.
    pub created: Timestamp,
    /// Oldest first.
    pub events: Vec<Event>,
}

/// One event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it happened, as its writer says.
    pub at: Timestamp,
    /// When it was written.
    pub ingested: Timestamp,
    /// One line, without its end.
    pub message: String,
}

impl Logs {
    /// Makes a group, unless there is one of that name.
    pub fn create(&mut self, group: &str, now: Timestamp) {
        let new = Group {
            created: now,
            streams: BTreeMap::new(),
        };
        self.groups.entry(group.to_owned()).or_insert(new);
    }

    /// Makes a stream, unless it is there. Nothing where there is no such group.
    pub fn open(&mut self, group: &str, stream: &str, now: Timestamp) -> Option<&mut Stream> {
        let new = Stream {
            created: now,
            events: Vec::new(),
        };
        let streams = &mut self.groups.get_mut(group)?.streams;
        Some(streams.entry(stream.to_owned()).or_insert(new))
    }

    /// Writes `lines`, the last of them at `now`, each a millisecond after the one before it. They
    /// are lost where there is no such group.
    pub fn write(&mut self, group: &str, stream: &str, lines: &[String], now: Timestamp) {
        let Some(stream) = self.open(group, stream, now) else {
            return;
        };
        let earliest = stream.events.last().map_or(stream.created, |it| it.at);
        for (nth, line) in lines.iter().enumerate() {
            let before = i64::try_from(lines.len() - 1 - nth).unwrap_or(i64::MAX);
            let at = now.saturating_sub(jiff::SignedDuration::from_millis(before));
            let at = at.unwrap_or(now).max(earliest);
            let parts = parts(line).map(|message| Event {
                at,
                ingested: now,
                message: message.to_owned(),
            });
            stream.events.extend(parts);
        }
    }
}

/// A line in pieces that an event can hold.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = line.floor_char_boundary(LONGEST);
        let (part, after) = line.split_at(end);
        rest = (!after.is_empty()).then_some(after);
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn lines_keep_their_order_and_the_last_is_written_now() {
        let mut logs = Logs::default();
        logs.create("/shop", now());
        let lines = ["a", "b", "c"].map(str::to_owned);
        let later = now() + jiff::SignedDuration::from_secs(1);
        logs.open("/shop", "web", now());
        logs.write("/shop", "web", &lines, later);
        let events = &logs.groups["/shop"].streams["web"].events;
        let before = events.iter().map(|it| later.duration_since(it.at));
        let before: Vec<i128> = before.map(|it| it.as_millis()).collect();
        assert_eq!(before, [2, 1, 0]);
        logs.write("/none", "web", &lines, later);
        assert!(!logs.groups.contains_key("/none"));
    }

    #[test]
    fn a_line_longer_than_an_event_is_several() {
        let line = format!("x{}", "ä".repeat(LONGEST));
        let parts: Vec<&str> = parts(&line).collect();
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| part.len() <= LONGEST));
        assert_eq!(parts.concat(), line);
        assert_eq!(super::parts("").collect::<Vec<_>>(), [""]);
    }
}
