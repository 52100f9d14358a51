//! One task: its way from PROVISIONING to STOPPED, by its fate or by the scheduler's order.
//!
//! A task knows when it changes next ([`Task::due`]) and reports each change as [`News`]; what
//! follows from it for the service is the scheduler's matter.

mod life;

use super::fate::Fate;
use super::ids;
use super::later;
use super::stop::Stop;
pub use super::target::{Placement, TargetHealth};
use jiff::Timestamp;

/// A task of a service.
#[derive(Debug, Clone)]
pub struct Task {
    /// Thirty-two hexadecimal digits.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The ARN of its task definition.
    pub task_definition: String,
    /// The deployment or task set that made it.
    pub started_by: String,
    /// Where it is on its way.
    pub phase: Phase,
    /// Healthy by every check there is? (Without checks: it ran long enough to count.)
    pub healthy: bool,
    /// Does a container fail its own health check?
    pub sick: bool,
    /// Its place in a target group, if the service has one.
    pub target: Option<Placement>,
    /// When it was made.
    pub created: Timestamp,
    /// When its containers started.
    pub started: Option<Timestamp>,
    /// When it was told to stop or stopped by itself.
    pub stopping: Option<Timestamp>,
    /// When it was gone.
    pub stopped: Option<Timestamp>,
    /// Why it stops.
    pub stop: Option<Stop>,
    /// When it changes next by itself.
    pub due: Option<Timestamp>,
    fate: Fate,
}

/// Where a task is on its way; the words of `lastStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Network and capacity are got ready.
    Provisioning,
    /// Images are pulled, containers started.
    Pending,
    /// Containers run.
    Running,
    /// The target is taken out of its target group.
    Deactivating,
    /// Containers are told to stop.
    Stopping,
    /// Gone.
    Stopped,
}

impl Phase {
    /// The word of `lastStatus`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Stopped => "STOPPED",
        }
    }
}

/// What just happened to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Nothing the service has to know.
    Quiet,
    /// Its containers run; a target is registered if it has one.
    Running,
    /// It is healthy now.
    Healthy,
    /// It ended or was found broken by itself.
    Failed {
        /// Was it never healthy, so that it counts as failed to start?
        early: bool,
    },
    /// Somebody or something outside of the service told it to stop.
    Told,
    /// Its target is out of the target group.
    Drained,
    /// It is gone.
    Stopped,
}

/// What a new task is made of.
#[derive(Debug)]
pub struct New<'a> {
    /// Thirty-two hexadecimal digits.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The ARN of its task definition.
    pub task_definition: &'a str,
    /// The deployment or task set that makes it.
    pub started_by: &'a str,
    /// Its place in a target group.
    pub target: Option<Placement>,
    /// What becomes of it.
    pub fate: Fate,
    /// Now.
    pub now: Timestamp,
}

impl Task {
    /// A task in PROVISIONING.
    pub fn new(new: New<'_>) -> Self {
        Self {
            id: new.id,
            arn: new.arn,
            task_definition: new.task_definition.to_owned(),
            started_by: new.started_by.to_owned(),
            phase: Phase::Provisioning,
            healthy: false,
            sick: false,
            target: new.target,
            created: new.now,
            started: None,
            stopping: None,
            stopped: None,
            stop: None,
            due: Some(later(new.now, new.fate.provision)),
            fate: new.fate,
        }
    }

    /// Makes it a task that has been running healthily for a long time.
    pub fn run_long(&mut self, since: Timestamp) {
        self.created = since;
        self.started = Some(since);
        self.phase = Phase::Running;
        self.fate.end = None;
        self.become_healthy();
        self.due = None;
    }

    /// What its first essential container writes when it starts.
    pub fn says(&self) -> &[String] {
        &self.fate.log
    }

    /// The runtime's id of one of its containers.
    pub fn runtime_id(&self, container: &str) -> String {
        let digits = ids::hex(container.as_bytes(), 10);
        format!("{}-{digits}", self.id)
    }

    /// Is it wanted: neither stopping nor stopped?
    pub fn is_live(&self) -> bool {
        self.phase <= Phase::Running
    }

    /// Its private address; the same for the same task.
    pub fn address(&self) -> String {
        let byte = |from: usize| {
            let digits = self.id.get(from..from + 2).unwrap_or("0a");
            u8::from_str_radix(digits, 16).unwrap_or(10)
        };
        format!("10.0.{}.{}", byte(0), byte(2))
    }
}
