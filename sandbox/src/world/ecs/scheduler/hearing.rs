//! What tasks do by themselves, and what follows from it for their service.

use super::super::events;
use super::super::output;
use super::super::service::Service;
use super::super::stop::FailedCheck;
use super::super::task::{News, Placement, TargetHealth, Task};
use super::Scene;
use jiff::Timestamp;

/// Lets every task do what is due, and draws the consequences.
pub(super) fn step_tasks(service: &mut Service, scene: &mut Scene<'_>) {
    let now = scene.now;
    let mut news = Vec::new();
    for task in &mut service.tasks {
        let what = task.step(now);
        if !matches!(what, News::Quiet | News::Drained | News::Stopped) {
            news.push((task.clone(), what));
        }
    }
    for (task, what) in &news {
        output::write(task, *what, scene);
        hear(service, task, *what, now);
    }
    tell_of_targets(service, &news, now);
}

fn tell_of_targets(service: &mut Service, news: &[(Task, News)], now: Timestamp) {
    let running = news.iter().filter(|(_, what)| *what == News::Running);
    let targets = running.filter_map(|(task, _)| task.target.as_ref());
    let groups: Vec<&str> = targets.map(|target| target.group.as_str()).collect();
    if let Some(group) = groups.first() {
        service.tell(now, &events::registered(groups.len(), group));
    }
}

fn hear(service: &mut Service, task: &Task, what: News, now: Timestamp) {
    let reset = service.breaker().reset || !service.breaker().enable;
    match what {
        News::Healthy => {
            if let Some(launch) = service.launch_mut(&task.started_by) {
                launch.note_healthy(reset);
            }
        }
        News::Failed { early } => {
            service.steady = false;
            tell_of_failure(service, task, now);
            let launch = service.launch_mut(&task.started_by);
            if launch.is_some_and(|launch| launch.note_failure(early, now)) {
                service.tell(now, events::UNABLE);
            }
        }
        News::Told => {
            service.steady = false;
            tell_of_draining(service, task, now);
        }
        _ => {}
    }
}

fn tell_of_failure(service: &mut Service, task: &Task, now: Timestamp) {
    let Some(stop) = &task.stop else {
        return;
    };
    match (stop.check, &task.target) {
        (Some(FailedCheck::Target(finding)), Some(target)) => {
            let what = events::target_unhealthy(&task.id, target.port, &target.group, finding);
            service.tell(now, &what);
        }
        (Some(_), _) => service.tell(now, &events::task_unhealthy(&task.id)),
        (None, _) if task.started.is_none() => {
            service.tell_once(now, &events::not_placed(&stop.reason));
        }
        (None, _) => {}
    }
    if stop.check.is_some() {
        service.tell(now, &events::stopped([task.id.as_str()].into_iter()));
    }
    tell_of_draining(service, task, now);
}

/// Its target, if it was registered, is taken out.
fn tell_of_draining(service: &mut Service, task: &Task, now: Timestamp) {
    let draining = |target: &&Placement| target.health == Some(TargetHealth::Draining);
    if let Some(target) = task.target.as_ref().filter(draining) {
        if task.stopped.is_none() {
            service.tell(now, &events::draining(1));
        }
        service.tell(now, &events::deregistered(1, &target.group));
    }
}
