//! The sandbox's own side door, `/_sandbox/…`: what was called, how things stand, what a reviewer
//! says, and jobs as GitHub would start them. Nobody has to sign in, and nothing is put on record.

mod calls;
mod github;
mod state;

use super::Reply;
use crate::world::World;
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What a control call comes to: its answer, or a sentence about what is wrong with it.
type Outcome = Result<Value, String>;

/// Answers a control call.
pub(super) fn answer(world: &mut World, request: &Request<Bytes>) -> Reply {
    let path = request.uri().path().trim_start_matches("/_sandbox/");
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let outcome = match *request.method() {
        Method::GET => read(world, &parts, request),
        Method::POST => write(world, &parts, request),
        _ => None,
    };
    match outcome {
        Some(Ok(body)) => Reply::json(StatusCode::OK, &body),
        Some(Err(why)) => Reply::json(StatusCode::BAD_REQUEST, &json!({"message": why})),
        None => Reply::json(StatusCode::NOT_FOUND, &json!({"message": HELP})),
    }
}

const HELP: &str = "There are GET calls, state, clock, scenario, jobs/{id} and POST approve, reject, \
                    bypass, jobs, jobs/{id}, runs/{id}/rerun.";

fn read(world: &mut World, parts: &[&str], request: &Request<Bytes>) -> Option<Outcome> {
    let query = request.uri().query().unwrap_or_default();
    match *parts {
        ["calls"] => Some(calls::list(world, query)),
        ["state"] => Some(Ok(state::whole(world))),
        ["clock"] => Some(Ok(clock(world))),
        ["scenario"] => Some(Ok(scenario(world))),
        ["jobs", id] => Some(github::job(world, id)),
        _ => None,
    }
}

fn write(world: &mut World, parts: &[&str], request: &Request<Bytes>) -> Option<Outcome> {
    match *parts {
        ["approve"] => Some(body(request).and_then(|said| github::review(world, said, true))),
        ["reject"] => Some(body(request).and_then(|said| github::review(world, said, false))),
        ["bypass"] => Some(body(request).and_then(|said| github::bypass(world, &said))),
        ["jobs"] => Some(body(request).and_then(|job| github::start(world, job))),
        ["jobs", id] => Some(body(request).and_then(|end| github::finish(world, id, &end))),
        ["runs", id, "rerun"] => {
            Some(body(request).and_then(|rerun| github::rerun(world, id, &rerun)))
        }
        _ => None,
    }
}

fn body<T: DeserializeOwned>(request: &Request<Bytes>) -> Result<T, String> {
    serde_json::from_slice(request.body()).map_err(|error| format!("The body: {error}"))
}

fn clock(world: &World) -> Value {
    json!({
        "now": world.now,
        "anchor": world.anchor,
        "anchor_unix_ms": world.anchor.as_millisecond(),
        "speed": world.speed,
    })
}

fn scenario(world: &World) -> Value {
    json!({
        "title": world.title,
        "account": world.account,
        "region": world.region,
        "address": world.address,
    })
}
