//! A service: its settings, and what it consists of at a moment.

use super::breaker::Breaker;
use super::events::Events;
use super::launch::Launch;
use super::native::script::StageScript;
use super::rollout::Deployment;
use super::service_deployment::{ServiceDeployment, ServiceRevision};
use super::task::{Phase, Task};
use super::task_set::TaskSet;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Who replaces a service's tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Controller {
    /// ECS itself, rolling.
    #[default]
    Ecs,
    /// CodeDeploy, with task sets.
    CodeDeploy,
}

impl Controller {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ecs => "ECS",
            Self::CodeDeploy => "CODE_DEPLOY",
        }
    }
}

/// Is the service there?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is.
    Active,
    /// Deleted, tasks still stop.
    Draining,
    /// Deleted.
    Inactive,
}

impl Status {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Inactive => "INACTIVE",
        }
    }
}

/// The fields of `CreateService` that make a service revision.
pub const REVISION_FIELDS: [&str; 9] = [
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "capacityProviderStrategy",
    "launchType",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
];

/// What a scenario scripts for a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Script {
    /// Does every rollback of a deployment fail?
    pub rollback_fails: bool,
    /// What becomes of deployments that go through stages.
    pub stages: StageScript,
}

/// A service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The name of its cluster.
    pub cluster: String,
    /// Its ARN.
    pub arn: String,
    /// Is it there?
    pub status: Status,
    /// Who replaces its tasks.
    pub controller: Controller,
    /// How many tasks it is to have.
    pub desired: u32,
    /// The ARN of the task definition it runs or goes to.
    pub task_definition: String,
    /// Everything else it was created and updated with, in the names of `CreateService`.
    pub settings: Map<String, Value>,
    /// Tags, as `{key, value}` objects.
    pub tags: Vec<Value>,
    /// When it was created.
    pub created: Timestamp,
    /// The ARN of who created it.
    pub created_by: String,
    /// Deployments (controller ECS), the PRIMARY one first.
    pub deployments: Vec<Deployment>,
    /// Task sets (controller `CODE_DEPLOY`), oldest first.
    pub task_sets: Vec<TaskSet>,
    /// What is scripted for it.
    pub script: Script,
    /// Tasks, those that stopped within the last hour included.
    pub tasks: Vec<Task>,
    /// What happened.
    pub events: Events,
    /// Service revisions, oldest first.
    pub revisions: Vec<ServiceRevision>,
    /// Service deployments, oldest first.
    pub history: Vec<ServiceDeployment>,
    /// The ARN of the last revision whose deployment completed.
    pub last_completed: Option<String>,
    /// How many new revisions it has been given, rollbacks not counted.
    pub new_revisions: u32,
    /// Has it said that it is steady since it last was not?
    pub steady: bool,
    /// When the scheduler was asked to look at it.
    pub wake: Option<Timestamp>,
    /// When something happens to it next.
    pub due: Option<Timestamp>,
}

impl Service {
    /// Has the scheduler look at it at `at`, or earlier if it would anyway.
    pub fn wake(&mut self, at: Timestamp) {
        self.wake = Some(self.wake.map_or(at, |before| before.min(at)));
        self.due = Some(self.due.map_or(at, |before| before.min(at)));
    }

    /// Writes an event.
    pub fn tell(&mut self, at: Timestamp, what: &str) {
        self.events.write(at, &self.name, what);
    }

    /// Writes an event, unless it has been written lately for the same cause.
    pub fn tell_once(&mut self, at: Timestamp, what: &str) {
        self.events.write_once(at, &self.name, what);
    }

    /// For so long after a task's start nobody minds what the load balancer finds.
    pub fn grace(&self) -> SignedDuration {
        let set = self.settings.get("healthCheckGracePeriodSeconds");
        let seconds = set.and_then(Value::as_i64).unwrap_or(0);
        SignedDuration::from_secs(seconds)
    }

    /// How many tasks it is to have now: none while it is being deleted.
    pub fn wanted(&self) -> u32 {
        match self.status {
            Status::Active => self.desired,
            _ => 0,
        }
    }

    /// `deploymentConfiguration`.
    pub fn configuration(&self) -> Option<&Value> {
        self.settings.get("deploymentConfiguration")
    }

    /// Its circuit breaker.
    pub fn breaker(&self) -> Breaker {
        Breaker::read(self.configuration())
    }

