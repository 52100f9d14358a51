//! Where a job asks for its identity token, and where the keys to verify one are found.
//!
//! <https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token>

use super::Reply;
use super::github::request::bearer;
use crate::world::World;
use crate::world::github::claims;
use crate::world::oidc::ISSUER;
use bytes::Bytes;
use http::{Request, StatusCode, header};
use serde_json::json;

/// Answers a call to the issuer.
pub(super) fn answer(world: &mut World, request: &Request<Bytes>) -> Reply {
    match request.uri().path() {
        "/oidc/token" => token(world, request),
        "/.well-known/openid-configuration" => configuration(world),
        "/.well-known/jwks" => Reply::json(StatusCode::OK, &world.oidc.key_set()),
        _ => Reply::json(StatusCode::NOT_FOUND, &json!({"message": "Not Found"})),
    }
}

fn token(world: &mut World, request: &Request<Bytes>) -> Reply {
    let header = request.headers().get(header::AUTHORIZATION);
    let header = header.and_then(|value| value.to_str().ok());
    let bearer = header.and_then(bearer);
    let Some(key) = bearer.and_then(|token| world.github.requester(token)) else {
        let body = json!({"message": "The request token is not that of a running job."});
        return Reply::json(StatusCode::UNAUTHORIZED, &body);
    };
    let query = request.uri().query().unwrap_or_default();
    let audience = form_urlencoded::parse(query.as_bytes())
        .find(|(name, value)| name == "audience" && !value.is_empty())
        .map(|(_, value)| value.into_owned());
    let caller = format!("job {} of run {}", key.job, key.run);
    let reply = match claims::token(world, key, audience.as_deref()) {
        Some((token, count)) => {
            Reply::json(StatusCode::OK, &json!({"count": count, "value": token}))
        }
        None => Reply::json(
            StatusCode::INTERNAL_SERVER_ERROR,
            &json!({"message": "The token could not be signed."}),
        ),
    };
    reply.to(&caller)
}

fn configuration(world: &World) -> Reply {
    let body = json!({
        "issuer": ISSUER,
        "jwks_uri": format!("http://{}/.well-known/jwks", world.address),
        "subject_types_supported": ["public", "pairwise"],
        "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["openid"],
    });
    Reply::json(StatusCode::OK, &body)
}
