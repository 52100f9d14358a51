//! What octocrab sends through: the shared HTTP stack, as a tower service.

use crate::http::{Http, NoAnswer};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use octocrab::OctoBody;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::Service;

/// The shared HTTP stack.
#[derive(Debug, Clone)]
pub(super) struct Shared(pub(super) Http);

impl Service<Request<OctoBody>> for Shared {
    type Response = Response<Full<Bytes>>;
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, NoAnswer>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NoAnswer>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<OctoBody>) -> Self::Future {
        let http = self.0.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await;
            let body = body
                .map_err(|error| NoAnswer(error.to_string()))?
                .to_bytes();
            let answer = http.send(Request::from_parts(head, body)).await?;
            Ok(answer.map(Full::new))
        })
    }
}
