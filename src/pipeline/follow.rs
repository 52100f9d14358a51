//! A deployment from its start to its verdict: started once, followed to its end, taken back when
//! it fails and the inputs say so, judged by what serves.

mod cancelled;
mod start;
mod stopped;
mod way_back;

pub use stopped::{Left, take_back, take_up};

use super::Run;
use super::diagnose::diagnose;
use super::drive::{self, StillPaused, Watch, drive};
use super::target::{Target, Way};
use crate::aws::Aws;
use crate::aws::error::AwsFailure;
use crate::diagnosis::{Diagnosis, Suspect};
use crate::events::EventKind;
use crate::failure::{Code, Exit, Failure};
use crate::inputs::{Gate, WaitFor};
use crate::model::arn::short;
use crate::model::console;
use crate::rollout::advance::Progress;
use crate::rollout::ending::{Ending, Goal, Wait, by_serving};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::{Snapshot, State};
use crate::rollout::{timeout, verdict};
use crate::strategy::Strategy;
use anyhow::Result;
use jiff::SignedDuration;
use start::Started;
use std::time::Duration;

/// How a wait ended, and why not well.
type Driven = drive::Driven<Diagnosis>;

/// What a deployment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The user's revision.
    Deploy,
    /// The revision before, in place of one of this run that failed.
    WayBack,
    /// The revision before, as the user asks.
    Rollback,
}

/// A deployment that is followed.
pub(super) struct Followed<'a> {
    /// All that the run is done with.
    pub run: &'a Run<'a>,
    /// The way to AWS.
    pub aws: &'a Aws,
    /// What is deployed to.
    pub target: &'a Target,
    /// What carries it out.
    pub strategy: &'a Strategy,
    /// The task definition's ARN that it brings.
    pub revision: &'a str,
    /// AWS's id of it.
    pub id: &'a str,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it had been started before this run looked, and is only followed.
    pub taken_up: bool,
}

/// Brings the task definition `revision` to `target` and waits as the inputs say.
///
/// # Errors
/// With the [`Failure`] that the deployment's end is, and as AWS fails.
pub async fn bring(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    revision: &str,
    purpose: Purpose,
) -> Result<Outcome> {
    let label = target.label();
    let starting = start::start(run, aws, target, revision, purpose);
    let (target, strategy, started) = starting.await?;
    let Started::Deployment { id, followed } = started else {
        run.events.note(format!(
            "{label} runs this revision already; nothing is deployed."
        ));
        return Ok(ended(run, &label, Outcome::Unchanged));
    };
    let followed = Followed {
        run,
        aws,
        target: &target,
        strategy: &strategy,
        revision,
        id: &id,
        purpose,
        taken_up: followed,
    };
    let (wait_for, limit) = announce(&followed);
    if wait_for == WaitFor::Created {
        return Ok(ended(run, &label, Outcome::Created));
    }
    let driven = followed.to_its_end(Goal::Reached(wait_for), limit).await?;
    followed.judged(&driven)
}

/// What a run waits for that deploys to `target`, and for how long at most.
pub(super) fn waiting(run: &Run<'_>, target: &Target) -> (WaitFor, Duration) {
    let waiting = &run.inputs.waiting;
    let wait_for = waiting.wait_for.unwrap_or_else(|| target.way.wait_for());
    let pace = target.way.pace(&target.service);
    let limit = waiting
        .timeout
        .unwrap_or_else(|| timeout::derived(pace, wait_for));
    (wait_for, limit)
}

/// Tells that the deployment runs; what is waited for and for how long.
fn announce(followed: &Followed<'_>) -> (WaitFor, Duration) {
    let Followed {
        run, target, id, ..
    } = *followed;
    let (wait_for, limit) = waiting(run, target);
    run.events.emit(EventKind::DeploymentStarted {
        target: target.label(),
        id: id.to_owned(),
        strategy: target.way.name().to_owned(),
        config: target.config(),
        alarms: target.alarms(),
        url: url(run, target, id),
        wait_for,
        timeout_seconds: limit.as_secs(),
    });
    (wait_for, limit)
}

fn url(run: &Run<'_>, target: &Target, id: &str) -> String {
    match target.way {
        Way::Rolling | Way::Native => target.url(run),
        Way::CodeDeploy(_) => console::codedeploy_deployment(&run.inputs.aws.region, id),
    }
}

