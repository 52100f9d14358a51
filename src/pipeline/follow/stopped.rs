//! Deployments that this run has not started and takes back: one that is active when a rollback is
//! asked for, and one that a cancelled step has left behind.

use super::super::Run;
use super::super::active::Active;
use super::super::target::Target;
use super::{Driven, Followed, Purpose, announce};
use crate::aws::Aws;
use crate::job::LeftRunning;
use crate::model::arn::{in_full, short};
use crate::model::stop::StopAnswer;
use crate::rollout::advance::Progress;
use crate::rollout::ending::Goal;
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::{Serving, State};
use crate::rollout::verdict;
use crate::strategy::Rollout as _;
use anyhow::{Context as _, Result};
use std::time::Duration;

/// How long a post step follows a way back: GitHub ends a cancelled job after five minutes
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation>).
const POST: Duration = Duration::from_mins(4);

/// Has the deployment `active` of `target` stopped and follows it back; `None` when it came to its
/// end before that and nothing was taken back. A rollback is followed only.
///
/// # Errors
/// With the [`Failure`](crate::failure::Failure) that the end is, and as AWS fails.
pub async fn take_back(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    active: &Active,
) -> Result<Option<Outcome>> {
    let revision = &brought(aws, target, active).await?;
    let strategy = target.strategy(run, aws, revision, Purpose::Rollback);
    let stops = !active.is_rollback;
    if stops && strategy.stop(&active.id).await? != StopAnswer::Accepted {
        return Ok(None);
    }
    let followed = Followed {
        run,
        aws,
        target,
        strategy: &strategy,
        revision,
        id: &active.id,
        purpose: Purpose::Rollback,
        taken_up: true,
    };
    let (_, limit) = announce(&followed);
    let wait = followed.wait(Goal::Over, limit, None)?;
    let driven = followed.watch(Progress::new(wait), false).await?;
    if stops && let Some(State::Succeeded | State::Unsettled) = driven.ending.state {
        run.events.note(format!(
            "{}: {} came to its end before it could be stopped.",
            target.label(),
            short(&active.id)
        ));
        return Ok(None);
    }
    followed
        .judged(&Driven {
            ending: driven.ending.as_asked(),
            ..driven
        })
        .map(Some)
}

/// The task definition's ARN that `active` brings; empty where AWS does not say.
async fn brought(aws: &Aws, target: &Target, active: &Active) -> Result<String> {
    if let Some(revision) = &active.revision {
        return Ok(revision.clone());
    }
    let codedeploy = aws.codedeploy();
    let Some(deployment) = codedeploy.deployment(&active.id).await? else {
        return Ok(String::new());
    };
    let brought = codedeploy.revision_of(&deployment).await?;
    let current = &target.service.task_definition;
    Ok(brought.map_or_else(String::new, |brought| in_full(&brought, current)))
}

/// What became of a deployment that a cancelled step had left behind.
pub struct Left {
    /// `cluster/service`.
    pub label: String,
    /// A few words after its id.
    pub how: &'static str,
    /// What serves.
    pub serving: Serving,
}

/// Has the deployment that a cancelled step has `left` taken back, and follows that for as long as a
/// runner lets a post step live.
///
/// # Errors
/// As AWS fails, and [`DeploymentFailed`](crate::failure::Code::DeploymentFailed) when the way back failed.
pub async fn take_up(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    left: &LeftRunning,
) -> Result<Left> {
    let strategy = target.strategy(run, aws, &left.revision, Purpose::Deploy);
    let followed = Followed {
        run,
        aws,
        target,
        strategy: &strategy,
        revision: &left.revision,
        id: &left.id,
        purpose: Purpose::Rollback,
        taken_up: true,
    };
    strategy.stop(&left.id).await?;
    let wait = followed.wait(Goal::Over, POST, None)?;
    let driven = followed.watch(Progress::new(wait), false).await?;
    let (label, ending) = (target.label(), driven.ending);
    let how = match (ending.outcome, ending.state) {
        (Outcome::RolledBack, _) => "was rolled back",
        (Outcome::Succeeded, _) => "had succeeded before it could be stopped",
        (Outcome::TimedOut | Outcome::Cancelled, _) => "is still being rolled back",
        (Outcome::Superseded, _) => "was replaced by a newer one",
        (_, Some(State::RollbackFailed)) => {
            let failure = verdict::failure(&label, &left.id, &ending, None);
            return Err(failure.context("a rollback that failed well")?.into());
        }
        _ => "is over",
    };
    Ok(Left {
        label,
        how,
        serving: ending.serving,
    })
}
