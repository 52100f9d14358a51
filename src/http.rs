//! The one HTTP stack: rustls with ring behind the SDK's connector, shared by AWS and GitHub.
//!
//! Knows how to send a request and when asking again makes sense; what an answer means is for the
//! edges to say.

pub mod again;
mod whole;

use crate::clock::Clock;
use anyhow::Chain;
use aws_smithy_http_client::{Builder, tls::Provider, tls::rustls_provider::CryptoMode};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
pub use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;
use bytes::Bytes;
use http::{Request, Response};
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;
pub use whole::whole;

/// A client over TLS with the system's certificates.
pub fn client() -> SharedHttpClient {
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

/// Limits on a connection that hold however fast `clock` runs.
pub fn timeouts(clock: &Clock) -> TimeoutConfig {
    let real = |seconds| clock.in_real_time(Duration::from_secs(seconds));
    TimeoutConfig::builder()
        .connect_timeout(real(10))
        .read_timeout(real(30))
        .operation_attempt_timeout(real(60))
        .operation_timeout(real(300))
        .build()
}

/// Sends plain requests through the shared client.
#[derive(Debug, Clone)]
pub struct Http {
    client: SharedHttpClient,
    /// What pauses and limits are measured with.
    pub clock: Clock,
}

/// There was no answer, or only half of one: what the connection said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAnswer(pub String);

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoAnswer {}

impl Http {
    /// Sends through `client`, in `clock`'s time.
    pub fn new(client: SharedHttpClient, clock: Clock) -> Self {
        Self { client, clock }
    }

    /// Sends `request`, whose URI is absolute, once, and reads the whole answer, whatever its
    /// status.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
        let origin = origin(&request)?;
        Operation::builder()
            .service_name("http")
            .operation_name("send")
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.client.clone())
            .endpoint_url(&origin)
            .no_auth()
            .no_retry()
            .timeout_config(timeouts(&self.clock))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .time_source(self.clock.clone())
            .sleep_impl(self.clock.clone())
            .serializer(|request: Request<Bytes>| {
                Ok(HttpRequest::try_from(request.map(SdkBody::from))?)
            })
            .deserializer(read)
            .build()
            .invoke(request)
            .await
            .map_err(|error| no_answer(&error))
    }
}

fn origin(request: &Request<Bytes>) -> Result<String, NoAnswer> {
    let uri = request.uri();
    match (uri.scheme(), uri.authority()) {
        (Some(scheme), Some(authority)) => Ok(format!("{scheme}://{authority}")),
        _ => Err(NoAnswer(format!("{} is not an absolute URL", uri.path()))),
    }
}

fn read(response: &HttpResponse) -> Result<Response<Bytes>, OrchestratorError<Infallible>> {
    let unreadable = |why: &str| OrchestratorError::other(why.to_owned());
    let body = response.body().bytes();
    let body = body.ok_or_else(|| unreadable("the body was not read"))?;
    let mut read = Response::builder().status(response.status().as_u16());
    for (name, value) in response.headers() {
        read = read.header(name, value);
    }
    let read = read.body(Bytes::copy_from_slice(body));
    read.map_err(|error| unreadable(&error.to_string()))
}

/// The innermost error says what happened; the outer ones only where.
fn no_answer(error: &SdkError<Infallible, HttpResponse>) -> NoAnswer {
    let innermost = Chain::new(error).last();
    NoAnswer(innermost.map_or_else(|| error.to_string(), ToString::to_string))
}

#[cfg(test)]
pub(crate) mod tests;
