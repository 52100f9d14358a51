//! The deployments of a group that were, and what each of them brought.

use super::{CodeDeploy, deployment, half};
use crate::aws::answer::found;
use crate::aws::error::seen;
use crate::model::appspec::AppSpec;
use crate::model::codedeploy::Deployment;
use anyhow::Result;
use aws_sdk_codedeploy::types::{
    AppSpecContent, DeploymentStatus, RevisionLocation, RevisionLocationType,
};

/// Deployments in one `BatchGetDeployments`.
const DEPLOYMENTS_A_CALL: usize = 25;

impl CodeDeploy {
    /// The ids of the group's newest deployments in one of `statuses` (`Succeeded`; every status
    /// when there is none), `at_most` so many, newest first as CodeDeploy lists them.
    pub async fn deployments(
        &self,
        application: &str,
        group: &str,
        statuses: &[&str],
        at_most: usize,
    ) -> Result<Vec<String>> {
        let statuses: Vec<_> = statuses
            .iter()
            .copied()
            .map(DeploymentStatus::from)
            .collect();
        let call = self.client.list_deployments();
        let call = call
            .application_name(application)
            .deployment_group_name(group)
            .set_include_only_statuses(Some(statuses).filter(|some| !some.is_empty()));
        let (mut ids, mut next) = (Vec::new(), None);
        loop {
            let call = call.clone().set_next_token(next.take());
            let ask = async || {
                let page = call.clone().send().await;
                page.map_err(seen("codedeploy:ListDeployments"))
            };
            let page = self.asking.ask(ask).await?;
            ids.extend(page.deployments.unwrap_or_default());
            next = page.next_token;
            if next.is_none() || ids.len() >= at_most {
                ids.truncate(at_most);
                return Ok(ids);
            }
        }
    }

    /// The deployments of these ids, newest first; one that CodeDeploy does not know is left out.
    pub async fn batch(&self, ids: &[String]) -> Result<Vec<Deployment>> {
        let mut all = Vec::with_capacity(ids.len());
        for batch in ids.chunks(DEPLOYMENTS_A_CALL) {
            let call = self.client.batch_get_deployments();
            let call = call.set_deployment_ids(Some(batch.to_vec()));
            let ask = async || {
                let answer = call.clone().send().await;
                answer.map_err(seen("codedeploy:BatchGetDeployments"))
            };
            let answer = self.asking.ask(ask).await?;
            let infos = answer.deployments_info();
            all.extend(infos.iter().map(|info| deployment::from_sdk("", info)));
        }
        all.sort_by_key(|deployment| std::cmp::Reverse(deployment.created_at));
        Ok(all)
    }

    /// The task definition that `deployment` brings, as its AppSpec names it (an ARN, or
    /// `family:revision`); `None` when its AppSpec is not kept by CodeDeploy or says nothing of it.
    pub async fn revision_of(&self, deployment: &Deployment) -> Result<Option<String>> {
        const ACTION: &str = "codedeploy:GetApplicationRevision";
        let Some(sum) = &deployment.revision else {
            return Ok(None);
        };
        let asked = AppSpecContent::builder().sha256(sum).build();
        let asked = RevisionLocation::builder()
            .revision_type(RevisionLocationType::AppSpecContent)
            .app_spec_content(asked);
        let call = self.client.get_application_revision();
        let call = call.application_name(&deployment.application);
        let call = call.revision(asked.build());
        let ask = async || {
            let answer = found(ACTION, call.clone().send().await, |error| {
                error.is_revision_does_not_exist_exception()
            })?;
            match answer {
                None => Ok(None),
                Some(answer) => {
                    let revision = answer.revision.ok_or_else(|| half(ACTION, "revision"))?;
                    Ok(Some(revision))
                }
            }
        };
        let revision = self.asking.ask(ask).await?;
        let content = revision
            .as_ref()
            .and_then(|revision| revision.app_spec_content()?.content());
        let spec = content.and_then(|text| AppSpec::parse(text, "the AppSpec").ok());
        Ok(spec.and_then(|spec| spec.task_definition().map(str::to_owned)))
    }
}
