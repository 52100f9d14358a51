//! The sandbox behind an in-memory HTTP connector: no sockets, so that tokio's paused clock may
//! run hours in milliseconds.

mod answer;

use answer::answer;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use greengate_sandbox::Sandbox;
use std::fmt;

/// What becomes of an answer on its way.
type Way = fn(HttpResponse) -> Result<HttpResponse, ConnectorError>;

struct InProcess(Sandbox, Way);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

/// A client whose every request, whatever its host, is answered by `sandbox`.
pub(crate) fn client(sandbox: &Sandbox) -> SharedHttpClient {
    client_over(sandbox, Ok)
}

/// The same, where answers of AWS come by this way.
pub(crate) fn client_over(sandbox: &Sandbox, way: Way) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(InProcess(sandbox.clone(), way));
    http_client_fn(move |_, _| connector.clone())
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let of_aws = request.headers().get("x-amz-target").is_some();
        let answer = answer(&self.0, request);
        HttpConnectorFuture::ready(if of_aws {
            answer.and_then(self.1)
        } else {
            answer
        })
    }
}
