//! The deployment: started once, followed to its end, judged by what serves.

use super::Run;
use super::documents::Documents;
use super::drive::{Watch, drive};
use super::register::{Revision, register};
use super::target::{CodeDeployWay, Target, Way};
use crate::aws::Aws;
use crate::aws::error::{AwsFailure, Kind};
use crate::events::{EventKind, Stage, StageEnd};
use crate::failure::{Code, Exit, Failure};
use crate::inputs::{TaskDefinitionInputs, WaitFor};
use crate::model::arn::short;
use crate::model::codedeploy::NewDeployment;
use crate::model::console;
use crate::model::image::ImageRef;
use crate::rollout::advance::{Ending, Progress};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::State;
use crate::rollout::{timeout, verdict};
use crate::strategy::codedeploy::BlueGreen;
use crate::strategy::rolling::Rolling;
use crate::strategy::{Rollout, Start};
use anyhow::{Context as _, Result};
use jiff::SignedDuration;
use std::time::Duration;

/// Brings the task definition with its images to `target`; says how that ended.
///
/// # Errors
/// With the [`Failure`] that the deployment's end is, and as AWS fails.
pub async fn deploy(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    documents: &Documents,
    images: &TaskDefinitionInputs,
    built: Option<&ImageRef>,
) -> Result<Outcome> {
    let ecs = aws.ecs();
    let registering = async {
        let document = documents.task_definition.clone();
        let mut document = document.context("a deployment without a task definition")?;
        document.put_images(images, built.map(ToString::to_string).as_deref())?;
        register(run, &ecs, target, &document).await
    };
    let end = |revision: &Revision| StageEnd::done_if(revision.registered);
    let revision = run.stage(Stage::Register, registering, end).await?;
    let end = |outcome: &Outcome| match outcome {
        Outcome::Unchanged => StageEnd::NothingToDo,
        _ => StageEnd::Done,
    };
    run.stage(Stage::Deploy, by_its_way(run, aws, target, &revision), end)
        .await
}

async fn by_its_way(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    revision: &Revision,
) -> Result<Outcome> {
    let (ecs, inputs) = (aws.ecs(), &run.inputs.deploy);
    match &target.way {
        Way::Rolling => {
            let mut rolling = Rolling::new(&ecs, run.clock, &target.service, &revision.arn);
            rolling.desired_count = inputs.desired_count;
            rolling.force = inputs.force_new_deployment;
            follow(run, target, &rolling).await
        }
        Way::CodeDeploy(way) => {
            let codedeploy = aws.codedeploy();
            let blue_green = BlueGreen {
                codedeploy: &codedeploy,
                ecs: &ecs,
                clock: run.clock,
                service: &target.service,
                group: &way.group,
                revision: &revision.arn,
                deployment: asked(run, target, way, revision),
                force: inputs.force_new_deployment,
            };
            follow(run, target, &blue_green).await
        }
    }
}

fn asked(
    run: &Run<'_>,
    target: &Target,
    way: &CodeDeployWay,
    revision: &Revision,
) -> NewDeployment {
    let job = run.job;
    let app_spec = way
        .app_spec
        .clone()
        .for_service(&target.service, &revision.arn);
    NewDeployment {
        application: way.group.application.clone(),
        group: way.group.name.clone(),
        config: way.config.clone(),
        description: format!("{}@{} {}", job.repository, job.sha, job.run_url()),
        app_spec: app_spec.content(),
    }
}

/// Starts the deployment and waits as the inputs say.
async fn follow<R: Rollout>(run: &Run<'_>, target: &Target, rollout: &R) -> Result<Outcome> {
    let label = target.label();
    let started = rollout
        .start()
        .await
        .map_err(|error| not_started(error, &label))?;
    let Start::Deployment { id, followed } = started else {
        run.events.note(format!(
            "{label} runs this revision already; nothing is deployed."
        ));
        return Ok(ended(run, &label, Outcome::Unchanged));
    };
    if followed {
        run.events.note(format!(
            "{label} is being deployed to this revision already; following it."
        ));
    }
    let wait_for = wait_for(run, target);
    let limit = run
        .inputs
        .waiting
        .timeout
        .unwrap_or(timeout::derived(target.way.pace(), wait_for));
    announce(run, target, &id, wait_for, limit);
    if wait_for == WaitFor::Created {
        return Ok(ended(run, &label, Outcome::Created));
    }
    let ending = watch(run, rollout, &id, &label, wait_for, limit).await?;
    judged(run, &label, &id, &ending)
}

