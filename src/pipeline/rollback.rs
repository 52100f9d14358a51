//! `command: rollback`: the service goes back to the revision that served before, whether or not a
//! deployment is running.

use super::Run;
use super::active::Active;
use super::deploy::no_refusal;
use super::follow::{Purpose, bring, take_back};
use super::previous::previous;
use super::target::Target;
use crate::aws::Aws;
use crate::failure::{Code, Exit, Failure};
use crate::model::arn::short;
use crate::rollout::outcome::Outcome;
use anyhow::Result;

/// Takes `target` back; says how that ended.
///
/// # Errors
/// [`Code::NoPrevious`], the [`Failure`] that the end is, and as AWS fails.
pub async fn roll_back(run: &Run<'_>, aws: &Aws, target: &Target) -> Result<Outcome> {
    if let Some(active) = &target.active
        && let Some(outcome) = stopped(run, aws, target, active).await?
    {
        return Ok(outcome);
    }
    let target = target.as_it_is(aws).await?;
    let revision = found(aws, &target).await;
    // A deployment was stopped, or may have been: then it is no refusal.
    let revision = revision.map_err(|error| {
        if aws.has_changed_anything() {
            no_refusal(error, Exit::NeedsPerson)
        } else {
            error
        }
    })?;
    run.events.note(format!(
        "{} runs {}; {} served before it and is deployed again.",
        target.label(),
        short(&target.service.task_definition),
        short(&revision)
    ));
    bring(run, aws, &target, &revision, Purpose::Rollback).await
}

/// The deployment that runs is stopped and followed back, or followed where it is a rollback; `None`
/// when it was over already.
async fn stopped(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    active: &Active,
) -> Result<Option<Outcome>> {
    run.events.note(format!(
        "{} is being deployed to: {}. {}",
        target.label(),
        active.name(),
        if active.is_rollback {
            "It takes the service back."
        } else {
            "Stopping it and taking the service back."
        }
    ));
    take_back(run, aws, target, active).await
}

async fn found(aws: &Aws, target: &Target) -> Result<String> {
    let Some(revision) = previous(aws, &target.service, target.way.group()).await? else {
        let help = "AWS keeps the deployments of a service for 90 days, and CodeDeploy does not \
                    know what a service was created with. Deploy the revision that you want with \
                    `command: deploy`.";
        return Err(nothing_before(target, help).into());
    };
    let described = aws.ecs().describe_task_definition(&revision).await?;
    if described.is_some_and(|described| described.is_active()) {
        return Ok(revision);
    }
    let help = "Register the same document again and deploy it with `command: deploy`.";
    let why = format!(
        "{} served before and was deregistered since",
        short(&revision)
    );
    Err(nothing_before(target, help).because(why).into())
}

fn nothing_before(target: &Target, help: &str) -> Failure {
    let what = format!(
        "there is no revision to take {} back to from {}",
        target.label(),
        short(&target.service.task_definition)
    );
    Failure::new(Code::NoPrevious, what, help)
}
