//! BuildKit's progress stream turned into steps, and into the story of a failure.
//!
//! Pure: it is handed what `docker-buildx build --progress=rawjson` prints to its standard error,
//! piece by piece, and keeps only what it may need to tell a failure.

mod broken;
mod stream;

pub use broken::Broken;

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet, VecDeque};
use stream::{Log, Piece, Status, Stream, Vertex};

/// How many of the last lines of a step's output are kept, and of the text between the objects.
const KEPT_LINES: usize = 30;

/// How much of a line is kept, in characters.
const KEPT_OF_A_LINE: usize = 500;

/// A step that is only about BuildKit itself is told when it took at least this long, in seconds.
const WORTH_TELLING: f64 = 1.0;

/// A step of a build that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// BuildKit's name of it: `[build 2/5] RUN make`, with digests cut short.
    pub name: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Taken from the cache.
    pub cached: bool,
}

/// How far a build has come.
#[derive(Debug, Default)]
pub struct Progress {
    stream: Stream,
    steps: HashMap<String, Work>,
    /// Steps that are over but may begin once more, in the order in which they ended.
    held: Vec<String>,
    told: HashSet<String>,
    /// The digests of what has failed, in that order.
    failed: Vec<String>,
    text: Tail,
}

/// A step at work.
#[derive(Debug, Default)]
struct Work {
    name: String,
    /// Every time it was at work: when it began, and when that ended.
    spells: Vec<(Timestamp, Option<Timestamp>)>,
    cached: bool,
    error: Option<String>,
    output: Tail,
}

impl Progress {
    /// Takes the next bytes in and tells the steps that are over by now.
    pub fn read(&mut self, bytes: &[u8], tell: &mut impl FnMut(Step)) {
        for piece in self.stream.split(bytes) {
            self.take(piece, tell);
        }
    }

    /// The stream is over: tells the steps that were held back.
    pub fn end(&mut self, tell: &mut impl FnMut(Step)) {
        for piece in self.stream.rest() {
            self.take(piece, tell);
        }
        for digest in std::mem::take(&mut self.held) {
            self.tell(&digest, tell);
        }
    }

    /// What is known of why the build failed.
    pub fn broken(&self) -> Broken {
        let failed = self.failed.iter().filter_map(|digest| {
            let work = self.steps.get(digest)?;
            let error = work.error.as_deref()?;
            // What was stopped because of another step, and caches that are not there, are not
            // why a build fails.
            let beside = error.contains("context canceled") || is_cache_import(&work.name);
            (!beside).then_some((work, error))
        });
        Broken::new(
            failed.map(|(work, error)| (work.name.as_str(), error, &work.output.lines)),
            &self.text.lines,
        )
    }

    fn take(&mut self, piece: Piece, tell: &mut impl FnMut(Step)) {
        match piece {
            Piece::Text(line) => self.text.line(&line),
            Piece::Status(Status { vertexes, logs }) => {
                for log in logs {
                    self.log(&log);
                }
                for vertex in vertexes {
                    self.vertex(vertex, tell);
                }
            }
        }
    }

    fn log(&mut self, log: &Log) {
        let Ok(bytes) = BASE64_STANDARD.decode(&log.data) else {
            return;
        };
        let step = self.steps.entry(log.vertex.clone()).or_default();
        step.output.bytes(&bytes);
    }

    fn vertex(&mut self, vertex: Vertex, tell: &mut impl FnMut(Step)) {
        if vertex.started.is_some() {
            self.release(&vertex.inputs, tell);
        }
        let digest = vertex.digest;
        let work = self.steps.entry(digest.clone()).or_default();
        work.name = vertex.name;
        work.cached |= vertex.cached;
        work.error = vertex.error.filter(|error| !error.is_empty());
        if work.error.is_some() && !self.failed.contains(&digest) {
            self.failed.push(digest.clone());
        }
        if let Some(started) = vertex.started {
            work.spell(started, vertex.completed);
        }
        if vertex.completed.is_none() || self.told.contains(&digest) {
            return;
        }
        if is_base(&work.name) {
            self.held.retain(|held| *held != digest);
            self.held.push(digest);
        } else {
            self.tell(&digest, tell);
        }
    }

