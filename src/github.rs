//! The edge to GitHub: octocrab over the shared HTTP stack, own tolerant types.
//!
//! Octocrab makes and signs the requests; its models and its errors stay out: the models refuse
//! words that GitHub really answers (a deployment that is `waiting`), and the errors say only
//! "GitHub".

pub mod comments;
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
use http::{HeaderValue, Method, Uri};
use http_body_util::BodyExt;
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::service::middleware::extra_headers::ExtraHeadersLayer;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A read of GitHub that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHubFailure {
    /// The HTTP status; absent when there was no answer.
    pub status: Option<u16>,
    /// GitHub's sentence, or what the connection said.
    pub message: String,
    /// What was asked for: `GET /repos/acme/shop/environments/staging`.
    pub asked: String,
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
        write!(f, "{}: {}", self.asked, self.message)?;
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
        let call = self.call(Method::GET, path);
        let answer = || self.once(&call, None::<&()>);
        let body = again::ask(&self.http.clock, GitHubFailure::passes, answer).await?;
        call.read(&body)
    }

    /// Writes `body` to `path` below the repository, once: the caller looks before it asks again.
    async fn write<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, GitHubFailure> {
        let call = self.call(method, path);
        call.read(&self.once(&call, Some(body)).await?)
    }

    fn call(&self, method: Method, path: &str) -> Call {
        let path = format!("/repos/{}{path}", self.repository);
        Call { method, path }
    }

    async fn once(
        &self,
        call: &Call,
        body: Option<&(impl Serialize + ?Sized)>,
    ) -> Result<Bytes, GitHubFailure> {
        let no_answer = |error: &dyn std::error::Error| call.failed(None, innermost(error));
        let answer = match call.method {
            Method::POST => self.crab._post(&call.path, body).await,
            Method::PATCH => self.crab._patch(&call.path, body).await,
            _ => self.crab._get(&call.path).await,
        };
        let answer = answer.map_err(|error| no_answer(&error))?;
        let status = answer.status();
        let body = answer.into_body().collect().await;
        let body = body.map_err(|error| no_answer(&error))?.to_bytes();
        if status.is_success() {
            return Ok(body);
        }
        Err(call.failed(Some(status.as_u16()), sentence(&body)))
    }
}

/// A call to GitHub's API.
struct Call {
    method: Method,
    path: String,
}

impl Call {
    fn read<T: DeserializeOwned>(&self, body: &Bytes) -> Result<T, GitHubFailure> {
        serde_json::from_slice(body).map_err(|error| {
            let message = format!("the answer is not what it should be: {error}");
            self.failed(Some(200), message)
        })
    }

    fn failed(&self, status: Option<u16>, message: String) -> GitHubFailure {
        GitHubFailure {
            status,
            message,
            asked: format!("{} {}", self.method, self.path),
        }
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
