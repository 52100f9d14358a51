//! The revision that served before the one that serves, looked for in what AWS keeps of the
//! service's deployments.
//!
//! What counts as having served is decided in [`crate::rollout::previous`].

use crate::aws::Aws;
use crate::aws::codedeploy::CodeDeploy;
use crate::aws::ecs::Ecs;
use crate::model::arn::in_full;
use crate::model::codedeploy::DeploymentGroup;
use crate::model::service::Service;
use crate::model::service_deployment::{ServiceDeploymentBrief, ServiceDeploymentStatus};
use crate::rollout::previous::{Past, previous as before};
use anyhow::Result;
use std::collections::HashMap;

/// How many deployments are looked through at most.
const MOST: usize = 100;

/// How many are read at a time: the one before is mostly among the newest.
const AT_A_TIME: usize = 20;

/// The task definition, by ARN, that served before the one that `service` is on; `None` when
/// nothing that AWS keeps tells of one: CodeDeploy does not know what a service was created with.
/// With CodeDeploy, `group` deploys the service. The task definition may have been deregistered
/// since.
///
/// # Errors
/// As AWS fails.
pub async fn previous(
    aws: &Aws,
    service: &Service,
    group: Option<&DeploymentGroup>,
) -> Result<Option<String>> {
    match group {
        Some(group) => by_codedeploy(&aws.codedeploy(), service, group).await,
        None => by_ecs(&aws.ecs(), service).await,
    }
}

async fn by_codedeploy(
    codedeploy: &CodeDeploy,
    service: &Service,
    group: &DeploymentGroup,
) -> Result<Option<String>> {
    let current = &service.task_definition;
    let (application, name) = (&group.application, &group.name);
    let ids = codedeploy.deployments(application, name, &["Succeeded"], MOST);
    for ids in ids.await?.chunks(AT_A_TIME) {
        for deployment in codedeploy.batch(ids).await? {
            let brought = codedeploy.revision_of(&deployment).await?;
            let past = [Past {
                brought: brought.map(|brought| in_full(&brought, current)),
                served: true,
                ran_before: Vec::new(),
            }];
            if let Some(found) = before(current, &past) {
                return Ok(Some(found.to_owned()));
            }
        }
    }
    Ok(None)
}

async fn by_ecs(ecs: &Ecs, service: &Service) -> Result<Option<String>> {
    let current = &service.task_definition;
    let (cluster, name) = (&service.cluster_arn, &service.name);
    let listed = ecs.newest_service_deployments(cluster, name, MOST).await?;
    let mut known = Known::default();
    let served = listed.iter().filter(|brief| succeeded(&brief.status));
    let served: Vec<_> = served.filter_map(|it| it.target_revision.clone()).collect();
    for revisions in served.chunks(AT_A_TIME) {
        known.learn(ecs, revisions).await?;
        let pasts: Vec<_> = listed.iter().map(|brief| known.brief(brief)).collect();
        if let Some(found) = before(current, &pasts) {
            return Ok(Some(found.to_owned()));
        }
    }
    let arns: Vec<_> = listed.into_iter().map(|brief| brief.arn).collect();
    let described = ecs.describe_service_deployments(&arns).await?;
    let revisions = described.iter().flat_map(revisions_of).cloned();
    known.learn(ecs, &revisions.collect::<Vec<_>>()).await?;
    let described = in_order(described, &arns);
    let pasts: Vec<_> = described
        .iter()
        .map(|status| known.status(status))
        .collect();
    Ok(before(current, &pasts).map(str::to_owned))
}

fn succeeded(status: &str) -> bool {
    status == "SUCCESSFUL"
}

fn revisions_of(status: &ServiceDeploymentStatus) -> impl Iterator<Item = &String> {
    status
        .target_revision
        .iter()
        .chain(&status.source_revisions)
}

/// As `arns` are, which AWS does not keep to.
fn in_order(
    mut described: Vec<ServiceDeploymentStatus>,
    arns: &[String],
) -> Vec<ServiceDeploymentStatus> {
    described.sort_by_key(|status| arns.iter().position(|arn| *arn == status.arn));
    described
}

/// The task definitions of service revisions, by ARN.
#[derive(Default)]
struct Known(HashMap<String, String>);

impl Known {
    async fn learn(&mut self, ecs: &Ecs, revisions: &[String]) -> Result<()> {
        let mut unknown: Vec<_> = revisions.to_vec();
        unknown.retain(|revision| !self.0.contains_key(revision));
        unknown.sort_unstable();
        unknown.dedup();
        let described = ecs.service_revisions(&unknown).await?;
        self.0
            .extend(described.into_iter().map(|it| (it.arn, it.task_definition)));
        Ok(())
    }

    fn task_definition(&self, revision: Option<&String>) -> Option<String> {
        self.0.get(revision?).cloned()
    }

    fn brief(&self, brief: &ServiceDeploymentBrief) -> Past {
        Past {
            brought: self.task_definition(brief.target_revision.as_ref()),
            served: succeeded(&brief.status),
            ran_before: Vec::new(),
        }
    }

    fn status(&self, status: &ServiceDeploymentStatus) -> Past {
        let sources = status.source_revisions.iter();
        Past {
            brought: self.task_definition(status.target_revision.as_ref()),
            served: succeeded(&status.status),
            ran_before: sources
                .filter_map(|it| self.task_definition(Some(it)))
                .collect(),
        }
    }
}
