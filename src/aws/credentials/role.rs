//! A role's credentials, assumed with the job's OIDC token.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

mod refusal;

use crate::aws::ask::Asking;
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
use secrecy::ExposeSecret;
use std::time::SystemTime;

/// The role, and how to assume it.
pub(super) struct Assumed {
    pub(super) role: Role,
    sts: Client,
    issuer: Issuer,
    clock: Clock,
    asking: Asking,
}

impl Assumed {
    pub(super) fn new(
        role: Role,
        base: &SdkConfig,
        issuer: Issuer,
        clock: Clock,
        asking: Asking,
    ) -> Self {
        Self {
            role,
            sts: Client::new(base),
            issuer,
            clock,
            asking,
        }
    }

    /// The first credentials: STS is asked for minutes while it throttles or fails.
    pub(super) async fn obtain(&self) -> Result<Credentials, Failure> {
        let question = async || self.assume_with_a_new_token().await;
        self.asking.ask(question).await.map_err(|error| why(&error))
    }

    /// New credentials in the place of others: a few attempts, since whoever needs them asks again.
    pub(super) async fn renew(&self) -> Result<Credentials, Failure> {
        let passes = |error: &Error| AwsFailure::of(error).is_some_and(|it| it.kind.passes());
        let renewed = again::ask(&self.clock, passes, || self.assume_with_a_new_token());
        renewed.await.map_err(|error| why(&error))
    }

    /// A token lives for minutes: each attempt has its own.
    async fn assume_with_a_new_token(&self) -> Result<Credentials, Error> {
        let token = self.issuer.token(&self.role.audience).await;
        let token = token.map_err(|failure| self.without_token(&failure))?;
        self.assume(&token).await.map_err(|error| {
            match AwsFailure::of(&error).filter(|failure| !failure.kind.passes()) {
                Some(failure) => refusal::words(&self.role, &token.claims, failure).into(),
                None => error,
            }
        })
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

/// Why there are no credentials: our own words where there are some, else AWS's.
fn why(error: &Error) -> Failure {
    let own = Failure::all_of(error).into_iter().next().cloned();
    let explained = || AwsFailure::of(error).and_then(explain);
    own.or_else(explained).unwrap_or_else(|| unusable(error))
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
