//! Reading the members of a request whose types have been checked, and writing answers.

use jiff::Timestamp;
use serde_json::{Value, json};

/// A string member.
pub(crate) fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}

/// A list of strings; empty when absent.
pub(crate) fn texts<'a>(body: &'a Value, name: &str) -> Vec<&'a str> {
    list(body, name).iter().filter_map(Value::as_str).collect()
}

/// A list; empty when absent.
pub(crate) fn list<'a>(body: &'a Value, name: &str) -> &'a [Value] {
    let list = body.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// A boolean member.
pub(crate) fn flag(body: &Value, name: &str) -> Option<bool> {
    body.get(name).and_then(Value::as_bool)
}

/// An integer member.
pub(crate) fn integer(body: &Value, name: &str) -> Option<i64> {
    body.get(name).and_then(Value::as_i64)
}

/// A timestamp member, in seconds since 1970.
pub(crate) fn seconds(body: &Value, name: &str) -> Option<f64> {
    body.get(name).and_then(Value::as_f64)
}

/// A moment as awsJson spells it: seconds since 1970, with milliseconds.
pub(crate) fn epoch(moment: Timestamp) -> Value {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 fit in 53 bits"
    )]
    let seconds = moment.as_millisecond() as f64 / 1000.0;
    json!(seconds)
}

/// `structure` with more members, which are moved into it: `json!` copies every value it is given.
pub(crate) fn with<const N: usize>(mut structure: Value, more: [(&str, Value); N]) -> Value {
    if let Some(members) = structure.as_object_mut() {
        let more = more
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        members.extend(more);
    }
    structure
}

/// Leaves out the members that have no value.
pub(crate) fn compact(mut structure: Value) -> Value {
    if let Some(members) = structure.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    structure
}

/// A page of `items`: `size` of them after the place that `token` names, and the token of the next
/// page if there is one. None where the token is not one of ours.
pub(crate) fn page<T>(
    items: Vec<T>,
    token: Option<&str>,
    size: usize,
) -> Option<(Vec<T>, Option<String>)> {
    let start = match token {
        None => 0,
        Some(token) => {
            let decoded = hex::decode(token).ok()?;
            std::str::from_utf8(&decoded).ok()?.parse::<usize>().ok()?
        }
    };
    let end = start + size;
    let next = (items.len() > end).then(|| hex::encode(end.to_string()));
    Some((items.into_iter().skip(start).take(size).collect(), next))
}
