//! What is there, and whether the rest of the run can work on it: everything is read and judged
//! before anything is written, and all that is wrong is told at once.
//!
//! What was read is in [`Ground`], as far as it could be had, whatever is wrong: the service, how it is
//! deployed (with the deployment group and its config), the task definition with its source, the
//! images. Deployments and plans go on from there and ask for none of it again.

mod checks;
mod codedeploy;
mod controller;
mod known;
mod reads;
pub(super) mod service;
pub(super) mod source;

pub(super) use checks::scanned;
pub(super) use codedeploy::look as codedeploy;
pub(super) use reads::reason;

use super::build::{self, Edges};
use super::documents::Documents;
use super::images::Resolved;
use super::repositories::Repositories;
use super::target::Target;
use super::{Run, images};
use crate::aws::Aws;
use crate::aws::error::failures;
use crate::events::{EventKind, StageEnd};
use crate::failure::{Code, Failure};
use crate::inputs::Gate;
use crate::model::arn::short;
use crate::model::image::Platform;
use crate::model::service::Service;
use crate::model::task_definition::edits::Edits;
use crate::preflight::Check;
use crate::preflight::task::Task;
use anyhow::Result;
use checks::{Facts, TO_BE_BUILT};
use reads::Reads;

/// What the rest of the run stands on.
#[derive(Debug)]
pub struct Ground {
    /// The service, deployed to or not.
    pub service: Option<Service>,
    /// The services to deploy to.
    pub targets: Vec<Target>,
    /// What the build needs; absent when nothing is built.
    pub build: Option<build::Ready>,
    /// The image that a plan is for where it is yet to be built.
    pub foreseen: Option<build::Foreseen>,
    /// What is deployed, with the task definition wherever it is taken from.
    pub documents: Documents,
    /// The changes to the task definition, with images by digest where ECR holds them.
    pub edits: Option<Edits>,
    /// Every check, in the order of the table.
    pub checks: Vec<Check>,
}

impl Ground {
    /// `gate` where the inputs leave it open: the strictest that a target asks for.
    pub fn gate(&self) -> Gate {
        let approved = |target: &Target| target.usual_gate() == Gate::Approved;
        if self.targets.iter().any(approved) {
            Gate::Approved
        } else {
            Gate::None
        }
    }

    /// How the stage ended that looked.
    pub fn stage_end(&self) -> StageEnd {
        if self.problems().is_empty() {
            StageEnd::Done
        } else {
            StageEnd::Failed
        }
    }

    /// All that is wrong. Credentials that are not accepted, and a region that does not answer, are
    /// one problem each however many calls meet it.
    pub fn problems(&self) -> Vec<Failure> {
        let failures = self.checks.iter().filter_map(Check::failure);
        let mut problems: Vec<_> = failures.cloned().collect();
        let mut met = Vec::new();
        problems.retain(|problem| {
            let shared = matches!(problem.code, Code::NoCredentials | Code::AwsUnavailable);
            let new = !met.contains(&problem.code);
            met.push(problem.code);
            new || !shared
        });
        problems
    }
}

/// Looks at everything, and tells what came of it ([`EventKind::PreflightChecked`]) when the command
/// changes a service: first what the deployment needs, side by side, then what may be checked.
///
/// # Errors
/// A bug only: what a user can mend is in [`Ground::problems`].
pub async fn look(run: &Run<'_>, aws: &Aws, documents: Documents) -> Result<Ground> {
    let repositories = Repositories::new(aws);
    let (found, build, foreseen, images) = tokio::join!(
        Box::pin(found(run, aws, documents)),
        ready(run, aws),
        foreseen(run, &repositories),
        images(run, aws, &repositories)
    );
    let mut found = found?;
    let mut failed = std::mem::take(&mut found.wrong);
    let build = told_apart(build, &mut failed)?.flatten();
    let foreseen = told_apart(foreseen, &mut failed)?.flatten();
    let images = told_apart(images, &mut failed)?.flatten();
    let mut checks = rows(run, &found, failed);
    if run.inputs.command.is_for_a_revision() {
        let built_for = build.as_ref().map(build::Ready::platforms);
        let built_for = built_for.or_else(|| Some(foreseen.as_ref()?.platforms.clone()));
        let more = further(run, aws, &found, images.as_ref(), built_for).await;
        checks.extend(more);
    }
    if run.inputs.command.is_for_a_service() {
        run.events.emit(EventKind::PreflightChecked {
            target: found.label(run),
            checks: checks.clone(),
        });
    }
    Ok(Ground {
        service: found.service,
        targets: found.target.into_iter().collect(),
        documents: found.documents,
        build,
        foreseen,
        edits: images.map(|images| images.edits),
        checks,
    })
}

