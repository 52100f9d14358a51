//! The registry that engines push to and pull from: the OCI distribution protocol as ECR offers it.
//!
//! This layer reads requests and spells answers and refusals; what a push does and which pushes
//! are refused is decided in [`crate::world::ecr`]. Every request is somebody's: the password that
//! `GetAuthorizationToken` gave carries its caller, and each step of the protocol needs the same
//! IAM action as at AWS.
//!
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md> and
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html>

mod blobs;
mod login;
mod manifests;
pub(crate) mod presigned;
mod refusal;
mod route;
mod tags;
mod uploads;

#[cfg(test)]
mod tests;

use super::{Reply, aws::Caller};
use crate::world::ecr::Repository;
use crate::world::{World, identity};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use refusal::Refusal;
use route::Route;

type Outcome = Result<Response<Bytes>, Refusal>;

/// Answers a request under `/v2/`.
pub fn answer(world: &mut World, request: &Request<Bytes>) -> Reply {
    let (caller, outcome) = match login::caller(world, request) {
        Ok(caller) => (caller.arn.clone(), serve(world, &caller, request)),
        Err(refusal) => (String::new(), presigned_or(world, request, refusal)),
    };
    let error = outcome
        .as_ref()
        .err()
        .map(|refusal| refusal.code().to_owned());
    let response = outcome.unwrap_or_else(|refusal| refusal.response(&world.address));
    let mut reply = Reply {
        caller,
        error,
        response,
    };
    if request.method() == Method::HEAD {
        *reply.response.body_mut() = Bytes::new();
    }
    reply.with("docker-distribution-api-version", "registry/2.0")
}

/// A blob may be read without a password under a URL that `GetDownloadUrlForLayer` signed.
fn presigned_or(world: &World, request: &Request<Bytes>, refusal: Refusal) -> Outcome {
    match Route::of(request.uri().path()) {
        Some(Route::Blob { name, digest }) if presigned::allows(world, request.uri()) => {
            let repository = repository(world, &name)?;
            blobs::read(repository, &digest, request.headers())
        }
        _ => Err(refusal),
    }
}

fn serve(world: &mut World, caller: &Caller, request: &Request<Bytes>) -> Outcome {
    let path = request.uri().path();
    let route = Route::of(path).ok_or_else(|| Refusal::unsupported(StatusCode::NOT_FOUND))?;
    let Some(name) = route.repository() else {
        return Ok(empty(StatusCode::OK));
    };
    let action = route
        .action(request.method())
        .ok_or_else(|| Refusal::unsupported(StatusCode::METHOD_NOT_ALLOWED))?;
    may(world, caller, action, name)?;
    if matches!(route, Route::Upload { .. }) && !request.body().is_empty() {
        may(world, caller, "UploadLayerPart", name)?;
    }
    repository(world, name)?;
    match &route {
        Route::Root => Ok(empty(StatusCode::OK)),
        Route::Blob { name, digest } => {
            blobs::read(repository(world, name)?, digest, request.headers())
        }
        Route::Uploads { name } => uploads::begin(world, caller, name, request),
        Route::Upload { name, id } => uploads::go_on(world, name, id, request),
        Route::Manifest { name, reference } if request.method() == Method::PUT => {
            manifests::put(world, name, reference, request)
        }
        Route::Manifest { name, reference } => {
            manifests::get(world, name, reference, request.headers())
        }
        Route::Tags { name } => Ok(tags::list(repository(world, name)?, request.uri())),
    }
}

fn may(world: &World, caller: &Caller, action: &str, name: &str) -> Result<(), Refusal> {
    let resource = super::ecr::repository_arn(world, name);
    identity::may(world, caller, &format!("ecr:{action}"), &resource)
        .map_err(|denied| Refusal::denied(denied.message))
}

fn repository<'a>(world: &'a World, name: &str) -> Result<&'a Repository, Refusal> {
    world
        .ecr
        .repositories
        .get(name)
        .ok_or_else(|| Refusal::no_repository(name, &world.account))
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// A header whose value comes from a path or a digest; what cannot be a header is left out.
fn with(mut response: Response<Bytes>, name: &'static str, value: &str) -> Response<Bytes> {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

fn content(media_type: &str, body: Bytes) -> Response<Bytes> {
    let length = body.len().to_string();
    let response = with(
        Response::new(body),
        header::CONTENT_TYPE.as_str(),
        media_type,
    );
    with(response, header::CONTENT_LENGTH.as_str(), &length)
}
