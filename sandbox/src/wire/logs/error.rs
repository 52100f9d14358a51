//! CloudWatch Logs' words for what it refuses.

use crate::wire::aws_error::AwsError;
use crate::wire::body::integer;
use serde_json::Value;

pub(super) fn invalid(words: impl Into<String>) -> AwsError {
    AwsError::client("InvalidParameterException", words)
}

fn not_found(what: &str) -> AwsError {
    let words = format!("The specified log {what} does not exist.");
    AwsError::client("ResourceNotFoundException", words)
}

pub(super) fn no_group() -> AwsError {
    not_found("group")
}

pub(super) fn no_stream() -> AwsError {
    not_found("stream")
}

pub(super) fn bad_token() -> AwsError {
    invalid("The specified nextToken is invalid.")
}

/// `limit`: 1 to `most`, which it also is when absent.
pub(super) fn limit(body: &Value, most: i64) -> Result<usize, AwsError> {
    let limit = integer(body, "limit").unwrap_or(most);
    let broken = match limit {
        ..1 => "greater than or equal to 1".to_owned(),
        _ if limit > most => format!("less than or equal to {most}"),
        _ => return Ok(usize::try_from(limit).unwrap_or(1)),
    };
    Err(invalid(format!(
        "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: \
         Member must have value {broken}"
    )))
}

/// A member that must be there.
pub(super) fn missing(member: &str) -> AwsError {
    invalid(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
         Member must not be null"
    ))
}
