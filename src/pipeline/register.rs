//! The revision: there already, or registered, once.

use super::Run;
use super::deploy::Edited;
use super::target::Target;
use crate::aws::ecs::Ecs;
use crate::aws::error::{AwsFailure, Kind};
use crate::aws::once::once;
use crate::clock::Clock;
use crate::events::{EventKind, Events};
use crate::failure::{Code, Failure};
use crate::model::arn::short;
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

/// Finds the revision that is the same as the document of `edited`, or registers it.
///
/// # Errors
/// [`Code::TaskDefinitionRefused`] in ECS's words, or an [`AwsFailure`].
pub async fn register(
    run: &Run<'_>,
    ecs: &Ecs,
    target: &Target,
    edited: &Edited,
) -> Result<Revision> {
    let document = &edited.document;
    let previous = Some(target.service.task_definition.clone()).filter(|arn| !arn.is_empty());
    let known = Known::look(run, ecs, edited, previous.as_deref()).await?;
    let revision = match known.same {
        Some(arn) => Revision {
            arn,
            registered: false,
        },
        None => made(run.clock, run.events, ecs, document, known.latest).await?,
    };
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

/// What is known of the revisions that are there.
struct Known {
    /// One that is the same, by ARN.
    same: Option<String>,
    /// The number of the family's newest active one.
    latest: Option<u64>,
}

impl Known {
    /// Looks for one that is the same where one may be: the revision that the document was taken
    /// from, the newest of its family, the one that serves, and those that came after the one that an
    /// attempt before this one has registered.
    async fn look(
        run: &Run<'_>,
        ecs: &Ecs,
        edited: &Edited,
        serving: Option<&str>,
    ) -> Result<Self> {
        let document = &edited.document;
        let same = |it: &Described| it.is_active() && document.same_as(&it.raw);
        let from = edited.from.as_ref();
        if let Some(from) = from.filter(|from| same(from)) {
            return Ok(Self::found(from));
        }
        if let Some(from) = from.filter(|from| !from.is_active()) {
            let from = short(&from.arn);
            run.events.note(format!(
                "{from} was deregistered, so that no task starts from it; it is registered anew."
            ));
        }
        let latest = ecs.latest_revision(document.family()).await?;
        if let Some(latest) = latest.as_ref().filter(|latest| same(latest)) {
            return Ok(Self::found(latest));
        }
        tell_of_newer(run, edited, latest.as_ref());
        let mut seen: Vec<&str> = Vec::new();
        seen.extend(from.map(|from| from.arn.as_str()));
        seen.extend(latest.as_ref().map(|latest| latest.arn.as_str()));
        let mut others: Vec<String> = serving.into_iter().map(str::to_owned).collect();
        if run.job.run_attempt > 1 {
            others.extend(newest(run, ecs, document.family()).await?);
        }
        for other in others.iter().filter(|it| !seen.contains(&it.as_str())) {
            let described = ecs.describe_task_definition(other).await?;
            if let Some(described) = described.filter(|it| same(it)) {
                return Ok(Self::found(&described));
            }
        }
        Ok(Self {
            same: None,
            latest: latest.as_ref().and_then(Described::revision),
        })
    }

    fn found(revision: &Described) -> Self {
        Self {
            same: Some(revision.arn.clone()),
            latest: None,
        }
    }
}

/// The newest revisions of `family`. Where the role may not list them, none are seen, which is told.
async fn newest(run: &Run<'_>, ecs: &Ecs, family: &str) -> Result<Vec<String>> {
    let listed = ecs.newest_revisions(family, OTHERS).await;
    let denied = listed.as_ref().err().and_then(AwsFailure::of);
    let Some(denied) = denied.filter(|failure| failure.kind == Kind::Denied) else {
        return listed;
    };
    run.events.note(format!(
        "Whether an attempt before this one has registered its revision below those of others was \
         not looked at: the role may not call {}.",
        denied.action
    ));
    Ok(Vec::new())
}

/// Others have registered a newer revision of the family than the one that the document was taken
/// from as its newest: what they changed is not in it.
fn tell_of_newer(run: &Run<'_>, edited: &Edited, latest: Option<&Described>) {
    let from = edited.from.as_ref().filter(|_| edited.from_newest);
    if let Some((from, latest)) = from.zip(latest).filter(|(from, it)| from.arn != it.arn) {
        let (from, latest) = (short(&from.arn), short(&latest.arn));
        run.events.warn(format!(
            "{latest} was registered after {from} was read; what is deployed is made from {from}."
        ));
    }
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
    match latest.filter(|latest| document.same_as(&latest.raw)) {
        Some(latest) => Ok(Revision {
            arn: latest.arn,
            registered: false,
        }),
        None => made(clock, events, ecs, document, before).await,
    }
}

/// A new revision, where the newest one `before` has this number.
async fn made(
    clock: &Clock,
    events: &Events,
    ecs: &Ecs,
    document: &TaskDefinition,
    before: Option<u64>,
) -> Result<Revision> {
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
