//! The deployment of one target: what is in the way, the revision, and the deployment itself.

use super::Run;
use super::clear::clear;
use super::documents::Documents;
use super::follow::{Purpose, bring};
use super::register::{Revision, register};
use super::target::Target;
use crate::aws::Aws;
use crate::events::{Stage, StageEnd};
use crate::inputs::TaskDefinitionInputs;
use crate::model::image::ImageRef;
use crate::model::task_definition::TaskDefinition;
use crate::rollout::outcome::Outcome;
use anyhow::{Context as _, Result};

/// Brings the task definition with its images to `target`; says how that ended.
///
/// # Errors
/// With the [`Failure`](crate::failure::Failure) that the deployment's end is, and as AWS fails.
pub async fn deploy(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    documents: &Documents,
    images: &TaskDefinitionInputs,
    built: Option<&ImageRef>,
) -> Result<Outcome> {
    let document = documents.task_definition.clone();
    let mut document = document.context("a deployment without a task definition")?;
    document.put_images(images, built.map(ToString::to_string).as_deref())?;
    let free = clear(run, aws, target, documents, &document).await?;
    let registering = registered(run, aws, &free, &document);
    let end = |revision: &Revision| StageEnd::done_if(revision.registered);
    let revision = run.stage(Stage::Register, registering, end).await?;
    let bringing = bring(run, aws, &free, &revision.arn, Purpose::Deploy);
    run.stage(Stage::Deploy, bringing, stage_end).await
}

async fn registered(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    document: &TaskDefinition,
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
