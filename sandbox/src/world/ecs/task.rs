//! One task: its way from PROVISIONING to STOPPED, by its fate or by the scheduler's order.
//!
//! A task knows when it changes next ([`Task::due`]) and reports each change as [`News`]; what
//! follows from it for the service is the scheduler's matter.

use super::behaviour::{Ending, Fate};
use super::ids;
use super::later;
use super::stop::Stop;
pub use super::target::{Placement, TargetHealth};
use jiff::{SignedDuration, Timestamp};

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
        self.fate.ends = None;
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

    /// Lets it do what is due at `now`.
    pub fn step(&mut self, now: Timestamp) -> News {
        if self.due.is_none_or(|due| due > now) {
            return News::Quiet;
        }
        match self.phase {
            Phase::Provisioning => self.become_pending(now),
            Phase::Pending => self.start(now),
            Phase::Running => self.live_on(now),
            Phase::Deactivating => self.drained(now),
            Phase::Stopping => self.be_gone(now),
            Phase::Stopped => News::Quiet,
        }
    }

    /// Tells it to stop. Its target drains first, if it has one. Nothing where it stops already.
    pub fn tell_to_stop(&mut self, stop: Stop, now: Timestamp) {
        if !self.is_live() {
            return;
        }
        self.stopping = Some(now);
        self.stop = Some(stop);
        let registered = self
            .target
            .as_mut()
            .filter(|target| target.health.is_some());
        let wait = if let Some(target) = registered {
            target.health = Some(TargetHealth::Draining);
            self.phase = Phase::Deactivating;
            target.drain
        } else {
            self.phase = Phase::Stopping;
            self.fate.stop
        };
        self.due = Some(later(now, wait));
    }

    fn become_pending(&mut self, now: Timestamp) -> News {
        self.phase = Phase::Pending;
        self.due = Some(later(now, self.fate.start));
        News::Quiet
    }

    fn start(&mut self, now: Timestamp) -> News {
        let stop = match &self.fate.ends {
            Some(Ending::CannotPull(pull)) => Stop::cannot_pull(pull.words.as_deref()),
            Some(Ending::CannotStart(start)) => Stop::cannot_start(&start.reason),
            _ => return self.become_running(now),
        };
        self.end(stop, now)
    }

    fn become_running(&mut self, now: Timestamp) -> News {
        self.phase = Phase::Running;
        self.started = Some(now);
        if let Some(target) = &mut self.target {
            target.health = Some(TargetHealth::Initial);
        }
        self.due = self.next_of_running();
        News::Running
    }

    /// When a running task becomes healthy or ends, whichever comes first.
    fn next_of_running(&self) -> Option<Timestamp> {
        let started = self.started?;
        let healthy =
            (!self.healthy && !self.never_healthy()).then(|| later(started, self.fate.healthy));
        let end = self.end_after().map(|after| later(started, after));
        [healthy, end].into_iter().flatten().min()
    }

    fn never_healthy(&self) -> bool {
        matches!(self.fate.ends, Some(Ending::Unhealthy(_)))
    }

    fn end_after(&self) -> Option<SignedDuration> {
        match &self.fate.ends {
            Some(Ending::Exits(exit)) => Some(exit.after),
            Some(Ending::Unhealthy(unhealthy)) => Some(unhealthy.after),
            _ => None,
        }
    }

    fn live_on(&mut self, now: Timestamp) -> News {
        let ended = self.started.zip(self.end_after());
        if ended.is_some_and(|(started, after)| later(started, after) <= now) {
            return self.end_running(now);
        }
        self.become_healthy();
        self.due = self.next_of_running();
        News::Healthy
    }

    fn become_healthy(&mut self) {
        self.healthy = true;
        if let Some(target) = &mut self.target {
            target.health = Some(TargetHealth::Healthy);
        }
    }

    fn end_running(&mut self, now: Timestamp) -> News {
        let early = !self.healthy;
        match self.fate.ends.clone() {
            Some(Ending::Exits(exit)) => {
                self.end(Stop::exited(&exit), now);
            }
            Some(Ending::Unhealthy(unhealthy)) => self.be_unhealthy(unhealthy.code, now),
            _ => return News::Quiet,
        }
        News::Failed { early }
    }

    fn be_unhealthy(&mut self, code: u16, now: Timestamp) {
        let group = self.target.as_ref().map(|target| target.group.clone());
        self.tell_to_stop(Stop::unhealthy(group.as_deref(), code), now);
    }

    /// Ends by itself: no draining, its target is just gone.
    fn end(&mut self, stop: Stop, now: Timestamp) -> News {
        let early = !self.healthy;
        self.stopping = Some(now);
        self.stop = Some(stop);
        self.be_gone(now);
        News::Failed { early }
    }

    fn drained(&mut self, now: Timestamp) -> News {
        self.phase = Phase::Stopping;
        self.due = Some(later(now, self.fate.stop));
        if let Some(target) = &mut self.target {
            target.health = None;
        }
        News::Drained
    }

    fn be_gone(&mut self, now: Timestamp) -> News {
        self.phase = Phase::Stopped;
        self.stopped = Some(now);
        self.healthy = false;
        self.due = None;
        if let Some(target) = &mut self.target {
            target.health = None;
        }
        News::Stopped
    }
}
