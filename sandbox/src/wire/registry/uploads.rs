//! Uploading blobs: in one piece, in parts, or by mounting what another repository has.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-blobs>

use super::refusal::Refusal;
use super::{Outcome, empty, may, with};
use crate::wire::aws::Caller;
use crate::world::World;
use crate::world::ecr::{Layer, digest::Digest, upload::Upload};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri, header};

/// Begins an upload, or finishes at once: with `digest` the body is the blob, with `mount` and
/// `from` it is taken from another repository if that is allowed and there.
pub(super) fn begin(
    world: &mut World,
    caller: &Caller,
    name: &str,
    request: &Request<Bytes>,
) -> Outcome {
    if let Some(digest) = query(request.uri(), "digest") {
        let mut upload = Upload::to(name);
        upload.push(request.body().clone());
        return complete(world, name, upload, &digest);
    }
    if let Some(digest) = mounted(world, caller, name, request.uri()) {
        return Ok(created(name, &digest));
    }
    let id = upload_id(world.next_serial());
    let upload = Upload::to(name);
    let response = progress(StatusCode::ACCEPTED, name, &id, &upload);
    world.ecr.uploads.insert(id, upload);
    Ok(response)
}

/// The next part of an upload, its end, a question about it, or its abandonment.
pub(super) fn go_on(world: &mut World, name: &str, id: &str, request: &Request<Bytes>) -> Outcome {
    let known = world.ecr.uploads.get_mut(id);
    let upload = known
        .filter(|upload| upload.repository() == name)
        .ok_or_else(Refusal::no_upload)?;
    match *request.method() {
        Method::GET => return Ok(progress(StatusCode::NO_CONTENT, name, id, upload)),
        Method::DELETE => {
            world.ecr.uploads.remove(id);
            return Ok(empty(StatusCode::NO_CONTENT));
        }
        _ => {}
    }
    must_follow(upload, request)?;
    upload.push(request.body().clone());
    if request.method() == Method::PATCH {
        return Ok(progress(StatusCode::ACCEPTED, name, id, upload));
    }
    let digest = query(request.uri(), "digest").ok_or_else(Refusal::not_a_digest)?;
    let upload = world.ecr.uploads.remove(id).unwrap_or_default();
    complete(world, name, upload, &digest)
}

/// A part that says where it begins must begin where the last one ended.
fn must_follow(upload: &Upload, request: &Request<Bytes>) -> Result<(), Refusal> {
    let range = request.headers().get(header::CONTENT_RANGE);
    let Some(range) = range.and_then(|range| range.to_str().ok()) else {
        return Ok(());
    };
    let start = range.trim_start_matches("bytes ").split('-').next();
    match start.and_then(|start| start.parse::<usize>().ok()) {
        Some(start) if upload.length() == start => Ok(()),
        _ => Err(Refusal::not_here(upload.length())),
    }
}

fn complete(world: &mut World, name: &str, upload: Upload, digest: &str) -> Outcome {
    let digest = Digest::parse(digest).ok_or_else(Refusal::not_a_digest)?;
    let layer = upload
        .complete(&digest)
        .map_err(|found| Refusal::other_digest(&found))?;
    keep(world, name, &digest, layer);
    Ok(created(name, &digest))
}

fn keep(world: &mut World, name: &str, digest: &Digest, layer: Layer) {
    if let Some(repository) = world.ecr.repositories.get_mut(name) {
        repository.layers.entry(digest.clone()).or_insert(layer);
    }
}

/// Mounts a blob, if the account has switched mounting on, the caller may read it there, and both
/// repositories are encrypted alike. Otherwise the client has to upload it.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html>
fn mounted(world: &mut World, caller: &Caller, name: &str, uri: &Uri) -> Option<Digest> {
    let digest = Digest::parse(&query(uri, "mount")?)?;
    let from = query(uri, "from")?;
    if !world.ecr.blob_mounting {
        return None;
    }
    may(world, caller, "GetDownloadUrlForLayer", &from).ok()?;
    let repositories = &world.ecr.repositories;
    let (source, target) = (repositories.get(&from)?, repositories.get(name)?);
    if source.encryption != target.encryption {
        return None;
    }
    let layer = source.layers.get(&digest)?.clone();
    keep(world, name, &digest, layer);
    Some(digest)
}

fn created(name: &str, digest: &Digest) -> Response<Bytes> {
    let location = format!("/v2/{name}/blobs/{digest}");
    let response = with(
        empty(StatusCode::CREATED),
        header::LOCATION.as_str(),
        &location,
    );
    with(response, "docker-content-digest", digest.as_str())
}

fn progress(status: StatusCode, name: &str, id: &str, upload: &Upload) -> Response<Bytes> {
    let location = format!("/v2/{name}/blobs/uploads/{id}");
    let range = format!("0-{}", upload.length().saturating_sub(1));
    let response = with(empty(status), header::LOCATION.as_str(), &location);
    let response = with(response, header::RANGE.as_str(), &range);
    with(response, "docker-upload-uuid", id)
}

/// Ids look as ECR's do, and are the same in every run.
fn upload_id(serial: u64) -> String {
    uuid::Uuid::from_u64_pair(0x6570_6c6f_6164_4000, 0x8000_0000_0000_0000 | serial).to_string()
}

pub(super) fn query(uri: &Uri, key: &str) -> Option<String> {
    form_urlencoded::parse(uri.query()?.as_bytes())
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.into_owned())
}
