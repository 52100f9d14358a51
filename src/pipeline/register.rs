//! The revision: there already, or registered, once.

use super::Run;
use super::target::Target;
use crate::aws::ecs::Ecs;
use crate::aws::error::{AwsFailure, Kind};
use crate::aws::once::once;
use crate::clock::Clock;
use crate::events::{EventKind, Events};
use crate::failure::{Code, Failure};
use crate::model::task_definition::{Described, TaskDefinition};
use anyhow::Result;

/// How many revisions that others registered meanwhile are looked at for ours.
const OTHERS: usize = 20;

/// The revision to deploy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its task definition's ARN.
    pub arn: String,
    /// Whether this run registered it.
    pub registered: bool,
}

/// Finds the revision that is the same as `document`, or registers it.
///
/// # Errors
/// [`Code::TaskDefinitionRefused`] in ECS's words, or an [`AwsFailure`].
pub async fn register(
    run: &Run<'_>,
    ecs: &Ecs,
    target: &Target,
    document: &TaskDefinition,
) -> Result<Revision> {
    let revision = revision(run.clock, run.events, ecs, document).await?;
    let previous = Some(target.service.task_definition.clone()).filter(|arn| !arn.is_empty());
    let images = document.images().into_iter();
    run.events.emit(EventKind::RevisionReady {
        target: target.label(),
        task_definition: revision.arn.clone(),
        previous,
        registered: revision.registered,
        images: images
            .map(|(container, image)| format!("{container}={image}"))
            .collect(),
    });
    Ok(revision)
}

/// The revision that is the same as `document`: the family's newest, or a new one. Answers that are
/// lost make no second one.
///
/// # Errors
/// As [`register`].
pub async fn revision(
    clock: &Clock,
    events: &Events,
    ecs: &Ecs,
    document: &TaskDefinition,
) -> Result<Revision> {
    let latest = ecs.latest_revision(document.family()).await?;
    let before = latest.as_ref().and_then(Described::revision);
    if let Some(latest) = latest.filter(|latest| document.same_as(&latest.raw)) {
        return Ok(Revision {
            arn: latest.arn,
            registered: false,
        });
    }
    let write = async || ecs.register(document).await;
    let look = async || made_since(before, ecs, document).await;
    let made = once(clock, events, write, look).await;
    let made = made.map_err(|error| refusal(error, document.family()))?;
    Ok(Revision {
        arn: made.arn,
        registered: true,
    })
}

/// The newest revision after the one that was the newest `before` that is the same as `document`.
/// Others may have registered theirs on top of it; without one before, every active one is new.
async fn made_since(
    before: Option<u64>,
    ecs: &Ecs,
    document: &TaskDefinition,
) -> Result<Option<Described>> {
    let before = before.unwrap_or(0);
    let family = document.family();
    let Some(latest) = ecs.latest_revision(family).await? else {
        return Ok(None);
    };
    let newest = latest.revision().unwrap_or(0);
    let mut seen = Some(latest);
    for number in (before + 1..=newest).rev().take(OTHERS) {
        let revision = match seen.take() {
            Some(latest) => Some(latest),
            None => {
                ecs.describe_task_definition(&format!("{family}:{number}"))
                    .await?
            }
        };
        let ours = |it: &Described| it.is_active() && document.same_as(&it.raw);
        if revision.as_ref().is_some_and(ours) {
            return Ok(revision);
        }
    }
    Ok(None)
}

/// ECS's refusal, worded; anything else as it is.
fn refusal(error: anyhow::Error, family: &str) -> anyhow::Error {
    let Some(refused) = AwsFailure::of(&error).filter(|failure| failure.kind == Kind::Rejected)
    else {
        return error;
    };
    let what = format!("ECS refuses the task definition {family}");
    let help = "Correct the file as ECS says; nothing was registered or deployed.";
    Failure::new(Code::TaskDefinitionRefused, what, help)
        .because(refused.message.clone())
        .into()
}
