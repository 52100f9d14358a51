//! The list of tags, page by page.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags>

use super::uploads::query;
use super::{content, with};
use crate::world::ecr::Repository;
use bytes::Bytes;
use http::{Response, Uri, header};
use serde_json::json;

/// Tags in order; `n` at most, those after `last`.
pub(super) fn list(repository: &Repository, uri: &Uri) -> Response<Bytes> {
    let last = query(uri, "last").unwrap_or_default();
    let limit = query(uri, "n").and_then(|n| n.parse().ok()).unwrap_or(1000);
    let mut rest = repository.tags.keys().filter(|tag| **tag > last);
    let page: Vec<&String> = rest.by_ref().take(limit).collect();
    let body = json!({"name": repository.name, "tags": page});
    let response = content("application/json", Bytes::from(body.to_string()));
    match (page.last(), rest.next()) {
        (Some(last), Some(_)) => {
            let link = format!(
                "</v2/{}/tags/list?n={limit}&last={last}>; rel=\"next\"",
                repository.name
            );
            with(response, header::LINK.as_str(), &link)
        }
        _ => response,
    }
}
