//! The start of a deployment: asked for once, and again only when another one was in the way.

use super::super::Run;
use super::super::active::{self, in_the_way, policy};
use super::super::clear::until_over;
use super::super::overtaking;
use super::super::target::Target;
use super::Purpose;
use crate::aws::Aws;
use crate::aws::error::{AwsFailure, Kind};
use crate::aws::once::Unheard;
use crate::failure::{Code, Exit, Failure};
use crate::inputs::OnActive;
use crate::strategy::{Rollout as _, Start, Strategy};
use anyhow::Result;
use std::time::Duration;

/// How long after the cancellation of a run the answer to a start is waited for, in real time:
/// without it nobody knows what was started.
const ANSWER: Duration = Duration::from_secs(2);

/// How ECS says that a service is not there any more
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>).
const GONE: [&str; 2] = ["ServiceNotActiveException", "ServiceNotFoundException"];

/// What came of a start.
pub(super) enum Started {
    /// A deployment runs.
    Deployment {
        /// AWS's id of it.
        id: String,
        /// Whether it was running already and is only followed.
        followed: bool,
    },
    /// Nothing had to be done.
    Unchanged,
}

/// Starts a deployment of `revision` to `target`: the target as it was then, what carries it out, and
/// what came of it. When another deployment came between, nothing that was known before it is.
pub(super) async fn start(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    revision: &str,
    purpose: Purpose,
) -> Result<(Target, Strategy, Started)> {
    let mut target = target.clone();
    let label = target.label();
    loop {
        let strategy = target.strategy(run, aws, revision, purpose);
        let answer = answered(run, &strategy, &label).await;
        let (active, message) = match answer.map_err(|error| not_started(error, &label))? {
            Start::Unchanged => return Ok((target, strategy, Started::Unchanged)),
            Start::Deployment { id, followed } => {
                if followed {
                    run.events.note(format!(
                        "{label} is being deployed to this revision already; following it."
                    ));
                }
                let started = Started::Deployment { id, followed };
                return Ok((target, strategy, started));
            }
            Start::Busy { active, message } => (active, message),
        };
        overtaken(run, aws, &target, revision, active, &message).await?;
        target = target.as_it_is(aws).await?;
        if purpose == Purpose::Deploy {
            overtakes_none(run, aws, &target).await?;
        }
    }
}

/// Refuses when what came between has brought a newer commit.
async fn overtakes_none(run: &Run<'_>, aws: &Aws, target: &Target) -> Result<()> {
    let newer = overtaking::look(run, aws, &target.service).await;
    newer.map_or(Ok(()), |newer| Err(newer.into()))
}

/// The answer to the start; a cancelled run waits for it for a moment only.
async fn answered(run: &Run<'_>, strategy: &Strategy, label: &str) -> Result<Start> {
    let given_up = async {
        run.cancel.cancelled().await;
        run.clock.sleep(run.clock.in_real_time(ANSWER)).await;
    };
    tokio::select! {
        biased;
        answer = strategy.start() => answer,
        () = given_up => Err(unanswered(label).into()),
    }
}

fn unanswered(label: &str) -> Failure {
    let what = format!("the run was cancelled while AWS was asked for a deployment of {label}");
    let help = "AWS has not said whether it runs: look at the service in the console.";
    Failure::new(Code::Cancelled, what, help)
}

/// Another deployment came between: what the inputs say about it.
async fn overtaken(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    revision: &str,
    in_between: Option<String>,
    message: &str,
) -> Result<()> {
    let named = in_between.clone().unwrap_or_default();
    let (Some(id), OnActive::Wait | OnActive::Stop | OnActive::Replace) =
        (in_between, policy(run, target))
    else {
        return Err(in_the_way(&target.label(), &named).because(message).into());
    };
    let active = active::of_id(aws, &target.way, id).await?;
    until_over(run, aws, target, revision, &active).await
}

/// AWS refused the deployment, or never said whether it took it; anything else as it is.
fn not_started(error: anyhow::Error, label: &str) -> anyhow::Error {
    if let Some(Unheard(write)) = error.downcast_ref() {
        let looking = AwsFailure::of(&error).map(|look| format!("looking whether it has: {look}"));
        let mut unknown = unknown(write, label);
        unknown.why.extend(looking);
        return unknown.into();
    }
    match AwsFailure::of(&error) {
        Some(failure) if GONE.contains(&failure.code.as_str()) => {
            let what = format!("{label} was deleted after it was looked at");
            let help = "Create the service again before deploying to it; nothing was deployed.";
            Failure::new(Code::NoService, what, help)
                .because(failure.to_string())
                .exiting(Exit::NeedsPerson)
                .into()
        }
        Some(failure) if failure.kind == Kind::Rejected => {
            let what = format!("AWS refuses the deployment to {label}");
            let help = "Correct what AWS names; nothing was deployed.";
            Failure::new(Code::DeploymentRefused, what, help)
                .because(failure.to_string())
                .into()
        }
        Some(failure) if failure.kind == Kind::Transient && writes(&failure.action) => {
            unknown(failure, label).into()
        }
        _ => error,
    }
}

/// Nobody knows what came of `write`.
fn unknown(write: &AwsFailure, label: &str) -> Failure {
    let what = format!("AWS has not said whether it has begun the deployment to {label}");
    let help = "Look at the service in the console. Running this job again follows the \
                deployment if there is one, and starts it if there is none.";
    Failure::new(Code::LostSight, what, help).because(write.to_string())
}

fn writes(action: &str) -> bool {
    matches!(action, "ecs:UpdateService" | "codedeploy:CreateDeployment")
}
