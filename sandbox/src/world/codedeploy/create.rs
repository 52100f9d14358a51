//! New deployments: asked for, or made to roll another one back.

use super::appspec::{self, AppSpec};
use super::config::Routing;
use super::deployment::{Deployment, Revision, Rollback, Stage, Status};
use super::group::{Alarms, Group, OnReady};
use super::lifecycle::{Event, Lifecycle, Progress};
use crate::world::World;
use crate::world::ecs::{ids, later};

/// What a new deployment is asked to be.
#[derive(Debug, Clone)]
pub struct New {
    /// The deployment group.
    pub group: Group,
    /// The name of the configuration.
    pub config: String,
    /// How it moves traffic.
    pub routing: Routing,
    /// The AppSpec.
    pub revision: Revision,
    /// The description.
    pub description: Option<String>,
    /// Instead of the group's rollback events.
    pub auto_rollback: Option<Vec<String>>,
    /// Instead of the group's alarms.
    pub alarms: Option<Alarms>,
}

/// Makes a deployment and gives its id.
pub fn deployment(world: &mut World, new: New) -> String {
    let spec = appspec::parse(&new.revision.content);
    let stages = stages(&new.group);
    let events = events(&new.group, Progress::Pending);
    let nth = world.codedeploy.asked_for(&new.group) + 1;
    let scripted = new.group.script.only.is_empty() || new.group.script.only.contains(&nth);
    let mut made = blank(world, new, spec, stages, events);
    made.scripted = scripted;
    let id = made.id.clone();
    world.codedeploy.active.push(made);
    id
}

fn blank(
    world: &mut World,
    new: New,
    spec: Result<AppSpec, String>,
    stages: Vec<Stage>,
    events: Vec<Event>,
) -> Deployment {
    let number = world.next_serial();
    let alarms_overridden = new.alarms.is_some();
    Deployment {
        id: format!("d-{}", ids::capitals(&format!("deployment {number}"), 9)),
        number,
        config: new.config,
        routing: new.routing,
        previous: world
            .codedeploy
            .last_successful(&new.group)
            .map(|it| it.revision.clone()),
        revision: new.revision,
        spec,
        description: new.description,
        is_rollback: false,
        auto_rollback: new
            .auto_rollback
            .unwrap_or_else(|| new.group.auto_rollback.clone()),
        alarms: new.alarms.unwrap_or_else(|| new.group.alarms.clone()),
        alarms_overridden,
        status: Status::Created,
        created: world.now,
        started: None,
        completed: None,
        updated: world.now,
        error: None,
        rollback: Rollback::default(),
        events,
        stages,
        stage: 0,
        step: 0,
        due: Some(later(world.now, new.group.script.start)),
        stop: None,
        scripted: false,
        blue: None,
        green: None,
        last: Vec::new(),
        group: new.group,
    }
}

/// Makes the deployment that takes traffic back to the original task set of `failed`.
pub fn rollback(world: &mut World, failed: &mut Deployment) {
    let group = failed.group.clone();
    let revision = failed
        .previous
        .clone()
        .unwrap_or_else(|| original(world, failed));
    let spec = appspec::parse(&revision.content);
    let mut events = events(&group, Progress::Skipped);
    let done = [Lifecycle::Install, Lifecycle::AllowTraffic];
    for event in events.iter_mut().filter(|event| done.contains(&event.name)) {
        event.progress = Progress::Pending;
    }
    let mut stages: Vec<Stage> = done.into_iter().map(Stage::Event).collect();
    stages.push(Stage::Terminate);
    let new = New {
        config: failed.config.clone(),
        routing: Routing::AllAtOnce,
        revision,
        description: None,
        auto_rollback: Some(Vec::new()),
        alarms: Some(Alarms::default()),
        group,
    };
    let mut made = blank(world, new, spec, stages, events);
    made.is_rollback = true;
    made.alarms_overridden = false;
    (made.blue, made.green) = (failed.blue.clone(), failed.green.clone());
    made.scripted = failed.scripted;
    if made.is_done_at_once() {
        made.due = Some(world.now);
    }
    let (of, by) = (failed.id.clone(), made.id.clone());
    let message = format!("Deployment {by} is triggered to roll back deployment {of}.");
    made.rollback.message = Some(message);
    let message = format!(
        "Deployment {of} terminated. Automatic rollback is triggered with a DeploymentId {by}."
    );
    failed.rollback.message = Some(message);
    made.rollback.of = Some(of);
    failed.rollback.by = Some(by);
    world.codedeploy.active.push(made);
}

/// The AppSpec of an original task set that no deployment brought.
fn original(world: &World, failed: &Deployment) -> Revision {
    let service = world
        .ecs
        .service(&failed.group.cluster, &failed.group.service);
    let blue = failed
        .blue
        .as_ref()
        .and_then(|side| service?.task_set(&side.task_set));
    let balancer = blue.and_then(|it| it.launch.load_balancer.as_ref());
    let container = balancer.and_then(|it| it.get("containerName")?.as_str());
    let port = balancer.and_then(|it| it.get("containerPort")?.as_u64());
    let definition = blue.map_or("", |it| it.launch.task_definition.as_str());
    revision_of(AppSpec::write(
        definition,
        container.unwrap_or_default(),
        port.unwrap_or(0),
    ))
}

/// A revision with the sum of its content.
pub fn revision_of(content: String) -> Revision {
    Revision {
        sha256: ids::hex(content.as_bytes(), 64),
        content,
    }
}

/// The parts of a deployment's way in a group.
fn stages(group: &Group) -> Vec<Stage> {
    let mut stages = Vec::new();
    for event in events_of(group) {
        if event == Lifecycle::BeforeAllowTraffic && group.on_ready == OnReady::StopDeployment {
            stages.push(Stage::ReadyWait);
        }
        stages.push(Stage::Event(event));
    }
    stages.extend([Stage::TerminationWait, Stage::Terminate]);
    stages
}

fn events_of(group: &Group) -> impl Iterator<Item = Lifecycle> {
    let tests = group.test_listener.is_some();
    let all = Lifecycle::ALL.into_iter();
    all.filter(move |event| tests || !event.is_test())
}

fn events(group: &Group, progress: Progress) -> Vec<Event> {
    let event = |name| Event {
        name,
        progress,
        started: None,
        ended: None,
        diagnostics: None,
    };
    events_of(group).map(event).collect()
}
