//! The edge to GitHub: octocrab over the shared HTTP stack, own tolerant types.
//!
//! Octocrab makes and signs the requests; its models and its errors stay out: the models refuse
//! words that GitHub really answers (a deployment that is `waiting`), and the errors say only
//! "GitHub".

pub mod commits;
pub mod environments;
pub mod oidc;
pub mod runs;
mod service;

use crate::http::{Http, again};
use crate::job::Job;
use anyhow::Context;
use bytes::Bytes;
use http::header::{ACCEPT, HeaderName, USER_AGENT};
use http::{HeaderValue, Uri};
use http_body_util::BodyExt;
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::service::middleware::extra_headers::ExtraHeadersLayer;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;

/// A read of GitHub that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHubFailure {
    /// The HTTP status; absent when there was no answer.
    pub status: Option<u16>,
    /// GitHub's sentence, or what the connection said.
    pub message: String,
    /// The path that was asked for.
    pub path: String,
}

impl GitHubFailure {
    /// Asking again may help: no answer, a server error or a rate limit.
    pub fn passes(&self) -> bool {
        let limited = self.message.to_ascii_lowercase().contains("rate limit");
        match self.status {
            None | Some(408 | 429 | 500..) => true,
            Some(403) => limited,
            Some(_) => false,
        }
    }

    /// The token lacks a permission: <https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api>.
    pub fn is_denied(&self) -> bool {
        matches!(self.status, Some(401 | 403)) && !self.passes()
    }
}

impl fmt::Display for GitHubFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GET {}: {}", self.path, self.message)?;
        match self.status {
            Some(status) => write!(f, " (HTTP {status})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for GitHubFailure {}

/// Reads of one repository, with the job's token.
#[derive(Clone)]
pub struct GitHub {
    crab: Octocrab,
    http: Http,
    repository: String,
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GitHub({})", self.repository)
    }
}

impl GitHub {
    /// A client for the job's repository at its API address. Sends nothing yet. Must be called
    /// within a tokio runtime.
    ///
    /// # Errors
    /// When `GITHUB_API_URL` is not a URL.
    pub fn connect(job: &Job, token: &SecretString, http: &Http) -> anyhow::Result<Self> {
        let base: Uri = job
            .api_url
            .parse()
            .with_context(|| format!("reading GITHUB_API_URL ({})", job.api_url))?;
        let token = token.clone();
        let built = OctocrabBuilder::new_empty()
            .with_service(service::Shared(http.clone()))
            .with_layer(&BaseUriLayer::new(base))
            .with_layer(&ExtraHeadersLayer::new(Arc::new(headers())))
            .with_auth(AuthState::AccessToken { token })
            .build();
        let crab = match built {
            Ok(crab) => crab,
            Err(never) => match never {},
        };
        Ok(Self {
            crab,
            http: http.clone(),
            repository: job.repository.clone(),
        })
    }

    /// Reads `path` below the repository (`/environments/x`, encoded by the caller); asks again
    /// when that may help.
    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, GitHubFailure> {
        let path = format!("/repos/{}{path}", self.repository);
        let body = again::ask(&self.http.clock, GitHubFailure::passes, || self.once(&path)).await?;
        serde_json::from_slice(&body).map_err(|error| GitHubFailure {
            status: Some(200),
            message: format!("the answer is not what it should be: {error}"),
            path,
        })
    }

    async fn once(&self, path: &str) -> Result<Bytes, GitHubFailure> {
        let no_answer = |error: &dyn std::error::Error| GitHubFailure {
            status: None,
            message: innermost(error),
            path: path.to_owned(),
        };
        let response = self.crab._get(path).await.map_err(|e| no_answer(&e))?;
        let status = response.status();
        let body = response.into_body().collect().await;
        let body = body.map_err(|error| no_answer(&error))?.to_bytes();
        if status.is_success() {
            return Ok(body);
        }
        Err(GitHubFailure {
            status: Some(status.as_u16()),
            message: sentence(&body),
            path: path.to_owned(),
        })
    }
}

fn headers() -> Vec<(HeaderName, HeaderValue)> {
    vec![
        (USER_AGENT, HeaderValue::from_static("greengate")),
        (
            ACCEPT,
            HeaderValue::from_static("application/vnd.github+json"),
        ),
        (
            HeaderName::from_static("x-github-api-version"),
            HeaderValue::from_static("2022-11-28"),
        ),
    ]
}

/// The `message` of an error answer, or as much of the body as fits a line.
fn sentence(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Said {
        message: String,
    }
    serde_json::from_slice(body).map_or_else(
        |_| String::from_utf8_lossy(body).chars().take(200).collect(),
        |said: Said| said.message,
    )
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// A segment of a path: an environment's name may hold spaces and slashes.
fn segment(text: &str) -> String {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    utf8_percent_encode(text, ENCODED).to_string()
}

#[cfg(test)]
pub(crate) mod tests;
