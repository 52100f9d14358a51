//! The way to a service that is being deployed to already: waited for, stopped or refused, as
//! `on-active-deployment` says, before anything is registered.

use super::Run;
use super::active::{self, Active, in_the_way, policy};
use super::documents::Documents;
use super::drive::{Watch, drive};
use super::follow::Purpose;
use super::overtaking;
use super::preflight::service;
use super::target::{Target, Way};
use crate::aws::Aws;
use crate::events::{Stage, StageEnd};
use crate::failure::{Code, Failure};
use crate::inputs::{OnActive, WaitFor};
use crate::model::task_definition::TaskDefinition;
use crate::rollout::advance::Progress;
use crate::rollout::ending::{Goal, Wait};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::Snapshot;
use crate::rollout::timeout;
use crate::strategy::Rollout as _;
use anyhow::Result;
use jiff::SignedDuration;

/// The target once nothing is in the way of deploying `document` to it, looked at anew when
/// something was.
///
/// # Errors
/// [`Code::DeploymentRunning`] when the inputs do not allow to wait or it takes too long,
/// [`Code::OlderCommit`] when a newer commit is deployed by now or would be stopped, and as AWS fails.
pub async fn clear(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    documents: &Documents,
    document: &TaskDefinition,
) -> Result<Target> {
    let mut target = target.clone();
    while let Some(active) = target.active.clone() {
        if is_taken_up(run, aws, &target, &active, document).await? {
            break;
        }
        match policy(run, &target) {
            OnActive::Replace => break,
            OnActive::Fail => return Err(in_the_way(&target.label(), &active.name()).into()),
            OnActive::Wait => {}
            OnActive::Stop if active.is_rollback => {}
            OnActive::Stop => {
                let newer = overtaking::would_stop(run, &target.label(), &active).await;
                newer.map_or(Ok(()), Err)?;
            }
        }
        let waiting = until_over(run, aws, &target, &target.service.task_definition, &active);
        run.stage(Stage::Clear, waiting, |()| StageEnd::Done)
            .await?;
        target = service::look_to_deploy(run, aws, documents).await?;
    }
    Ok(target)
}

/// Whether the deployment that runs is one that an earlier attempt of this run has started: it is
/// taken up, not waited for. ECS keeps no description, so that there the revision tells.
async fn is_taken_up(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    active: &Active,
    document: &TaskDefinition,
) -> Result<bool> {
    if let Way::CodeDeploy(_) = target.way {
        return Ok(active.is_of(run.job));
    }
    let revision = active.revision.as_ref();
    let Some(revision) = revision.filter(|_| !active::deploys_anew(run)) else {
        return Ok(false);
    };
    let brings = aws.ecs().describe_task_definition(revision).await?;
    Ok(brings.is_some_and(|brings| document.same_as(&brings.raw)))
}

/// Waits until `active` is over, having it stopped first when the inputs say so: a rollback never.
///
/// # Errors
/// [`Code::DeploymentRunning`] when that takes too long, [`Code::Cancelled`], and as AWS fails.
pub async fn until_over(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    revision: &str,
    active: &Active,
) -> Result<()> {
    let revision = active.revision.as_deref().unwrap_or(revision);
    let strategy = target.strategy(run, aws, revision, Purpose::Deploy);
    let label = target.label();
    let stop = policy(run, target) == OnActive::Stop;
    let stops = stop && !active.is_rollback;
    run.events.note(format!(
        "{label} is being deployed to: {}. {}",
        active.name(),
        match (stop, stops) {
            (true, true) =>
                "Stopping it and waiting for its rollback (on-active-deployment: stop).",
            (true, false) => "It is a rollback, which is not stopped; waiting for its end.",
            (false, _) => "Waiting for its end (on-active-deployment: wait).",
        }
    ));
    if stops {
        strategy.stop(&active.id).await?;
    }
    let watch = Watch {
        events: run.events.clone(),
        clock: run.clock.clone(),
        cancel: run.cancel.clone(),
        poll_interval: run.inputs.waiting.poll_interval,
        tells: false,
        continues: false,
    };
    let progress = Progress::new(wait(run, target)?);
    let unheard = async |_: &Snapshot| None::<()>;
    let driven = drive(&strategy, &active.id, &label, progress, &watch, unheard).await?;
    match driven.ending.outcome {
        Outcome::TimedOut => Err(too_long(&label, active).into()),
        Outcome::Cancelled => Err(super::cancelled(Stage::Clear).into()),
        _ => Ok(()),
    }
}

fn wait(run: &Run<'_>, target: &Target) -> Result<Wait> {
    let usual = || timeout::derived(target.way.pace(&target.service), WaitFor::Succeeded);
    let limit = run.inputs.waiting.timeout.unwrap_or_else(usual);
    let limit = SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX);
    Ok(Wait {
        goal: Goal::Over,
        deadline: run.clock.now().saturating_add(limit)?,
        counts_pauses: true,
        fail_fast_after: None,
    })
}

fn too_long(label: &str, active: &Active) -> Failure {
    let what = format!(
        "the deployment of {label} that was already running did not end in time: {}",
        active.name()
    );
    let help = "Nothing was deployed. See what it waits for in the console, then run this job \
                again; a longer `timeout` waits longer.";
    Failure::new(Code::DeploymentRunning, what, help)
}
