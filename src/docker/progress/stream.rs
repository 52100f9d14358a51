//! The bytes of the stream taken apart: JSON objects, and lines of text around them.
//!
//! buildx 0.13 prints every object over many lines, newer ones on one line; both print plain text
//! before the first object and after the last. What is neither is text as well: nothing here
//! fails.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// An object or a line longer than this is passed over.
const LONGEST: usize = 4 * 1024 * 1024;

/// A part of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// What BuildKit says of its work.
    Status(Status),
    /// A line outside of any object.
    Text(String),
}

/// `client.SolveStatus` of BuildKit, as far as it is needed
/// (<https://pkg.go.dev/github.com/moby/buildkit/client#SolveStatus>).
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Status {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) vertexes: Vec<Vertex>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) logs: Vec<Log>,
}

/// A step, as it stands at one moment.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Vertex {
    pub(super) digest: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) inputs: Vec<String>,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) started: Option<Timestamp>,
    #[serde(default)]
    pub(super) completed: Option<Timestamp>,
    #[serde(default)]
    pub(super) cached: bool,
    #[serde(default)]
    pub(super) error: Option<String>,
}

/// Some output of a step.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Log {
    pub(super) vertex: String,
    /// In Base64.
    #[serde(default)]
    pub(super) data: String,
}

/// Go writes an empty list as `null`.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// What has come of a piece that is not complete yet.
#[derive(Debug, Default)]
pub(super) struct Stream {
    line: Vec<u8>,
    object: Option<Vec<u8>>,
    too_long: bool,
}

impl Stream {
    /// Takes the next bytes in and gives the pieces that are complete with them.
    pub(super) fn split(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.append(part);
            if part.ends_with(b"\n") {
                pieces.extend(self.end_line());
            }
        }
        pieces
    }

    /// The stream is over: what was not complete is so now, or is text.
    pub(super) fn rest(&mut self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        if !self.line.is_empty() {
            pieces = self.end_line();
        }
        let open = self.object.take().unwrap_or_default();
        pieces.extend(status_or_text(&open));
        pieces
    }

    fn append(&mut self, part: &[u8]) {
        let length = self.line.len() + part.len() + self.object.as_ref().map_or(0, Vec::len);
        if self.too_long || length > LONGEST {
            self.too_long = true;
            self.line.clear();
        } else {
            self.line.extend_from_slice(part);
        }
    }

    fn end_line(&mut self) -> Vec<Piece> {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.too_long) {
            self.object = None;
            return Vec::new();
        }
        let bare = line.trim_ascii_end();
        match self.object.take() {
            // Only the brace of the object itself stands at the beginning of a line.
            Some(mut object) => {
                object.extend_from_slice(&line);
                if bare == b"}" {
                    return status_or_text(&object);
                }
                self.object = Some(object);
            }
            None if bare == b"{" => self.object = Some(line),
            None => return status_or_text(bare),
        }
        Vec::new()
    }
}

fn status_or_text(bytes: &[u8]) -> Vec<Piece> {
    let status = bytes
        .starts_with(b"{")
        .then(|| serde_json::from_slice(bytes).ok());
    if let Some(status) = status.flatten() {
        return vec![Piece::Status(status)];
    }
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().map(str::trim_end);
    let lines = lines.filter(|line| !line.is_empty());
    lines.map(|line| Piece::Text(line.to_owned())).collect()
}

#[cfg(test)]
mod tests;
