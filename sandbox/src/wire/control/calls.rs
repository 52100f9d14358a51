//! `GET /_sandbox/calls?service=ecs&operation=Describe*&since=2026-11-23T10:00:00Z`.

use super::Outcome;
use crate::world::identity::policy::matches;
use crate::world::{Call, World};
use jiff::Timestamp;
use serde_json::json;

type Filter = Box<dyn Fn(&Call) -> bool>;

/// The calls so far, oldest first; `service` and `operation` may hold `*`, `since` is a time.
pub(super) fn list(world: &World, query: &str) -> Outcome {
    let mut wanted: Vec<Filter> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
        wanted.push(match name.as_str() {
            "service" => Box::new(move |call| matches(&value, &call.service)),
            "operation" => Box::new(move |call| matches(&value, &call.operation)),
            "since" => {
                let since: Timestamp = value
                    .parse()
                    .map_err(|_| format!("since: {value} is no time like 2026-11-23T10:00:00Z"))?;
                Box::new(move |call| call.at >= since)
            }
            _ => return Err(format!("{name} is not one of service, operation, since")),
        });
    }
    let all = world.calls.iter();
    let calls: Vec<&Call> = all
        .filter(|call| wanted.iter().all(|wants| wants(call)))
        .collect();
    Ok(json!({"count": calls.len(), "calls": calls}))
}
