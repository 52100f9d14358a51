//! What ECS says of a deployment, turned into a snapshot. Pure. What one shows that goes through
//! stages is in [`staged`].
//!
//! The service deployment tells how it goes
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/view-service-deployment.html>); the
//! service tells whose tasks run. Success needs both: the service deployment is successful, and
//! our revision is the PRIMARY one, complete and running.

mod staged;

use crate::model::service::{Service, ServiceDeployment};
use crate::model::service_deployment::ServiceDeploymentStatus;
use crate::rollout::snapshot::{Serving, Snapshot, State, Traces};
use jiff::Timestamp;

/// Which deployment is ours.
#[derive(Debug, Clone)]
pub struct Ours {
    /// The task definition's ARN that it brings.
    pub revision: String,
    /// The one that the service was on before.
    pub previous: String,
    /// The id in the service's `deployments`: `ecs-svc/1234…`.
    pub deployment: String,
    /// When it began, by ECS's clock: older service events are not about it.
    pub since: Timestamp,
}

/// Whether `revision` is what the service runs, completely.
pub fn serves(service: &Service, revision: &str) -> bool {
    service.primary().is_some_and(|primary| {
        primary.task_definition == revision
            && primary
                .rollout_state
                .as_deref()
                .is_none_or(|state| state == "COMPLETED")
            && primary.counts.running >= primary.counts.desired
    })
}

/// One look: the service deployment (where ECS keeps one) and the service (where it still is).
/// `stages` are those that it was seen in, the present one last.
pub fn snapshot(
    status: Option<&ServiceDeploymentStatus>,
    service: Option<&Service>,
    ours: &Ours,
    stages: &[String],
) -> Snapshot {
    let Some(service) = service.filter(|service| service.status == "ACTIVE") else {
        return deleted(service);
    };
    let entry = service
        .deployments
        .iter()
        .find(|entry| entry.id == ours.deployment);
    let events = service.events.iter().filter(|event| event.at >= ours.since);
    Snapshot {
        state: state(status, service, entry, ours),
        word: word(status, entry),
        reason: reason(status, entry),
        counts: entry.map(|entry| entry.counts),
        traffic: status.and_then(|status| status.production),
        test_traffic: status.and_then(|status| status.test),
        lifecycle: status.map_or_else(Vec::new, |status| staged::lifecycle(status, stages)),
        events: events.rev().cloned().collect(),
        serving: staged::serving(status, service, ours).unwrap_or_else(|| serving(service, ours)),
        set_to_ours: service
            .primary()
            .is_some_and(|primary| primary.id == ours.deployment),
        pause: status.and_then(staged::pause),
        failed_alike: 0,
        traces: traces(status, ours),
    }
}

fn traces(status: Option<&ServiceDeploymentStatus>, ours: &Ours) -> Traces {
    let alarms = status.and_then(|status| status.alarms.as_ref());
    Traces {
        since: Some(ours.since),
        // A deployment that this run has not started is known by its ARN only.
        started_by: Some(&ours.deployment)
            .filter(|id| !id.starts_with("arn:"))
            .cloned()
            .into_iter()
            .collect(),
        circuit_breaker: status.and_then(|status| status.circuit_breaker.clone()),
        alarms: alarms.map_or_else(Vec::new, |alarms| alarms.triggered.clone()),
    }
}

fn deleted(service: Option<&Service>) -> Snapshot {
    let word = service
        .map_or("MISSING", |service| service.status.as_str())
        .to_owned();
    Snapshot {
        state: State::Failed,
        reason: Some(format!(
            "the service was deleted while it was deployed to: it is {word}"
        )),
        word,
        counts: None,
        traffic: None,
        test_traffic: None,
        lifecycle: Vec::new(),
        events: Vec::new(),
        serving: Serving::Unknown,
        set_to_ours: false,
        pause: None,
        failed_alike: 0,
        traces: Traces::default(),
    }
}

fn state(
    status: Option<&ServiceDeploymentStatus>,
    service: &Service,
    entry: Option<&ServiceDeployment>,
    ours: &Ours,
) -> State {
    let failed = entry.is_some_and(|entry| entry.rollout_state.as_deref() == Some("FAILED"));
    // Hooks take one back that goes through stages, whatever the service says about failures.
    let staged = status.is_some_and(|status| status.stage.is_some());
    match status.map(|status| status.status.as_str()) {
        None => without_status(service, entry, ours),
        Some("PENDING") => State::Created,
        Some("SUCCESSFUL") => settled(service, ours),
        Some("ROLLBACK_REQUESTED" | "ROLLBACK_IN_PROGRESS") => State::RollingBack,
        Some("ROLLBACK_SUCCESSFUL") => State::RolledBack,
        Some("ROLLBACK_FAILED") => State::RollbackFailed,
        Some("STOPPED") if failed => State::Failed,
        Some("STOPPED") => stopped(service, ours),
        Some(_) if failed && !service.configuration.rolls_back() && !staged => State::Failed,
        Some("IN_PROGRESS") => staged::state(status, entry),
        // STOP_REQUESTED; a newer word is no end.
        Some(_) => State::Running,
    }
}

