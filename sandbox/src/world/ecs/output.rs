//! What the containers of a task write, as far as it goes to CloudWatch Logs.

use super::scheduler::Scene;
use super::task::{News, Task};
use crate::world::logs::Logs;
use crate::world::logs::awslogs::Awslogs;
use jiff::Timestamp;
use serde_json::Value;

/// Writes what a task says when it starts, and what it says when it ends.
pub(super) fn write(task: &Task, what: News, scene: &mut Scene<'_>) {
    match what {
        News::Running => begin(task, scene, scene.now),
        News::Failed { .. } => end(task, scene),
        _ => {}
    }
}

/// Every container's stream begins at `at`; the first essential one says what it is scripted to.
pub(super) fn begin(task: &Task, scene: &mut Scene<'_>, at: Timestamp) {
    let Some(definition) = scene.task_definitions.find(&task.task_definition) else {
        return;
    };
    let speaker = definition.first_essential();
    for container in definition.containers() {
        let Some(writer) = Writer::of(container, task, &scene.region) else {
            continue;
        };
        let mut lines = vec![format!("{} is starting", writer.container)];
        if speaker == Some(writer.container) {
            lines.extend_from_slice(task.says());
        }
        if writer.log.creates_group {
            scene.logs.create(writer.log.group, at);
        }
        writer.write(scene.logs, &lines, at);
    }
}

/// The container that took the task with it says its last lines.
fn end(task: &Task, scene: &mut Scene<'_>) {
    let Some(end) = task.stop.as_ref().and_then(|stop| stop.container.as_ref()) else {
        return;
    };
    let Some(definition) = scene.task_definitions.find(&task.task_definition) else {
        return;
    };
    let name = end.name.as_deref().or(definition.first_essential());
    let container = name.and_then(|name| definition.container(name));
    if let Some(writer) = container.and_then(|it| Writer::of(it, task, &scene.region)) {
        writer.write(scene.logs, &end.log, scene.now);
    }
}

/// A container that writes to a log group of this region.
struct Writer<'a> {
    log: Awslogs<'a>,
    container: &'a str,
    stream: String,
}

impl<'a> Writer<'a> {
    fn of(container: &'a Value, task: &Task, region: &str) -> Option<Self> {
        let log = Awslogs::of(container).filter(|log| log.is_in(region))?;
        let container = container.get("name").and_then(Value::as_str)?;
        let stream = log.stream(container, &task.id, &task.runtime_id(container));
        Some(Self {
            log,
            container,
            stream,
        })
    }

    fn write(&self, logs: &mut Logs, lines: &[String], at: Timestamp) {
        logs.write(self.log.group, &self.stream, lines, at);
    }
}
