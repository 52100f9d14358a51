//! What must hold of every run, whatever was drawn. Each check has a name and gives its reason.

mod agreement;
mod deployments;
mod pace;
mod post;
mod rollback;
mod secrecy;
mod time;
mod verdict;
mod writes;

use crate::connection::{Made, Thing};
use crate::plan::{Plan, Way};
use crate::runner::{Attempt, Posted};
use crate::truth::{Look, Truth};
use greengate::events::EventKind;
use greengate::failure::{Exit, Failure};
use greengate::rollout::outcome::Outcome;
use greengate_sandbox::world::World;
use jiff::Timestamp;

/// An attempt, and what it is judged by.
pub(crate) struct Case<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) attempt: &'a Attempt,
    /// The attempts of the same run before it.
    pub(crate) earlier: &'a [Attempt],
    /// The ARN of the task definition that served before the one that the service was on, where
    /// nobody else does anything.
    pub(crate) previous: Option<&'a str>,
    pub(crate) world: &'a World,
}

/// What does not hold, and why.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) invariant: &'static str,
    pub(crate) why: String,
}

type Check = fn(&Case<'_>) -> Result<(), String>;

/// What holds of a deployment.
const DEPLOY: &[(&str, Check)] = &[
    ("the verdict is true", verdict::is_true),
    ("green has all its tasks", verdict::has_its_tasks),
    (
        "what serves decides between 5 and 6",
        verdict::by_what_serves,
    ),
    ("the verdict is in time", time::in_time),
    ("nothing fails without a cause", verdict::has_a_cause),
    ("no revision is made twice", deployments::no_equal_revisions),
    ("no deployment is made twice", deployments::no_second),
    ("what was to be stopped is stopped", deployments::stopped),
    ("what served is told", verdict::what_served),
];

/// What holds of the command `rollback`.
const ROLLBACK: &[(&str, Check)] = &[("a rollback is told truly", rollback::is_true)];

/// What holds of every run.
const EVERY: &[(&str, Check)] = &[
    ("every run ends", pace::it_ends),
    ("no run ends with a bug", agreement::no_bug),
    ("everything tells the same ending", agreement::same_ending),
    ("the events are in order", agreement::order),
    ("refused is untouched", writes::refused_is_untouched),
    ("the gate comes before every write", writes::after_the_gate),
    ("what runs on is named", deployments::named),
    ("calls are few", pace::calls),
    ("what can be had again is had again", pace::keeps_its_sight),
    ("no secret is written", secrecy::none_is_written),
    ("foreign text does not act", secrecy::foreign_text),
];

/// Everything that does not hold of an attempt.
pub(crate) fn broken(case: &Case<'_>) -> Vec<Broken> {
    let own = match case.plan.command {
        "rollback" => ROLLBACK,
        _ => DEPLOY,
    };
    let checks = EVERY.iter().chain(own);
    checks
        .filter_map(|(invariant, check)| {
            let why = check(case).err()?;
            Some(Broken { invariant, why })
        })
        .collect()
}

/// Everything that does not hold of a post step.
pub(crate) fn broken_after(case: &Case<'_>, posted: &Posted) -> Option<Broken> {
    let why = post::sees_to_it(case, posted).err()?;
    Some(Broken {
        invariant: "the post step sees to the rest",
        why,
    })
}

/// Holds, or `why` not.
fn hold(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}

impl Case<'_> {
    fn kinds(&self) -> impl DoubleEndedIterator<Item = &EventKind> {
        self.attempt.events.iter().map(|(_, event)| &event.kind)
    }

    fn finished(&self) -> Option<(Outcome, Option<Exit>)> {
        self.kinds().rev().find_map(|kind| match kind {
            EventKind::Finished { outcome, exit } => Some((*outcome, *exit)),
            _ => None,
        })
    }

    fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.kinds().filter_map(|kind| match kind {
            EventKind::Failed { failure } => Some(failure),
            _ => None,
        })
    }

    /// The ARN of the task definition that the run asks for, once it is known.
    fn revision(&self) -> Option<&str> {
        if self.plan.command == "rollback" {
            return self.previous;
        }
        self.kinds().find_map(|kind| match kind {
            EventKind::RevisionReady {
                task_definition, ..
            } => Some(task_definition.as_str()),
            _ => None,
        })
    }

    /// The deployment that is followed, and when that was said.
    fn followed(&self) -> Option<(&str, Timestamp)> {
        let mut events = self.attempt.events.iter();
        events.find_map(|(_, event)| match &event.kind {
            EventKind::DeploymentStarted { id, .. } => Some((id.as_str(), event.at)),
            _ => None,
        })
    }

    /// What the run could have seen when it judged.
    fn last_looks(&self) -> impl Iterator<Item = &Truth> {
        let from = self.attempt.ended - self.plan.slack();
        let looks = self.attempt.record.looks.iter();
        looks
            .filter(move |look| look.at >= from)
            .map(|look: &Look| &look.truth)
    }

    /// The deployments that this attempt made.
    fn made(&self) -> impl Iterator<Item = &Made> {
        let made = self.attempt.record.made.iter();
        made.filter(|made| made.what.is_deployment())
    }

    /// The deployment that this attempt made to take its revision back.
    fn way_back(&self) -> Option<&Made> {
        let back = self
            .made()
            .filter(|made| Some(made.revision.as_str()) != self.revision());
        back.last()
    }

    fn standing(&self, id: &str) -> Option<Standing> {
        standing(self.world, self.plan.way, id)
    }
}

