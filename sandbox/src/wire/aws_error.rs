//! AWS's way to say no.

use http::StatusCode;

/// An error as an AWS service answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsError {
    /// `ClusterNotFoundException`.
    pub code: String,
    /// The sentence AWS says.
    pub message: String,
    /// 400 for nearly everything.
    pub status: StatusCode,
}

impl AwsError {
    /// An error of the client's making (HTTP 400).
    pub fn client(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            status: StatusCode::BAD_REQUEST,
        }
    }

    /// A failure of the service (HTTP 500).
    pub fn server(code: &str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..Self::client(code, message)
        }
    }
}
