use super::{Http, NoAnswer};
use crate::clock::Clock;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Request, Response};
use std::fmt;
use std::sync::Arc;

type Answers = dyn Fn(&Request<Bytes>) -> Option<Response<Bytes>> + Send + Sync;

/// Answers in memory; `None` cuts the connection.
#[derive(Clone)]
struct InMemory(Arc<Answers>);

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InMemory")
    }
}

impl HttpConnector for InMemory {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = request.try_into_http1x().expect("a request");
        let request = request.map(|body| Bytes::copy_from_slice(body.bytes().expect("in memory")));
        HttpConnectorFuture::ready(match (self.0)(&request) {
            Some(answer) => {
                Ok(HttpResponse::try_from(answer.map(SdkBody::from)).expect("an answer"))
            }
            None => Err(ConnectorError::io("connection reset by peer".into())),
        })
    }
}

/// A client that every request is answered in memory by.
pub(crate) fn answering(
    answers: impl Fn(&Request<Bytes>) -> Option<Response<Bytes>> + Send + Sync + 'static,
) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(InMemory(Arc::new(answers)));
    http_client_fn(move |_, _| connector.clone())
}

/// An answer of JSON.
pub(crate) fn json(status: u16, body: &serde_json::Value) -> Option<Response<Bytes>> {
    let response = Response::builder().status(status);
    let response = response.header("content-type", "application/json");
    response.body(Bytes::from(body.to_string())).ok()
}

async fn sent(client: SharedHttpClient, url: &str) -> Result<Response<Bytes>, NoAnswer> {
    let request = Request::post(url)
        .header("x-a", "b")
        .body(Bytes::from("body"));
    let http = Http::new(client, Clock::real());
    http.send(request.expect("a request")).await
}

#[tokio::test]
async fn a_request_arrives_as_it_was_made_and_so_does_the_answer() {
    let client = answering(|request| {
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri(), "http://host:81/api/v3/a%2Fb?x=1&y=%20");
        assert_eq!(request.headers()["x-a"], "b");
        assert_eq!(request.body(), "body");
        json(502, &serde_json::json!({"message": "bad gateway"}))
    });
    let answer = sent(client, "http://host:81/api/v3/a%2Fb?x=1&y=%20").await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 502);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.body(), r#"{"message":"bad gateway"}"#);
}

#[tokio::test]
async fn a_cut_connection_is_no_answer() {
    let error = sent(answering(|_| None), "https://host/")
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "connection reset by peer");
}