/// The service deployment is successful: is the service on it, all of it?
fn settled(service: &Service, ours: &Ours) -> State {
    match service.primary() {
        Some(primary) if primary.task_definition != ours.revision => State::Superseded,
        Some(_) if serves(service, &ours.revision) => State::Succeeded,
        _ => State::Unsettled,
    }
}

/// The service deployment was stopped: by a newer one, or by somebody?
fn stopped(service: &Service, ours: &Ours) -> State {
    match service.primary() {
        Some(primary) if primary.id != ours.deployment => State::Superseded,
        _ => State::Stopped,
    }
}

/// ECS keeps no service deployment for this one: the service's own list must do.
fn without_status(service: &Service, entry: Option<&ServiceDeployment>, ours: &Ours) -> State {
    let primary = service.primary();
    if primary.is_some_and(|primary| primary.id == ours.deployment) {
        return match entry.and_then(|entry| entry.rollout_state.as_deref()) {
            Some("FAILED") if !service.configuration.rolls_back() => State::Failed,
            _ if serves(service, &ours.revision) => State::Succeeded,
            _ => State::Running,
        };
    }
    match primary {
        Some(primary) if primary.task_definition != ours.previous => State::Superseded,
        Some(_) if serves(service, &ours.previous) => State::RolledBack,
        _ => State::RollingBack,
    }
}

fn word(status: Option<&ServiceDeploymentStatus>, entry: Option<&ServiceDeployment>) -> String {
    let of_entry = || entry.and_then(|entry| entry.rollout_state.clone());
    let of_status = status.map(|status| status.status.clone());
    of_status
        .or_else(of_entry)
        .unwrap_or_else(|| "UNKNOWN".to_owned())
}

fn reason(
    status: Option<&ServiceDeploymentStatus>,
    entry: Option<&ServiceDeployment>,
) -> Option<String> {
    let rollback = status.and_then(|status| status.rollback.as_ref()?.reason.clone());
    let of_status = || status.and_then(|status| status.status_reason.clone());
    let failed = |entry: &&ServiceDeployment| entry.rollout_state.as_deref() == Some("FAILED");
    let of_entry = || {
        entry
            .filter(failed)
            .and_then(|entry| entry.rollout_reason.clone())
    };
    rollback.or_else(of_status).or_else(of_entry)
}

/// Whose tasks serve: ours once it is complete, or while the one that took its place has too few,
/// else whoever else has tasks running. The one that comes after a rollback to the same task
/// definition is not ours.
fn serving(service: &Service, ours: &Ours) -> Serving {
    let primary = service.primary();
    let ours_is_primary = primary.is_some_and(|primary| primary.id == ours.deployment);
    if ours_is_primary && serves(service, &ours.revision) {
        return Serving::Ours;
    }
    let entries = service.deployments.iter();
    let (own, others): (Vec<_>, Vec<_>) = entries.partition(|it| it.id == ours.deployment);
    let desired = service.counts.desired;
    // One that failed or was replaced keeps its tasks for as long as nothing comes up.
    let ours_has_all = desired > 0 && own.iter().any(|it| it.counts.running >= desired);
    match busiest(&others) {
        None if ours_has_all => Serving::Ours,
        None => Serving::Unknown,
        // What still runs is on its way out.
        Some(_) if desired == 0 => Serving::Unknown,
        Some((_, running)) if ours_has_all && !ours_is_primary && running < desired => {
            Serving::Ours
        }
        Some((task_definition, running)) => Serving::Other {
            task_definition: task_definition.to_owned(),
            healthy: running >= desired,
        },
    }
}

/// The task definition of the deployment with the most running tasks, and how many of it run in all.
fn busiest<'a>(deployments: &[&'a ServiceDeployment]) -> Option<(&'a str, i32)> {
    let all = || deployments.iter().copied();
    let most = all().max_by_key(|it| it.counts.running)?;
    let same = all().filter(|it| it.task_definition == most.task_definition);
    let running = same.map(|it| it.counts.running).sum();
    (running > 0).then_some((most.task_definition.as_str(), running))
}

#[cfg(test)]
mod tests;