impl Followed<'_> {
    /// Waits, and does about a bad end what the inputs say.
    async fn to_its_end(&self, goal: Goal, limit: Duration) -> Result<Driven> {
        let fail_fast_after = Some(self.run.inputs.waiting.fail_fast_after);
        let wait = self.wait(goal, limit, fail_fast_after)?;
        let driven = self.watch(Progress::new(wait), true).await?;
        match driven.ending.outcome {
            Outcome::Cancelled => Ok(self.cancelled(driven).await),
            _ => self.with_remedy(driven).await,
        }
    }

    /// A wait from now on.
    fn wait(&self, goal: Goal, limit: Duration, fail_fast_after: Option<u32>) -> Result<Wait> {
        let limit = SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX);
        Ok(Wait {
            goal,
            deadline: self.run.clock.now().saturating_add(limit)?,
            counts_pauses: self.run.inputs.waiting.timeout.is_some(),
            fail_fast_after,
        })
    }

    /// Whether a pause of the deployment is this run's to end: it was begun before, and somebody has
    /// approved this job since.
    fn continues(&self) -> bool {
        let approved = self.target.gate(self.run) == Gate::Approved;
        self.taken_up && self.purpose == Purpose::Deploy && approved
    }

    /// Watches until the wait is over; trouble is looked into once, when it shows.
    async fn watch(&self, progress: Progress, look_into_trouble: bool) -> Result<Driven> {
        let run = self.run;
        let watch = Watch {
            events: run.events.clone(),
            clock: run.clock.clone(),
            cancel: run.cancel.clone(),
            poll_interval: run.inputs.waiting.poll_interval,
            tells: true,
            continues: self.continues(),
        };
        let label = self.target.label();
        let look_into = async |snapshot: &Snapshot| {
            if !look_into_trouble {
                return None;
            }
            let suspect = Suspect::of(self.revision, snapshot);
            Some(Box::pin(diagnose(run, self.aws, self.target, &suspect)).await)
        };
        // Apart from the stack: it holds everything that a look and a diagnosis hold.
        let driving = drive(self.strategy, self.id, &label, progress, &watch, look_into);
        let driven = Box::pin(driving).await;
        driven.map_err(|error| lost_sight(error, &label, self.id))
    }

    /// The verdict, told.
    fn judged(&self, driven: &Driven) -> Result<Outcome> {
        let (label, ending) = (self.target.label(), &driven.ending);
        ended(self.run, &label, ending.outcome);
        if let Some(failure) = verdict::failure(&label, self.id, ending, driven.diagnosis.as_ref())
        {
            return Err(failure.into());
        }
        if nothing_runs(ending) {
            self.run.events.warn(format!(
                "{label} is deployed, but its desired count is 0: nothing runs, and nothing was \
                 tried."
            ));
        }
        Ok(ending.outcome)
    }
}

fn nothing_runs(ending: &Ending) -> bool {
    matches!(ending.state, Some(State::Succeeded | State::TrafficShifted))
        && ending.counts.is_some_and(|counts| counts.desired == 0)
}

fn ended(run: &Run<'_>, label: &str, outcome: Outcome) -> Outcome {
    run.events.emit(EventKind::DeploymentEnded {
        target: label.to_owned(),
        outcome,
    });
    outcome
}

/// The deployment runs on unseen.
fn lost_sight(error: anyhow::Error, label: &str, id: &str) -> anyhow::Error {
    let Some(failure) = AwsFailure::of(&error) else {
        return error;
    };
    let explained = crate::aws::error::explain(failure);
    if let Some(paused) = error.downcast_ref::<StillPaused>() {
        return not_continued(failure, explained, label, id)
            .exiting(by_serving(&paused.0))
            .into();
    }
    let what = format!(
        "lost sight of the deployment {} to {label}, which runs on",
        short(id)
    );
    let help = explained
        .as_ref()
        .map(|explained| explained.help.as_str())
        .unwrap_or_default();
    let help = format!("Look at the deployment in the console; nothing was stopped. {help}");
    let mut lost = Failure::new(Code::LostSight, what, help.trim_end());
    lost.why = explained.map_or_else(|| vec![failure.to_string()], |explained| explained.why);
    lost.exiting(Exit::NeedsPerson).into()
}

/// The deployment waits in its pause, and could not be told to go on.
fn not_continued(
    failure: &AwsFailure,
    explained: Option<Failure>,
    label: &str,
    id: &str,
) -> Failure {
    let id = short(id);
    let what = format!("the deployment {id} to {label} waits in its pause, and was not continued");
    let (code, why, help) = match explained {
        Some(it) => (it.code, [vec![it.what], it.why].concat(), it.help),
        None => (
            Code::DeploymentRefused,
            vec![failure.to_string()],
            String::new(),
        ),
    };
    let help = format!("{help} Run this job again before the pause ends by itself.");
    let mut waits = Failure::new(code, what, help.trim_start());
    waits.why = why;
    waits
}
