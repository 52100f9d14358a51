//! The deployment configuration that comes nearest to what CodeDeploy does so far.

use super::SoFar;
use crate::model::codedeploy::Routing;
use serde_json::{Map, Value, json};

/// That of a deployment group, or of all at once where none is known.
pub(super) fn configuration(so_far: Option<SoFar<'_>>) -> Map<String, Value> {
    so_far.map_or_else(at_once, as_it_does)
}

fn at_once() -> Map<String, Value> {
    let at_once = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5});
    at_once.as_object().cloned().unwrap_or_default()
}

/// The deployment configuration that does what a deployment group does.
fn as_it_does(so_far: SoFar<'_>) -> Map<String, Value> {
    let SoFar { group, routing } = so_far;
    let mut all = match routing {
        Routing::Canary { percent, minutes } => json!({
            "strategy": "CANARY",
            "canaryConfiguration": {"canaryPercent": percent, "canaryBakeTimeInMinutes": minutes},
        }),
        Routing::Linear { percent, minutes } => json!({
            "strategy": "LINEAR",
            "linearConfiguration": {"stepPercent": percent, "stepBakeTimeInMinutes": minutes},
        }),
        Routing::AllAtOnce | Routing::Other(_) => json!({"strategy": "BLUE_GREEN"}),
    };
    let Some(all) = all.as_object_mut() else {
        return Map::new();
    };
    let bake = group.termination_wait_minutes.min(1440);
    all.insert("bakeTimeInMinutes".to_owned(), bake.into());
    if !group.alarms.is_empty() {
        let rolls_back = group
            .auto_rollback
            .iter()
            .any(|it| it == "DEPLOYMENT_STOP_ON_ALARM");
        let alarms = json!({"alarmNames": group.alarms, "enable": true, "rollback": rolls_back});
        all.insert("alarms".to_owned(), alarms);
    }
    all.clone()
}
