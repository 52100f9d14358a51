//! What is there, and whether the rest of the run can work on it: everything is read and judged
//! before anything is written, and all that is wrong is told at once.

mod codedeploy;
pub(super) mod service;
pub(super) mod source;

use super::build::{self, Edges};
use super::documents::Documents;
use super::target::Target;
use super::{Run, images};
use crate::aws::Aws;
use crate::aws::error::{AwsFailure, worded};
use crate::events::StageEnd;
use crate::failure::{Code, Failure};
use crate::inputs::Gate;
use crate::model::task_definition::edits::Edits;
use anyhow::Result;

/// What the rest of the run stands on.
#[derive(Debug)]
pub struct Ground {
    /// The services to deploy to.
    pub targets: Vec<Target>,
    /// What the build needs; absent when nothing is built.
    pub build: Option<build::Ready>,
    /// What is deployed, with the task definition wherever it is taken from.
    pub documents: Documents,
    /// The changes to the task definition, with images by digest where ECR holds them.
    pub edits: Option<Edits>,
    /// All that is wrong.
    pub problems: Vec<Failure>,
}

impl Ground {
    /// `gate` where the inputs leave it open: the strictest that a target asks for.
    pub fn gate(&self) -> Gate {
        let approved = |target: &Target| target.way.gate() == Gate::Approved;
        if self.targets.iter().any(approved) {
            Gate::Approved
        } else {
            Gate::None
        }
    }

    /// How the stage ended that looked.
    pub fn stage_end(&self) -> StageEnd {
        if self.problems.is_empty() {
            StageEnd::Done
        } else {
            StageEnd::Failed
        }
    }
}

/// Looks at everything side by side.
///
/// # Errors
/// A bug only: what a user can mend is in [`Ground::problems`].
pub async fn look(run: &Run<'_>, aws: &Aws, mut documents: Documents) -> Result<Ground> {
    let (target, build, edits) = tokio::join!(
        target(run, aws, &documents),
        ready(run, aws),
        edits(run, aws)
    );
    let mut problems = Vec::new();
    let target = told_apart(target, &mut problems)?.map(|(target, resolved, wrong)| {
        documents = resolved;
        problems.extend(wrong);
        target
    });
    let build = told_apart(build, &mut problems)?.flatten();
    let edits = told_apart(edits, &mut problems)?.flatten();
    once_each(&mut problems);
    Ok(Ground {
        targets: target.flatten().into_iter().collect(),
        documents,
        build,
        edits,
        problems,
    })
}

/// Credentials that are not accepted, and a region that does not answer, are one problem each
/// however many calls meet it.
fn once_each(problems: &mut Vec<Failure>) {
    let mut met = Vec::new();
    problems.retain(|problem| {
        let shared = matches!(problem.code, Code::NoCredentials | Code::AwsUnavailable);
        let new = !met.contains(&problem.code);
        met.push(problem.code);
        new || !shared
    });
}

/// The target, the documents with their task definition, and what is wrong with either: at once.
async fn target(
    run: &Run<'_>,
    aws: &Aws,
    documents: &Documents,
) -> Result<(Option<Target>, Documents, Vec<Failure>)> {
    let mut problems = Vec::new();
    if !run.inputs.command.changes_a_service() {
        return Ok((None, documents.clone(), problems));
    }
    let service = service::look_for(run, aws).await?;
    let resolved = source::resolved(run, &aws.ecs(), documents, &service).await;
    let resolved = told_apart(resolved, &mut problems)?;
    let documents = resolved.unwrap_or_else(|| documents.clone());
    let target = service::look_to_deploy_to(run, aws, &documents, service).await;
    let target = told_apart(target, &mut problems)?;
    Ok((target, documents, problems))
}

async fn ready(run: &Run<'_>, aws: &Aws) -> Result<Option<build::Ready>> {
    if !run.inputs.command.builds() {
        return Ok(None);
    }
    let ecr = aws.ecr();
    let Run {
        docker,
        events,
        clock,
        ..
    } = *run;
    let edges = Edges {
        ecr: &ecr,
        docker,
        events,
        clock,
    };
    build::check(edges, &run.inputs.build, run.job)
        .await
        .map(Some)
}

async fn edits(run: &Run<'_>, aws: &Aws) -> Result<Option<Edits>> {
    if !run.inputs.command.deploys() {
        return Ok(None);
    }
    images::by_digest(run, aws).await.map(Some)
}

/// The value, or its failures among the `problems`; an error that is no failure is a bug.
fn told_apart<T>(looked: Result<T>, problems: &mut Vec<Failure>) -> Result<Option<T>> {
    let error = match looked {
        Ok(value) => return Ok(Some(value)),
        Err(error) => error,
    };
    let mut failures: Vec<_> = Failure::all_of(&error).into_iter().cloned().collect();
    if failures.is_empty() {
        failures.extend(AwsFailure::of(&error).map(worded));
    }
    if failures.is_empty() {
        return Err(error);
    }
    problems.extend(failures);
    Ok(None)
}
