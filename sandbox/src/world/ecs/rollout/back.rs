//! The way back of a rolling deployment that failed, and its failure where a scenario has one.

use super::{Cause, State, make_primary};
use crate::world::ecs::events;
use crate::world::ecs::later;
use crate::world::ecs::scheduler::Scene;
use crate::world::ecs::service::{REVISION_FIELDS, Service};
use crate::world::ecs::service_deployment::{Rollback, Status};
use serde_json::Value;

/// Takes the service back to one of its revisions.
pub(super) fn roll_back(
    service: &mut Service,
    cause: &Cause,
    revision: &str,
    scene: &mut Scene<'_>,
) {
    restore(service, revision);
    let known = service
        .deployments
        .iter()
        .position(|it| it.revision == revision);
    let id = match known {
        Some(at) => {
            let deployment = service.deployments.remove(at);
            let id = deployment.launch.id.clone();
            service.deployments.insert(0, deployment);
            id
        }
        None => make_primary(service, revision, 0, scene),
    };
    if let Some(primary) = service.deployments.first_mut() {
        primary.state = State::InProgress;
        primary.steady = None;
        primary.updated = scene.now;
        primary.reason = format!("{}: rolling back to deploymentId {id}.", cause.source());
    }
    service.tell(scene.now, &events::rolling_back(&id));
    let reason = cause.reason("rolled back");
    if let Some(current) = service.current_mut() {
        current.become_status(Status::RollbackInProgress, Some(&reason), scene.now);
        current.rollback = Some(Rollback {
            reason,
            started: scene.now,
            revision: revision.to_owned(),
        });
    }
    if service.script.rollback_fails {
        service.wake(later(scene.now, scene.timing.failing_rollback));
    }
}

/// Fails a rollback that is scripted to, once its time has come. Does it hold the deployment up?
pub fn hold_rollback(service: &mut Service, scene: &Scene<'_>) -> bool {
    let rollback = service.current().and_then(|it| it.rollback.as_ref());
    let Some(started) = rollback
        .map(|it| it.started)
        .filter(|_| service.script.rollback_fails)
    else {
        return false;
    };
    if later(started, scene.timing.failing_rollback) <= scene.now {
        let reason = service.current().and_then(|it| it.reason.clone());
        let reason = reason.map(|it| it.replace("rolled back", "could not be rolled back"));
        if let Some(primary) = service.deployments.first_mut() {
            primary.state = State::Failed;
            primary.updated = scene.now;
            "ECS deployment rollback failed.".clone_into(&mut primary.reason);
        }
        if let Some(current) = service.current_mut() {
            current.become_status(Status::RollbackFailed, reason.as_deref(), scene.now);
        }
    }
    true
}

/// Gives the service the settings of one of its revisions back.
fn restore(service: &mut Service, revision: &str) {
    let Some(revision) = service.revision(revision).cloned() else {
        return;
    };
    service.task_definition = revision.task_definition;
    for name in REVISION_FIELDS {
        match revision.settings.get(name) {
            Some(value) => service
                .settings
                .insert(name.to_owned(), Value::clone(value)),
            None => service.settings.shift_remove(name),
        };
    }
}
