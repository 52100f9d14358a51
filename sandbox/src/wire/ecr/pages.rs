//! Answers page by page.

use super::input::{Input, invalid};
use crate::wire::aws_error::AwsError;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

/// One page of `items` under the member `name`, with `nextToken` where more follow. The token
/// holds how many items were given already.
pub(super) fn page(input: Input<'_>, name: &str, items: Vec<Value>) -> Result<Value, AwsError> {
    let size = input.number("maxResults", 1..=1000)?.unwrap_or(100);
    let start = start(input)?;
    let rest = items.len().saturating_sub(start);
    let items: Vec<Value> = items.into_iter().skip(start).take(size).collect();
    Ok(if rest > size {
        json!({name: items, "nextToken": BASE64_STANDARD.encode((start + size).to_string())})
    } else {
        json!({name: items})
    })
}

fn start(input: Input<'_>) -> Result<usize, AwsError> {
    let Some(token) = input.text("nextToken")? else {
        return Ok(0);
    };
    let decoded = BASE64_STANDARD.decode(token).ok();
    decoded
        .and_then(|decoded| String::from_utf8(decoded).ok())
        .and_then(|decoded| decoded.parse().ok())
        .ok_or_else(|| invalid("nextToken", "must be a token of an earlier answer"))
}
