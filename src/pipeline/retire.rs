//! Older revisions are deregistered once a deployment has gone well, as many as `keep-revisions` does
//! not keep.
//!
//! None that is in use, as far as ECS tells: by a service of the cluster, or by a task of any cluster;
//! and not the one that served before. Where that cannot be seen, nothing is deregistered. The run has
//! succeeded by then: nothing here fails it.

use super::Run;
use super::previous::previous;
use super::target::Target;
use crate::aws::Aws;
use crate::aws::ecs::Ecs;
use crate::model::arn::short;
use crate::model::service::Service;
use crate::model::task_definition::retention::{before, family, retired};
use crate::rollout::outcome::Outcome;
use anyhow::{Context as _, Result};
use std::collections::BTreeSet;

/// Deregisters what `keep-revisions` does not keep of the family of `deployed`, which was brought to
/// `target` with this outcome; a cancelled run leaves off.
pub async fn retire(run: &Run<'_>, aws: &Aws, target: &Target, deployed: &str, outcome: Outcome) {
    let Some(keep) = run.inputs.task_definition.keep_revisions else {
        return;
    };
    if !matches!(
        outcome,
        Outcome::Succeeded | Outcome::TrafficShifted | Outcome::Unchanged
    ) {
        return;
    }
    let work = Box::pin(deregistered(run, aws, target, deployed, keep));
    let done = tokio::select! {
        biased;
        () = run.cancel.cancelled() => return,
        done = work => done,
    };
    if let Err(error) = done {
        run.events.warn(format!(
            "Older revisions were left as they are (keep-revisions: {keep}): {error:#}"
        ));
    }
}

async fn deregistered(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    deployed: &str,
    keep: usize,
) -> Result<()> {
    let ecs = aws.ecs();
    let family = family(deployed).context("the revision has no family")?;
    let active = ecs.active_revisions(family).await?;
    let set_to = target.service.task_definition.clone();
    let mut held = BTreeSet::from([set_to, target.serves.by.task_definition.clone()]);
    if retired(&active, keep, deployed, &held).is_empty() {
        return Ok(());
    }
    held.extend(in_use(&ecs, target, family).await?);
    held.extend(served_before(aws, target, &active, deployed).await?);
    let mut gone = Vec::new();
    let mut failed = Ok(());
    for revision in retired(&active, keep, deployed, &held) {
        failed = ecs.deregister(&revision).await;
        if failed.is_err() {
            break;
        }
        gone.push(short(&revision).to_owned());
    }
    if !gone.is_empty() {
        run.events.note(format!(
            "Deregistered {} (keep-revisions: {keep}).",
            gone.join(", ")
        ));
    }
    failed
}

/// The revisions that something runs or is to run.
async fn in_use(ecs: &Ecs, target: &Target, family: &str) -> Result<BTreeSet<String>> {
    let services = ecs.services_of(&target.service.cluster_arn).await?;
    let mut used: BTreeSet<String> = services.iter().flat_map(revisions).cloned().collect();
    for cluster in ecs.clusters().await? {
        used.extend(ecs.running_revisions(&cluster, family).await?);
    }
    Ok(used)
}

fn revisions(service: &Service) -> impl Iterator<Item = &String> {
    let deployments = service.deployments.iter().map(|it| &it.task_definition);
    let sets = service.task_sets.iter().map(|it| &it.task_definition);
    std::iter::once(&service.task_definition)
        .chain(deployments)
        .chain(sets)
}

/// The revision that a rollback would go back to; the next older one where nobody knows.
async fn served_before(
    aws: &Aws,
    target: &Target,
    active: &[String],
    deployed: &str,
) -> Result<Option<String>> {
    let now = target.as_it_is(aws).await?;
    let found = previous(aws, &now.service, target.way.group()).await?;
    Ok(found.or_else(|| before(active, deployed).cloned()))
}
