//! The lists of a task definition in which the order says nothing.

use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// Sorts those lists, and gives all keys one order.
pub(super) fn sort(document: &mut Object) {
    let containers = document.get_mut("containerDefinitions");
    let containers = containers.and_then(Value::as_array_mut);
    let containers = containers.into_iter().flatten();
    containers
        .filter_map(Value::as_object_mut)
        .for_each(sort_container);
    if let Some(Value::Object(proxy)) = document.get_mut("proxyConfiguration") {
        by_text(proxy, "properties");
    }
    for list in [
        "inferenceAccelerators",
        "placementConstraints",
        "requiresCompatibilities",
        "tags",
        "volumes",
    ] {
        by_text(document, list);
    }
    by_name(document, "containerDefinitions");
    document.values_mut().for_each(Value::sort_all_objects);
    document.sort_keys();
}

fn sort_container(container: &mut Object) {
    by_name(container, "environment");
    by_name(container, "secrets");
    for list in [
        "dependsOn",
        "mountPoints",
        "portMappings",
        "resourceRequirements",
        "systemControls",
        "ulimits",
        "volumesFrom",
    ] {
        by_text(container, list);
    }
    if let Some(Value::Object(log)) = container.get_mut("logConfiguration") {
        by_name(log, "secretOptions");
    }
    let linux = container.get_mut("linuxParameters");
    let capabilities = linux.and_then(|linux| linux.get_mut("capabilities"));
    if let Some(Value::Object(capabilities)) = capabilities {
        by_text(capabilities, "add");
        by_text(capabilities, "drop");
    }
}

/// Sorts by `name`; entries of one name keep their order, since the last may win.
fn by_name(parent: &mut Object, key: &str) {
    let name = |entry: &Value| entry.get("name").and_then(Value::as_str).map(str::to_owned);
    if let Some(Value::Array(list)) = parent.get_mut(key) {
        list.sort_by_cached_key(name);
    }
}

/// Sorts by the whole entry; its keys have one order by then.
fn by_text(parent: &mut Object, key: &str) {
    if let Some(Value::Array(list)) = parent.get_mut(key) {
        list.iter_mut().for_each(Value::sort_all_objects);
        list.sort_by_cached_key(ToString::to_string);
    }
}
