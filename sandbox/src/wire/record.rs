//! Puts every answered call on [`World::calls`], without what must stay secret.

use super::Reply;
use super::route::Route;
use crate::world::{Call, World};
use bytes::Bytes;
use http::Request;
use serde_json::Value;

/// Form fields that are nobody else's business.
const SECRET_FIELDS: [&str; 2] = ["WebIdentityToken", "SAMLAssertion"];

/// Records one call; no reply means a cut connection.
pub(super) fn put(
    world: &mut World,
    route: &Route,
    request: &Request<Bytes>,
    reply: Option<&Reply>,
) {
    let blob = matches!(route, Route::Registry) && request.uri().path().contains("/blobs/");
    if blob || matches!(route, Route::Control) {
        return;
    }
    let call = Call {
        at: world.now,
        service: route.service().to_owned(),
        operation: route.operation(request),
        caller: reply.map(|reply| reply.caller.clone()).unwrap_or_default(),
        status: reply.map_or(0, |reply| reply.response.status().as_u16()),
        error: reply.and_then(|reply| reply.error.clone()),
        request: asked(route, request),
    };
    world.calls.push(call);
}

fn asked(route: &Route, request: &Request<Bytes>) -> Value {
    match route {
        Route::Query(_, form) => form
            .pairs()
            .filter(|(name, _)| !SECRET_FIELDS.contains(name))
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect(),
        Route::Registry => Value::Null,
        _ => serde_json::from_slice(request.body()).unwrap_or(Value::Null),
    }
}
