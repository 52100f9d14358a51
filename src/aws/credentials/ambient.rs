//! Credentials that are there already: the SDK's chain of environment, profile files, web
//! identity file, container and instance.

use crate::clock::Clock;
use crate::failure::{Code, Failure};
use anyhow::Chain;
use aws_config::SdkConfig;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::imds;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use std::time::Duration;

/// The chain.
pub(super) struct Ambient(DefaultCredentialsChain);

impl Ambient {
    pub(super) async fn new(base: &SdkConfig, clock: &Clock) -> Self {
        let provider = provider_config(base, clock);
        let chain = DefaultCredentialsChain::builder()
            .imds_client(imds_client(&provider, clock))
            .configure(provider)
            .region(base.region().cloned());
        Self(chain.build().await)
    }

    pub(super) async fn obtain(&self) -> Result<Credentials, Failure> {
        self.0
            .provide_credentials()
            .await
            .map_err(|error| none(&error))
    }
}

fn provider_config(base: &SdkConfig, clock: &Clock) -> ProviderConfig {
    let config = ProviderConfig::without_region()
        .with_region(base.region().cloned())
        .with_behavior_version(base.behavior_version())
        .with_time_source(clock.clone())
        .with_sleep_impl(clock.clone());
    match base.http_client() {
        Some(client) => config.with_http_client(client),
        None => config,
    }
}

/// An instance answers its metadata service within milliseconds; everywhere else the address
/// leads nowhere, and nobody should wait for it.
fn imds_client(provider: &ProviderConfig, clock: &Clock) -> imds::Client {
    let real = |seconds| clock.in_real_time(Duration::from_secs(seconds));
    imds::Client::builder()
        .configure(provider)
        .max_attempts(1)
        .connect_timeout(real(1))
        .read_timeout(real(1))
        .operation_attempt_timeout(real(1))
        .operation_timeout(real(2))
        .build()
}

fn none(error: &CredentialsError) -> Failure {
    let failure = Failure::new(
        Code::NoCredentials,
        "no AWS credentials are there",
        "Set role-to-assume to the ARN of a role that trusts this repository (and give the job \
         `permissions: id-token: write`), or run aws-actions/configure-aws-credentials in a step \
         before.",
    );
    // The first link says only that something was wrong; one below may be a list of all places.
    let said = Chain::new(error).skip(1).map(ToString::to_string);
    let lines = said.flat_map(|said| said.lines().map(shortened).collect::<Vec<_>>());
    lines.fold(failure, Failure::because)
}

fn shortened(line: &str) -> String {
    line.trim()
        .replace("the credential provider was not enabled: ", "")
}

#[cfg(test)]
mod tests {
    use super::none;
    use aws_credential_types::provider::error::CredentialsError;

    #[test]
    fn every_place_that_was_looked_in_has_a_line() {
        let places = "no credentials found in chain. Attempted:\n  \
                      Environment: the credential provider was not enabled: variable not set\n  \
                      Ec2InstanceMetadata: could not communicate with IMDS";
        assert_eq!(
            none(&CredentialsError::not_loaded(places)).why,
            [
                "no credentials found in chain. Attempted:",
                "Environment: variable not set",
                "Ec2InstanceMetadata: could not communicate with IMDS"
            ]
        );
    }
}
