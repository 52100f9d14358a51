//! A client for tests: signs as the AWS SDK does, with its own signer.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use greengate_sandbox::clock::Clock;
use greengate_sandbox::world::World;
use greengate_sandbox::world::identity::{AccessKey, Secret, User};
use greengate_sandbox::{Answer, Sandbox};
use http::{Request, Response};
use serde_json::Value;
use std::time::SystemTime;

/// Whom a request is signed by, and for what.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    pub(crate) region: String,
}

impl Signer {
    /// The user `ops` of [`sandbox`].
    pub(crate) fn ops() -> Self {
        Self {
            key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            token: None,
            region: "eu-west-1".to_owned(),
        }
    }

    /// Signs `request` for `service`.
    pub(crate) fn sign(&self, service: &str, request: &mut Request<Bytes>) {
        let credentials =
            Credentials::new(&self.key, &self.secret, self.token.clone(), None, "test");
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .unwrap();
        let headers = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let signable = SignableRequest::new(
            request.method().as_str(),
            request.uri().to_string(),
            headers,
            SignableBody::Bytes(request.body()),
        );
        let (instructions, _) = sign(signable.unwrap(), &params.into())
            .unwrap()
            .into_parts();
        instructions.apply_to_request_http1x(request);
    }
}

/// A world with the user `ops`, who may do what `policy` (YAML) says.
pub(crate) fn sandbox(policy: &str) -> Sandbox {
    let start = "2026-11-23T10:00:00Z".parse().unwrap();
    let mut world = World::new(start, "123456789012", "eu-west-1");
    let ops = Signer::ops();
    let policies = vec![serde_saphyr::from_str(policy).unwrap()];
    world
        .identity
        .users
        .insert("ops".to_owned(), User { policies });
    let key = AccessKey {
        user: "ops".to_owned(),
        secret: Secret(ops.secret),
    };
    world.identity.keys.insert(ops.key, key);
    Sandbox::new(world, Clock::start(start, 1.0))
}

/// A policy that permits everything.
pub(crate) const ADMIN: &str = "Statement: [{Effect: Allow, Action: '*', Resource: '*'}]";

/// An unsigned call of a JSON service.
pub(crate) fn json_request(target: &str, body: &str) -> Request<Bytes> {
    Request::post("http://127.0.0.1:4566/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", target)
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap()
}

/// The answer to `request`, which must not be a cut connection.
pub(crate) fn call(sandbox: &Sandbox, request: &Request<Bytes>) -> Response<Bytes> {
    match sandbox.call(request) {
        Answer::Response(response) => response,
        Answer::Cut => panic!("the connection was cut"),
    }
}

/// The body of an answer as JSON.
pub(crate) fn json_of(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).expect("a JSON body")
}
