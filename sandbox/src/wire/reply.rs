//! An answer on its way out, with what the record wants to know about it.

use super::aws_error::AwsError;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

/// An answer, who got it and which error it is.
#[derive(Debug)]
pub struct Reply {
    /// The caller's ARN or login; empty when nobody was recognised.
    pub caller: String,
    /// The error code, where the answer is an error that has one.
    pub error: Option<String>,
    /// What goes over the wire.
    pub response: Response<Bytes>,
}

impl Reply {
    /// An answer of `content_type` to a caller that is not known yet.
    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = status;
        let content_type = HeaderValue::from_static(content_type);
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
        Self {
            caller: String::new(),
            error: None,
            response,
        }
    }

    /// A JSON answer.
    pub fn json(status: StatusCode, body: &serde_json::Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", body.to_string())
    }

    /// The same answer to `caller`.
    #[must_use]
    pub fn to(self, caller: &str) -> Self {
        Self {
            caller: caller.to_owned(),
            ..self
        }
    }

    /// The same answer, on record as this error.
    #[must_use]
    pub fn about(self, error: &AwsError) -> Self {
        Self {
            error: Some(error.code.clone()),
            ..self
        }
    }

    /// The same answer with a header more; a value that is no header value is left out.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.response.headers_mut().insert(name, value);
        }
        self
    }
}
