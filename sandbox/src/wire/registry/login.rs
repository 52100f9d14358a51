//! Who asks: user `AWS` with an authorization token as the password.

use super::refusal::Refusal;
use crate::wire::aws::Caller;
use crate::world::World;
use crate::world::ecr::token::{self, Refused};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Request, StatusCode, header};

/// The caller behind the request's password.
pub(super) fn caller(world: &World, request: &Request<Bytes>) -> Result<Caller, Refusal> {
    let credentials = request
        .headers()
        .get(header::AUTHORIZATION)
        .ok_or(Refusal::Unauthorized)?;
    let credentials = credentials.to_str().ok().and_then(basic);
    let Some(("AWS", password)) = credentials.as_ref().map(|(u, p)| (u.as_str(), p.as_str()))
    else {
        return Err(Refusal::Unauthorized);
    };
    token::check(world, password).map_err(|refused| match refused {
        Refused::Unknown => Refusal::new(
            StatusCode::BAD_REQUEST,
            "DENIED",
            "Your Authorization Token is invalid.",
        ),
        Refused::Expired => {
            Refusal::denied("Your authorization token has expired. Reauthenticate and try again.")
        }
    })
}

fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
