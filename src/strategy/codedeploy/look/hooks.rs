//! The lifecycle events of a target, and what a failed hook left behind.

use crate::model::codedeploy::{Diagnostics, LifecycleEvent as Event, Target};
use crate::rollout::snapshot::LifecycleEvent;

pub(super) fn lifecycle(target: &Target) -> Vec<LifecycleEvent> {
    let told = |event: &Event| LifecycleEvent {
        name: event.name.clone(),
        status: event.status.clone(),
        detail: event.diagnostics.as_ref().and_then(diagnosis),
    };
    target.lifecycle_events.iter().map(told).collect()
}

/// All of the test traffic, once the test listener leads to the replacement
/// (<https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html>).
pub(super) fn test_traffic(target: &Target) -> Option<f64> {
    let moved = |event: &&Event| event.name == "AllowTestTraffic" && event.status == "Succeeded";
    target.lifecycle_events.iter().find(moved).map(|_| 100.0)
}

/// What a failed hook left behind, in one sentence.
fn diagnosis(diagnostics: &Diagnostics) -> Option<String> {
    if diagnostics.error_code == "Success" {
        return None;
    }
    let script = diagnostics
        .script
        .as_ref()
        .map(|script| format!("{script}: "));
    let message = diagnostics
        .message
        .clone()
        .unwrap_or_else(|| diagnostics.error_code.clone());
    let log = diagnostics
        .log_tail
        .as_ref()
        .filter(|log| !log.trim().is_empty());
    let log = log.map(|log| format!("; its log ends: {}", log.trim()));
    Some(format!(
        "{}{message}{}",
        script.unwrap_or_default(),
        log.unwrap_or_default()
    ))
}
