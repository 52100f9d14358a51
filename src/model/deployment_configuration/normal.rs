//! When two deployment configurations mean the same to ECS: documented defaults are left out of both,
//! and what has no order is sorted. The strategy is
//! always said. Nothing that this code does not know is touched.

use crate::model::document::plain;
use serde_json::{Map, Value, json};

/// The settings as ECS understands them; equal settings have equal ones.
pub(super) fn form(document: &Map<String, Value>) -> Map<String, Value> {
    let mut document = document.clone();
    document.values_mut().for_each(plain::numbers);
    let strategy = document.entry("strategy");
    strategy.or_insert_with(|| Value::from("ROLLING"));
    let names = [
        "deploymentCircuitBreaker",
        "alarms",
        "linearConfiguration",
        "canaryConfiguration",
    ];
    for name in names {
        if let Some(Value::Object(settings)) = document.get_mut(name) {
            leave_out(settings, &defaults(name));
        }
    }
    let hooks = document.get_mut("lifecycleHooks");
    for hook in hooks.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(hook) = hook {
            leave_out_of_hook(hook);
        }
    }
    if let Some(names) = document
        .get_mut("alarms")
        .and_then(|it| it.get_mut("alarmNames"))
    {
        sort(names);
    }
    leave_out(&mut document, &defaults(""));
    document.sort_keys();
    document
}

/// What stands for nothing being said, by the API reference
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html>).
fn defaults(of: &str) -> Value {
    match of {
        "" => json!({
            "bakeTimeInMinutes": 0, "lifecycleHooks": [], "deploymentCircuitBreaker": {},
            "alarms": {},
        }),
        "deploymentCircuitBreaker" => {
            json!({"enable": false, "rollback": false, "resetOnHealthyTask": true})
        }
        "alarms" => json!({"enable": false, "rollback": false, "alarmNames": []}),
        "linearConfiguration" => json!({"stepPercent": 10, "stepBakeTimeInMinutes": 6}),
        "canaryConfiguration" => json!({"canaryPercent": 5, "canaryBakeTimeInMinutes": 10}),
        _ => json!({}),
    }
}

fn leave_out_of_hook(hook: &mut Map<String, Value>) {
    if let Some(Value::Object(time_out)) = hook.get_mut("timeoutConfiguration") {
        leave_out(
            time_out,
            &json!({"timeoutInMinutes": 1440, "action": "ROLLBACK"}),
        );
    }
    leave_out(
        hook,
        &json!({"targetType": "AWS_LAMBDA", "timeoutConfiguration": {}}),
    );
    if let Some(stages) = hook.get_mut("lifecycleStages") {
        sort(stages);
    }
}

/// Takes out what is null or a default, and gives the keys one order.
fn leave_out(settings: &mut Map<String, Value>, defaults: &Value) {
    settings.retain(|key, value| !value.is_null() && defaults.get(key) != Some(value));
    settings.sort_keys();
}

/// A list of names.
fn sort(list: &mut Value) {
    if let Value::Array(names) = list {
        names.sort_by_cached_key(Value::to_string);
    }
}
