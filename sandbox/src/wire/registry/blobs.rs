//! Reading blobs, whole or in part.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-blobs>

use super::refusal::Refusal;
use super::{Outcome, content, with};
use crate::world::ecr::{Repository, digest::Digest};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use std::ops::Range;

/// Answers with a blob, or with the part of it that a `Range` header asks for.
pub(super) fn read(repository: &Repository, digest: &str, headers: &HeaderMap) -> Outcome {
    let digest = Digest::parse(digest).ok_or_else(Refusal::not_a_digest)?;
    let blob = repository
        .layers
        .get(&digest)
        .ok_or_else(Refusal::no_blob)?;
    let length = blob.0.len();
    let wanted = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let response = match wanted.map(|wanted| range(wanted, length)) {
        None | Some(Asked::Unreadable) => octets(blob.0.clone()),
        Some(Asked::Part(part)) => {
            let said = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            let mut response = octets(blob.0.slice(part));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            with(response, header::CONTENT_RANGE.as_str(), &said)
        }
        Some(Asked::Beyond) => return Err(beyond()),
    };
    let response = with(response, header::ACCEPT_RANGES.as_str(), "bytes");
    Ok(with(response, "docker-content-digest", digest.as_str()))
}

fn octets(body: Bytes) -> http::Response<Bytes> {
    content("application/octet-stream", body)
}

fn beyond() -> Refusal {
    let message = "the range is outside of the blob";
    Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, "SIZE_INVALID", message)
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// The bytes to answer with; never empty.
    Part(Range<usize>),
    /// Readable, and outside of the blob.
    Beyond,
    /// To be overlooked: <https://www.rfc-editor.org/rfc/rfc9110#section-14.2>.
    Unreadable,
}

fn range(header: &str, length: usize) -> Asked {
    let ends = header
        .strip_prefix("bytes=")
        .and_then(|ends| ends.split_once('-'));
    let number = |text: &str| text.parse::<usize>().ok();
    let part = match ends {
        Some(("", last)) => number(last).map(|last| length.saturating_sub(last)..length),
        Some((first, "")) => number(first).map(|first| first..length),
        Some((first, last)) => number(first)
            .zip(number(last))
            .filter(|(first, last)| first <= last)
            .map(|(first, last)| first..last.saturating_add(1).min(length)),
        None => None,
    };
    match part {
        None => Asked::Unreadable,
        Some(part) if part.is_empty() => Asked::Beyond,
        Some(part) => Asked::Part(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_to_the_blob() {
        assert_eq!(range("bytes=0-3", 10), Asked::Part(0..4));
        assert_eq!(range("bytes=4-", 10), Asked::Part(4..10));
        assert_eq!(range("bytes=-3", 10), Asked::Part(7..10));
        assert_eq!(range("bytes=8-99", 10), Asked::Part(8..10));
        assert_eq!(range("bytes=10-", 10), Asked::Beyond);
        assert_eq!(range("bytes=-0", 10), Asked::Beyond);
        for odd in ["bytes=3-1", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4", ""] {
            assert_eq!(range(odd, 10), Asked::Unreadable, "{odd}");
        }
    }
}
