//! The scan of the image that was just built, waited for where `scan-fail-on` asks for it: after
//! the push and before the revision is registered.

use super::Run;
use super::preflight::{reason, scanned};
use super::target::Target;
use crate::aws::Aws;
use crate::events::{EventKind, Stage, StageEnd};
use crate::failure::Failures;
use crate::inputs::Command;
use crate::model::image::ImageRef;
use crate::model::image_reference::ImageReference;
use crate::model::scan::{Scan, Severity};
use crate::model::task_definition::TaskDefinition;
use crate::preflight::task::Task;
use crate::preflight::{Check, image, scan};
use anyhow::Result;
use jiff::SignedDuration;
use std::time::Duration;

/// How long a scan that is under way is waited for. ECR's own mostly takes less than a minute.
const PATIENCE: SignedDuration = SignedDuration::from_mins(3);

/// How long a scan may take to be there at all after the push.
const BEGINNING: SignedDuration = SignedDuration::from_secs(15);

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(5);

/// Looks at the scan of the image that was `built` for `target`, and tells of it; nothing where it
/// is not asked for. What cannot be read holds nothing up.
///
/// # Errors
/// [`Code::Vulnerable`](crate::failure::Code::Vulnerable).
pub async fn of_built(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    document: &TaskDefinition,
    built: Option<&ImageRef>,
) -> Result<()> {
    let asked = run.inputs.build.scan_fail_on;
    let (Some(least), Some(built), Command::Release) = (asked, built, run.inputs.command) else {
        return Ok(());
    };
    let task = Task::of(document);
    let look = async {
        let check = Box::pin(check(run, aws, target, &task, built, least)).await;
        run.events.emit(EventKind::PreflightChecked {
            target: target.label(),
            checks: vec![check.clone()],
        });
        Failures::none(check.failure().cloned().into_iter().collect())?;
        Ok(())
    };
    run.stage(Stage::Scan, look, |()| StageEnd::Done).await
}

async fn check(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    task: &Task,
    built: &ImageRef,
    least: Severity,
) -> Check {
    let repository = ImageReference::parse(&built.repository).name();
    let digest = built.digest.get(..19).unwrap_or(&built.digest);
    let subject = format!("{repository}@{digest}");
    match found(run, aws, target, task, repository, &built.digest).await {
        Ok(found) => scan::check(&subject, found.as_ref(), least),
        Err(error) => Check::skipped(scan::NAME, subject, reason(&error)),
    }
}

/// The scan, once it is over or not waited for any longer.
async fn found(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    task: &Task,
    repository: &str,
    digest: &str,
) -> Result<Option<Scan>> {
    let ecr = aws.ecr();
    let wanted = image::wanted(task, target.service.on_fargate());
    let image = ecr.image_by_digest(repository, digest).await?;
    let digest = image.map(|image| scanned(&image, wanted.as_ref()));
    let Some(digest) = digest else {
        return Ok(None);
    };
    let began = run.clock.now();
    loop {
        let scan = ecr.scan(repository, &digest).await?;
        let so_far = run.clock.now().duration_since(began);
        let limit = match &scan {
            None => BEGINNING,
            Some(scan) if scan.is_under_way() => PATIENCE,
            Some(_) => return Ok(scan),
        };
        if so_far >= limit {
            return Ok(scan);
        }
        run.clock.sleep(INTERVAL).await;
    }
}
