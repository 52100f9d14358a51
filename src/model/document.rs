//! Reading a JSON or YAML file into a document that keeps key order and number literals.
//!
//! Decides what text is a document and where in it a mistake is; knows nothing of what the document
//! means. Error messages never quote the file: it may hold secrets.

// What the documents for ECS have in common.
pub(super) mod check;
pub mod difference;
pub(super) mod keys;
pub(super) mod place;
pub(super) mod plain;
mod yaml;

use crate::failure::{Code, Failure};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::HashSet;
use std::fmt;
use std::path::Path;

const HELP: &str = "Correct the file; it is one JSON or YAML document.";

/// Where a document is wrong and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Malformed {
    /// Line and column, from 1, where known.
    at: Option<(u64, u64)>,
    /// What is wrong.
    problem: String,
}

/// Reads `text`: JSON when it is JSON, else YAML 1.2. A key that stands twice in one object is an
/// error in both. What begins like JSON is not read as YAML unless `file` says that it is: a
/// forgotten quote would be part of a value there. `file` is also what the failure names.
pub fn read(text: &str, file: &str) -> Result<Value, Failure> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        let what = format!("{file} is empty");
        return Err(Failure::new(Code::MalformedFile, what, HELP));
    }
    let read = match json(text) {
        Err(in_json) if text.trim_start().starts_with(['{', '[']) && !is_yaml(file) => Err(in_json),
        Err(_) => yaml::parse(text),
        read => read,
    };
    read.map_err(|malformed| failure(file, &malformed))
}

/// The one JSON value that `text` is; a key that stands twice is an error here too.
///
/// # Errors
/// With what is wrong, never with the text.
pub fn json_value(text: &str) -> Result<Value, String> {
    json(text).map_err(|malformed| malformed.problem)
}

/// Whether the file's name says YAML.
fn is_yaml(file: &str) -> bool {
    let extension = Path::new(file).extension();
    extension.is_some_and(|it| it.eq_ignore_ascii_case("yaml") || it.eq_ignore_ascii_case("yml"))
}

fn failure(file: &str, malformed: &Malformed) -> Failure {
    let place = malformed.at.map_or_else(String::new, |(line, column)| {
        format!(", line {line}, column {column}")
    });
    let what = format!("{file}{place}: {}", malformed.problem);
    Failure::new(Code::MalformedFile, what, HELP)
}

fn json(text: &str) -> Result<Value, Malformed> {
    serde_json::from_str::<UniqueKeys>(text)
        .and_then(|_| serde_json::from_str(text))
        .map_err(|error| Malformed {
            at: Some((error.line() as u64, error.column() as u64)),
            problem: without_place(&error.to_string()).to_owned(),
        })
}

/// The message of a JSON error without the place that ends it.
fn without_place(message: &str) -> &str {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(problem, _)| problem)
}

/// What a key that stands twice is told with.
fn duplicate(key: &str) -> String {
    let shown: String = key.chars().take(64).collect();
    format!("the key {shown:?} stands twice in one object")
}

/// Checks that no object of a JSON document has a key twice, and keeps nothing: `serde_json` would
/// quietly take the last one.
struct UniqueKeys;

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for UniqueKeys {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(duplicate(&key)));
            }
            keys.insert(key);
            map.next_value::<Self>()?;
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(inner).map(|_| self)
    }
}

#[cfg(test)]
mod tests;
