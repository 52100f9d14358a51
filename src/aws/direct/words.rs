//! Requests and refusals in the words of the two protocols.

use super::{Element, Protocol};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What stays as it is in a form: RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// `value` as a form has it.
pub(super) fn encoded(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

/// The request for `operation`. A form gets its action and version here.
pub(super) fn request(
    protocol: Protocol,
    operation: &str,
    body: String,
) -> Result<HttpRequest, BoxError> {
    let builder = http::Request::builder().method("POST").uri("/");
    let (builder, body) = match protocol {
        Protocol::Json(target) => (
            builder
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", format!("{target}.{operation}")),
            body,
        ),
        Protocol::Query(version) => (
            builder.header("content-type", "application/x-www-form-urlencoded"),
            format!("Action={operation}&Version={version}&{body}"),
        ),
    };
    Ok(builder.body(SdkBody::from(body))?.try_into()?)
}

/// The body of an answer, or the refusal that it is.
pub(super) fn answer(
    protocol: Protocol,
    response: &HttpResponse,
) -> Result<Bytes, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        return Ok(Bytes::copy_from_slice(body));
    }
    let (code, message) = match protocol {
        Protocol::Json(_) => json_refusal(response, body),
        Protocol::Query(_) => xml_refusal(body),
    };
    let refusal = ErrorMetadata::builder();
    let refusal = refusal.code(code.unwrap_or_default());
    let refusal = refusal.message(message.unwrap_or_default());
    Err(OrchestratorError::operation(refusal.build()))
}

/// Code and sentence; the code may stand in a header alone.
fn json_refusal(response: &HttpResponse, body: &[u8]) -> (Option<String>, Option<String>) {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let header = response.headers().get("x-amzn-errortype");
    let code = header.map(str::to_owned).or_else(|| text("__type"));
    (code, text("message").or_else(|| text("Message")))
}

fn xml_refusal(body: &[u8]) -> (Option<String>, Option<String>) {
    let body = Element::read(body);
    let error = body.as_ref().ok().and_then(|body| body.child("Error"));
    let text = |name: &str| error.and_then(|it| it.text(name)).map(str::to_owned);
    (text("Code"), text("Message"))
}
