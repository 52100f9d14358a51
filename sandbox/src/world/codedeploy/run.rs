//! What happens to a deployment over time: stage by stage, until it is done, fails or is stopped.

use super::create;
use super::deployment::{Deployment, Stage, Status};
use super::install;
use super::lifecycle::{Diagnostics, Lifecycle, Progress};
use super::script::{Hook, HookResult};
use super::traffic;
use crate::world::World;
use crate::world::ecs::{ids, later, task_set};
use jiff::{SignedDuration, Timestamp};

/// How long a hook function has.
const HOOK_TIMEOUT: SignedDuration = SignedDuration::from_hours(1);

/// How a deployment ends before it is done.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) status: Status,
    pub(super) code: &'static str,
    pub(super) words: String,
    /// The rollback event it is, or whether to roll back in any case.
    pub(super) rollback: Result<&'static str, bool>,
}

impl Trouble {
    pub(super) fn failure(code: &'static str, words: impl Into<String>) -> Self {
        Self {
            status: Status::Failed,
            code,
            words: words.into(),
            rollback: Ok("DEPLOYMENT_FAILURE"),
        }
    }
}

/// Lets a deployment go on as far as it does at `world.now`.
pub(super) fn run(world: &mut World, it: &mut Deployment) {
    // A stage that takes no time is followed by the next one at once.
    while !it.status.is_terminal() {
        let trouble = match interrupted(world, it) {
            Some(trouble) => Some(trouble),
            None => match advance(world, it) {
                Ok(true) => continue,
                Ok(false) => return,
                Err(trouble) => Some(trouble),
            },
        };
        if let Some(trouble) = trouble {
            halt(world, it, trouble);
        }
    }
}

/// A stop that is due, or an alarm. Nothing stops a deployment that removes the original already.
fn interrupted(world: &World, it: &Deployment) -> Option<Trouble> {
    if it.current() == Some(Stage::Terminate) || it.is_rollback && it.stop.is_none() {
        return None;
    }
    if let Some(stop) = it.stop.filter(|stop| stop.at <= world.now) {
        return Some(Trouble {
            status: Status::Stopped,
            code: "MANUAL_STOP",
            words: "The deployment was stopped by a user.".to_owned(),
            rollback: Err(stop.rollback),
        });
    }
    let watches = it.alarms.enabled && it.started.is_some();
    let names = it.alarms.names.iter().map(String::as_str);
    let firing = world.alarms.firing(names.filter(|_| watches));
    (!firing.is_empty()).then(|| Trouble {
        status: Status::Stopped,
        code: "ALARM_ACTIVE",
        words: format!(
            "One or more alarms have been activated according to the Amazon CloudWatch metrics \
             you selected, and the affected deployments have been stopped. Activated alarms: <{}>",
            firing.join("> <")
        ),
        rollback: Ok("DEPLOYMENT_STOP_ON_ALARM"),
    })
}

/// One move; false where there is nothing to do now.
fn advance(world: &mut World, it: &mut Deployment) -> Result<bool, Trouble> {
    let is_due = it.due.is_some_and(|due| due <= world.now);
    if it.status == Status::Created {
        if is_due {
            it.status = Status::InProgress;
            it.started = Some(world.now);
            if !it.is_rollback {
                it.blue = install::original(world, it).ok();
            }
            begin(world, it)?;
        }
        return Ok(is_due);
    }
    let over = match it.current() {
        Some(Stage::Event(Lifecycle::Install)) if !it.is_rollback => {
            install::is_over(world, it, is_due)?
        }
        Some(Stage::Terminate) => it.is_done_at_once() || is_removed(world, it),
        _ => is_due,
    };
    if over && finish(world, it)? {
        it.stage += 1;
        begin(world, it)?;
    }
    Ok(over)
}

/// Begins the stage that the deployment is in now; past the last one it is done.
fn begin(world: &mut World, it: &mut Deployment) -> Result<(), Trouble> {
    let now = world.now;
    it.updated = now;
    let minutes = |minutes: u32| Some(later(now, SignedDuration::from_mins(minutes.into())));
    it.due = match it.current() {
        Some(Stage::Event(name)) => {
            if let Some(event) = it.event_mut(name) {
                event.progress = Progress::InProgress;
                event.started = Some(now);
            }
            begin_event(world, it, name)?
        }
        Some(Stage::ReadyWait) => {
            it.status = Status::Ready;
            minutes(it.group.ready_wait_minutes)
        }
        Some(Stage::TerminationWait) => minutes(it.group.termination_wait_minutes),
        Some(Stage::Terminate) => {
            it.stop = None;
            remove(world, it);
            None
        }
        None => {
            it.end(world, Status::Succeeded, Progress::Succeeded);
            None
        }
    };
    Ok(())
}

/// Begins an event and tells when it is over.
fn begin_event(
    world: &mut World,
    it: &mut Deployment,
    name: Lifecycle,
) -> Result<Option<Timestamp>, Trouble> {
    let now = world.now;
    let usual = if it.is_done_at_once() {
        Some(now)
    } else {
        Some(later(now, it.group.script.event))
    };
    match name {
        _ if it.fails_in(name) => Ok(usual),
        Lifecycle::Install if it.is_rollback => Ok(usual),
        Lifecycle::Install if !it.is_rollback => install::begin(world, it).map(Some),
        Lifecycle::AllowTestTraffic => {
            traffic::test(world, it);
            Ok(usual)
        }
        Lifecycle::AllowTraffic => {
            let wait = traffic::step(world, it);
            Ok(wait.map_or(usual, |wait| Some(later(now, wait))))
        }
        _ => Ok(Some(later(now, hook_time(it, name)))),
    }
}

