//! How the registry says no: a code of the distribution specification with ECR's sentence.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes>

use super::with;
use crate::world::ecr::{digest::Digest, push};
use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::json;

/// A request that is not carried out.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Nobody knows who asks.
    Unauthorized,
    /// A refusal in the protocol's own form.
    Error {
        status: StatusCode,
        code: &'static str,
        message: String,
    },
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self::Error {
            status,
            code,
            message: message.into(),
        }
    }

    pub(super) fn denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "DENIED", message)
    }

    pub(super) fn unsupported(status: StatusCode) -> Self {
        Self::new(status, "UNSUPPORTED", "The operation is unsupported.")
    }

    pub(super) fn no_repository(name: &str, account: &str) -> Self {
        let message = push::no_repository(name, account);
        Self::new(StatusCode::NOT_FOUND, "NAME_UNKNOWN", message)
    }

    pub(super) fn no_image() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "MANIFEST_UNKNOWN",
            "Requested image not found",
        )
    }

    pub(super) fn no_blob() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "BLOB_UNKNOWN",
            "blob unknown to registry",
        )
    }

    pub(super) fn no_upload() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "BLOB_UPLOAD_UNKNOWN",
            "blob upload unknown to registry",
        )
    }

    pub(super) fn not_a_digest() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "DIGEST_INVALID", "invalid digest")
    }

    pub(super) fn other_digest(found: &Digest) -> Self {
        let message = format!("Layer digest does not match: the content received is {found}");
        Self::new(StatusCode::BAD_REQUEST, "DIGEST_INVALID", message)
    }

    pub(super) fn not_here(length: usize) -> Self {
        let message = format!("the next part must begin at byte {length}");
        let status = StatusCode::RANGE_NOT_SATISFIABLE;
        Self::new(status, "BLOB_UPLOAD_INVALID", message)
    }

    /// A refused push. Codes and statuses are those that ECR was seen to answer.
    pub(super) fn push(refused: &push::Refused, name: &str, account: &str) -> Self {
        use push::Refused as R;
        let (status, code) = match refused {
            R::NoRepository => (StatusCode::NOT_FOUND, "NAME_UNKNOWN"),
            R::Invalid => (StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED"),
            R::LayersMissing(_) => (StatusCode::NOT_FOUND, "BLOB_UPLOAD_UNKNOWN"),
            R::ImagesMissing(_) => (StatusCode::BAD_REQUEST, "MANIFEST_BLOB_UNKNOWN"),
            R::TagTaken(_) => (StatusCode::BAD_REQUEST, "TAG_INVALID"),
            R::OtherDigest(_) | R::Unchanged(..) => (StatusCode::BAD_REQUEST, "MANIFEST_INVALID"),
        };
        Self::new(status, code, refused.message(name, account))
    }

    /// The code that the list of calls shows.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Error { code, .. } => code,
        }
    }

    pub(super) fn response(&self, address: &str) -> Response<Bytes> {
        match self {
            Self::Unauthorized => unauthorized(address),
            Self::Error {
                status,
                code,
                message,
            } => {
                let body = json!({"errors": [{"code": code, "message": message}]});
                let body = Bytes::from(format!("{body}\n"));
                let mut response = super::content("application/json; charset=utf-8", body);
                *response.status_mut() = *status;
                response
            }
        }
    }
}

fn unauthorized(address: &str) -> Response<Bytes> {
    let body = Bytes::from_static(b"Not Authorized\n");
    let mut response = super::content("text/plain; charset=utf-8", body);
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let challenge = format!("Basic realm=\"http://{address}/\",service=\"ecr.amazonaws.com\"");
    with(response, header::WWW_AUTHENTICATE.as_str(), &challenge)
}
