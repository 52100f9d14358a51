//! The task definition where no file has it: a revision that ECS holds, as it is.

use super::super::Run;
use super::super::documents::{Documents, Draft};
use crate::aws::ecs::Ecs;
use crate::failure::{Code, Failure, Failures};
use crate::model::arn::short;
use crate::model::service::Service;
use crate::model::task_definition::source::Source;
use crate::model::task_definition::{Described, TaskDefinition};
use anyhow::Result;

/// `documents` with the task definition that their source names, the changes that the inputs ask for
/// made in it on trial.
///
/// # Errors
/// [`Code::NoTaskDefinition`], what is wrong with the changes, and as AWS fails.
pub(in crate::pipeline) async fn resolved(
    run: &Run<'_>,
    ecs: &Ecs,
    documents: &Documents,
    service: &Service,
) -> Result<Documents> {
    let label = format!("{}/{}", service.cluster_name(), service.name);
    let (named, origin) = match &documents.source {
        None | Some(Source::File(_)) => return Ok(documents.clone()),
        Some(Source::Registered(named)) => (named, "`task-definition` names it".to_owned()),
        Some(Source::Running) => (&service.task_definition, format!("{label} runs it")),
    };
    let found = ecs.describe_task_definition(named).await?;
    let found = found.ok_or_else(|| not_there(named, &run.inputs.aws.region))?;
    let revision = short(&found.arn);
    run.events.note(format!(
        "The task definition is taken from {revision}: {origin}."
    ));
    let written = TaskDefinition::of(found.raw.clone(), revision)?;
    let draft = Draft::of(written, Some(found), run.inputs).map_err(Failures::of)?;
    Ok(Documents {
        draft: Some(draft),
        ..documents.clone()
    })
}

fn not_there(named: &str, region: &str) -> Failure {
    let what = format!("the task definition {named} is not in {region}");
    let help = "Check `task-definition` and `aws-region`; `aws ecs list-task-definition-families` \
                shows the families that are there. A file is named by its path from the workspace, \
                and was not found under this name.";
    Failure::new(Code::NoTaskDefinition, what, help)
}

/// Whether `documents` have to be read again for `service`, which they were taken from: it runs
/// another revision by now.
pub(in crate::pipeline) fn is_outdated(documents: &Documents, service: &Service) -> bool {
    let from = documents
        .draft
        .as_ref()
        .and_then(|draft| draft.from.as_ref());
    let arn = from.map(|Described { arn, .. }| arn);
    documents.source == Some(Source::Running) && arn != Some(&service.task_definition)
}
