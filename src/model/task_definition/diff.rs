//! What is new in a document, compared with a registered revision: a unified diff of their normal
//! forms, so that only what means something to ECS is in it. Containers stand in the order of the
//! document, which the reader knows; the revision's follow it.
//!
//! The values of environment variables are hidden unless they are asked for, and so are those options
//! of log drivers that hold credentials. That one has changed is shown all the same.

use super::normal::normal_form;
use super::{Described, TaskDefinition, name_of};
use crate::model::document::difference::{Difference, between, written};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// In the place of a value that is not shown.
const HIDDEN: &str = "(hidden)";

/// In the place of one that is not shown and that was another one before.
const CHANGED: &str = "(hidden, changed)";

/// What the names of options have in them that hold credentials: `splunk-token`, `apikey`.
const CREDENTIALS: [&str; 9] = [
    "token",
    "secret",
    "passw",
    "apikey",
    "api_key",
    "api-key",
    "license",
    "credential",
    "header",
];

/// Whether values that may be secrets are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// They are not.
    Hidden,
    /// They are.
    Shown,
}

impl TaskDefinition {
    /// What is new in this document since the revision `before`, or all of it where there was none.
    pub fn difference(&self, before: Option<&Described>, values: Values) -> Difference {
        let document = |described: &Described| Self::of(described.raw.clone(), "").ok();
        let before = before.and_then(document);
        let mut before = before.map(|before| normal_form(&before.document));
        let mut after = normal_form(&self.document);
        if values == Values::Hidden {
            hide(before.as_mut(), &mut after);
        }
        let order = self.containers();
        for document in before.iter_mut().chain([&mut after]) {
            arrange(document, &order);
        }
        between(&before.map(written).unwrap_or_default(), &written(after))
    }
}

/// Brings containers into the order of these names; others stay behind them as they were.
fn arrange(document: &mut Map<String, Value>, order: &[&str]) {
    let place = |container: &Value| {
        let name = name_of(container)?;
        order.iter().position(|it| *it == name)
    };
    let containers = document.get_mut("containerDefinitions");
    if let Some(Value::Array(containers)) = containers {
        containers.sort_by_cached_key(|container| place(container).unwrap_or(usize::MAX));
    }
}

/// Hides the values of both documents.
fn hide(before: Option<&mut Map<String, Value>>, after: &mut Map<String, Value>) {
    let mut old = BTreeMap::new();
    if let Some(before) = before {
        each_hidden(before, &mut |place, value| {
            let shown = std::mem::replace(value, Value::from(HIDDEN));
            old.insert(place, shown);
        });
    }
    each_hidden(after, &mut |place, value| {
        let changed = old.get(&place).is_some_and(|old| old != value);
        *value = Value::from(if changed { CHANGED } else { HIDDEN });
    });
}

/// What a value belongs to: container, list, name, and which of that name it is.
type Belongs = (String, &'static str, String, usize);

/// Gives every value that may be a secret to `take`.
fn each_hidden(document: &mut Map<String, Value>, take: &mut dyn FnMut(Belongs, &mut Value)) {
    let containers = document.get_mut("containerDefinitions");
    let containers = containers.and_then(Value::as_array_mut);
    for container in containers.into_iter().flatten() {
        let own = name_of(container).unwrap_or_default().to_owned();
        variables(&own, container, take);
        for holder in ["logConfiguration", "firelensConfiguration"] {
            let options = container.get_mut(holder);
            let options = options.and_then(|holder| holder.get_mut("options")?.as_object_mut());
            for (name, value) in options.into_iter().flatten() {
                let lower = name.to_lowercase();
                if CREDENTIALS.iter().any(|word| lower.contains(word)) {
                    take((own.clone(), holder, name.clone(), 0), value);
                }
            }
        }
    }
}

fn variables(own: &str, container: &mut Value, take: &mut dyn FnMut(Belongs, &mut Value)) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let entries = container
        .get_mut("environment")
        .and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        let name = name_of(entry).unwrap_or_default().to_owned();
        let Some(value) = entry.get_mut("value") else {
            continue;
        };
        let time = times.entry(name.clone()).or_default();
        take((own.to_owned(), "environment", name, *time), value);
        *time += 1;
    }
}

#[cfg(test)]
mod tests;
