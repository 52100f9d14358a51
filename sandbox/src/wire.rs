//! From an HTTP request to a call on the world, and back in the words of the service asked.
//!
//! One file per protocol or service. The world's rules do not live here: this layer finds out who
//! calls what, whether they may, and how the answer is spelled.

pub mod authentication;
pub mod aws;
pub mod aws_error;
pub(crate) mod body;
pub mod cloudwatch;
pub mod codedeploy;
pub mod control;
pub mod ecr;
pub mod ecs;
pub mod elb;
mod fault;
pub mod github;
pub mod iam;
pub mod logs;
pub mod oidc;
pub mod query;
mod record;
pub mod registry;
mod reply;
mod route;
pub mod secrets_manager;
mod shape;
mod sigv4;
pub mod ssm;
pub mod sts;

pub use reply::Reply;

use crate::world::script::{self, Strike};
use crate::{Answer, world::World};
use bytes::Bytes;
use http::Request;
use route::Route;

/// Carries a call out; others may be set off by it.
fn carry_out(world: &mut World, route: &Route, request: &Request<Bytes>) -> Reply {
    let reply = route.carry_out(world, request);
    if reply.response.status().is_success() {
        let (operation, now) = (route.operation(request), world.now);
        let service = route.service();
        world.happenings.heard(service, &operation, now);
    }
    reply
}

/// Answers `request` from `world`, as far as the script lets it, and puts it on the record.
pub fn answer(world: &mut World, request: &Request<Bytes>) -> Answer {
    let route = Route::of(request);
    let strike = match &route {
        Route::Control => None,
        _ => script::strike(world, route.service(), &route.operation(request)),
    };
    let reply = match &strike {
        Some(Strike { lost: false, .. }) => None,
        _ => Some(carry_out(world, &route, request)),
    };
    let reply = match strike {
        None => reply,
        Some(strike) => {
            fault::error(&route, strike.outcome).map(|error| route.refuse(world, &error))
        }
    };
    record::put(world, &route, request, reply.as_ref());
    reply.map_or(Answer::Cut, |reply| Answer::Response(reply.response))
}
