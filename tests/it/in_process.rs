//! The sandbox behind an in-memory HTTP connector: no sockets, so that tokio's paused clock may
//! run hours in milliseconds.

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use greengate_sandbox::{Answer, Sandbox};
use http::Request;
use std::fmt;

struct InProcess(Sandbox);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

/// A client whose every request, whatever its host, is answered by `sandbox`.
pub(crate) fn client(sandbox: &Sandbox) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(InProcess(sandbox.clone()));
    http_client_fn(move |_, _| connector.clone())
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(answer(&self.0, request))
    }
}

fn answer(sandbox: &Sandbox, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
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
