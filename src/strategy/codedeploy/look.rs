//! What CodeDeploy and ECS say of a blue/green deployment, turned into a snapshot. Pure.

mod hooks;
mod serving;

use super::LeftTraffic;
use crate::model::codedeploy::{Deployment, DeploymentGroup, Target, TargetTaskSet};
use crate::model::service::{Counts, Service, ServiceEvent, TaskSet};
use crate::rollout::snapshot::{Pause, Snapshot, State, Traces};
use jiff::{SignedDuration, Timestamp};

/// How long after a failure CodeDeploy may take to make the deployment that rolls it back.
const ROLLBACK_APPEARS: SignedDuration = SignedDuration::from_mins(1);

/// One look at everything that a blue/green deployment shows itself in.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Our deployment.
    pub deployment: &'a Deployment,
    /// Its one target; absent until it has started.
    pub target: Option<&'a Target>,
    /// The deployment that rolls ours back, once there is one.
    pub rollback: Option<&'a Deployment>,
    /// The service, where it still is.
    pub service: Option<&'a Service>,
    /// The deployment group.
    pub group: &'a DeploymentGroup,
    /// What had production traffic beside the PRIMARY task set before.
    pub left_traffic: &'a [LeftTraffic],
    /// The task definition's ARN that ours brings.
    pub revision: &'a str,
    /// Whether this run had it stopped and rolled back.
    pub told_to_stop: bool,
    /// When the look was taken.
    pub at: Timestamp,
}

/// Whether `revision` is what the service's PRIMARY task set runs, completely.
pub fn serves(service: &Service, revision: &str) -> bool {
    service.task_sets.iter().any(|set| {
        set.status == "PRIMARY"
            && set.task_definition == revision
            && set.counts.running >= set.counts.desired
    })
}

/// Whether a deployment of this status has ended
/// (<https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html>); a newer
/// word is no end.
pub fn is_over(status: &str) -> bool {
    matches!(status, "Succeeded" | "Failed" | "Stopped")
}

/// The look as a snapshot.
pub fn snapshot(seen: &Seen<'_>) -> Snapshot {
    let green = seen.target.and_then(replacement);
    let state = state(seen);
    Snapshot {
        state,
        word: word(seen),
        reason: reason(seen),
        counts: counts(seen),
        traffic: green.map(|set| set.traffic_weight),
        test_traffic: seen.target.and_then(hooks::test_traffic),
        lifecycle: seen.target.map(hooks::lifecycle).unwrap_or_default(),
        events: events(seen),
        serving: serving::serving(seen, state),
        set_to_ours: seen
            .service
            .filter(|_| deleted(seen).is_none())
            .and_then(primary)
            .is_some_and(|primary| serving::is_ours(seen, primary)),
        pause: (state == State::Ready).then_some(Pause {
            hook: None,
            until: None,
        }),
        failed_alike: 0,
        traces: Traces {
            since: seen.deployment.created_at,
            started_by: green.map(|set| set.id.clone()).into_iter().collect(),
            alarms: activated_alarms(seen),
            ..Traces::default()
        },
    }
}

/// The alarms that CodeDeploy names when it stops a deployment: `… Activated alarms: <shop-5xx>
/// <shop-slow> (ALARM_ACTIVE)`.
fn activated_alarms(seen: &Seen<'_>) -> Vec<String> {
    let reason = reason(seen).unwrap_or_default();
    let (_, list) = reason.split_once("Activated alarms: ").unwrap_or_default();
    let names = list.split('<').skip(1);
    let names = names.filter_map(|rest| rest.split_once('>'));
    names.map(|(name, _)| name.to_owned()).collect()
}

fn primary(service: &Service) -> Option<&TaskSet> {
    service.task_sets.iter().find(|set| set.status == "PRIMARY")
}

/// A service that is gone has no traffic to move, whatever CodeDeploy says.
fn state(seen: &Seen<'_>) -> State {
    if deleted(seen).is_some() {
        return State::Failed;
    }
    match seen.deployment.status.as_str() {
        "Created" | "Queued" => State::Created,
        "Ready" => State::Ready,
        "Succeeded" => succeeded(seen),
        "Stopped" if by_somebody(seen.deployment) => after_failure(seen, State::Stopped),
        "Stopped" | "Failed" => after_failure(seen, State::Failed),
        // InProgress and Baking; a newer word is no end.
        _ if is_shifted(seen.deployment, seen.target) && green_runs(seen) => State::TrafficShifted,
        _ => State::Running,
    }
}

/// ECS's word for the service when it is there no more.
fn deleted<'a>(seen: &Seen<'a>) -> Option<&'a str> {
    match seen.service {
        Some(service) => Some(service.status.as_str()).filter(|status| *status != "ACTIVE"),
        None => Some("MISSING"),
    }
}

