//! Whether two documents mean the same to ECS.
//!
//! Both are brought into a normal form first: what ECS fills in is filled in, what it drops is
//! dropped, lists without an order are sorted. Only documented defaults are filled in, and nothing
//! that this code does not know is touched.

mod defaults;
mod order;

use super::TaskDefinition;
use crate::model::document::plain;
use serde_json::{Map, Value};

/// Objects that say nothing when they are empty. Others may: `nvidiaMps: {}` turns sharing on.
const SILENT_WHEN_EMPTY: [&str; 9] = [
    "authorizationConfig",
    "capabilities",
    "dockerLabels",
    "driverOpts",
    "host",
    "labels",
    "linuxParameters",
    "options",
    "runtimePlatform",
];

impl TaskDefinition {
    /// Whether registering this document would only repeat the revision that DescribeTaskDefinition
    /// answered with (the whole answer). In doubt they differ: that costs a revision, the other
    /// mistake a deployment of the wrong one.
    pub fn same_as(&self, described: &Value) -> bool {
        Self::of(described.clone(), "the registered revision")
            .is_ok_and(|described| normal_form(&self.document) == normal_form(&described.document))
    }
}

/// The document as ECS understands it; equal documents have equal ones.
pub(super) fn normal_form(document: &Map<String, Value>) -> Map<String, Value> {
    let mut document = document.clone();
    prune(&mut document);
    defaults::fill(&mut document);
    order::sort(&mut document);
    document
}

/// Drops what says nothing (null, an empty list, some empty objects), and gives keys one order and
/// numbers one spelling.
fn prune(object: &mut Map<String, Value>) {
    object.values_mut().for_each(prune_value);
    object.retain(|key, value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(inner) => !(inner.is_empty() && SILENT_WHEN_EMPTY.contains(&key.as_str())),
        _ => true,
    });
    object.sort_keys();
}

fn prune_value(value: &mut Value) {
    match value {
        Value::Object(object) => prune(object),
        Value::Array(list) => list.iter_mut().for_each(prune_value),
        other => plain::numbers(other),
    }
}

#[cfg(test)]
mod tests;
