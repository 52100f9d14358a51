//! The sandbox behind an in-memory HTTP connector: no sockets, so that tokio's paused clock may
//! run hours in milliseconds.

mod answer;

use answer::answer;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use greengate_sandbox::Sandbox;
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