/// Alarms and waits that nobody ended stop deployments too
/// (<https://docs.aws.amazon.com/codedeploy/latest/userguide/error-codes.html>).
fn by_somebody(deployment: &Deployment) -> bool {
    let code = deployment.error.as_ref().map(|error| error.code.as_str());
    matches!(code, None | Some("MANUAL_STOP"))
}

/// CodeDeploy is done; the service must be on our revision too, with all its tasks.
fn succeeded(seen: &Seen<'_>) -> State {
    match seen.service {
        Some(service) if service.task_definition != seen.revision => State::Superseded,
        Some(service) if !serves(service, seen.revision) => State::Unsettled,
        _ => State::Succeeded,
    }
}

/// Whether all that a deployment does for the traffic is done.
pub fn is_shifted(deployment: &Deployment, target: Option<&Target>) -> bool {
    deployment.termination_wait_started || target.is_some_and(traffic_is_shifted)
}

fn green_runs(seen: &Seen<'_>) -> bool {
    counts(seen).is_none_or(|counts| counts.running >= counts.desired)
}

/// The tasks of the new task set: as ECS counts them, since CodeDeploy looks away, once the traffic
/// is moved.
fn counts(seen: &Seen<'_>) -> Option<Counts> {
    let green = seen.target.and_then(replacement)?;
    let moved = seen.deployment.status != "Failed"
        && seen.deployment.status != "Stopped"
        && is_shifted(seen.deployment, seen.target);
    let set = seen.service.filter(|_| moved);
    let set = set.and_then(|service| service.task_set(&green.id));
    Some(set.map_or(green.counts, |set| set.counts))
}

/// All traffic moved, and the hook after it done or not there.
fn traffic_is_shifted(target: &Target) -> bool {
    let status = |name: &str| {
        let event = target
            .lifecycle_events
            .iter()
            .find(|event| event.name == name);
        event.map(|event| event.status.as_str())
    };
    status("AllowTraffic") == Some("Succeeded")
        && matches!(status("AfterAllowTraffic"), Some("Succeeded" | "Skipped"))
}

/// Failed or stopped: is the way back under way, over, or not to come?
fn after_failure(seen: &Seen<'_>, without: State) -> State {
    match seen.rollback.map(|rollback| rollback.status.as_str()) {
        Some("Succeeded") => State::RolledBack,
        Some("Failed" | "Stopped") => State::RollbackFailed,
        Some(_) => State::RollingBack,
        None if rollback_may_come(seen) => State::RollingBack,
        None => without,
    }
}

/// CodeDeploy makes the rollback moments after the failure, where the group asks for one.
fn rollback_may_come(seen: &Seen<'_>) -> bool {
    let named = seen
        .deployment
        .rollback
        .as_ref()
        .is_some_and(|info| info.rollback_deployment.is_some());
    let ended = seen.deployment.completed_at.unwrap_or(seen.at);
    let fresh = seen.at.duration_since(ended) < ROLLBACK_APPEARS;
    let asked = seen.told_to_stop && seen.deployment.status == "Stopped";
    named
        || fresh && asked
        || (fresh
            && seen
                .group
                .auto_rollback
                .iter()
                .any(|event| event == trigger(seen.deployment)))
}

/// The auto-rollback event that this end of a deployment is
/// (<https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_AutoRollbackConfiguration.html>).
fn trigger(deployment: &Deployment) -> &'static str {
    let code = deployment.error.as_ref().map(|error| error.code.as_str());
    match (deployment.status.as_str(), code) {
        (_, Some("ALARM_ACTIVE")) => "DEPLOYMENT_STOP_ON_ALARM",
        ("Stopped", _) => "DEPLOYMENT_STOP_ON_REQUEST",
        _ => "DEPLOYMENT_FAILURE",
    }
}

/// CodeDeploy's word, and the rollback's where that is what goes on.
fn word(seen: &Seen<'_>) -> String {
    let own = &seen.deployment.status;
    seen.rollback.map_or_else(
        || own.clone(),
        |rollback| format!("{own}, rollback {} {}", rollback.id, rollback.status),
    )
}

fn reason(seen: &Seen<'_>) -> Option<String> {
    if let Some(word) = deleted(seen) {
        return Some(format!(
            "the service was deleted while it was deployed to: it is {word}"
        ));
    }
    let error = seen.deployment.error.as_ref()?;
    Some(format!("{} ({})", error.message, error.code))
}

/// The new task set: labelled Green, or the one that is not PRIMARY where nothing is labelled.
fn replacement(target: &Target) -> Option<&TargetTaskSet> {
    let labelled = |set: &&TargetTaskSet| set.label.as_deref() == Some("Green");
    target.task_sets.iter().find(labelled)
}

/// Service events since the deployment was asked for, oldest first.
fn events(seen: &Seen<'_>) -> Vec<ServiceEvent> {
    let since = seen.deployment.created_at.unwrap_or(seen.at);
    let events = seen
        .service
        .map(|service| service.events.as_slice())
        .unwrap_or_default();
    events
        .iter()
        .rev()
        .filter(|event| event.at >= since)
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests;
