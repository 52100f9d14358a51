//! What the sandbox answers to a request that never was on a wire.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use greengate_sandbox::{Answer, Sandbox};
use http::Request;

/// What `sandbox` answers.
pub(crate) fn answer(
    sandbox: &Sandbox,
    request: HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|error| ConnectorError::user(error.into()))?;
    match sandbox.call(&on_the_wire(request)) {
        Answer::Response(response) => HttpResponse::try_from(response.map(SdkBody::from))
            .map_err(|error| ConnectorError::other(error.into(), None)),
        Answer::Cut => Err(ConnectorError::io(
            "connection closed before message completed".into(),
        )),
    }
}

/// What a server would see: the body in one piece, and the host in its header.
fn on_the_wire(request: Request<SdkBody>) -> Request<Bytes> {
    let host = request.uri().authority().map(|host| host.as_str().parse());
    let mut request = request.map(|body| Bytes::copy_from_slice(body.bytes().unwrap_or_default()));
    if let Some(Ok(host)) = host {
        request
            .headers_mut()
            .entry(http::header::HOST)
            .or_insert(host);
    }
    request
}