/// Where a deployment of ECS or CodeDeploy is.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    /// The names it has: an ARN and the id in the service, or the id.
    pub(crate) ids: Vec<String>,
    /// In AWS's word.
    pub(crate) word: &'static str,
    /// When it was over, its rollback included.
    pub(crate) over: Option<Timestamp>,
    /// When all that is waited for with `traffic-shifted` was done.
    pub(crate) shifted: Option<Timestamp>,
    /// Whether there was a way back, and it came to its end.
    pub(crate) rolled_back: bool,
    /// Whether it is told to stop, or too far to be stopped.
    pub(crate) stopping: bool,
    pub(crate) created: Timestamp,
}

impl Standing {
    fn succeeded(&self) -> bool {
        ["SUCCESSFUL", "Succeeded"].contains(&self.word)
    }
}

fn standing(world: &World, way: Way, id: &str) -> Option<Standing> {
    match way {
        Way::Rolling => by_ecs(world, way, id),
        Way::Native => staged(world, way, id),
        Way::BlueGreen => blue_green(world, id),
    }
}

fn by_ecs(world: &World, way: Way, id: &str) -> Option<Standing> {
    use greengate_sandbox::world::ecs::service_deployment::Status;
    let service = world.ecs.service(way.environment(), "shop")?;
    let mut history = service.history.iter().rev();
    let it = history.find(|it| it.arn == id || it.deployment == id)?;
    Some(Standing {
        ids: vec![it.arn.clone(), it.deployment.clone()],
        word: it.status.word(),
        over: it.finished,
        shifted: it.finished.filter(|_| it.status == Status::Successful),
        rolled_back: it.status == Status::RollbackSuccessful,
        stopping: matches!(
            it.status,
            Status::RollbackRequested | Status::RollbackInProgress
        ),
        created: it.created,
    })
}

/// One that goes through stages has all its traffic long before it is over.
fn staged(world: &World, way: Way, id: &str) -> Option<Standing> {
    use greengate_sandbox::world::ecs::native::stage::Stage;
    let service = world.ecs.service(way.environment(), "shop")?;
    let mut history = service.history.iter().rev();
    let it = history.find(|it| it.arn == id || it.deployment == id)?;
    let native = it.native.as_ref().filter(|_| it.rollback.is_none());
    let shifted = native.and_then(|native| match native.stage {
        Stage::BakeTime => Some(native.entered),
        Stage::CleanUp => native.entered.checked_sub(native.strategy.bake).ok(),
        _ => None,
    });
    let standing = by_ecs(world, way, id)?;
    Some(Standing {
        shifted: standing.shifted.or(shifted),
        ..standing
    })
}

fn blue_green(world: &World, id: &str) -> Option<Standing> {
    use greengate_sandbox::world::codedeploy::deployment::{Stage, Status};
    use greengate_sandbox::world::codedeploy::lifecycle::{Lifecycle, Progress};
    let it = world.codedeploy.deployment(id)?;
    let rollback = it.rollback.by.as_deref().filter(|_| !it.is_rollback);
    let rollback = rollback.and_then(|id| world.codedeploy.deployment(id));
    let mut events = it.events.iter();
    let last = events.find(|event| event.name == Lifecycle::AfterAllowTraffic);
    let last = last.filter(|event| event.progress == Progress::Succeeded);
    Some(Standing {
        ids: vec![it.id.clone()],
        word: it.status.word(),
        over: rollback.map_or(it.completed, |rollback| rollback.completed),
        shifted: last.and_then(|event| event.ended),
        rolled_back: rollback.is_some_and(|it| it.status == Status::Succeeded),
        stopping: it.stop.is_some() || rollback.is_some() || it.current() == Some(Stage::Terminate),
        created: it.created,
    })
}

impl Thing {
    pub(crate) fn is_deployment(&self) -> bool {
        !matches!(self, Self::Revision(_))
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Revision(id) | Self::ServiceDeployment(id) | Self::Deployment(id) => id,
        }
    }
}
