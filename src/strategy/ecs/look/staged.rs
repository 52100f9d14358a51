//! What a deployment shows that ECS takes through lifecycle stages: blue/green, linear, canary. Pure.
//!
//! A rolling one has no stage, and nothing here is so of it.
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html>

use super::{Ours, busiest};
use crate::model::arn::short;
use crate::model::service::{Service, ServiceDeployment};
use crate::model::service_deployment::{Hook, ServiceDeploymentStatus};
use crate::rollout::snapshot::{LifecycleEvent, Pause, Serving, State};
use std::collections::BTreeMap;

/// The stages in which the new revision has all of the test traffic and none of production's.
const READY: [&str; 2] = ["POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT"];

/// The stages that come when all production traffic is moved and its hooks are done.
const SHIFTED: [&str; 2] = ["BAKE_TIME", "CLEAN_UP"];

/// Where a deployment that is under way stands. A stage that is newer than this code is none of
/// those that something follows from.
pub(super) fn state(
    status: Option<&ServiceDeploymentStatus>,
    entry: Option<&ServiceDeployment>,
) -> State {
    let runs = |it: &ServiceDeployment| it.counts.running >= it.counts.desired;
    let stage = status.and_then(|status| status.stage.as_deref());
    let untouched = status.and_then(|status| status.production).unwrap_or(0.0) <= 0.0;
    match stage {
        // Before any test traffic, too: nothing more comes of it by itself.
        Some(_) if untouched && status.and_then(pause).is_some() => State::Ready,
        Some(stage) if READY.contains(&stage) && untouched => State::Ready,
        Some(stage) if SHIFTED.contains(&stage) && entry.is_none_or(runs) => State::TrafficShifted,
        _ => State::Running,
    }
}

/// The pause that it is in.
pub(super) fn pause(status: &ServiceDeploymentStatus) -> Option<Pause> {
    let waits = |hook: &&Hook| hook.is_pause && hook.status == "AWAITING_ACTION";
    let hook = status.hooks.iter().find(waits)?;
    (status.status == "IN_PROGRESS").then(|| Pause {
        hook: Some(hook.id.clone()),
        until: hook.expires_at,
    })
}

/// Who has production's traffic, by the weights that ECS asked for; none where it routes nothing.
pub(super) fn serving(
    status: Option<&ServiceDeploymentStatus>,
    service: &Service,
    ours: &Ours,
) -> Option<Serving> {
    let is_set = service.primary().is_some_and(|it| it.id == ours.deployment);
    let percent = weight(status?, is_set)?;
    let entries = service.deployments.iter();
    let (own, others): (Vec<_>, Vec<_>) = entries.partition(|it| it.id == ours.deployment);
    if percent >= 100.0 && own.iter().any(|it| it.counts.running > 0) {
        return Some(Serving::Ours);
    }
    let (other, running) = busiest(&others)?;
    let task_definition = other.to_owned();
    Some(match service.counts.desired {
        0 => Serving::Unknown,
        _ if percent > 0.0 => Serving::Divided {
            task_definition,
            percent: whole(percent),
        },
        desired => Serving::Other {
            task_definition,
            healthy: running >= desired,
        },
    })
}

/// The weight of our revision, while it surely is so: what was asked for is not any more where a newer
/// deployment took the place of ours, and may not be where a rollback failed.
fn weight(status: &ServiceDeploymentStatus, is_set: bool) -> Option<f64> {
    status.stage.as_ref()?;
    match status.status.as_str() {
        "STOPPED" if !is_set => None,
        "ROLLBACK_FAILED" | "SUCCESSFUL" => None,
        _ => status.production,
    }
}

/// A share that is not all and not nothing, 1 to 99.
fn whole(percent: f64) -> u8 {
    let up_to = |it: &u8| f64::from(*it) <= percent.round();
    (1..=99).rev().find(up_to).unwrap_or(1)
}

/// The stages that were seen, and the hooks.
pub(super) fn lifecycle(
    status: &ServiceDeploymentStatus,
    stages: &[String],
) -> Vec<LifecycleEvent> {
    let goes_forward = matches!(status.status.as_str(), "IN_PROGRESS" | "SUCCESSFUL");
    let stages = stages.iter().filter(|_| goes_forward);
    let current =
        |stage: &String| status.status == "IN_PROGRESS" && status.stage.as_ref() == Some(stage);
    let stages = stages.map(|stage| LifecycleEvent {
        name: stage.clone(),
        status: if current(stage) {
            "InProgress".to_owned()
        } else {
            "Succeeded".to_owned()
        },
        detail: None,
    });
    stages.chain(hooks(&status.hooks)).collect()
}

/// Each hook under its own name: one that is asked at every step of traffic has a number, too.
fn hooks(hooks: &[Hook]) -> Vec<LifecycleEvent> {
    let mut told = Vec::new();
    let mut asked: BTreeMap<String, u32> = BTreeMap::new();
    for hook in hooks {
        let own = name(hook);
        let times = asked.entry(own.clone()).or_insert(0);
        *times += 1;
        let name = match *times {
            1 => own,
            again => format!("{own} ({again})"),
        };
        let status = match hook.status.as_str() {
            "IN_PROGRESS" => "InProgress",
            "SUCCEEDED" => "Succeeded",
            "FAILED" if hook.is_pause => "Rejected",
            "FAILED" => "Failed",
            "TIMED_OUT" if hook.function.is_some() => "Failed",
            "TIMED_OUT" => "TimedOut",
            "AWAITING_ACTION" => "Waiting",
            newer => newer,
        };
        told.push(LifecycleEvent {
            name,
            status: status.to_owned(),
            detail: detail(hook),
        });
    }
    told
}

fn name(hook: &Hook) -> String {
    match &hook.function {
        Some(function) => {
            let function = short(function);
            let function = function.rsplit(':').next().unwrap_or(function);
            format!("hook {function}")
        }
        None => "pause".to_owned(),
    }
}

/// How long nobody need end the pause, and what became of a function without an answer.
fn detail(hook: &Hook) -> Option<String> {
    if hook.status == "TIMED_OUT" && hook.function.is_some() {
        return Some("timed out without an answer".to_owned());
    }
    let until = hook.expires_at;
    let until = until.filter(|_| hook.status == "AWAITING_ACTION")?;
    let then = match hook.timeout_action.as_str() {
        "CONTINUE" => "goes on by itself",
        _ => "is rolled back",
    };
    Some(format!(
        "until somebody continues it; it {then} at {}",
        until.strftime("%Y-%m-%d %H:%M:%S UTC")
    ))
}

#[cfg(test)]
mod tests;
