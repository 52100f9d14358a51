//! The edge to CodeDeploy: its calls for ECS, its answers in our own words, and its "not there"
//! told apart.
//!
//! Never waits and never decides.

mod deployment;
mod group;
mod history;

use crate::aws::Aws;
use crate::aws::answer::{found, half, moment};
use crate::aws::ask::Asking;
use crate::aws::error::seen;
use crate::model::codedeploy::{
    Creation, Deployment, DeploymentConfig, GroupLookup, NewDeployment, Target, active_deployment,
    description,
};
use crate::model::stop::StopAnswer;
use anyhow::Result;
use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_codedeploy::operation::create_deployment::CreateDeploymentError;
use aws_sdk_codedeploy::operation::get_deployment_group::GetDeploymentGroupError;
use aws_sdk_codedeploy::types::{
    AppSpecContent, DeploymentWaitType, RevisionLocation, RevisionLocationType,
};

/// CodeDeploy in one account and region.
#[derive(Debug, Clone)]
pub struct CodeDeploy {
    client: Client,
    asking: Asking,
}

impl CodeDeploy {
    /// CodeDeploy as `aws` reaches it.
    pub fn new(aws: &Aws) -> Self {
        Self {
            client: Client::new(&aws.config),
            asking: aws.asking.clone(),
        }
    }

    /// The same for somebody who asks again by himself, see [`Aws::brisk`].
    #[must_use]
    pub fn brisk(&self) -> Self {
        Self {
            client: self.client.clone(),
            asking: self.asking.brisk(),
        }
    }

    /// The deployment group, or which of application and group is not there.
    pub async fn deployment_group(&self, application: &str, group: &str) -> Result<GroupLookup> {
        const ACTION: &str = "codedeploy:GetDeploymentGroup";
        let call = self.client.get_deployment_group();
        let call = call
            .application_name(application)
            .deployment_group_name(group);
        let ask = async || {
            let answer = call.clone().send().await;
            if answer.as_ref().err().is_some_and(is_no_application) {
                return Ok(GroupLookup::NoApplication);
            }
            let answer = found(ACTION, answer, |error| {
                error.is_deployment_group_does_not_exist_exception()
            })?;
            let Some(answer) = answer else {
                return Ok(GroupLookup::NoGroup);
            };
            let info = answer.deployment_group_info();
            let info = info.ok_or_else(|| half(ACTION, "deploymentGroupInfo"))?;
            Ok(GroupLookup::Found(Box::new(group::from_sdk(info))))
        };
        self.asking.ask(ask).await
    }

    /// The deployment config of this name; `None` when it is not there.
    pub async fn deployment_config(&self, name: &str) -> Result<Option<DeploymentConfig>> {
        const ACTION: &str = "codedeploy:GetDeploymentConfig";
        let call = self.client.get_deployment_config();
        let call = call.deployment_config_name(name);
        let ask = async || {
            let answer = found(ACTION, call.clone().send().await, |error| {
                error.is_deployment_config_does_not_exist_exception()
            })?;
            let Some(answer) = answer else {
                return Ok(None);
            };
            let info = answer.deployment_config_info();
            let info = info.ok_or_else(|| half(ACTION, "deploymentConfigInfo"))?;
            Ok(Some(group::config(info)))
        };
        self.asking.ask(ask).await
    }

    /// Asks for a deployment. Asked once: CodeDeploy knows no client token, so that a second time
    /// makes a second deployment, or is answered with [`Creation::LimitExceeded`] and the id of the
    /// first; see [`once`](crate::aws::once::once).
    pub async fn create_deployment(&self, new: &NewDeployment) -> Result<Creation> {
        const ACTION: &str = "codedeploy:CreateDeployment";
        let call = self.client.create_deployment();
        let call = call
            .application_name(&new.application)
            .deployment_group_name(&new.group)
            .set_deployment_config_name(new.config.clone())
            .description(description(&new.description))
            .revision(revision(new));
        let say = async || match call.clone().send().await {
            Ok(answer) => answer
                .deployment_id
                .map(Creation::Created)
                .ok_or_else(|| half(ACTION, "deploymentId")),
            Err(error) => limit_exceeded(&error).ok_or_else(|| seen(ACTION)(error)),
        };
        let created = |answer: &Creation| matches!(answer, Creation::Created(_));
        let answer = self.asking.say(say).await;
        self.asking.noting(answer, created)
    }

