//! The canonical form of a request: the text that both sides hash.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request>

use super::Authorization;
use bytes::Bytes;
use http::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The canonical form of `request`, with the signed headers that `authorization` names.
pub(super) fn request(
    authorization: &Authorization,
    request: &Request<Bytes>,
    payload_hash: &str,
) -> String {
    let headers: Vec<String> = authorization
        .signed
        .iter()
        .map(|name| format!("{name}:{}", header(request, name).unwrap_or_default()))
        .collect();
    format!(
        "{}\n{}\n{}\n{}\n\n{}\n{payload_hash}",
        request.method(),
        path(request.uri().path()),
        query(request.uri().query().unwrap_or_default()),
        headers.join("\n"),
        authorization.signed.join(";"),
    )
}

/// The value of a header: all of its lines, trimmed, runs of spaces made one.
pub(super) fn header(request: &Request<Bytes>, name: &str) -> Option<String> {
    let lines: Vec<String> = request
        .headers()
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    match (lines.is_empty(), name, request.uri().authority()) {
        (true, "host", Some(authority)) => Some(authority.to_string()),
        (true, ..) => None,
        (false, ..) => Some(lines.join(",")),
    }
}

/// The path as it was sent, encoded once more, as every service but S3 wants it.
fn path(path: &str) -> String {
    let segments = path
        .split('/')
        .map(|segment| utf8_percent_encode(segment, ENCODED).to_string());
    segments.collect::<Vec<_>>().join("/")
}

fn query(query: &str) -> String {
    let again = |text: &str| {
        let plain = percent_decode_str(text).collect::<Vec<u8>>();
        percent_encoding::percent_encode(&plain, ENCODED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (again(name), again(value)))
        .collect();
    pairs.sort();
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}
