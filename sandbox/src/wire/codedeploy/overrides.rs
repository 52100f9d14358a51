//! What a deployment may set for itself instead of its group: rollback events and alarms.

use crate::wire::aws_error::AwsError;
use crate::wire::body::{flag, list, text, texts};
use crate::world::codedeploy::group::Alarms;
use serde_json::Value;

const EVENTS: [&str; 3] = [
    "DEPLOYMENT_FAILURE",
    "DEPLOYMENT_STOP_ON_ALARM",
    "DEPLOYMENT_STOP_ON_REQUEST",
];

/// The rollback events of `autoRollbackConfiguration`, if it is there.
pub(super) fn auto_rollback(body: &Value) -> Result<Option<Vec<String>>, AwsError> {
    let Some(set) = body
        .get("autoRollbackConfiguration")
        .filter(|it| !it.is_null())
    else {
        return Ok(None);
    };
    let invalid = |words: String| AwsError::client("InvalidAutoRollbackConfigException", words);
    let events = texts(set, "events");
    if let Some(event) = events.iter().find(|event| !EVENTS.contains(event)) {
        return Err(invalid(format!(
            "The automatic rollback event {event} is not valid."
        )));
    }
    if flag(set, "enabled") != Some(true) {
        return Ok(Some(Vec::new()));
    }
    if events.is_empty() {
        let words = "Automatic rollback is enabled, but no events are specified.";
        return Err(invalid(words.to_owned()));
    }
    Ok(Some(events.into_iter().map(str::to_owned).collect()))
}

/// The alarms of `overrideAlarmConfiguration`, if it is there.
pub(super) fn alarms(body: &Value) -> Result<Option<Alarms>, AwsError> {
    let Some(set) = body
        .get("overrideAlarmConfiguration")
        .filter(|it| !it.is_null())
    else {
        return Ok(None);
    };
    let names: Option<Vec<String>> = list(set, "alarms")
        .iter()
        .map(|alarm| {
            text(alarm, "name")
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
        })
        .collect();
    let invalid = |words: &str| AwsError::client("InvalidAlarmConfigException", words);
    let names = names.ok_or_else(|| invalid("An alarm must have a name."))?;
    let enabled = flag(set, "enabled") == Some(true);
    if names.len() > 10 {
        let words = "A deployment can have at most 10 alarms.";
        return Err(AwsError::client("AlarmsLimitExceededException", words));
    }
    if enabled && names.is_empty() {
        return Err(invalid("Alarms are enabled, but none is specified."));
    }
    Ok(Some(Alarms {
        enabled,
        ignore_poll_failure: flag(set, "ignorePollAlarmFailure") == Some(true),
        names,
    }))
}
