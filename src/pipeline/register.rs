//! The revision: there already, or registered.

use super::Run;
use super::target::Target;
use crate::aws::ecs::Ecs;
use crate::aws::error::{AwsFailure, Kind};
use crate::events::EventKind;
use crate::failure::{Code, Failure};
use crate::model::task_definition::TaskDefinition;
use anyhow::Result;

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
    if !document.taken_off().is_empty() {
        let fields = document.taken_off().join(", ");
        run.events.note(format!(
            "Taken off, because ECS gives these and does not take them: {fields}."
        ));
    }
    let latest = ecs.latest_revision(document.family()).await?;
    let same = latest.filter(|latest| document.same_as(&latest.raw));
    let revision = match same {
        Some(latest) => Revision {
            arn: latest.arn,
            registered: false,
        },
        None => registered(ecs, document).await?,
    };
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

async fn registered(ecs: &Ecs, document: &TaskDefinition) -> Result<Revision> {
    match ecs.register(document).await {
        Ok(described) => Ok(Revision {
            arn: described.arn,
            registered: true,
        }),
        Err(error) => Err(refusal(error, document.family())),
    }
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