/// What is known of the service and of what is to be deployed to it, whether or not it can be.
struct Found {
    service: Option<Service>,
    target: Option<Target>,
    documents: Documents,
    wrong: Vec<Failure>,
}

impl Found {
    /// `cluster/service`, as far as it is known.
    fn label(&self, run: &Run<'_>) -> String {
        if let Some(service) = &self.service {
            return format!("{}/{}", service.cluster_name(), service.name);
        }
        let deploy = &run.inputs.deploy;
        let service = deploy.service.as_deref().unwrap_or_default();
        format!("{}/{service}", short(&deploy.cluster))
    }
}

/// The service, the documents with their task definition, and what is wrong with either: at once.
async fn found(run: &Run<'_>, aws: &Aws, documents: Documents) -> Result<Found> {
    let mut found = Found {
        service: None,
        target: None,
        documents,
        wrong: Vec::new(),
    };
    if !run.inputs.command.is_for_a_service() {
        return Ok(found);
    }
    let service = service::look_for(run, aws).await;
    let Some(service) = told_apart(service, &mut found.wrong)? else {
        return Ok(found);
    };
    let service = service.to_have(found.documents.configuration.as_ref());
    found.service = Some(service.clone());
    let resolved = source::resolved(run, &aws.ecs(), &found.documents, &service).await;
    if let Some(resolved) = told_apart(resolved, &mut found.wrong)? {
        found.documents = resolved;
    }
    let looked = service::look_to_deploy_to(run, aws, &found.documents, service).await;
    if let Some((target, wrong)) = told_apart(looked, &mut found.wrong)? {
        found.target = target;
        found.wrong.extend(wrong);
    }
    Ok(found)
}

/// The rows of what the deployment needs: what was found, then what is wrong with it.
fn rows(run: &Run<'_>, found: &Found, failed: Vec<Failure>) -> Vec<Check> {
    let service = found.service.as_ref();
    let mut checks = service.map(known::service).unwrap_or_default();
    if let Some(target) = &found.target {
        let mapped = found.documents.trial().is_some();
        checks.extend(known::target(run, target, mapped, &failed));
    }
    checks.extend(failed.into_iter().map(known::failed));
    checks
}

/// The checks that nothing depends on. `images`: absent where something is wrong with them.
async fn further(
    run: &Run<'_>,
    aws: &Aws,
    found: &Found,
    images: Option<&Resolved>,
    built_for: Option<Vec<Platform>>,
) -> Vec<Check> {
    let asked = &run.inputs.task_definition.edits;
    let edits = images.map_or(asked, |images| &images.edits);
    let built = run.inputs.builds().then_some(TO_BE_BUILT);
    let task = found.documents.draft.as_ref().and_then(|draft| {
        let mut document = draft.written.clone();
        document.edit(edits, built).ok()?;
        Some(Task::of(&document))
    });
    let group = found.target.as_ref().and_then(|target| target.way.group());
    let aws = aws.brisk();
    let facts = Facts {
        run,
        aws: &aws,
        service: found.service.as_ref(),
        group,
        task: task.as_ref(),
        built_for: built_for.filter(|platforms| !platforms.is_empty()),
        held: images.map(|images| images.held.as_slice()),
        reads: Reads::new(run),
    };
    facts.checks().await
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

/// What a build would make, which a plan does not ask Docker about.
async fn foreseen(run: &Run<'_>, repositories: &Repositories) -> Result<Option<build::Foreseen>> {
    let builds = run.inputs.builds() && !run.inputs.command.builds();
    if !builds {
        return Ok(None);
    }
    let foreseen = build::foresee(repositories, &run.inputs.build, run.job);
    foreseen.await.map(Some)
}

async fn images(run: &Run<'_>, aws: &Aws, repositories: &Repositories) -> Result<Option<Resolved>> {
    if !run.inputs.command.is_for_a_revision() {
        return Ok(None);
    }
    images::by_digest(run, aws, repositories).await.map(Some)
}

/// The value, or its failures among the `problems`; an error that is no failure is a bug.
fn told_apart<T>(looked: Result<T>, problems: &mut Vec<Failure>) -> Result<Option<T>> {
    match looked {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            problems.extend(mendable(error)?);
            Ok(None)
        }
    }
}

/// What a user can mend; an error that is a bug stays one.
pub(super) fn mendable(error: anyhow::Error) -> Result<Vec<Failure>> {
    let failures = failures(&error);
    if failures.is_empty() {
        return Err(error);
    }
    Ok(failures)
}
