//! GitHub's REST API, as far as deployments need it.
//!
//! Every path is answered under `/repos/…`, as on api.github.com, and under `/api/v3/repos/…`, as
//! on GitHub Enterprise Server.
//!
//! <https://docs.github.com/en/rest>

mod comments;
mod compare;
mod deployments;
mod environments;
mod page;
pub(super) mod request;
mod runs;
mod shape;

use super::Reply;
use crate::world::World;
use crate::world::github::permissions::{Level, Scope};
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use request::{Asked, Refusal};
use serde_json::Value;

/// What an endpoint answers: status, body, and headers of its own.
struct Answered {
    status: StatusCode,
    body: Value,
    link: Option<String>,
}

impl Answered {
    fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body,
            link: None,
        }
    }

    fn created(body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            ..Self::ok(body)
        }
    }
}

/// Answers a call to GitHub.
pub(super) fn answer(world: &mut World, request: &Request<Bytes>) -> Reply {
    let id = world.next_uuid().to_string();
    let asked = match Asked::read(world, request) {
        Ok(asked) => asked,
        Err(refusal) => return refusal.reply().with("x-github-request-id", &id),
    };
    let reply = match endpoint(world, &asked) {
        Ok(answered) => {
            let reply = Reply::json(answered.status, &answered.body);
            match &answered.link {
                Some(link) => reply.with("link", link),
                None => reply,
            }
        }
        Err(refusal) => refusal.reply(),
    };
    reply
        .with("x-github-request-id", &id)
        .with("x-github-media-type", "github.v3; format=json")
        .to(&asked.caller)
}

fn endpoint(world: &mut World, asked: &Asked) -> Result<Answered, Refusal> {
    let parts: Vec<&str> = asked.rest.iter().map(String::as_str).collect();
    let get = asked.method == Method::GET;
    let post = asked.method == Method::POST;
    match *parts.as_slice() {
        ["environments" | "actions", ..] if get => {
            asked.need(world, Scope::Actions, Level::Read)?;
            match *parts.as_slice() {
                ["environments", ref rest @ ..] => environments::get(world, asked, rest),
                [_, ref rest @ ..] => runs::get(world, asked, rest),
                [] => Err(Refusal::not_found()),
            }
        }
        ["actions", "runs", run, "pending_deployments"] if post => runs::review(world, asked, run),
        ["deployments", ref rest @ ..] if get => {
            asked.need(world, Scope::Deployments, Level::Read)?;
            deployments::get(world, asked, rest)
        }
        ["deployments", ref rest @ ..] if post => {
            asked.need(world, Scope::Deployments, Level::Write)?;
            deployments::post(world, asked, rest)
        }
        ["issues", ref rest @ ..] => comments::answer(world, asked, rest),
        ["compare", basehead] if get => compare::get(world, asked, basehead),
        [] if get => Ok(Answered::ok(shape::repository(
            world,
            asked.repository(world)?,
        ))),
        _ => Err(Refusal::not_found()),
    }
}
