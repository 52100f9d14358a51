//! Authorization tokens: the password of user `AWS` at the registry.
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html>

use super::digest::Digest;
use crate::wire::aws::Caller;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};

/// How long a token is good for.
const VALID_FOR: SignedDuration = SignedDuration::from_hours(12);

/// What is known of a token that was handed out.
#[derive(Debug, Clone)]
pub struct Token {
    /// Whose permissions it carries.
    pub caller: Caller,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// Why a password opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It was never handed out.
    Unknown,
    /// Its twelve hours are over.
    Expired,
}

/// Hands a token out: the password, and when it expires.
pub fn issue(world: &mut World, caller: &Caller) -> (String, Timestamp) {
    let expires_at = world
        .now
        .saturating_add(VALID_FOR)
        .unwrap_or(Timestamp::MAX);
    let serial = world.next_serial();
    let seed = format!("{serial}/{}/{}", caller.arn, world.now);
    let password = Digest::of(seed.as_bytes()).hex().to_owned();
    let token = Token {
        caller: caller.clone(),
        expires_at,
    };
    let key = Digest::of(password.as_bytes());
    world.ecr.tokens.insert(key, token);
    (password, expires_at)
}

/// Whose token a password is.
///
/// # Errors
/// When it was never handed out, or has expired.
pub fn check(world: &World, password: &str) -> Result<Caller, Refused> {
    let key = Digest::of(password.as_bytes());
    let token = world.ecr.tokens.get(&key).ok_or(Refused::Unknown)?;
    if token.expires_at <= world.now {
        return Err(Refused::Expired);
    }
    Ok(token.caller.clone())
}
