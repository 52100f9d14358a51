//! What tasks do by themselves, and what follows from it for their service.

use super::super::events;
use super::super::output;
use super::super::service::Service;
use super::super::task::{News, Task};
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
            tell_of_health(service, task, now);
            let launch = service.launch_mut(&task.started_by);
            if launch.is_some_and(|launch| launch.note_failure(early, now)) {
                service.tell(now, events::UNABLE);
            }
        }
        _ => {}
    }
}

fn tell_of_health(service: &mut Service, task: &Task, now: Timestamp) {
    let Some(code) = task.stop.as_ref().and_then(|stop| stop.unhealthy) else {
        return;
    };
    let what = match &task.target {
        Some(target) => events::target_unhealthy(target.port, &target.group, code),
        None => events::task_unhealthy(&task.id),
    };
    service.tell(now, &what);
}
