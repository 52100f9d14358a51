//! The order of the verbs, from inputs to outcome.
//!
//! Inputs and files first, then the gate, then preflight: nothing is written before all three
//! hold. The gate comes as soon as it is known whether it is asked for, which `gate` says or, when
//! it does not, the strategy of the service. A plan needs none: it writes nothing.

pub mod active;
pub mod build;
pub mod clear;
pub mod comment;
pub mod deploy;
pub mod diagnose;
pub mod documents;
pub mod drive;
pub mod follow;
pub mod gate;
pub mod images;
pub mod overtaking;
pub mod plan;
pub mod post;
pub mod preflight;
pub mod previous;
pub mod register;
pub mod repositories;
pub mod retire;
pub mod rollback;
pub mod scan;
pub mod served;
pub mod target;

use crate::aws::Aws;
use crate::clock::Clock;
use crate::docker::Docker;
use crate::events::{EventKind, Events, Stage, StageEnd};
use crate::failure::{Code, Failure, Failures};
use crate::http::Http;
use crate::http::SharedHttpClient;
use crate::inputs::{Command, Gate, Inputs};
use crate::job::Job;
use crate::model::image::ImageRef;
use crate::rollout::outcome::Outcome;
use anyhow::Result;
use preflight::Ground;
use std::future::Future;
use target::Target;
use tokio_util::sync::CancellationToken;

/// All that a run is done with.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// What the user asked for.
    pub inputs: &'a Inputs,
    /// The job it is asked in.
    pub job: &'a Job,
    /// Where facts go.
    pub events: &'a Events,
    /// Whose time counts.
    pub clock: &'a Clock,
    /// The way to AWS and GitHub.
    pub http: &'a SharedHttpClient,
    /// Set when the run is cancelled.
    pub cancel: &'a CancellationToken,
    /// The way to BuildKit.
    pub docker: &'a Docker,
    /// Where AWS is, when not where it always is.
    pub endpoint: Option<&'a str>,
}

/// Does what the inputs ask for.
///
/// # Errors
/// With the [`Failure`]s that a user must read, or with a bug.
pub async fn run(run: &Run<'_>) -> Result<Outcome> {
    let documents = documents::read(run.inputs, run.job)?;
    documents::tell(&documents, run.events);
    if run.inputs.command == Command::Plan {
        return plan::plan(run, documents).await;
    }
    let demanded = gate_before_reading(run.inputs);
    if let Some(gate) = demanded {
        pass_gate(run, gate).await?;
    }
    let aws = connect(run).await?;
    let look = preflight::look(run, &aws, documents);
    let ground = run.stage(Stage::Preflight, look, Ground::stage_end).await?;
    if demanded.is_none() {
        pass_gate(run, ground.gate()).await?;
    }
    Failures::none(ground.problems())?;
    write(run, &aws, &ground).await
}

async fn connect(run: &Run<'_>) -> Result<Aws> {
    let connect = Aws::connect(
        &run.inputs.aws,
        run.job,
        run.http,
        run.clock,
        run.events,
        run.endpoint,
    );
    run.stage(Stage::Credentials, connect, |_| StageEnd::Done)
        .await
}

/// The part of a run that changes things.
async fn write(run: &Run<'_>, aws: &Aws, ground: &Ground) -> Result<Outcome> {
    let image = match &ground.build {
        Some(ready) => Some(built(run, aws, ready).await?),
        None => None,
    };
    let mut outcome = Outcome::Succeeded;
    for target in &ground.targets {
        outcome = if run.inputs.command == Command::Rollback {
            let going_back = rollback::roll_back(run, aws, target);
            run.stage(Stage::Deploy, going_back, deploy::stage_end)
                .await?
        } else {
            deployed(run, aws, ground, target, image.as_ref()).await?
        };
    }
    Ok(outcome)
}

async fn deployed(
    run: &Run<'_>,
    aws: &Aws,
    ground: &Ground,
    target: &Target,
    image: Option<&ImageRef>,
) -> Result<Outcome> {
    let asked = &run.inputs.task_definition.edits;
    let edits = ground.edits.as_ref().unwrap_or(asked);
    deploy::deploy(run, aws, target, &ground.documents, edits, image).await
}

async fn built(run: &Run<'_>, aws: &Aws, ready: &build::Ready) -> Result<ImageRef> {
    let ecr = aws.ecr();
    let Run {
        docker,
        events,
        clock,
        ..
    } = *run;
    let edges = build::Edges {
        ecr: &ecr,
        docker,
        events,
        clock,
    };
    let build = build::build(edges, &run.inputs.build, run.job, ready, run.cancel);
    let end = |built: &build::Built| StageEnd::done_if(built.pushed);
    Ok(run.stage(Stage::Build, build, end).await?.image)
}

/// `gate` as far as the inputs alone decide it: asked for, or not by anyone.
fn gate_before_reading(inputs: &Inputs) -> Option<Gate> {
    use crate::inputs::StrategyChoice::{Auto, CodeDeploy, Native, Rolling};
    match (
        inputs.github.gate,
        inputs.command.is_for_a_service(),
        inputs.deploy.strategy,
    ) {
        (Some(gate), _, _) => Some(gate),
        (None, false, _) | (None, true, Rolling) => Some(Gate::None),
        (None, true, CodeDeploy | Native) => Some(Gate::Approved),
        (None, true, Auto) => None,
    }
}

async fn pass_gate(run: &Run<'_>, gate: Gate) -> Result<()> {
    if gate == Gate::None && run.inputs.github.environment.is_none() {
        return Ok(());
    }
    let http = Http::new(run.http.clone(), run.clock.clone());
    let pass = gate::pass(gate, run.job, &run.inputs.github, &http, run.events);
    run.stage(Stage::Gate, pass, |_| StageEnd::Done).await?;
    Ok(())
}

impl Run<'_> {
    /// Does `work` as `stage`; a cancelled run ends it, unless the work sees to that itself.
    pub async fn stage<T>(
        &self,
        stage: Stage,
        work: impl Future<Output = Result<T>>,
        end: impl FnOnce(&T) -> StageEnd,
    ) -> Result<T> {
        self.events.emit(EventKind::StageStarted { stage });
        let done = if matches!(stage, Stage::Build | Stage::Deploy) {
            work.await
        } else {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => Err(cancelled(stage).into()),
                done = work => done,
            }
        };
        let ended = done.as_ref().map_or(StageEnd::Failed, end);
        self.events.emit(EventKind::StageFinished { stage, ended });
        done
    }
}

/// The run was cancelled before there was a deployment.
pub(crate) fn cancelled(stage: Stage) -> Failure {
    let changed = if stage == Stage::Register {
        " A revision may have been registered."
    } else {
        ""
    };
    let help =
        format!("Nothing was deployed.{changed} Run the job again when you want it to go on.");
    Failure::new(
        Code::Cancelled,
        "the run was cancelled before a deployment was started",
        help,
    )
}
