//! One deployment: what was asked for and where it is.

use super::appspec::AppSpec;
use super::config::Routing;
use super::group::{Alarms, Group};
use super::lifecycle::{Event, Lifecycle, Progress};
use super::script::FailingEvent;
use crate::world::World;
use crate::world::ecs::task_set;
use jiff::Timestamp;

/// The status of a deployment, in the words of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Asked for.
    Created,
    /// Under way.
    InProgress,
    /// Waits for `ContinueDeployment`.
    Ready,
    /// Done.
    Succeeded,
    /// Failed.
    Failed,
    /// Stopped by somebody or by an alarm.
    Stopped,
}

impl Status {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::InProgress => "InProgress",
            Self::Ready => "Ready",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
        }
    }

    /// Is it over?
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

/// One part of a deployment's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A lifecycle event.
    Event(Lifecycle),
    /// The wait for `ContinueDeployment`.
    ReadyWait,
    /// The wait before the original task set is terminated.
    TerminationWait,
    /// The task set that is not needed any more is removed.
    Terminate,
}

/// An AppSpec as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The file.
    pub content: String,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// A stop that was asked for and is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// When it takes effect.
    pub at: Timestamp,
    /// Does it roll back?
    pub rollback: bool,
}

/// The links between a deployment and its rollback.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rollback {
    /// The deployment that rolls this one back.
    pub by: Option<String>,
    /// The deployment that this one rolls back.
    pub of: Option<String>,
    /// What CodeDeploy says of it.
    pub message: Option<String>,
}

/// A task set's part in a deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Its id.
    pub task_set: String,
    /// The ARN of its target group.
    pub target_group: String,
    /// The name of its target group.
    pub target_group_name: String,
}

/// How a task set stands in a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The task set's id.
    pub id: String,
    /// `Blue` or `Green`.
    pub label: &'static str,
    /// `PRIMARY`, `ACTIVE` or `DRAINING`.
    pub status: &'static str,
    /// How many tasks it is to have.
    pub desired: usize,
    /// Those in PENDING.
    pub pending: usize,
    /// Those in RUNNING.
    pub running: usize,
    /// Its share of the production traffic, in percent.
    pub traffic: u8,
    /// The name of its target group.
    pub target_group: String,
}

/// A deployment.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// `d-` and nine capitals or digits.
    pub id: String,
    /// Counts all deployments of the account.
    pub number: u64,
    /// The deployment group as it was at the beginning.
    pub group: Group,
    /// The name of the configuration.
    pub config: String,
    /// How traffic moves.
    pub routing: Routing,
    /// What is deployed.
    pub revision: Revision,
    /// What was deployed before.
    pub previous: Option<Revision>,
    /// The AppSpec, or why it is none.
    pub spec: Result<AppSpec, String>,
    /// The description.
    pub description: Option<String>,
    /// Is it a rollback made by CodeDeploy?
    pub is_rollback: bool,
    /// The events that roll it back; none: no automatic rollback.
    pub auto_rollback: Vec<String>,
    /// The alarms that stop it.
    pub alarms: Alarms,
    /// Were the alarms given for this deployment alone?
    pub alarms_overridden: bool,
    /// Where it is.
    pub status: Status,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub completed: Option<Timestamp>,
    /// When its target last changed.
    pub updated: Timestamp,
    /// Code and words of what went wrong.
    pub error: Option<(&'static str, String)>,
    /// Its rollback, or what it rolls back.
    pub rollback: Rollback,
    /// Its lifecycle events, in their order.
    pub events: Vec<Event>,
    /// The parts of its way.
    pub stages: Vec<Stage>,
    /// Which part it is in.
    pub stage: usize,
    /// How many steps the traffic has moved.
    pub step: u32,
    /// When something happens to it next by itself.
    pub due: Option<Timestamp>,
    /// A stop that was asked for.
    pub stop: Option<Stop>,
    /// Does the group's script apply to it?
    pub scripted: bool,
    /// The original task set.
    pub blue: Option<Side>,
    /// The replacement task set.
    pub green: Option<Side>,
    /// How the task sets stood at the end.
    pub last: Vec<Standing>,
}

impl Deployment {
    /// The part it is in.
    pub fn current(&self) -> Option<Stage> {
        self.stages.get(self.stage).copied()
    }

    /// `<cluster>:<service>`, the id of its only target.
    pub fn target(&self) -> String {
        format!("{}:{}", self.group.cluster, self.group.service)
    }

    /// Has the termination wait begun?
    pub fn waits_for_termination(&self) -> bool {
        self.stages
            .iter()
            .take(self.stage + 1)
            .any(|stage| *stage == Stage::TerminationWait)
    }

    /// Is it a rollback that nobody is to see under way?
    pub fn is_done_at_once(&self) -> bool {
        self.is_rollback && self.scripted && self.group.script.rollback.at_once
    }

    /// Is it a rollback that is to fail in this lifecycle event?
    pub fn fails_in(&self, name: Lifecycle) -> bool {
        let fails = self.group.script.rollback.fails.map(FailingEvent::event);
        self.is_rollback && self.scripted && fails == Some(name)
    }

    /// The lifecycle event of this name.
    pub fn event_mut(&mut self, name: Lifecycle) -> Option<&mut Event> {
        self.events.iter_mut().find(|event| event.name == name)
    }

    /// How its task sets stand: now while it is under way, at the end when it is over.
    pub fn standings(&self, world: &World) -> Vec<Standing> {
        if self.completed.is_some() {
            return self.last.clone();
        }
        let sides = [(&self.blue, "Blue"), (&self.green, "Green")];
        let sides = sides
            .into_iter()
            .filter_map(|(side, label)| Some((side.as_ref()?, label)));
        sides
            .map(|(side, label)| self.standing(world, side, label))
            .collect()
    }

    fn standing(&self, world: &World, side: &Side, label: &'static str) -> Standing {
        let service = world.ecs.service(&self.group.cluster, &self.group.service);
        let found = service.and_then(|it| Some((it, it.task_set(&side.task_set)?)));
        let counts = found
            .map(|(it, set)| it.counts_of(&set.launch.id))
            .unwrap_or_default();
        Standing {
            id: side.task_set.clone(),
            label,
            status: found
                .map_or(task_set::Status::Draining, |(_, set)| set.status)
                .word(),
            desired: found.map_or(0, |(it, set)| it.wanted_of(set)),
            pending: counts.pending,
            running: counts.running,
            traffic: world
                .elb
                .percent(&self.group.production_listener, &side.target_group),
            target_group: side.target_group_name.clone(),
        }
    }

    /// Ends at `now`: events that are under way end as `ended`, those to come are left out.
    pub fn end(&mut self, world: &World, status: Status, ended: Progress) {
        for event in &mut self.events {
            match event.progress {
                Progress::InProgress => {
                    event.progress = ended;
                    event.ended = Some(world.now);
                }
                Progress::Pending => event.progress = Progress::Skipped,
                _ => {}
            }
        }
        self.last = self.standings(world);
        self.status = status;
        self.completed = Some(world.now);
        self.updated = world.now;
        self.due = None;
    }
}