    /// The deployment of this id; `None` when it is not there.
    pub async fn deployment(&self, id: &str) -> Result<Option<Deployment>> {
        const ACTION: &str = "codedeploy:GetDeployment";
        let call = self.client.get_deployment().deployment_id(id);
        let ask = async || {
            let answer = found(ACTION, call.clone().send().await, |error| {
                error.is_deployment_does_not_exist_exception()
            })?;
            let Some(answer) = answer else {
                return Ok(None);
            };
            let info = answer.deployment_info();
            let info = info.ok_or_else(|| half(ACTION, "deploymentInfo"))?;
            Ok(Some(deployment::from_sdk(id, info)))
        };
        self.asking.ask(ask).await
    }

    /// Asks CodeDeploy to stop a deployment, and, if `rollback`, to bring the old revision back by
    /// a deployment of its own, whatever the settings of the group. Asking twice does no harm
    /// (<https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_StopDeployment.html>).
    pub async fn stop_deployment(&self, id: &str, rollback: bool) -> Result<StopAnswer> {
        let call = self.client.stop_deployment().deployment_id(id);
        let call = call.auto_rollback_enabled(rollback);
        let say = async || match call.clone().send().await {
            Ok(_) => Ok(StopAnswer::Accepted),
            Err(SdkError::ServiceError(refused))
                if refused.err().is_deployment_already_completed_exception() =>
            {
                Ok(StopAnswer::Over)
            }
            Err(SdkError::ServiceError(refused))
                if refused.err().is_deployment_does_not_exist_exception() =>
            {
                Ok(StopAnswer::NotThere)
            }
            Err(error) => Err(seen("codedeploy:StopDeployment")(error)),
        };
        let stops = |answer: &StopAnswer| *answer == StopAnswer::Accepted;
        let ask = async || self.asking.noting(say().await, stops);
        self.asking.ask(ask).await
    }

    /// Lets a deployment go on that waits for that with its replacement ready. One that does not wait
    /// any more is no error.
    pub async fn continue_deployment(&self, id: &str) -> Result<()> {
        let call = self.client.continue_deployment().deployment_id(id);
        let call = call.deployment_wait_type(DeploymentWaitType::ReadyWait);
        let say = async || match call.clone().send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(refused))
                if refused
                    .err()
                    .is_deployment_is_not_in_ready_state_exception()
                    || refused.err().is_deployment_already_completed_exception() =>
            {
                Ok(())
            }
            Err(error) => Err(seen("codedeploy:ContinueDeployment")(error)),
        };
        let ask = async || self.asking.noting(say().await, |()| true);
        self.asking.ask(ask).await
    }

    /// The deployment's one target, the service of these names; `None` before CodeDeploy has
    /// started on it.
    pub async fn target(&self, id: &str, cluster: &str, service: &str) -> Result<Option<Target>> {
        const ACTION: &str = "codedeploy:GetDeploymentTarget";
        let call = self.client.get_deployment_target().deployment_id(id);
        let call = call.target_id(format!("{cluster}:{service}"));
        let ask = async || {
            let answer = found(ACTION, call.clone().send().await, |error| {
                error.is_deployment_not_started_exception()
                    || error.is_deployment_target_does_not_exist_exception()
            })?;
            let Some(answer) = answer else {
                return Ok(None);
            };
            let target = answer.deployment_target();
            let target = target.ok_or_else(|| half(ACTION, "deploymentTarget"))?;
            Ok(target.ecs_target().map(deployment::target))
        };
        self.asking.ask(ask).await
    }
}

fn is_no_application<R>(error: &SdkError<GetDeploymentGroupError, R>) -> bool {
    let refused = error.as_service_error();
    refused.is_some_and(GetDeploymentGroupError::is_application_does_not_exist_exception)
}

fn revision(new: &NewDeployment) -> RevisionLocation {
    let content = AppSpecContent::builder()
        .content(&new.app_spec.json)
        .sha256(&new.app_spec.sha256);
    RevisionLocation::builder()
        .revision_type(RevisionLocationType::AppSpecContent)
        .app_spec_content(content.build())
        .build()
}

fn limit_exceeded<R>(error: &SdkError<CreateDeploymentError, R>) -> Option<Creation> {
    let refused = error.as_service_error()?;
    if !refused.is_deployment_limit_exceeded_exception() {
        return None;
    }
    let message = refused.message().unwrap_or_default();
    Some(Creation::LimitExceeded {
        active: active_deployment(message).map(str::to_owned),
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests;
