//! YAML 1.2 by the core schema: `yes` and `0777` are strings, `true` and `0x1F` are not.
//!
//! Decides how a YAML scalar becomes a JSON value; where two readings are possible (`08`, `1_000`)
//! it stays the string that stands in the file.

use super::{Malformed, duplicate, without_place};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Error;
use std::fmt;

/// Whole numbers beyond this are not all exact in a 64-bit float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads one YAML document.
pub(super) fn parse(text: &str) -> Result<Value, Malformed> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options::<Node>(text, options)
        .map(|node| node.0)
        .map_err(|error| malformed(&error))
}

fn malformed(error: &Error) -> Malformed {
    let at = error
        .location()
        .map(|location| (location.line(), location.column()))
        .filter(|(line, _)| *line > 0);
    Malformed {
        at,
        problem: problem(error),
    }
}

/// The problem in our words where the crate speaks to its callers, else in its own.
fn problem(error: &Error) -> String {
    match error {
        Error::DuplicateMappingKey { key: Some(key), .. } => duplicate(key),
        Error::MultipleDocuments { .. } => "expected one document, found another".to_owned(),
        Error::Budget { .. } => "nested too deep or too large".to_owned(),
        Error::RecursiveReferencesRequireWeakTypes { .. } => "an alias inside itself".to_owned(),
        other => without_place(&other.without_snippet().to_string()).to_owned(),
    }
}

/// A YAML node as a JSON value.
struct Node(Value);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML node")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(de::Error::custom(duplicate(&key)));
            }
            let Node(value) = entries.next_value()?;
            object.insert(key, value);
        }
        Ok(Node(Value::Object(object)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(Node(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Node(Value::Array(list)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node(Value::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node(Value::from(value)))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        if value.fract() == 0.0 && value.abs() > EXACT {
            return Err(E::custom(
                "a number too large to be kept exactly; put it in quotes if it is text",
            ));
        }
        Number::from_f64(value)
            .map(|number| Node(Value::Number(number)))
            .ok_or_else(|| E::custom("expected a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node(Value::String(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node(Value::String(value)))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node(Value::Null))
    }
}
