//! AWS in memory for the adapters' tests: canned answers, and what was asked.

use crate::aws::Aws;
use crate::aws::error::AwsFailure;
use crate::clock::Clock;
use crate::http::tests::{answering, json};
use crate::http::{SharedHttpClient, whole};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_types::retry::RetryConfig;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json as value};
use std::sync::{Arc, Mutex};

/// Every call so far.
pub(super) type Calls = Arc<Mutex<Vec<Request<Bytes>>>>;

/// The answer to one call: HTTP status and body.
pub(super) type Answer = (u16, Value);

/// A way to AWS where the `n`th call (from 0) is answered by `answers(n, its body)`.
pub(super) fn aws(
    answers: impl Fn(usize, &Value) -> Answer + Send + Sync + 'static,
) -> (Aws, Calls) {
    let calls = Calls::default();
    let kept = Arc::clone(&calls);
    let http = answering(move |request| {
        let body = serde_json::from_slice(request.body()).expect("a JSON body");
        let mut kept = kept.lock().expect("the calls");
        kept.push(request.clone());
        let (status, answer) = answers(kept.len() - 1, &body);
        json(status, &answer)
    });
    (over(http), calls)
}

/// A way to AWS where the `n`th call (from 0) is answered by `answers(n)`: HTTP status and the body
/// as it is; `None` cuts the connection.
pub(super) fn on_the_wire(
    answers: impl Fn(usize) -> Option<(u16, &'static str)> + Send + Sync + 'static,
) -> (Aws, Calls) {
    let calls = Calls::default();
    let kept = Arc::clone(&calls);
    let http = answering(move |request| {
        let mut kept = kept.lock().expect("the calls");
        kept.push(request.clone());
        let (status, body) = answers(kept.len() - 1)?;
        Response::builder()
            .status(status)
            .body(Bytes::from(body))
            .ok()
    });
    (over(http), calls)
}

/// AWS behind `http`, in real or paused time.
pub(super) fn over(http: SharedHttpClient) -> Aws {
    let clock = Clock::real();
    let keys = Credentials::new("AKIATEST", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .http_client(whole(http))
        .time_source(clock.clone())
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
            clock.clone(),
        ))
        .retry_config(RetryConfig::disabled());
    Aws::over(config.build(), clock)
}

/// A refusal as AWS's JSON protocol words it.
pub(super) fn refusal(code: &str, message: &str) -> Answer {
    (400, value!({"__type": code, "message": message}))
}

/// Operation (`ListServices`) and body of every call.
pub(super) fn asked(calls: &Calls) -> Vec<(String, Value)> {
    let calls = calls.lock().expect("the calls");
    let asked = calls.iter().map(|call| {
        let target = call.headers()["x-amz-target"].to_str().expect("a target");
        let operation = target.rsplit('.').next().expect("an operation");
        let body = serde_json::from_slice(call.body()).expect("a JSON body");
        (operation.to_owned(), body)
    });
    asked.collect()
}

/// The failed call behind an error.
pub(super) fn failed<T: std::fmt::Debug>(result: anyhow::Result<T>) -> AwsFailure {
    let error = result.expect_err("a failed call");
    AwsFailure::of(&error).expect("an AwsFailure").clone()
}
