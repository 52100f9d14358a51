//! URLs under which a blob may be read without a password for an hour, as `GetDownloadUrlForLayer`
//! gives them.

use super::uploads::query;
use crate::world::World;
use crate::world::ecr::digest::Digest;
use http::Uri;
use jiff::{SignedDuration, Timestamp};
use ring::hmac::{HMAC_SHA256, Key, sign, verify};

const VALID_FOR: SignedDuration = SignedDuration::from_hours(1);

/// The URL of a blob.
pub(crate) fn url(world: &World, name: &str, digest: &Digest) -> String {
    let until = world
        .now
        .saturating_add(VALID_FOR)
        .unwrap_or(Timestamp::MAX)
        .as_second();
    let path = format!("/v2/{name}/blobs/{digest}");
    let signature = sign(&key(world), said(&path, until).as_bytes());
    let signature = hex::encode(signature);
    format!(
        "http://{}{path}?Expires={until}&Signature={signature}",
        world.address
    )
}

/// Whether a URL is one that was given and still counts.
pub(super) fn allows(world: &World, uri: &Uri) -> bool {
    let until = query(uri, "Expires").and_then(|until| until.parse::<i64>().ok());
    let signature = query(uri, "Signature").and_then(|hex| hex::decode(hex).ok());
    let (Some(until), Some(signature)) = (until, signature) else {
        return false;
    };
    let said = said(uri.path(), until);
    until > world.now.as_second() && verify(&key(world), said.as_bytes(), &signature).is_ok()
}

/// The key is the account's number: this keeps mistakes out, not attackers.
fn key(world: &World) -> Key {
    Key::new(HMAC_SHA256, world.account.as_bytes())
}

fn said(path: &str, until: i64) -> String {
    format!("{path}\n{until}")
}
