//! A path into a document as users write it: `containerDefinitions[web].logConfiguration.options`.
//!
//! Keys follow each other with a `.`; `[2]` is an entry of a list by its number from 0, `[web]` the
//! one of that `name` (of that `key` among tags). A key or name that is more than letters, digits,
//! `_` and `-` stands in quotes as JSON writes them: `dockerLabels["com.example.team"]`.

use crate::model::document;
use crate::model::document::check;
use crate::model::document::keys::{Kind, TASK_DEFINITION};
use crate::model::document::place::{Place, write_key, write_name};
use serde_json::Value;
use std::fmt;

/// A path of at least one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Step>);

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// `.key`
    Key(String),
    /// `[2]`
    Number(usize),
    /// `[web]`, `["a name"]`: an entry of a list, or a key.
    Name(String),
}

impl Path {
    /// The path of these keys.
    pub(super) fn of(steps: Vec<Step>) -> Self {
        Self(steps)
    }

    /// Its steps.
    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Reads the path that `text` begins with, and gives what follows it; `None` when it begins with
    /// none.
    pub fn read(text: &str) -> Option<(Self, &str)> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            if let Some(inner) = rest.strip_prefix('[').filter(|_| rest != text) {
                let (step, after) = bracket(inner)?;
                steps.push(step);
                rest = after;
                continue;
            }
            let key = match rest.strip_prefix('.') {
                Some(key) if !steps.is_empty() => key,
                None if steps.is_empty() => rest,
                _ => break,
            };
            let (key, after) = word(key)?;
            steps.push(Step::Key(key.to_owned()));
            rest = after;
        }
        Some((Self(steps), rest))
    }

    /// The path that is the whole of `text`.
    pub fn parse(text: &str) -> Option<Self> {
        let (path, rest) = Self::read(text)?;
        rest.is_empty().then_some(path)
    }

    /// The value that `text` means here: a text where ECS takes one, else what it is as JSON. Where
    /// it is not known what ECS takes: JSON if it is any, else a text.
    ///
    /// # Errors
    /// With what was expected, never with the text.
    pub fn value(&self, text: &str) -> Result<Value, String> {
        let kind = self.kind();
        if kind == Some(Kind::Text) {
            return Ok(Value::from(text));
        }
        let read = document::json_value(text);
        let Some(kind) = kind else {
            return Ok(read.unwrap_or_else(|_| Value::from(text)));
        };
        let wanted = kind.wanted();
        let value = read.map_err(|_| format!("{wanted}, written as JSON, for {self}"))?;
        let shown = self.to_string();
        let problems = check::value(kind, &value, &Place::Above(&shown)).problems;
        match problems.into_iter().next() {
            None => Ok(value),
            Some((at, _)) if at == shown => Err(format!("{wanted} for {self}")),
            Some((_, sentence)) => Err(format!("what ECS takes: {sentence}")),
        }
    }

    /// What is to be said of a key in it that ECS is not known to take.
    pub(super) fn warning(&self) -> Option<String> {
        let mut kind = TASK_DEFINITION;
        for (at, step) in self.0.iter().enumerate() {
            if let Some(next) = below(kind, step) {
                kind = next;
                continue;
            }
            let above = Self(self.0.iter().take(at).cloned().collect()).to_string();
            let above = match at {
                0 => Place::Top,
                _ => Place::Above(&above),
            };
            return Some(check::unknown(kind, &above, &step.text()));
        }
        None
    }

    /// What ECS takes here; `None` when that is not known.
    fn kind(&self) -> Option<Kind> {
        self.0.iter().try_fold(TASK_DEFINITION, below)
    }
}

/// What ECS takes one step below what is of this kind.
pub(super) fn below(kind: Kind, step: &Step) -> Option<Kind> {
    match kind {
        Kind::List(_) if !matches!(step, Step::Key(_)) => kind.element(),
        Kind::List(_) => None,
        _ => kind.member(&step.text()),
    }
}

impl Step {
    /// The step as the key of an object.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Key(text) | Self::Name(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// What stands in brackets, and what follows them.
fn bracket(inner: &str) -> Option<(Step, &str)> {
    if inner.starts_with('"') {
        let mut read = serde_json::Deserializer::from_str(inner).into_iter::<String>();
        let name = read.next()?.ok()?;
        let rest = inner.get(read.byte_offset()..)?;
        return Some((Step::Name(name), rest.strip_prefix(']')?));
    }
    let (word, rest) = word(inner)?;
    let rest = rest.strip_prefix(']')?;
    let number = word.chars().all(|c| c.is_ascii_digit());
    let step = if number {
        Step::Number(word.parse().ok()?)
    } else {
        Step::Name(word.to_owned())
    };
    Some((step, rest))
}

/// The letters, digits, `_` and `-` that `text` begins with, and what follows them.
fn word(text: &str) -> Option<(&str, &str)> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let end = text.find(|c| !plain(c)).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then_some((word, rest))
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => write_key(f, key, at == 0)?,
                Step::Number(number) => write!(f, "[{number}]")?,
                Step::Name(name) => write_name(f, name)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