    /// Tells the held steps that another one has begun to build on: they will not begin again.
    fn release(&mut self, inputs: &[String], tell: &mut impl FnMut(Step)) {
        let (over, held) = std::mem::take(&mut self.held)
            .into_iter()
            .partition(|digest| inputs.contains(digest));
        self.held = held;
        let over: Vec<String> = over;
        for digest in over {
            self.tell(&digest, tell);
        }
    }

    fn tell(&mut self, digest: &str, tell: &mut impl FnMut(Step)) {
        let Some(work) = self.steps.get_mut(digest) else {
            return;
        };
        if work.error.is_some() {
            return;
        }
        // Nothing can fail any more in a step that is over.
        work.output = Tail::default();
        let seconds = work.seconds();
        if !is_worth_telling(&work.name, seconds) {
            return;
        }
        self.told.insert(digest.to_owned());
        tell(Step {
            name: shortened(&work.name),
            seconds,
            cached: work.cached,
        });
    }
}

impl Work {
    /// Notes that it began at `started`, and when that ended if it has.
    fn spell(&mut self, started: Timestamp, completed: Option<Timestamp>) {
        match self.spells.iter_mut().find(|(at, _)| *at == started) {
            Some((_, end)) => *end = completed.or(*end),
            None => self.spells.push((started, completed)),
        }
    }

    /// How long it was at work in all; spells that overlap count once.
    fn seconds(&self) -> f64 {
        let mut spells = self.spells.clone();
        spells.sort();
        let (mut seconds, mut until) = (0.0, Timestamp::MIN);
        for (start, end) in spells {
            let start = start.max(until);
            let end = end.unwrap_or(start).max(start);
            seconds += end.duration_since(start).as_secs_f64();
            until = end;
        }
        seconds
    }
}

fn is_worth_telling(name: &str, seconds: f64) -> bool {
    if name.starts_with("[auth]") || is_cache_import(name) {
        return false;
    }
    !name.starts_with("[internal]") || seconds >= WORTH_TELLING
}

fn is_cache_import(name: &str) -> bool {
    name.starts_with("importing cache manifest")
}

/// With the first twelve digits of every digest, and the lines of an instruction run together.
fn shortened(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts = name.split("@sha256:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        let (digest, rest) = part.split_at(digits);
        let shown = digest.get(..12).unwrap_or(digest);
        format!("{name}@sha256:{shown}{rest}")
    })
}

/// A base image is found out about first and pulled later, when something is to be built on it.
fn is_base(name: &str) -> bool {
    name.starts_with('[') && name.contains("] FROM ")
}

/// The last lines of a text, each cut to a length that can be shown.
#[derive(Debug, Default)]
struct Tail {
    lines: VecDeque<String>,
    /// The bytes after the last line's end.
    open: Vec<u8>,
}

impl Tail {
    fn line(&mut self, line: &str) {
        if self.lines.len() == KEPT_LINES {
            self.lines.pop_front();
        }
        self.lines
            .push_back(line.trim_end().chars().take(KEPT_OF_A_LINE).collect());
    }

    /// Output may come in pieces that are no lines; what has no end yet counts as a line already.
    fn bytes(&mut self, bytes: &[u8]) {
        if !self.open.is_empty() {
            self.lines.pop_back();
        }
        let mut text = std::mem::take(&mut self.open);
        text.extend_from_slice(bytes);
        let mut lines = text.split_inclusive(|byte| *byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            self.line(&String::from_utf8_lossy(line));
            if lines.peek().is_none() && !line.ends_with(b"\n") {
                self.open = line.iter().copied().take(KEPT_OF_A_LINE * 4).collect();
            }
        }
    }
}

#[cfg(test)]
mod tests;
