//! Rolling: replaces the tasks of older deployments by those of the PRIMARY one, within
//! `minimumHealthyPercent` and `maximumPercent`, until it is complete or fails.

use super::super::later;
use super::super::rollout::{self, Cause, State};
use super::super::service::{self, Service};
use super::super::service_deployment::{ServiceDeployment, Status};
use super::{Scene, expendable, start, stop, tell_steady};

/// Does for a service on the ECS controller what is to be done now.
pub(super) fn decide(service: &mut Service, scene: &mut Scene<'_>) {
    if service.wake.is_none() {
        rollout::take_up(service, scene.now);
    }
    watch(service, scene);
    let held = rollout::hold_rollback(service, scene);
    let failed = service
        .primary()
        .is_some_and(|it| it.state == State::Failed);
    if !failed {
        scale(service, scene);
    }
    drop_drained(service, None);
    if !held {
        settle(service, scene);
    }
}

/// Ends the PRIMARY deployment if it was told to stop, its breaker trips or an alarm fires.
fn watch(service: &mut Service, scene: &mut Scene<'_>) {
    let in_progress = service
        .primary()
        .is_some_and(|it| it.state == State::InProgress);
    if !in_progress || service.status != service::Status::Active {
        return;
    }
    if let Some((cause, rollback)) = trouble(service, scene) {
        rollout::fail(service, &cause, rollback, scene);
    }
}

fn trouble(service: &Service, scene: &Scene<'_>) -> Option<(Cause, bool)> {
    let current = service.current();
    if current.is_some_and(|it| it.status == Status::RollbackRequested) {
        return Some((Cause::Request, true));
    }
    let failed = service.primary()?.launch.failed;
    let breaker = service.breaker();
    if breaker.enable && failed >= breaker.threshold(service.wanted()) {
        return Some((Cause::Breaker, breaker.rollback));
    }
    let (names, rollback) = service.alarms()?;
    current.filter(|it| it.rollback.is_none())?;
    let firing = scene.alarms.firing(names);
    (!firing.is_empty()).then_some((Cause::Alarms(firing), rollback))
}

/// Stops what may go, starts what may come.
fn scale(service: &mut Service, scene: &mut Scene<'_>) {
    let Some(primary) = service.primary() else {
        return;
    };
    let id = primary.launch.id.clone();
    let may_start = primary.launch.may_start(scene.now);
    let wanted = service.wanted() as usize;
    let live = service.counts_of(&id).live();
    let excess = expendable(service, &id, live.saturating_sub(wanted));
    stop(service, &excess, &id, scene.now);
    stop_older(service, &id, scene);
    let room = service.maximum().saturating_sub(service.counts().live());
    let lacking = wanted.saturating_sub(service.counts_of(&id).live());
    if may_start {
        start(service, &id, lacking.min(room), scene);
    }
}

/// Stops tasks of older deployments: all that are not healthy, and as many healthy ones as the
/// minimum leaves.
fn stop_older(service: &mut Service, primary: &str, scene: &Scene<'_>) {
    let mut spare = service.counts().healthy.saturating_sub(service.minimum());
    let older = service.deployments.iter().skip(1);
    let older: Vec<String> = older.map(|it| it.launch.id.clone()).collect();
    // The oldest deployment goes first.
    for id in older.iter().rev() {
        let counts = service.counts_of(id);
        let healthy = counts.healthy.min(spare);
        spare -= healthy;
        let going = expendable(service, id, counts.live() - counts.healthy + healthy);
        stop(service, &going, primary, scene.now);
    }
}

/// Forgets older deployments that have no tasks left, but for the one to `keep`.
pub(super) fn drop_drained(service: &mut Service, keep: Option<&str>) {
    let Some(primary) = service.primary().map(|it| it.launch.id.clone()) else {
        return;
    };
    let tasks = &service.tasks;
    let has_tasks = |id: &str| {
        let mut own = tasks.iter().filter(|task| task.started_by == id);
        own.any(|task| task.stopped.is_none())
    };
    let stays = |id: &str| id == primary || keep == Some(id) || has_tasks(id);
    service.deployments.retain(|it| stays(&it.launch.id));
}

/// Completes the PRIMARY deployment, and says that the service is steady, when nothing is left to
/// do.
fn settle(service: &mut Service, scene: &Scene<'_>) {
    let state = service.primary().map(|it| it.state);
    let pending = |it: &ServiceDeployment| it.status == Status::Pending;
    let pending = service.current().is_some_and(pending);
    let active = service.status == service::Status::Active;
    if !active || pending || !is_done(service) {
        unsettle(service);
        return;
    }
    if state == Some(State::Failed) {
        return;
    }
    if state == Some(State::InProgress) && !bakes(service, scene) {
        rollout::complete(service, scene.now);
    }
    tell_steady(service, scene.now);
}

/// Are all tasks those of the PRIMARY deployment, as many as wanted, and healthy?
pub(super) fn is_done(service: &Service) -> bool {
    let wanted = service.wanted() as usize;
    let counts = service.counts();
    service.deployments.len() == 1
        && counts.live() == wanted
        && counts.healthy == wanted
        && counts.stopping == 0
}

fn unsettle(service: &mut Service) {
    if let Some(primary) = service.deployments.first_mut() {
        primary.steady = None;
    }
}

/// Does the PRIMARY deployment, whose tasks are all healthy, still watch its alarms? A rollback
/// watches none.
fn bakes(service: &mut Service, scene: &Scene<'_>) -> bool {
    let rolls_back = service.current().is_none_or(|it| it.rollback.is_some());
    if rolls_back || service.alarms().is_none() {
        return false;
    }
    let bake = service.bake(scene.timing.bake);
    let Some(primary) = service.deployments.first_mut() else {
        return false;
    };
    let end = later(*primary.steady.get_or_insert(scene.now), bake);
    if end > scene.now {
        service.wake(end);
    }
    end > scene.now
}
