//! The deployment of one target: what is in the way, the revision, and the deployment itself.

use super::Run;
use super::clear::clear;
use super::documents::Documents;
use super::follow::{Purpose, bring};
use super::preflight::source;
use super::register::{Revision, register};
use super::retire::retire;
use super::scan;
use super::target::Target;
use crate::aws::Aws;
use crate::aws::error::failures;
use crate::events::{Stage, StageEnd};
use crate::failure::{Exit, Failure, Failures};
use crate::model::image::ImageRef;
use crate::model::task_definition::edits::Edits;
use crate::model::task_definition::source::Source;
use crate::model::task_definition::{Described, TaskDefinition};
use crate::rollout::outcome::Outcome;
use anyhow::{Context as _, Result};

/// Brings the task definition with its images to `target`; says how that ended.
///
/// # Errors
/// With the [`Failure`] that the deployment's end is, and as AWS fails.
pub async fn deploy(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    documents: &Documents,
    edits: &Edits,
    built: Option<&ImageRef>,
) -> Result<Outcome> {
    let image = built.map(ToString::to_string);
    let mut document = Edited::of(run, documents, edits, image.as_deref())?;
    let before = Before {
        aws,
        target,
        pushed: built.is_some(),
    };
    let scanning = Box::pin(scan::of_built(run, aws, target, &document.document, built)).await;
    before.judged(scanning).await?;
    let clearing = Box::pin(clear(run, aws, target, documents, &document.document)).await;
    let free = before.judged(clearing).await?;
    if source::is_outdated(documents, &free.service) {
        let again = source::resolved(run, &aws.ecs(), documents, &free.service).await;
        let again = before.judged(again).await?;
        let again = Edited::of(run, &again, edits, image.as_deref());
        document = before.judged(again).await?;
    }
    let registering = registered(run, aws, &free, &document);
    let end = |revision: &Revision| StageEnd::done_if(revision.registered);
    let registered = run.stage(Stage::Register, registering, end).await;
    let revision = before.judged(registered).await?;
    let bringing = Box::pin(bring(run, aws, &free, &revision.arn, Purpose::Deploy));
    let brought = run.stage(Stage::Deploy, bringing, stage_end).await;
    let outcome = before.judged(brought).await?;
    retire(run, aws, &free, &revision.arn, outcome).await;
    Ok(outcome)
}

/// The task definition as it is to be deployed.
pub struct Edited {
    /// With all changes.
    pub document: TaskDefinition,
    /// The revision that it was taken from; absent: a file.
    pub from: Option<Described>,
    /// Whether that was asked for as the newest of its family.
    pub from_newest: bool,
}

impl Edited {
    /// What `documents` hold, with the changes of `edits` and the image that was `built`.
    ///
    /// # Errors
    /// What cannot be changed.
    pub(super) fn of(
        run: &Run<'_>,
        documents: &Documents,
        edits: &Edits,
        built: Option<&str>,
    ) -> Result<Self> {
        let draft = documents.draft.as_ref();
        let draft = draft.context("a deployment without a task definition")?;
        let mut document = draft.written.clone();
        let notes = document.edit(edits, built).map_err(Failures::of)?;
        for note in notes {
            run.events.note(note);
        }
        Ok(Self {
            document,
            from: draft.from.clone(),
            from_newest: documents.source.as_ref().is_some_and(Source::is_newest),
        })
    }
}

/// What was before the deployment.
struct Before<'a> {
    aws: &'a Aws,
    target: &'a Target,
    /// An image was pushed.
    pushed: bool,
}

impl Before<'_> {
    /// A failure after something was written is no refusal any more: what serves decides. No
    /// deployment runs then, or the failure says so itself.
    async fn judged<T>(&self, done: Result<T>) -> Result<T> {
        let written = self.pushed || self.aws.has_changed_anything();
        match done {
            Err(error) if written && is_refusal(&error) => {
                let exit = if Box::pin(self.is_healthy()).await {
                    Exit::OtherServes
                } else {
                    Exit::NeedsPerson
                };
                Err(no_refusal(error, exit))
            }
            done => done,
        }
    }

    /// Whether what serves has all its tasks now, or had when nobody can say.
    async fn is_healthy(&self) -> bool {
        match self.target.as_it_is(&self.aws.brisk()).await {
            Ok(now) => now.service.status == "ACTIVE" && now.serves.is_healthy(),
            Err(_) => self.target.serves.is_healthy(),
        }
    }
}

fn refuses(failure: &Failure) -> bool {
    matches!(failure.exit, Exit::Inputs | Exit::Preflight | Exit::Gate)
}

fn is_refusal(error: &anyhow::Error) -> bool {
    failures(error).iter().any(refuses)
}

/// `error` where every refusal ends the run with `exit`: something was changed before.
pub(super) fn no_refusal(error: anyhow::Error, exit: Exit) -> anyhow::Error {
    let mut failures = failures(&error);
    for failure in failures.iter_mut().filter(|failure| refuses(failure)) {
        failure.exit = exit;
    }
    match Failures::none(failures) {
        Ok(()) => error,
        Err(failures) => failures.into(),
    }
}

async fn registered(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    document: &Edited,
) -> Result<Revision> {
    register(run, &aws.ecs(), target, document).await
}

/// How the stage of a deployment ended.
pub fn stage_end(outcome: &Outcome) -> StageEnd {
    match outcome {
        Outcome::Unchanged => StageEnd::NothingToDo,
        _ => StageEnd::Done,
    }
}
