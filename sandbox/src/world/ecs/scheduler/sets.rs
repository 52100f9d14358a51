//! Task sets: keeps each at its count, removes those that drained.

use super::super::service::Service;
use super::super::task_set::Status;
use super::{Scene, keep, tell_steady};

/// Does for a service on the CodeDeploy controller what is to be done now.
pub(super) fn decide(service: &mut Service, scene: &mut Scene<'_>) {
    let ids = service.task_sets.iter().map(|it| it.launch.id.clone());
    for id in ids.collect::<Vec<_>>() {
        scale(service, &id, scene);
    }
    drop_drained(service);
    note_stability(service, scene);
    let steady = service.task_sets.iter().all(|it| it.stability.0);
    if steady {
        tell_steady(service, scene.now);
    }
}

fn scale(service: &mut Service, id: &str, scene: &mut Scene<'_>) {
    let Some(task_set) = service.task_set(id) else {
        return;
    };
    let wanted = service.wanted_of(task_set);
    keep(service, id, wanted, scene);
}

fn drop_drained(service: &mut Service) {
    let tasks = &service.tasks;
    let is_empty = |id: &str| {
        let mut own = tasks.iter().filter(|task| task.started_by == id);
        own.all(|task| task.stopped.is_some())
    };
    service
        .task_sets
        .retain(|it| it.status != Status::Draining || !is_empty(&it.launch.id));
}

fn note_stability(service: &mut Service, scene: &Scene<'_>) {
    let steady = service.task_sets.iter().map(|it| service.is_steady(it));
    let steady: Vec<bool> = steady.collect();
    for (task_set, steady) in service.task_sets.iter_mut().zip(steady) {
        if task_set.stability.0 != steady {
            task_set.stability = (steady, scene.now);
            task_set.updated = scene.now;
        }
    }
}
