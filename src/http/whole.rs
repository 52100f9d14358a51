//! Answers that are none: a success without a body, as a proxy or a dying server sends it.
//!
//! For services whose every answer has a body. Their SDK reads an empty one as an answer that says
//! nothing, and nothing would be taken for "not there".

use super::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// `client`, where a success without a body is a failure of the connection.
pub fn whole(client: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(Whole(client))
}

#[derive(Debug)]
struct Whole<T>(T);

impl HttpClient for Whole<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Whole(self.0.http_connector(settings, components)))
    }
}

impl HttpConnector for Whole<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async {
            let answer = answer.await?;
            if answer.status().is_success() && answer.body().content_length() == Some(0) {
                return Err(ConnectorError::io("the answer has no body".into()));
            }
            Ok(answer)
        })
    }
}
