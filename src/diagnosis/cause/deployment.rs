//! What ended the deployment as such: a hook that failed, an alarm that went off.

use super::words::shown;
use super::{Cause, Kind, View};

/// What the names of ECS's hooks begin with: they are known by their function.
const FUNCTION: &str = "hook ";

/// Lifecycle events that are CodeDeploy's own work and have no hook
/// (<https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html>).
const WITHOUT_HOOK: [&str; 7] = [
    "Start",
    "Install",
    "TestTraffic",
    "AllowTestTraffic",
    "AllowTraffic",
    "BlockTraffic",
    "End",
];

/// A hook failed.
pub(super) fn hook(view: View<'_>) -> Option<Cause> {
    let mut failed = view.evidence.lifecycle.iter();
    let event = failed.find(|event| !WITHOUT_HOOK.contains(&event.name.as_str()))?;
    let detail = event.detail.as_deref().map(str::trim);
    let detail = detail.filter(|detail| !detail.is_empty());
    let said = detail.map(|detail| format!(": {}", shown(detail)));
    let late = detail.is_some_and(|detail| {
        let detail = detail.to_lowercase();
        detail.contains("timed out") || detail.contains("time out") || detail.contains("timeout")
    });
    let advice = match (late, event.name.strip_prefix(FUNCTION)) {
        (true, Some(_)) => {
            "Look at the function's log (log group `/aws/lambda/<function>`): it must return a \
             `hookStatus` of SUCCEEDED or FAILED before the hook's time-out, and the hook's role must \
             allow ECS to invoke it."
        }
        (true, None) => {
            "Look at the function's log (log group `/aws/lambda/<function>`): it must tell CodeDeploy \
             the result by PutLifecycleEventHookExecutionStatus within an hour, and its role must \
             allow that."
        }
        (false, _) => {
            "Look at the function's log (log group `/aws/lambda/<function>`), and mend what it found \
             in the new revision, or the hook itself."
        }
    };
    Some(Cause {
        kind: Kind::HookFailed,
        sentence: format!("{} failed{}", named(&event.name), said.unwrap_or_default()),
        advice: advice.to_owned(),
    })
}

/// A hook by its lifecycle event, as CodeDeploy has it, or by its function (`hook shop-smoke`).
fn named(event: &str) -> String {
    match event.strip_prefix(FUNCTION) {
        Some(function) => format!("the hook function {}", shown(function)),
        None => format!("the hook of {}", shown(event)),
    }
}

/// An alarm went off, and it is not tasks that the circuit breaker stopped the deployment for.
pub(super) fn alarm(view: View<'_>) -> Option<Cause> {
    let evidence = view.evidence;
    let breaker = evidence.circuit_breaker.as_ref();
    if breaker.is_some_and(|breaker| breaker.status == "TRIGGERED") {
        return None;
    }
    let said = evidence.reason.as_deref().unwrap_or_default();
    let sentence = match evidence.alarms.as_slice() {
        [] if said.contains("ALARM_ACTIVE") => "an alarm of the deployment went off".to_owned(),
        [] => return None,
        [alarm] => format!("the alarm `{}` went off", shown(alarm)),
        alarms => format!("the alarms {} went off", shown(&alarms.join(", "))),
    };
    Some(Cause {
        kind: Kind::Alarm,
        sentence,
        advice: "Compare the alarm's history in CloudWatch with the deployment: mend the revision \
                 if the alarm began with it; an alarm that was on before fails every deployment."
            .to_owned(),
    })
}
