//! `GetAuthorizationToken`.

use super::epoch;
use crate::wire::aws::Caller;
use crate::world::World;
use crate::world::ecr::token;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

/// A token for the one registry of this account; `registryIds` is deprecated and overlooked.
pub(super) fn get_authorization_token(world: &mut World, caller: &Caller) -> Value {
    let (password, expires_at) = token::issue(world, caller);
    json!({"authorizationData": [{
        "authorizationToken": BASE64_STANDARD.encode(format!("AWS:{password}")),
        "expiresAt": epoch(expires_at),
        "proxyEndpoint": format!("http://{}", world.address),
    }]})
}
