//! The deployments of a service that ECS keeps, and what each of them brings.

use super::{Ecs, says_something, service_deployment};
use crate::aws::error::seen;
use crate::model::service_deployment::{
    ServiceDeploymentBrief, ServiceDeploymentStatus, ServiceRevision,
};
use crate::model::stop::StopAnswer;
use anyhow::Result;
use aws_sdk_ecs::error::SdkError;
use aws_sdk_ecs::operation::list_service_deployments::builders::ListServiceDeploymentsFluentBuilder;
use aws_sdk_ecs::primitives::DateTime;
use aws_sdk_ecs::types::{CreatedAt, DeploymentLifecycleHookAction, StopServiceDeploymentStopType};
use jiff::Timestamp;

/// Service deployments in one `DescribeServiceDeployments`.
const DEPLOYMENTS_A_CALL: usize = 20;

/// Service deployments in one page of `ListServiceDeployments`: the most there can be.
const DEPLOYMENTS_A_PAGE: i32 = 100;

/// Service revisions in one `DescribeServiceRevisions`.
const REVISIONS_A_CALL: usize = 20;

impl Ecs {
    /// The service's deployments, newest first, those made after `after` only.
    pub async fn service_deployments(
        &self,
        cluster: &str,
        service: &str,
        after: Option<Timestamp>,
    ) -> Result<Vec<ServiceDeploymentBrief>> {
        let after = after.map(|after| {
            let after = DateTime::from_nanos(after.as_nanosecond());
            CreatedAt::builder().set_after(after.ok()).build()
        });
        let call = self.client.list_service_deployments();
        let call = call.cluster(cluster).service(service);
        self.listed(call.set_created_at(after), usize::MAX).await
    }

    /// The service's newest deployments, newest first, `at_most` so many; ECS keeps those of about
    /// ninety days.
    pub async fn newest_service_deployments(
        &self,
        cluster: &str,
        service: &str,
        at_most: usize,
    ) -> Result<Vec<ServiceDeploymentBrief>> {
        let call = self.client.list_service_deployments();
        let call = call.cluster(cluster).service(service);
        self.listed(call.max_results(DEPLOYMENTS_A_PAGE), at_most)
            .await
    }

    /// What `call` lists, page after page, until there are `at_most`.
    async fn listed(
        &self,
        call: ListServiceDeploymentsFluentBuilder,
        at_most: usize,
    ) -> Result<Vec<ServiceDeploymentBrief>> {
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let call = call.clone().set_next_token(next.take());
            let ask = async || {
                let page = call.clone().send().await;
                page.map_err(seen("ecs:ListServiceDeployments"))
            };
            let page = self.asking.ask(ask).await?;
            let briefs = page.service_deployments();
            all.extend(briefs.iter().map(service_deployment::brief));
            next = page.next_token;
            if next.is_none() || all.len() >= at_most {
                all.truncate(at_most);
                return Ok(all);
            }
        }
    }

    /// The service deployments of these ARNs; one that AWS does not know is left out.
    pub async fn describe_service_deployments(
        &self,
        arns: &[String],
    ) -> Result<Vec<ServiceDeploymentStatus>> {
        const ACTION: &str = "ecs:DescribeServiceDeployments";
        let mut all = Vec::with_capacity(arns.len());
        for batch in arns.chunks(DEPLOYMENTS_A_CALL) {
            let call = self.client.describe_service_deployments();
            let call = call.set_service_deployment_arns(Some(batch.to_vec()));
            let ask = async || {
                let answer = call.clone().send().await.map_err(seen(ACTION))?;
                says_something(ACTION, answer.service_deployments(), answer.failures())?;
                Ok(answer)
            };
            let answer = self.asking.ask(ask).await?;
            let deployments = answer.service_deployments();
            all.extend(deployments.iter().map(service_deployment::status));
        }
        Ok(all)
    }

    /// The service revision of this ARN; `None` when AWS does not know it.
    pub async fn service_revision(&self, arn: &str) -> Result<Option<ServiceRevision>> {
        let revisions = self.service_revisions(&[arn.to_owned()]).await?;
        Ok(revisions.into_iter().next())
    }

    /// The service revisions of these ARNs; one that AWS does not know is left out.
    pub async fn service_revisions(&self, arns: &[String]) -> Result<Vec<ServiceRevision>> {
        const ACTION: &str = "ecs:DescribeServiceRevisions";
        let mut all = Vec::with_capacity(arns.len());
        for batch in arns.chunks(REVISIONS_A_CALL) {
            let call = self.client.describe_service_revisions();
            let call = call.set_service_revision_arns(Some(batch.to_vec()));
            let ask = async || {
                let answer = call.clone().send().await.map_err(seen(ACTION))?;
                says_something(ACTION, answer.service_revisions(), answer.failures())?;
                Ok(answer)
            };
            let answer = self.asking.ask(ask).await?;
            let revisions = answer.service_revisions();
            all.extend(revisions.iter().map(service_deployment::revision));
        }
        Ok(all)
    }

    /// Asks ECS to stop a service deployment and to bring back the service revision before it.
    /// Asking twice does no harm
    /// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html>).
    pub async fn stop_service_deployment(&self, arn: &str) -> Result<StopAnswer> {
        let call = self.client.stop_service_deployment();
        let call = call.service_deployment_arn(arn);
        let call = call.stop_type(StopServiceDeploymentStopType::Rollback);
        let say = async || match call.clone().send().await {
            Ok(_) => Ok(StopAnswer::Accepted),
            Err(SdkError::ServiceError(refused)) if refused.err().is_conflict_exception() => {
                Ok(StopAnswer::Over)
            }
            Err(SdkError::ServiceError(refused))
                if refused.err().is_service_deployment_not_found_exception() =>
            {
                Ok(StopAnswer::NotThere)
            }
            Err(error) => Err(seen("ecs:StopServiceDeployment")(error)),
        };
        let stops = |answer: &StopAnswer| *answer == StopAnswer::Accepted;
        let ask = async || self.asking.noting(say().await, stops);
        self.asking.ask(ask).await
    }

    /// Ends the pause `hook` of a service deployment, which goes on. One that is not in it any more
    /// is no error.
    pub async fn continue_service_deployment(&self, arn: &str, hook: &str) -> Result<()> {
        let call = self.client.continue_service_deployment();
        let call = call.service_deployment_arn(arn).hook_id(hook);
        let call = call.action(DeploymentLifecycleHookAction::Continue);
        let say = async || match call.clone().send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(refused))
                if refused.err().is_invalid_parameter_exception() =>
            {
                Ok(())
            }
            Err(error) => Err(seen("ecs:ContinueServiceDeployment")(error)),
        };
        let ask = async || self.asking.noting(say().await, |()| true);
        self.asking.ask(ask).await
    }
}
