//! ECS's words for what it refuses.

use crate::wire::aws_error::AwsError;

pub(super) fn client(words: impl Into<String>) -> AwsError {
    AwsError::client("ClientException", words)
}

pub(super) fn invalid(words: impl Into<String>) -> AwsError {
    AwsError::client("InvalidParameterException", words)
}

pub(super) fn no_cluster() -> AwsError {
    AwsError::client("ClusterNotFoundException", "Cluster not found.")
}

pub(super) fn no_service() -> AwsError {
    AwsError::client("ServiceNotFoundException", "Service not found.")
}

pub(super) fn service_not_active() -> AwsError {
    AwsError::client("ServiceNotActiveException", "Service was not ACTIVE.")
}
