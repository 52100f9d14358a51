//! The job's OIDC token and its claims.
//!
//! The claims are read without checking the token's signature. GitHub itself hands the token to
//! this process, over TLS, in answer to a request that only this job can make; whoever could
//! forge that answer could forge every other answer the gate relies on. The one party that gets
//! the token from us, AWS, does check it.
//!
//! <https://docs.github.com/actions/reference/security/oidc>

use super::{GitHubFailure, segment, sentence};
use crate::events::Events;
use crate::http::{Http, again};
use crate::job::OidcRequest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

/// Where the job's tokens come from.
#[derive(Clone)]
pub struct Issuer {
    request: OidcRequest,
    http: Http,
    events: Events,
}

/// A token for one audience, valid for some minutes.
#[derive(Debug)]
pub struct IdToken {
    /// The token itself: a secret.
    pub raw: SecretString,
    /// What it says.
    pub claims: Claims,
}

/// What a token says about the job. A claim that is missing, or of a form that is not known, is
/// `None`: whoever relies on it must refuse then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// `repo:owner/name:environment:production`, or with the ids of owner and repository.
    #[serde(deserialize_with = "text")]
    pub sub: Option<String>,
    /// The audience that it was asked for.
    #[serde(deserialize_with = "text")]
    pub aud: Option<String>,
    /// `https://token.actions.githubusercontent.com`.
    #[serde(deserialize_with = "text")]
    pub iss: Option<String>,
    /// The environment that the job is bound to; absent when it is bound to none.
    #[serde(deserialize_with = "text")]
    pub environment: Option<String>,
    /// `owner/name`.
    #[serde(deserialize_with = "text")]
    pub repository: Option<String>,
    /// `refs/heads/main`.
    #[serde(rename = "ref", deserialize_with = "text")]
    pub git_ref: Option<String>,
    /// The commit.
    #[serde(deserialize_with = "text")]
    pub sha: Option<String>,
    /// The run's id.
    #[serde(deserialize_with = "number")]
    pub run_id: Option<u64>,
    /// The run's attempt, from 1.
    #[serde(deserialize_with = "number")]
    pub run_attempt: Option<u64>,
    /// The job's id, which is its check run's; newer than the other claims.
    #[serde(deserialize_with = "number")]
    pub check_run_id: Option<u64>,
}

impl Issuer {
    /// The issuer that the job's `request` leads to.
    pub fn new(request: OidcRequest, http: Http, events: Events) -> Self {
        Self {
            request,
            http,
            events,
        }
    }

    /// A new token for `audience`, masked before anybody can show it.
    pub async fn token(&self, audience: &str) -> Result<IdToken, GitHubFailure> {
        let url = format!("{}&audience={}", self.request.url, segment(audience));
        let clock = &self.http.clock;
        let body = again::ask(clock, GitHubFailure::passes, || self.once(&url)).await?;
        let failed = |message: &str| failure(Some(200), message.to_owned());
        let issued: Issued =
            serde_json::from_slice(&body).map_err(|_| failed("the answer holds no token"))?;
        let raw = SecretString::from(issued.value);
        self.events.mask(&raw);
        let claims = claims(raw.expose_secret());
        Ok(IdToken {
            claims: claims.ok_or_else(|| failed("the token's claims cannot be read"))?,
            raw,
        })
    }

    async fn once(&self, url: &str) -> Result<Bytes, GitHubFailure> {
        let bearer = format!("bearer {}", self.request.token.expose_secret());
        let request = Request::get(url)
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, "greengate")
            .body(Bytes::new())
            .map_err(|error| failure(Some(400), error.to_string()))?;
        let answer = self.http.send(request).await;
        let answer = answer.map_err(|error| failure(None, error.0))?;
        if answer.status().is_success() {
            return Ok(answer.into_body());
        }
        Err(failure(
            Some(answer.status().as_u16()),
            sentence(answer.body()),
        ))
    }
}

/// The URL is left out: it says nothing to the reader and belongs to the job's secrets.
fn failure(status: Option<u16>, message: String) -> GitHubFailure {
    GitHubFailure {
        status,
        message,
        asked: "GET the job's OIDC token (ACTIONS_ID_TOKEN_REQUEST_URL)".to_owned(),
    }
}

#[derive(Deserialize)]
struct Issued {
    value: String,
}

fn claims(token: &str) -> Option<Claims> {
    let [_, payload, _] = token.split('.').collect::<Vec<_>>().try_into().ok()?;
    let payload = BASE64_URL_SAFE_NO_PAD
        .decode(payload.trim_end_matches('='))
        .ok()?;
    serde_json::from_slice(&payload).ok()
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned))
}

/// GitHub writes numbers as text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value.as_u64().or_else(|| value.as_str()?.parse().ok()))
}

#[cfg(test)]
pub(crate) mod tests;
