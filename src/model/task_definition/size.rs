//! How large a task definition may be.

use crate::model::document::place::Place;
use serde_json::{Map, Value};

/// The most bytes that ECS takes
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>).
const LARGEST: usize = 64 * 1024;

/// The size counts without the tags, and without what says nothing.
pub(super) fn too_large(document: &Map<String, Value>) -> Option<(String, String)> {
    let size = |document: &Map<String, Value>| {
        let text = serde_json::to_string(document);
        text.map_or(0, |text| text.len())
    };
    if size(document) <= LARGEST {
        return None;
    }
    let mut kept = document.clone();
    kept.shift_remove("tags");
    kept.values_mut().for_each(without_nulls);
    let bytes = size(&kept);
    if bytes <= LARGEST {
        return None;
    }
    let sentence = format!(
        "the document has {bytes} bytes, and ECS takes at most {LARGEST}{}",
        longest(document)
    );
    Some((String::new(), sentence))
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|_, value| !value.is_null());
            object.values_mut().for_each(without_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

/// The longest text of a document that is too large.
fn longest(document: &Map<String, Value>) -> String {
    let mut longest = (0, String::new());
    for (key, value) in document {
        longer(value, &Place::Top.key(key), &mut longest);
    }
    match longest {
        (0, _) => String::new(),
        (length, at) => format!("; its longest text is {at} with {length} bytes"),
    }
}

fn longer(value: &Value, at: &Place<'_>, longest: &mut (usize, String)) {
    match value {
        Value::String(text) if text.len() > longest.0 => *longest = (text.len(), at.to_string()),
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                longer(item, &at.entry(list, index), longest);
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                longer(value, &at.key(key), longest);
            }
        }
        _ => {}
    }
}