    /// The fewest healthy tasks a rolling deployment leaves: `minimumHealthyPercent`, rounded up.
    pub fn minimum(&self) -> usize {
        (self.wanted() * self.percent("minimumHealthyPercent", 100)).div_ceil(100) as usize
    }

    /// The most tasks a rolling deployment makes: `maximumPercent`, rounded down.
    pub fn maximum(&self) -> usize {
        (self.wanted() * self.percent("maximumPercent", 200) / 100) as usize
    }

    fn percent(&self, name: &str, usual: u32) -> u32 {
        let set = self.configuration().and_then(|it| it.get(name)?.as_u64());
        set.and_then(|percent| u32::try_from(percent).ok())
            .unwrap_or(usual)
    }

    /// Names of the alarms that its deployments watch, and whether they roll back.
    pub fn alarms(&self) -> Option<(Vec<&str>, bool)> {
        let alarms = self.configuration()?.get("alarms")?;
        let flag = |name: &str| alarms.get(name).and_then(Value::as_bool).unwrap_or(false);
        let names = alarms.get("alarmNames").and_then(Value::as_array)?;
        let names = names.iter().filter_map(Value::as_str).collect();
        flag("enable").then(|| (names, flag("rollback")))
    }

    /// How long a deployment that watches alarms bakes: as set, or else `usual`.
    pub fn bake(&self, usual: SignedDuration) -> SignedDuration {
        let set = self
            .configuration()
            .and_then(|it| it.get("bakeTimeInMinutes"));
        let minutes = set.and_then(Value::as_i64).filter(|minutes| *minutes > 0);
        minutes.map_or(usual, SignedDuration::from_mins)
    }

    /// The entry of `loadBalancers` its tasks are registered by.
    pub fn load_balancer(&self) -> Option<&Value> {
        self.settings.get("loadBalancers")?.as_array()?.first()
    }

    /// The PRIMARY deployment.
    pub fn primary(&self) -> Option<&Deployment> {
        self.deployments.first()
    }

    /// The service deployment that is not over.
    pub fn current(&self) -> Option<&ServiceDeployment> {
        self.history.last().filter(|it| !it.status.is_terminal())
    }

    /// The service deployment that is not over, to change it.
    pub fn current_mut(&mut self) -> Option<&mut ServiceDeployment> {
        self.history
            .last_mut()
            .filter(|it| !it.status.is_terminal())
    }

    /// The revision with this ARN.
    pub fn revision(&self, arn: &str) -> Option<&ServiceRevision> {
        self.revisions.iter().find(|revision| revision.arn == arn)
    }

    /// The source of tasks with this id.
    pub fn launch_mut(&mut self, id: &str) -> Option<&mut Launch> {
        let deployments = self.deployments.iter_mut().map(|it| &mut it.launch);
        let mut all = deployments.chain(self.task_sets.iter_mut().map(|it| &mut it.launch));
        all.find(|launch| launch.id == id)
    }

    /// The tasks of a deployment or task set, gone ones included.
    pub fn tasks_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Task> {
        self.tasks.iter().filter(move |task| task.started_by == id)
    }

    /// How the tasks of a deployment or task set stand.
    pub fn counts_of(&self, id: &str) -> Counts {
        Counts::of(self.tasks_of(id))
    }

    /// How all its tasks stand.
    pub fn counts(&self) -> Counts {
        Counts::of(self.tasks.iter())
    }
}

/// How some tasks stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// In PROVISIONING or PENDING.
    pub pending: usize,
    /// In RUNNING.
    pub running: usize,
    /// In RUNNING and healthy.
    pub healthy: usize,
    /// On the way to STOPPED.
    pub stopping: usize,
}

impl Counts {
    fn of<'a>(tasks: impl Iterator<Item = &'a Task>) -> Self {
        let mut counts = Self::default();
        for task in tasks {
            match task.phase {
                Phase::Provisioning | Phase::Pending => counts.pending += 1,
                Phase::Running => counts.running += 1,
                Phase::Deactivating | Phase::Stopping => counts.stopping += 1,
                Phase::Stopped => {}
            }
            counts.healthy += usize::from(task.is_live() && task.healthy);
        }
        counts
    }

    /// Wanted tasks: pending or running.
    pub fn live(self) -> usize {
        self.pending + self.running
    }
}
