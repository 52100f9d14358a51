//! Deployments that go through stages: lets each stage do its work, asks its hooks, moves traffic, and
//! keeps as many tasks of both revisions as the stage needs.

use super::super::native::hook::{self, Hook, Status as HookStatus};
use super::super::native::stage::Stage;
use super::super::native::traffic::Routes;
use super::super::native::{Native, hook::Action};
use super::super::rollout::{self, Cause};
use super::super::service::{self, Service};
use super::super::service_deployment::Status;
use super::{Scene, keep, rolling, tell_steady};
use crate::world::alarms::State;
use crate::world::ecs::ids;
use serde_json::Value;

/// Is the deployment of the service that is under way one that goes through stages?
pub(super) fn is_under_way(service: &Service) -> bool {
    service.status == service::Status::Active
        && service.current().is_some_and(|it| it.native.is_some())
}

/// Does for such a service what is to be done now.
pub(super) fn decide(service: &mut Service, scene: &mut Scene<'_>) {
    let pending =
        |service: &Service| service.current().map(|it| it.status) == Some(Status::Pending);
    if pending(service) && service.wake.is_none() {
        take_up(service, scene);
    }
    if !pending(service) {
        settle_hooks(service, scene);
        drop_drained(service);
        walk(service, scene);
    }
    let held = rollout::hold_rollback(service, scene);
    scale(service, scene);
    drop_drained(service);
    if !held && is_done(service) {
        rollout::complete(service, scene.now);
        tell_steady(service, scene.now);
    }
}

/// The deployment that serves is there until it is replaced, even without tasks.
fn drop_drained(service: &mut Service) {
    let cleans_up = native(service).is_some_and(|it| it.stage == Stage::CleanUp);
    let keep = blue(service).filter(|_| !cleans_up);
    rolling::drop_drained(service, keep.as_deref());
}

fn native(service: &Service) -> Option<&Native> {
    service.current()?.native.as_ref()
}

fn native_mut(service: &mut Service) -> Option<&mut Native> {
    service.current_mut()?.native.as_mut()
}

fn rolls_back(service: &Service) -> bool {
    service.current().is_none_or(|it| it.rollback.is_some())
}

fn take_up(service: &mut Service, scene: &mut Scene<'_>) {
    rollout::take_up(service, scene.now);
    // Beside the one that serves and the new one there is one that was replaced.
    let stage = if service.deployments.len() > 2 {
        Stage::ReconcileService
    } else {
        Stage::PreScaleUp
    };
    // Later there may be no deployment left that serves: one without tasks is soon forgotten.
    let routes = routes(service);
    if let Some(native) = native_mut(service) {
        native.routes = routes;
    }
    move_traffic(service, scene);
    enter(service, stage, scene);
}

/// Goes from stage to stage for as long as there is nothing to wait for.
fn walk(service: &mut Service, scene: &mut Scene<'_>) {
    while !rolls_back(service) {
        if let Some((cause, rollback)) = trouble(service, scene) {
            fail(service, &cause, rollback, scene);
            return;
        }
        let Some(next) = next(service, scene) else {
            return;
        };
        enter(service, next, scene);
    }
}

/// The stage that follows, once the one that it is in has done its work.
fn next(service: &Service, scene: &Scene<'_>) -> Option<Stage> {
    let native = native(service)?;
    let answered = native.hooks_now().all(|it| it.status.is_over());
    let passed = native.passes <= scene.now && answered && has_its_tasks(service, native.stage);
    let more = native.steps < native.strategy.steps.len();
    match native.stage {
        _ if !passed => None,
        Stage::ProductionTrafficShift if more => Some(Stage::PreProductionTrafficShift),
        stage => stage.next(),
    }
}

fn has_its_tasks(service: &Service, stage: Stage) -> bool {
    let healthy = |id: &str| service.counts_of(id).healthy >= service.wanted() as usize;
    match stage {
        Stage::ReconcileService => service.deployments.len() <= 2,
        Stage::ScaleUp => service.primary().is_some_and(|it| healthy(&it.launch.id)),
        _ => true,
    }
}

fn enter(service: &mut Service, stage: Stage, scene: &mut Scene<'_>) {
    let now = scene.now;
    let Some(native) = native_mut(service) else {
        return;
    };
    native.enter(stage, now, scene.timing.stage);
    match stage {
        Stage::TestTrafficShift => native.test = 1000,
        Stage::ProductionTrafficShift => {
            if let Some((share, wait)) = native.strategy.steps.get(native.steps).copied() {
                native.production = share;
                native.steps += 1;
                native.enter(stage, now, wait.max(scene.timing.stage));
            }
        }
        Stage::BakeTime => native.enter(stage, now, native.strategy.bake),
        _ => {}
    }
    if let Some(current) = service.current_mut() {
        current.updated = now;
    }
    if matches!(
        stage,
        Stage::TestTrafficShift | Stage::ProductionTrafficShift
    ) {
        move_traffic(service, scene);
    }
    set_alarm_off(service, stage, scene);
    ask_hooks(service, stage, scene);
}

/// Lets the listener rules say what the deployment has come to.
fn move_traffic(service: &mut Service, scene: &mut Scene<'_>) {
    let Some(native) = native(service) else {
        return;
    };
    let shares = (native.production, native.test);
    let complete = |routes: &&Routes| routes.are_complete(scene.elb);
    if let Some(routes) = native.routes.as_ref().filter(complete) {
        routes.send(scene.elb, shares.0, shares.1);
    }
    let alarm = service.script.stages.alarm.as_ref();
    let alarm = alarm.filter(|alarm| shares.0 > 0 && alarm.percent * 10 <= shares.0);
    if let Some(alarm) = alarm {
        scene.set_alarm_off(&alarm.name);
    }
}

