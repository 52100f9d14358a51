//! The deployment of one target: what is in the way, the revision, and the deployment itself.

use super::Run;
use super::clear::clear;
use super::documents::Documents;
use super::follow::{Purpose, bring};
use super::preflight::source;
use super::register::{Revision, register};
use super::retire::retire;
use super::target::Target;
use crate::aws::Aws;
use crate::aws::error::{AwsFailure, Kind, worded};
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
    let mut written = Written {
        anything: built.is_some(),
        healthy: target.is_healthy(),
    };
    let clearing = Box::pin(clear(run, aws, target, documents, &document.document)).await;
    let free = clearing.map_err(|error| written.judge(error))?;
    if source::is_outdated(documents, &free.service) {
        let again = source::resolved(run, &aws.ecs(), documents, &free.service).await;
        let again = again.map_err(|error| written.judge(error))?;
        document = Edited::of(run, &again, edits, image.as_deref())?;
    }
    let registering = registered(run, aws, &free, &document);
    let end = |revision: &Revision| StageEnd::done_if(revision.registered);
    let registered = run.stage(Stage::Register, registering, end).await;
    let revision = registered.map_err(|error| {
        // Its answer was lost, so that it may be there.
        let failure = AwsFailure::of(&error);
        written.anything |= failure.is_some_and(|failure| failure.kind == Kind::Transient);
        written.judge(error)
    })?;
    written.anything |= revision.registered;
    let bringing = Box::pin(bring(run, aws, &free, &revision.arn, Purpose::Deploy));
    let brought = run.stage(Stage::Deploy, bringing, stage_end).await;
    let outcome = brought.map_err(|error| written.judge(error))?;
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
    fn of(
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

/// What a run has changed by now.
struct Written {
    /// An image was pushed or a revision registered.
    anything: bool,
    /// The service had all its tasks before.
    healthy: bool,
}

impl Written {
    /// A failure after something was written is no refusal any more: what serves decides. No
    /// deployment runs then, or the failure says so itself.
    fn judge(&self, error: anyhow::Error) -> anyhow::Error {
        if !self.anything {
            return error;
        }
        let mut failures: Vec<Failure> = Failure::all_of(&error).into_iter().cloned().collect();
        if failures.is_empty() {
            failures.extend(AwsFailure::of(&error).map(worded));
        }
        for failure in &mut failures {
            if matches!(failure.exit, Exit::Inputs | Exit::Preflight | Exit::Gate) {
                failure.exit = if self.healthy {
                    Exit::OtherServes
                } else {
                    Exit::NeedsPerson
                };
            }
        }
        match Failures::none(failures) {
            Ok(()) => error,
            Err(failures) => failures.into(),
        }
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
