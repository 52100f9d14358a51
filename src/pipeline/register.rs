//! The revision: there already, or registered, once.

use super::Run;
use super::deploy::Edited;
use super::target::Target;
use crate::aws::ecs::Ecs;
use crate::aws::error::{AwsFailure, Kind};
use crate::aws::once::once;
use crate::clock::Clock;
use crate::events::{Compared, EventKind, Events};
use crate::failure::{Code, Failure};
use crate::model::arn::short;
use crate::model::service::Service;
use crate::model::task_definition::diff::Values;
use crate::model::task_definition::{Described, TaskDefinition};
use anyhow::Result;
use std::ops::Range;

/// How many revisions are looked at for ours where others may have registered theirs since.
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
    let previous = Some(target.serves.by.task_definition.clone()).filter(|arn| !arn.is_empty());
    let known = Known::look(run, ecs, edited, previous.as_deref()).await?;
    tell_what_is_new_in_settings(run, &target.service);
    let revision = if let Some(arn) = known.same {
        Revision {
            arn,
            registered: false,
        }
    } else {
        tell_what_is_new(run, target.label(), document, known.serving.as_ref());
        made(run.clock, run.events, ecs, document, known.latest).await?
    };
    run.events.emit(EventKind::RevisionReady {
        target: target.label(),
        task_definition: revision.arn.clone(),
        previous,
        registered: revision.registered,
        images: document.named_images(),
        service_url: target.url(run),
    });
    Ok(revision)
}

/// What is known of the revisions that are there.
struct Known {
    /// One that is the same, by ARN.
    same: Option<String>,
    /// The number of the family's newest active one.
    latest: Option<u64>,
    /// The one that serves.
    serving: Option<Described>,
}

impl Known {
    /// Looks for one that is the same where one may be: the revision that the document was taken
    /// from, the newest of its family, the one that serves, and, where an attempt before this one may
    /// have registered it, those before the newest.
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
        let serving = known_or_read(ecs, serving, from.into_iter().chain(&latest)).await?;
        if let Some(serving) = serving.as_ref().filter(|serving| same(serving)) {
            return Ok(Self::found(serving));
        }
        let latest = latest.as_ref().and_then(Described::revision);
        if let Some(latest) = latest.filter(|_| run.job.run_attempt > 1) {
            let before = numbered(ecs, document, 1..latest, None).await?;
            if let Some(before) = before {
                return Ok(Self::found(&before));
            }
        }
        Ok(Self {
            same: None,
            latest,
            serving,
        })
    }

    fn found(revision: &Described) -> Self {
        Self {
            same: Some(revision.arn.clone()),
            latest: None,
            serving: None,
        }
    }
}

/// Tells what is new in `document` since the revision that is `serving` the service `label`, if
/// anything is.
pub(super) fn tell_what_is_new(
    run: &Run<'_>,
    label: String,
    document: &TaskDefinition,
    serving: Option<&Described>,
) {
    let shown = run.inputs.task_definition.show_values;
    let values = if shown { Values::Shown } else { Values::Hidden };
    let difference = document.difference(serving, values);
    if difference.is_empty() {
        return;
    }
    run.events.emit(EventKind::Compared {
        target: label,
        of: Compared::TaskDefinition,
        difference,
    });
}

/// Tells what is new in how ECS deploys the service, if anything is.
pub(super) fn tell_what_is_new_in_settings(run: &Run<'_>, service: &Service) {
    if let Some(reconfiguration) = &service.reconfiguration {
        run.events.emit(EventKind::Compared {
            target: service.label(),
            of: Compared::DeploymentConfiguration,
            difference: reconfiguration.difference.clone(),
        });
    }
}

/// The revision `arn`, read unless it is among those that were `seen`.
pub(super) async fn known_or_read(
    ecs: &Ecs,
    arn: Option<&str>,
    seen: impl IntoIterator<Item = &Described>,
) -> Result<Option<Described>> {
    let Some(arn) = arn else {
        return Ok(None);
    };
    match seen.into_iter().find(|it| it.arn == arn) {
        Some(seen) => Ok(Some(seen.clone())),
        None => ecs.describe_task_definition(arn).await,
    }
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
    numbered(ecs, document, before + 1..newest + 1, Some(latest)).await
}

/// The newest active one of the family's revisions of these `numbers` that is the same as `document`,
/// of which the `newest` may be known. No more are looked at than others can have registered.
async fn numbered(
    ecs: &Ecs,
    document: &TaskDefinition,
    numbers: Range<u64>,
    mut newest: Option<Described>,
) -> Result<Option<Described>> {
    let family = document.family();
    for number in numbers.rev().take(OTHERS) {
        let revision = match newest.take() {
            Some(newest) => Some(newest),
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