fn set_alarm_off(service: &Service, stage: Stage, scene: &mut Scene<'_>) {
    if let Some(name) = service.script.stages.alarm_in.get(stage.word()) {
        scene.set_alarm_off(name);
    }
}

impl Scene<'_> {
    fn set_alarm_off(&mut self, name: &str) {
        let alarm = self.alarms.by_name.entry(name.to_owned()).or_default();
        alarm.state = State::Alarm;
    }
}

/// The routes of the service, seen from the revision that serves.
fn routes(service: &Service) -> Option<Routes> {
    let blue = blue(service)?;
    let mut deployments = service.deployments.iter();
    let blue = deployments.find(|it| it.launch.id == blue)?;
    let group = blue.launch.load_balancer.as_ref();
    let group = group.and_then(|it| it.get("targetGroupArn")?.as_str());
    Routes::of(service, group)
}

/// The id of the deployment that served when the one under way began.
fn blue(service: &Service) -> Option<String> {
    let last = service.last_completed.as_ref()?;
    let mut deployments = service.deployments.iter();
    let blue = deployments.find(|it| it.revision == *last)?;
    Some(blue.launch.id.clone())
}

fn ask_hooks(service: &mut Service, stage: Stage, scene: &mut Scene<'_>) {
    let asked = service
        .current()
        .and_then(|it| it.configuration.get("lifecycleHooks"));
    let asked = asked.and_then(Value::as_array).cloned().unwrap_or_default();
    let script = service.script.stages.hooks.get(stage.word());
    let script = script.cloned().unwrap_or_default();
    for of in asked {
        let stages = of.get("lifecycleStages").and_then(Value::as_array);
        let named = stages.is_some_and(|it| it.iter().any(|it| it == stage.word()));
        if !named || !stage.takes_hook(hook::is_pause(&of)) {
            continue;
        }
        let id = ids::uuid(&format!("hook {}", scene.next_serial()));
        let hook = Hook::ask(id, &of, stage, &script, scene.now);
        if let Some(native) = native_mut(service) {
            native.hooks.push(hook);
        }
    }
}

fn settle_hooks(service: &mut Service, scene: &Scene<'_>) {
    if let Some(native) = native_mut(service) {
        for hook in &mut native.hooks {
            hook.settle(scene.now);
        }
    }
}

/// What ends the deployment before it is done, and whether it goes back then.
fn trouble(service: &Service, scene: &Scene<'_>) -> Option<(Cause, bool)> {
    let current = service.current()?;
    if current.status == Status::RollbackRequested {
        return Some((Cause::Request, true));
    }
    if let Some(cause) = current.native.as_ref()?.hooks_now().find_map(refusal) {
        return Some((cause, true));
    }
    let incomplete = |routes: &Routes| !routes.are_complete(scene.elb);
    if current
        .native
        .as_ref()?
        .routes
        .as_ref()
        .is_some_and(incomplete)
    {
        return Some((Cause::Routing, true));
    }
    let breaker = service.breaker();
    let failed = service.primary()?.launch.failed;
    if breaker.enable && failed >= breaker.threshold(service.wanted()) {
        return Some((Cause::Breaker, breaker.rollback));
    }
    let (names, rollback) = service.alarms()?;
    let firing = scene.alarms.firing(names);
    (!firing.is_empty()).then_some((Cause::Alarms(firing), rollback))
}

fn refusal(hook: &Hook) -> Option<Cause> {
    let stage = hook.stage.word();
    match (hook.status, &hook.function) {
        (HookStatus::Failed, Some(_)) => Some(Cause::Hook(stage)),
        (HookStatus::Failed, None) => Some(Cause::Rejected(stage)),
        (HookStatus::TimedOut, _) if hook.on_timeout == Action::Rollback => {
            Some(Cause::Expired(stage))
        }
        _ => None,
    }
}

fn fail(service: &mut Service, cause: &Cause, rollback: bool, scene: &mut Scene<'_>) {
    rollout::fail(service, cause, rollback, scene);
    let now = scene.now;
    let Some(native) = native_mut(service).filter(|_| rollback) else {
        return;
    };
    (native.production, native.test) = (0, 0);
    native.enter(Stage::CleanUp, now, scene.timing.stage);
    if let Some(routes) = &native.routes {
        routes.send(scene.elb, 0, 0);
    }
}

/// Brings every deployment to the tasks that it needs in the stage.
fn scale(service: &mut Service, scene: &mut Scene<'_>) {
    let Some(stage) = native(service).map(|it| it.stage) else {
        return;
    };
    let (blue, back) = (blue(service), rolls_back(service));
    let wanted = service.wanted() as usize;
    let ids = service.deployments.iter().map(|it| it.launch.id.clone());
    for (at, id) in ids.collect::<Vec<_>>().into_iter().enumerate() {
        let serves = Some(&id) == blue.as_ref();
        let due = match (serves, at == 0 && !back) {
            (true, _) if back || stage != Stage::CleanUp => wanted,
            (false, true) if stage >= Stage::ScaleUp => wanted,
            _ => 0,
        };
        keep(service, &id, due, scene);
    }
}

/// Are only the tasks left that stay, and the time of the stage over?
fn is_done(service: &Service) -> bool {
    let Some(native) = native(service) else {
        return false;
    };
    let status = service.current().map(|it| it.status);
    let under_way = matches!(
        status,
        Some(Status::InProgress | Status::RollbackInProgress)
    );
    under_way && native.stage == Stage::CleanUp && rolling::is_done(service)
}
