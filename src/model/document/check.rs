//! Whether ECS can read a document: the types of all values, and keys that it is not known to take.
//!
//! ECS ends a request with a value of another type than it takes with a `SerializationException` that
//! names no place, and passes over keys that it does not know in silence. Whether a document that
//! can be read makes sense is ECS's to say.

use super::keys::Kind;
use super::place::Place;
use crate::model::spelling::nearest;
use serde_json::{Map, Number, Value};

/// How many findings of a sort are told.
const TOLD: usize = 20;

/// What was found in a document.
#[derive(Debug, Default)]
pub(in crate::model) struct Findings {
    /// What ECS refuses: place, and the sentence that begins with it.
    pub(in crate::model) problems: Vec<(String, String)>,
    /// What it may not know: a sentence each.
    pub(in crate::model) warnings: Vec<String>,
}

/// Checks a whole document of this `kind`.
pub(in crate::model) fn document(kind: Kind, document: &Map<String, Value>) -> Findings {
    let mut findings = Findings::default();
    findings.object(kind, document, &Place::Top);
    findings
}

/// Checks a value that is to stand in `place` and of which it is known what ECS takes there.
pub(in crate::model) fn value(kind: Kind, value: &Value, place: &Place<'_>) -> Findings {
    let mut findings = Findings::default();
    findings.value(kind, value, place);
    findings
}

impl Findings {
    fn value(&mut self, kind: Kind, value: &Value, at: &Place<'_>) {
        match (kind, value) {
            // As if the key were not there.
            (_, Value::Null)
            | (Kind::Any, _)
            | (Kind::Text, Value::String(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::Boolean, Value::Bool(_)) => {}
            (Kind::Integer, Value::Number(number)) => {
                if let Some(wrong) = no_integer(number) {
                    self.wrong(at, &wrong);
                }
            }
            (Kind::List(_), Value::Array(list)) => {
                let Some(element) = kind.element() else {
                    return;
                };
                for (index, item) in list.iter().enumerate() {
                    self.value(element, item, &at.entry(list, index));
                }
            }
            (Kind::Map(_) | Kind::Structure(_), Value::Object(object)) => {
                self.object(kind, object, at);
            }
            _ => self.wrong(at, &mismatch(kind, value)),
        }
    }

    fn object(&mut self, kind: Kind, object: &Map<String, Value>, at: &Place<'_>) {
        for (key, value) in object {
            match kind.member(key) {
                Some(member) => self.value(member, value, &at.key(key)),
                None => self.unknown(kind, at, key),
            }
        }
    }

    fn wrong(&mut self, at: &Place<'_>, what: &str) {
        let at = at.to_string();
        let sentence = format!("{at} {what}");
        self.problems.push((at, sentence));
    }

    fn unknown(&mut self, kind: Kind, at: &Place<'_>, key: &str) {
        self.warnings.push(unknown(kind, at, key));
    }
}

/// As many of `sentences` as anybody reads.
pub(in crate::model) fn told(mut sentences: Vec<String>) -> Vec<String> {
    let more = sentences.len().saturating_sub(TOLD);
    sentences.truncate(TOLD);
    if more > 0 {
        sentences.push(format!("and {more} more"));
    }
    sentences
}

/// What is said of a key that is not in the table.
pub(in crate::model) fn unknown(kind: Kind, at: &Place<'_>, key: &str) -> String {
    let meant = nearest(key, &kind.keys()).map(|near| format!(" Did you mean `{near}`?"));
    format!(
        "{}: ECS is not known to take this key. It is sent as it is.{}",
        at.key(key),
        meant.unwrap_or_default()
    )
}

/// What is wrong with a value of another type, and how to write it where that can be said. Texts are
/// not quoted: they may be secrets.
fn mismatch(kind: Kind, value: &Value) -> String {
    let wanted = kind.wanted();
    match (kind, value) {
        (Kind::Text, Value::Number(number)) => {
            let number = shown(number);
            format!("is the number {number}: write \"{number}\"")
        }
        (Kind::Text, Value::Bool(truth)) => format!("is {truth}: write \"{truth}\""),
        (Kind::Integer, Value::String(text)) if text.parse::<i32>().is_ok() => {
            format!("is the text \"{text}\": write {text}")
        }
        (Kind::Number, Value::String(text)) if text.parse::<f64>().is_ok() => {
            format!("is the text \"{text}\": write {text}")
        }
        (Kind::Boolean, Value::String(text)) if text == "true" || text == "false" => {
            format!("is the text \"{text}\": write {text}")
        }
        (_, value) => format!("is {}, and ECS takes {wanted}", named(value)),
    }
}

fn named(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => format!("the number {}", shown(number)),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// What is wrong with a number in the place of an integer. ECS cuts off what follows the point.
fn no_integer(number: &Number) -> Option<String> {
    let value: f64 = number.as_str().parse().ok()?;
    let fits = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value);
    if value.fract() == 0.0 && fits {
        return None;
    }
    let wanted = if fits {
        "a whole number".to_owned()
    } else {
        format!("a whole number from {} to {}", i32::MIN, i32::MAX)
    };
    Some(format!(
        "is the number {}, and ECS takes {wanted}",
        shown(number)
    ))
}

/// A number as it is written, cut to a readable length.
fn shown(number: &Number) -> String {
    let text = number.as_str();
    match text.get(..32) {
        Some(start) if text.len() > 32 => format!("{start}…"),
        _ => text.to_owned(),
    }
}
