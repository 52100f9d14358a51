//! The edge to CodeDeploy: its calls for ECS, its answers in our own words, and its "not there"
//! told apart.
//!
//! Never waits and never decides.

mod deployment;
mod group;
mod history;

use crate::aws::answer::{found, moment, unusable};
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
use aws_sdk_codedeploy::types::{AppSpecContent, RevisionLocation, RevisionLocationType};
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;

/// CodeDeploy in one account and region.
#[derive(Debug, Clone)]
pub struct CodeDeploy {
    client: Client,
}

impl CodeDeploy {
    /// CodeDeploy as `config` reaches it.
    pub fn new(config: &SdkConfig) -> Self {
        Self {
            client: Client::new(config),
        }
    }

    /// The deployment group, or which of application and group is not there.
    pub async fn deployment_group(&self, application: &str, group: &str) -> Result<GroupLookup> {
        let call = self.client.get_deployment_group();
        let call = call
            .application_name(application)
            .deployment_group_name(group);
        let answer = call.send().await;
        let no_application = answer.as_ref().err().is_some_and(|error| {
            let refused = error.as_service_error();
            refused.is_some_and(GetDeploymentGroupError::is_application_does_not_exist_exception)
        });
        if no_application {
            return Ok(GroupLookup::NoApplication);
        }
        let answer = found("codedeploy:GetDeploymentGroup", answer, |error| {
            error.is_deployment_group_does_not_exist_exception()
        })?;
        let info = answer.as_ref().and_then(|it| it.deployment_group_info());
        Ok(info.map_or(GroupLookup::NoGroup, |info| {
            GroupLookup::Found(Box::new(group::from_sdk(info)))
        }))
    }

    /// The deployment config of this name; `None` when it is not there.
    pub async fn deployment_config(&self, name: &str) -> Result<Option<DeploymentConfig>> {
        let call = self.client.get_deployment_config();
        let answer = call.deployment_config_name(name).send().await;
        let answer = found("codedeploy:GetDeploymentConfig", answer, |error| {
            error.is_deployment_config_does_not_exist_exception()
        })?;
        let info = answer.as_ref().and_then(|it| it.deployment_config_info());
        Ok(info.map(group::config))
    }

    /// Asks for a deployment, once: CodeDeploy knows no client token, so that a lost answer is the
    /// caller's to look up. Its description tells whose a deployment is.
    pub async fn create_deployment(&self, new: &NewDeployment) -> Result<Creation> {
        const ACTION: &str = "codedeploy:CreateDeployment";
        let call = self.client.create_deployment();
        let call = call
            .application_name(&new.application)
            .deployment_group_name(&new.group)
            .set_deployment_config_name(new.config.clone())
            .description(description(&new.description))
            .revision(revision(new))
            .customize()
            .config_override(asked_once());
        match call.send().await {
            Ok(answer) => answer
                .deployment_id
                .map(Creation::Created)
                .ok_or_else(|| unusable(ACTION, "the answer has no deploymentId")),
            Err(error) => limit_exceeded(&error).ok_or_else(|| seen(ACTION)(error)),
        }
    }

    /// The deployment of this id; `None` when it is not there.
    pub async fn deployment(&self, id: &str) -> Result<Option<Deployment>> {
        let call = self.client.get_deployment().deployment_id(id);
        let answer = found("codedeploy:GetDeployment", call.send().await, |error| {
            error.is_deployment_does_not_exist_exception()
        })?;
        let info = answer.as_ref().and_then(|it| it.deployment_info());
        Ok(info.map(|info| deployment::from_sdk(id, info)))
    }

    /// Asks CodeDeploy to stop a deployment, and, if `rollback`, to bring the old revision back by
    /// a deployment of its own, whatever the settings of the group. Asking twice does no harm
    /// (<https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_StopDeployment.html>).
    pub async fn stop_deployment(&self, id: &str, rollback: bool) -> Result<StopAnswer> {
        let call = self.client.stop_deployment().deployment_id(id);
        let call = call.auto_rollback_enabled(rollback);
        match call.send().await {
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
        }
    }

    /// The deployment's one target, the service of these names; `None` before CodeDeploy has
    /// started on it.
    pub async fn target(&self, id: &str, cluster: &str, service: &str) -> Result<Option<Target>> {
        let call = self.client.get_deployment_target().deployment_id(id);
        let call = call.target_id(format!("{cluster}:{service}"));
        let answer = found(
            "codedeploy:GetDeploymentTarget",
            call.send().await,
            |error| {
                error.is_deployment_not_started_exception()
                    || error.is_deployment_target_does_not_exist_exception()
            },
        )?;
        let target = answer.as_ref().and_then(|it| it.deployment_target());
        Ok(target
            .and_then(|target| target.ecs_target())
            .map(deployment::target))
    }
}

/// For a write that makes another thing each time: the SDK does not repeat it.
fn asked_once() -> aws_sdk_codedeploy::config::Builder {
    aws_sdk_codedeploy::Config::builder().retry_config(RetryConfig::disabled())
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
