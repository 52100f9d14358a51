//! What becomes of one task, settled when it is made: a behaviour, as the world is.

use super::behaviour::{Behaviour, Timing};
use super::ending::{CannotPull, Check, Ending, ExecFormatError, Exit, OutOfMemory, Unhealthy};
use super::failure::{self, Place};
use super::stop::Stop;
use super::target::Placement;
use super::task_definition::TaskDefinition;
use jiff::SignedDuration;
use serde_json::Value;

/// What will become of one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// Time in PROVISIONING.
    pub provision: SignedDuration,
    /// Time in PENDING.
    pub start: SignedDuration,
    /// From RUNNING to healthy.
    pub healthy: SignedDuration,
    /// From the stop signal to STOPPED.
    pub stop: SignedDuration,
    /// What the first essential container writes when it starts.
    pub log: Vec<String>,
    /// How it ends by itself.
    pub end: Option<End>,
}

/// How a task ends by itself. Times count from RUNNING.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It is not even made; the event that says why.
    Unplaced(String),
    /// It never runs.
    NotStarted(Stop),
    /// Its essential container exits after this time.
    Exits(SignedDuration, Stop),
    /// Somebody or something tells it to stop after this time.
    Told(SignedDuration, Stop),
    /// It is found unhealthy, and told to stop later.
    Unhealthy(Sick),
}

/// The way of a task that fails a health check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sick {
    /// When it is found unhealthy.
    pub found: SignedDuration,
    /// When it is told to stop.
    pub stopped: SignedDuration,
    /// Was it healthy before?
    pub passes_first: bool,
    /// What is said of it.
    pub stop: Stop,
}

/// What a fate depends on besides the behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// How long things usually take.
    pub timing: &'a Timing,
    /// Where the task is to run.
    pub place: Place<'a>,
    /// Its place in a target group.
    pub target: Option<&'a Placement>,
    /// For so long after RUNNING nobody minds what the load balancer finds.
    pub grace: SignedDuration,
    /// Does a container write to a log group that is not there?
    pub log_group_missing: bool,
    /// An image that is not in the account's registry.
    pub missing_image: Option<&'a str>,
    /// Under these hosts clients reach the account's own registry.
    pub registry: &'a [String],
}

/// Settles what becomes of a task.
pub fn settle(behaviour: Behaviour, at: &Circumstances<'_>) -> Fate {
    let definition = at.place.definition;
    let checked = at.target.is_some() || definition.is_some_and(TaskDefinition::has_health_check);
    let usual = if checked {
        at.timing.healthy
    } else {
        at.timing.settle
    };
    let healthy = behaviour.healthy.unwrap_or(usual);
    let scripted = behaviour.ends.map(|ending| at.end(ending, healthy));
    Fate {
        provision: at.timing.provision,
        start: behaviour.start.unwrap_or(at.timing.start),
        healthy,
        stop: at.timing.stop,
        log: behaviour.log,
        end: at.as_things_are(scripted),
    }
}

impl Circumstances<'_> {
    /// What is scripted, unless the task does not come so far.
    fn as_things_are(&self, scripted: Option<End>) -> Option<End> {
        if let Some(End::Unplaced(_) | End::NotStarted(_)) = scripted {
            return scripted;
        }
        let reason = if self.log_group_missing {
            Some(self.place.log_group_missing())
        } else {
            let why = super::ending::Pull::NotFound;
            self.missing_image
                .map(|image| self.place.cannot_pull(image, true, why))
        };
        reason.map_or(scripted, |reason| Some(not_started(&reason)))
    }

    fn end(&self, ending: Ending, healthy: SignedDuration) -> End {
        let place = &self.place;
        match ending {
            Ending::Exits(exit) => End::Exits(exit.after, Stop::exited(&exit)),
            Ending::OutOfMemory(it) => out_of_memory(it),
            Ending::ExecFormatError(it) => self.exec_format_error(it),
            Ending::CannotPull(it) => self.cannot_pull(&it),
            Ending::CannotPullSecret(it) => {
                not_started(&place.cannot_pull_secret(it.value_from.as_deref(), it.because))
            }
            Ending::LogGroupMissing(_) => not_started(&place.log_group_missing()),
            Ending::CannotStart(it) => not_started(&it.reason),
            Ending::RoleNotAssumed(it) => End::Unplaced(place.role_not_assumed(it.role.as_deref())),
            Ending::NoCapacity(it) if it.with_task => not_started(failure::no_room(it.of)),
            Ending::NoCapacity(it) => End::Unplaced(place.unplaced(it.of)),
            Ending::Unhealthy(it) => End::Unhealthy(self.sick(&it, healthy)),
            Ending::Interrupted(it) => End::Told(it.after, Stop::interrupted()),
            Ending::StoppedByUser(it) => End::Told(it.after, Stop::by_user(it.reason.as_deref())),
        }
    }

    fn container(&self, name: Option<&str>) -> Option<&Value> {
        let definition = self.place.definition?;
        definition.container(name.or_else(|| definition.first_essential())?)
    }

    fn exec_format_error(&self, it: ExecFormatError) -> End {
        let container = self.container(it.container.as_deref());
        let first = |member: &str| container?.get(member)?.get(0)?.as_str();
        let program = first("entryPoint").or_else(|| first("command"));
        let program = program.unwrap_or("/usr/local/bin/docker-entrypoint.sh");
        let exit = Exit {
            code: 255,
            after: SignedDuration::from_secs(1),
            log: vec![format!("exec {program}: exec format error")],
            container: it.container,
            reason: None,
        };
        End::Exits(exit.after, Stop::exited(&exit))
    }

    fn cannot_pull(&self, it: &CannotPull) -> End {
        let container = self.container(it.container.as_deref());
        let image = container.and_then(|it| it.get("image")?.as_str());
        let image = image.unwrap_or_default();
        let mut hosts = self.registry.iter();
        let own = image.contains(".dkr.ecr.") || hosts.any(|host| image.starts_with(host.as_str()));
        let stop = match &it.words {
            Some(words) => Stop::not_started(&format!("CannotPullContainerError: {words}")),
            None => Stop::not_started(&self.place.cannot_pull(image, own, it.because)),
        };
        End::NotStarted(stop.of_container(it.container.as_deref()))
    }

    fn sick(&self, it: &Unhealthy, healthy: SignedDuration) -> Sick {
        let by_balancer = match it.check {
            Some(check) => check == Check::LoadBalancer,
            None => self.target.is_some(),
        };
        let target = self.target.filter(|_| by_balancer);
        let stopped = target.map_or(it.after, |_| it.after.max(self.grace));
        let found = if it.passes_first {
            healthy.max(stopped - SignedDuration::from_secs(10))
        } else {
            healthy.min(stopped / 2)
        };
        Sick {
            found,
            stopped: stopped.max(found),
            passes_first: it.passes_first,
            stop: match target {
                Some(target) => Stop::failed_target(&target.group, it.finding()),
                None => Stop::failed_check(),
            },
        }
    }
}

fn not_started(reason: &str) -> End {
    End::NotStarted(Stop::not_started(reason))
}

fn out_of_memory(it: OutOfMemory) -> End {
    let exit = Exit {
        code: 137,
        after: it.after,
        container: it.container,
        reason: Some("OutOfMemoryError: Container killed due to memory usage".to_owned()),
        log: it.log,
    };
    End::Exits(exit.after, Stop::exited(&exit))
}
