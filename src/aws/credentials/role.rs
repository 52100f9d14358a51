//! A role's credentials, assumed with the job's OIDC token.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

mod refusal;

use crate::aws::error::{AwsFailure, Kind, explain, seen};
use crate::clock::Clock;
use crate::failure::{Code, Failure};
use crate::github::GitHubFailure;
use crate::github::oidc::{IdToken, Issuer};
use crate::http::again;
use crate::inputs::Role;
use anyhow::Error;
use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use aws_smithy_types::retry::RetryConfig;
use secrecy::ExposeSecret;
use std::time::SystemTime;

/// The role, and how to assume it.
pub(super) struct Assumed {
    pub(super) role: Role,
    sts: Client,
    issuer: Issuer,
    clock: Clock,
}

impl Assumed {
    pub(super) fn new(role: Role, base: &SdkConfig, issuer: Issuer, clock: Clock) -> Self {
        let config = aws_sdk_sts::config::Builder::from(base);
        // What may pass is asked again here, by the same rule as elsewhere.
        let config = config.retry_config(RetryConfig::disabled());
        Self {
            role,
            sts: Client::from_conf(config.build()),
            issuer,
            clock,
        }
    }

    /// New credentials, with a new token.
    pub(super) async fn obtain(&self) -> Result<Credentials, Failure> {
        let token = self.issuer.token(&self.role.audience).await;
        let token = token.map_err(|failure| self.without_token(&failure))?;
        let assumed = again::ask(&self.clock, may_pass, || self.assume(&token)).await;
        assumed.map_err(|error| self.refused(&token, &error))
    }

    async fn assume(&self, token: &IdToken) -> Result<Credentials, Error> {
        let seconds = i32::try_from(self.role.duration.as_secs()).unwrap_or(i32::MAX);
        let answer = self
            .sts
            .assume_role_with_web_identity()
            .role_arn(&self.role.arn)
            .role_session_name(&self.role.session_name)
            .web_identity_token(token.raw.expose_secret())
            .duration_seconds(seconds)
            .send()
            .await
            .map_err(seen("sts:AssumeRoleWithWebIdentity"))?;
        let session = answer.credentials().ok_or_else(|| half("no credentials"))?;
        let ends = SystemTime::try_from(*session.expiration());
        Ok(Credentials::new(
            session.access_key_id(),
            session.secret_access_key(),
            Some(session.session_token().to_owned()),
            Some(ends.map_err(|_| half("no usable expiration"))?),
            "greengate",
        ))
    }

    fn refused(&self, token: &IdToken, error: &Error) -> Failure {
        match AwsFailure::of(error) {
            Some(failure) if !waits(failure) => refusal::words(&self.role, &token.claims, failure),
            Some(failure) => explain(failure).unwrap_or_else(|| unusable(error)),
            None => unusable(error),
        }
    }

    fn without_token(&self, failure: &GitHubFailure) -> Failure {
        let failed = Failure::new(
            Code::NoCredentials,
            format!(
                "GitHub issued no OIDC token to assume {} with",
                self.role.arn
            ),
            "Run the job again; if it persists, look at https://www.githubstatus.com and check \
             that the job's `permissions:` have `id-token: write`.",
        );
        failed.because(failure.to_string())
    }
}

fn may_pass(error: &Error) -> bool {
    AwsFailure::of(error).is_some_and(waits)
}

fn waits(failure: &AwsFailure) -> bool {
    matches!(failure.kind, Kind::Transient | Kind::Throttled)
}

/// An answer without what it must have.
fn half(what: &str) -> Error {
    let failure = AwsFailure {
        action: "sts:AssumeRoleWithWebIdentity".to_owned(),
        code: String::new(),
        message: format!("the answer holds {what}"),
        request_id: None,
        kind: Kind::Transient,
    };
    failure.into()
}

fn unusable(error: &Error) -> Failure {
    let failure = Failure::new(
        Code::AwsUnavailable,
        "STS gave no usable answer",
        "Run again later.",
    );
    failure.because(error.to_string())
}