fn hook(it: &Deployment, name: Lifecycle) -> Option<(String, Hook)> {
    let function = it.spec.as_ref().ok()?.hooks.get(&name)?;
    let hook = it
        .group
        .script
        .hooks
        .get(name.word())
        .filter(|_| it.scripted);
    Some((function.clone(), hook.cloned().unwrap_or_default()))
}

fn hook_time(it: &Deployment, name: Lifecycle) -> SignedDuration {
    match hook(it, name) {
        Some((_, hook)) if hook.result == HookResult::TimeOut => HOOK_TIMEOUT,
        Some((_, hook)) => hook.after.unwrap_or(it.group.script.event),
        None => it.group.script.event,
    }
}

/// Ends the stage that the deployment is in; false where it goes on in another way.
fn finish(world: &mut World, it: &mut Deployment) -> Result<bool, Trouble> {
    match it.current() {
        Some(Stage::Event(Lifecycle::AllowTraffic))
            if traffic::share(world, it) < 100 && !it.is_rollback =>
        {
            let wait = traffic::step(world, it).unwrap_or(it.group.script.event);
            it.due = Some(later(world.now, wait));
            it.updated = world.now;
            return Ok(false);
        }
        Some(Stage::Event(name)) if it.fails_in(name) => return Err(lost_original()),
        Some(Stage::Event(name)) => {
            if let Some((function, hook)) = hook(it, name).filter(|_| !it.is_rollback) {
                judge(it, name, function, &hook)?;
            }
            if name == Lifecycle::AllowTraffic {
                traffic::settle(world, it);
            }
            if let Some(event) = it.event_mut(name) {
                event.progress = Progress::Succeeded;
                event.ended = Some(world.now);
            }
        }
        Some(Stage::ReadyWait) if it.status == Status::Ready => return Err(not_continued(it)),
        _ => {}
    }
    Ok(true)
}

/// What a rollback that is scripted to fail fails with.
fn lost_original() -> Trouble {
    let request = ids::uuid("primary task set");
    let words = format!(
        "The ECS service cannot be updated due to an unexpected error: Primary taskset cannot be \
         found. (Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException; \
         Request ID: {request}; Proxy: null). Check your ECS service status."
    );
    Trouble::failure("ECS_UPDATE_ERROR", words)
}

fn not_continued(it: &Deployment) -> Trouble {
    Trouble {
        status: Status::Stopped,
        code: "TIMEOUT",
        words: format!(
            "The deployment was stopped because traffic was not rerouted within the wait time of \
             {} minutes.",
            it.group.ready_wait_minutes
        ),
        rollback: Ok("DEPLOYMENT_STOP_ON_REQUEST"),
    }
}

/// Fails the deployment where its hook function did.
fn judge(it: &mut Deployment, name: Lifecycle, script: String, hook: &Hook) -> Result<(), Trouble> {
    let (code, message) = match hook.result {
        HookResult::Succeed => return Ok(()),
        HookResult::Fail => ("ScriptFailed", "Lifecycle hook function returned Failed."),
        HookResult::TimeOut => (
            "ScriptTimedOut",
            "Lifecycle hook function did not return in time.",
        ),
    };
    if let Some(event) = it.event_mut(name) {
        event.diagnostics = Some(Diagnostics {
            code,
            script,
            message: hook.message.clone().unwrap_or_else(|| message.to_owned()),
            log: hook.log.join("\n"),
        });
    }
    let words = format!("One of the lifecycle event hooks failed: {}.", name.word());
    Err(Trouble::failure("HOOK_EXECUTION_FAILURE", words))
}

/// Removes the task set that is not needed any more: the replacement in a rollback, the original
/// otherwise.
fn remove(world: &mut World, it: &Deployment) {
    let position = world.ecs.position(&it.group.cluster, &it.group.service);
    if let Some((position, id)) = position.zip(superfluous(it)) {
        task_set::remove(world, position, id);
    }
}

fn superfluous(it: &Deployment) -> Option<&str> {
    let side = if it.is_rollback { &it.green } else { &it.blue };
    side.as_ref().map(|side| side.task_set.as_str())
}

fn is_removed(world: &World, it: &Deployment) -> bool {
    let service = world.ecs.service(&it.group.cluster, &it.group.service);
    let there = superfluous(it).and_then(|id| service?.task_set(id));
    there.is_none()
}

/// Ends a deployment for `trouble`, and rolls it back where that is wanted and possible.
fn halt(world: &mut World, it: &mut Deployment, trouble: Trouble) {
    let ended = match trouble.status {
        Status::Failed => Progress::Failed,
        _ => Progress::Skipped,
    };
    it.error = Some((trouble.code, trouble.words));
    it.end(world, trouble.status, ended);
    let wanted = match trouble.rollback {
        Ok(event) => it.auto_rollback.iter().any(|it| it == event),
        Err(wanted) => wanted,
    };
    // Without a replacement task set nothing has changed.
    if wanted && it.green.is_some() && !it.is_rollback {
        create::rollback(world, it);
    }
}
