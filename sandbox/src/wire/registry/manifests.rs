//! Manifests by tag or digest.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests>

use super::refusal::Refusal;
use super::{Outcome, content, empty, repository, with};
use crate::world::World;
use crate::world::ecr::digest::Digest;
use crate::world::ecr::push::{self, Push, Refused};
use crate::world::ecr::tag;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};

/// Answers with a manifest, if the client can read its media type.
pub(super) fn get(world: &mut World, name: &str, reference: &str, headers: &HeaderMap) -> Outcome {
    let digest = repository(world, name)?.resolve(reference);
    let now = world.now;
    let image = world
        .ecr
        .repositories
        .get_mut(name)
        .zip(digest.as_ref())
        .and_then(|(repository, digest)| repository.images.get_mut(digest))
        .filter(|image| accepts(headers, &image.media_type))
        .ok_or_else(Refusal::no_image)?;
    image.pulled_at = Some(now);
    let response = content(&image.media_type, image.manifest.0.clone());
    let digest = digest.as_ref().map(Digest::as_str).unwrap_or_default();
    Ok(with(response, "docker-content-digest", digest))
}

fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let mut accepted = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| range.split(';').next().unwrap_or_default().trim())
        .peekable();
    accepted.peek().is_none()
        || accepted.any(|range| matches!(range, "*/*" | "application/*") || range == media_type)
}

/// Takes a manifest. One that is there already under this very name is taken again in silence, as
/// engines push their images twice.
pub(super) fn put(
    world: &mut World,
    name: &str,
    reference: &str,
    request: &Request<Bytes>,
) -> Outcome {
    let expected = Digest::parse(reference);
    let tag = expected.is_none().then_some(reference);
    if tag.is_some_and(|tag| !tag::is_well_formed(tag)) {
        let message = format!("Invalid parameter at 'imageTag': '{reference}'");
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "TAG_INVALID",
            message,
        ));
    }
    let media_type = request.headers().get(header::CONTENT_TYPE);
    let push = Push {
        repository: name,
        manifest: request.body().clone(),
        media_type: media_type.and_then(|value| value.to_str().ok()),
        tag,
        digest: expected.as_ref(),
    };
    let digest = match push::put_image(world, &push) {
        Ok(digest) | Err(Refused::Unchanged(digest, _)) => digest,
        Err(refused) => return Err(Refusal::push(&refused, name, &world.account)),
    };
    let location = format!("/v2/{name}/manifests/{digest}");
    let response = with(
        empty(StatusCode::CREATED),
        header::LOCATION.as_str(),
        &location,
    );
    Ok(with(response, "docker-content-digest", digest.as_str()))
}