fn wait_for(run: &Run<'_>, target: &Target) -> WaitFor {
    let usual = match target.way {
        Way::Rolling => WaitFor::Succeeded,
        Way::CodeDeploy(_) => WaitFor::TrafficShifted,
    };
    run.inputs.waiting.wait_for.unwrap_or(usual)
}

fn announce(run: &Run<'_>, target: &Target, id: &str, wait_for: WaitFor, limit: Duration) {
    let region = &run.inputs.aws.region;
    let url = match target.way {
        Way::Rolling => {
            console::service_deployments(region, &target.service.cluster_arn, &target.service.name)
        }
        Way::CodeDeploy(_) => console::codedeploy_deployment(region, id),
    };
    run.events.emit(EventKind::DeploymentStarted {
        target: target.label(),
        id: id.to_owned(),
        strategy: target.way.name().to_owned(),
        url,
        wait_for,
        timeout_seconds: limit.as_secs(),
    });
}

async fn watch<R: Rollout>(
    run: &Run<'_>,
    rollout: &R,
    id: &str,
    label: &str,
    wait_for: WaitFor,
    limit: Duration,
) -> Result<Ending> {
    let limit = SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX);
    let deadline = run.clock.now().saturating_add(limit)?;
    let watch = Watch {
        events: run.events.clone(),
        clock: run.clock.clone(),
        cancel: run.cancel.clone(),
        poll_interval: run.inputs.waiting.poll_interval,
    };
    let progress = Progress::new(wait_for, deadline);
    let driven = drive(rollout, id, label, progress, &watch).await;
    driven.map_err(|error| lost_sight(error, label, id))
}

fn judged(run: &Run<'_>, label: &str, id: &str, ending: &Ending) -> Result<Outcome> {
    ended(run, label, ending.outcome);
    if let Some(failure) = verdict::failure(label, id, ending) {
        return Err(failure.into());
    }
    if ending.state == Some(State::Succeeded)
        && ending.counts.is_some_and(|counts| counts.desired == 0)
    {
        run.events.warn(format!(
            "{label} is deployed, but its desired count is 0: nothing runs, and nothing was tried."
        ));
    }
    Ok(ending.outcome)
}

fn ended(run: &Run<'_>, label: &str, outcome: Outcome) -> Outcome {
    run.events.emit(EventKind::DeploymentEnded {
        target: label.to_owned(),
        outcome,
    });
    outcome
}

/// AWS refused the deployment; anything else as it is.
fn not_started(error: anyhow::Error, label: &str) -> anyhow::Error {
    let Some(refused) = AwsFailure::of(&error).filter(|failure| failure.kind == Kind::Rejected)
    else {
        return error;
    };
    let what = format!("AWS refuses the deployment to {label}");
    let help = "Correct what AWS names; nothing was deployed.";
    Failure::new(Code::DeploymentRefused, what, help)
        .because(refused.to_string())
        .into()
}

/// The deployment runs on unseen.
fn lost_sight(error: anyhow::Error, label: &str, id: &str) -> anyhow::Error {
    let Some(failure) = AwsFailure::of(&error) else {
        return error;
    };
    let what = format!(
        "lost sight of the deployment {} to {label}, which runs on",
        short(id)
    );
    let explained = crate::aws::error::explain(failure);
    let help = explained
        .as_ref()
        .map(|explained| explained.help.as_str())
        .unwrap_or_default();
    let help = format!("Look at the deployment in the console; nothing was stopped. {help}");
    let mut lost =
        Failure::new(Code::LostSight, what, help.trim_end()).because(failure.to_string());
    lost.why
        .extend(explained.into_iter().flat_map(|explained| explained.why));
    lost.exiting(Exit::NeedsPerson).into()
}
