//! The edge to AWS: the only place that names SDK types.

mod answer;
mod ask;
#[cfg(test)]
mod canned;
pub mod cloudwatch;
pub mod codedeploy;
pub mod credentials;
mod direct;
pub mod ecr;
pub mod ecs;
pub mod elb;
pub mod error;
pub mod iam;
pub mod logs;
pub mod once;
pub mod secrets_manager;
pub mod ssm;
#[cfg(test)]
mod variants;

use crate::clock::Clock;
use crate::events::Events;
use crate::http::{self, Http};
use crate::inputs::AwsInputs;
use crate::job::Job;
use anyhow::{Context, Result};
use ask::Asking;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::config::IdentityCache;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_types::app_name::AppName;
use credentials::{Renewed, Session};
use std::sync::Arc;

/// The way to AWS: region, credentials, connection, and how it is asked.
#[derive(Debug, Clone)]
pub struct Aws {
    /// What the clients of the services are made from.
    pub config: SdkConfig,
    asking: Asking,
}

impl Aws {
    /// Finds the region's endpoints and obtains the first credentials, so that a refusal comes
    /// before anything else is asked. `endpoint` stands in for every service's own in tests;
    /// otherwise `AWS_ENDPOINT_URL` and its kin are read as every SDK reads them.
    ///
    /// # Errors
    /// A [`Failure`](crate::failure::Failure) when there are no credentials.
    pub async fn connect(
        inputs: &AwsInputs,
        job: &Job,
        http: &SharedHttpClient,
        clock: &Clock,
        events: &Events,
        endpoint: Option<&str>,
    ) -> Result<Self> {
        let base = base(inputs, http, clock, endpoint).await?;
        let http = Http::new(http.clone(), clock.clone());
        let credentials = Renewed::from_inputs(inputs, job, &base, &http, events).await?;
        credentials.obtain().await?;
        let credentials = Arc::new(credentials);
        let config = base
            .into_builder()
            .credentials_provider(SharedCredentialsProvider::new(Session(credentials.clone())))
            .identity_cache(IdentityCache::no_cache())
            .build();
        let asking = Asking::new(clock.clone()).telling(events.clone());
        let asking = asking.renewing(credentials);
        Ok(Self { config, asking })
    }

    /// AWS as `config` reaches it, with credentials that nothing renews.
    pub fn over(config: SdkConfig, clock: Clock) -> Self {
        let asking = Asking::new(clock);
        Self { config, asking }
    }

    /// The same for somebody who asks again by himself, as a loop does: AWS's failures in passing
    /// come back within seconds instead of minutes.
    #[must_use]
    pub fn brisk(&self) -> Self {
        Self {
            config: self.config.clone(),
            asking: self.asking.brisk(),
        }
    }

    /// Whether this run has changed a service, a deployment or a task definition by now, or may
    /// have: an answer that was lost does not tell. The registry's images are not among it.
    pub fn has_changed_anything(&self) -> bool {
        self.asking.has_changed_anything()
    }

    /// Where AWS is, when not where it always is: `http://127.0.0.1:4566`.
    pub fn endpoint(&self) -> Option<&str> {
        self.config.endpoint_url()
    }

    /// The way to ECS.
    pub fn ecs(&self) -> ecs::Ecs {
        ecs::Ecs::new(self)
    }

    /// The way to CodeDeploy.
    pub fn codedeploy(&self) -> codedeploy::CodeDeploy {
        codedeploy::CodeDeploy::new(self)
    }

    /// The way to Elastic Load Balancing.
    pub fn elb(&self) -> elb::Elb {
        elb::Elb::new(self)
    }

    /// The way to CloudWatch Logs of `region`; absent: this one's.
    pub fn logs(&self, region: Option<&str>) -> logs::Logs {
        logs::Logs::new(self, region)
    }

    /// The way to IAM.
    pub fn iam(&self) -> iam::Iam {
        iam::Iam::new(self)
    }

    /// The way to CloudWatch.
    pub fn cloudwatch(&self) -> cloudwatch::CloudWatch {
        cloudwatch::CloudWatch::new(self)
    }

    /// The way to Secrets Manager of `region`; absent: this one's.
    pub fn secrets_manager(&self, region: Option<&str>) -> secrets_manager::SecretsManager {
        secrets_manager::SecretsManager::new(self, region)
    }

    /// The way to Systems Manager of `region`; absent: this one's.
    pub fn ssm(&self, region: Option<&str>) -> ssm::Ssm {
        ssm::Ssm::new(self, region)
    }

    /// The way to ECR.
    pub fn ecr(&self) -> ecr::Ecr {
        ecr::Ecr::new(self)
    }
}

/// Everything but the credentials.
async fn base(
    inputs: &AwsInputs,
    http: &SharedHttpClient,
    clock: &Clock,
    endpoint: Option<&str>,
) -> Result<SdkConfig> {
    let name = AppName::new("greengate").context("naming the application")?;
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(inputs.region.clone()))
        .http_client(http::whole(http.clone()))
        .time_source(clock.clone())
        .sleep_impl(clock.clone())
        .timeout_config(http::timeouts(clock))
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .app_name(name)
        .no_credentials();
    let loader = match endpoint {
        Some(endpoint) => loader.endpoint_url(endpoint),
        None => loader,
    };
    Ok(loader.load().await)
}
