//! Who signed a request, or why nobody is believed to have.
//!
//! Clock skew is not judged: the world's time is simulated, the clients' is not.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>

use super::aws::Caller;
use super::aws_error::AwsError;
use super::sigv4::{self, Authorization};
use crate::world::World;
use crate::world::identity::{Secret, Session};
use bytes::Bytes;
use http::{Request, StatusCode};

/// Why a request is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not signed at all.
    Missing,
    /// Its `Authorization` cannot be read; the sentence says why.
    Incomplete(String),
    /// Nobody has this access key, or the session token is not the key's.
    UnknownKey,
    /// The session is over.
    Expired,
    /// The signature, or what it is scoped to, is wrong; the sentence says how.
    Signature(String),
}

/// The principal that signed `request` for `service` (`ecs`) in the world's region.
pub fn caller(world: &World, request: &Request<Bytes>, service: &str) -> Result<Caller, Refusal> {
    let authorization = Authorization::of(request)
        .map_err(Refusal::Incomplete)?
        .ok_or(Refusal::Missing)?;
    let (caller, secret) = principal(world, &authorization, token(request))?;
    scope(world, &authorization, service)?;
    sigv4::verify(&authorization, request, &secret.0).map_err(Refusal::Signature)?;
    Ok(caller)
}

fn token(request: &Request<Bytes>) -> Option<&str> {
    let token = request.headers().get("x-amz-security-token")?;
    token.to_str().ok()
}

fn principal<'a>(
    world: &'a World,
    authorization: &Authorization,
    token: Option<&str>,
) -> Result<(Caller, &'a Secret), Refusal> {
    let identity = &world.identity;
    if let Some(session) = identity.sessions.get(&authorization.key) {
        return of_session(world, session, token);
    }
    let key = identity.keys.get(&authorization.key);
    let key = key.filter(|_| token.is_none()).ok_or(Refusal::UnknownKey)?;
    let arn = format!("arn:aws:iam::{}:user/{}", world.account, key.user);
    Ok((Caller { arn }, &key.secret))
}

fn of_session<'a>(
    world: &World,
    session: &'a Session,
    token: Option<&str>,
) -> Result<(Caller, &'a Secret), Refusal> {
    if token != Some(session.token.0.as_str()) {
        return Err(Refusal::UnknownKey);
    }
    if session.expires <= world.now {
        return Err(Refusal::Expired);
    }
    let arn = session.arn.clone();
    Ok((Caller { arn }, &session.secret))
}

/// IAM and STS's global endpoint are signed for us-east-1 from everywhere, IAM for nothing else.
fn scope(world: &World, authorization: &Authorization, service: &str) -> Result<(), Refusal> {
    let region = &authorization.region;
    let fits = match service {
        "iam" => region == "us-east-1",
        "sts" => region == "us-east-1" || *region == world.region,
        _ => *region == world.region,
    };
    if !fits {
        return Err(Refusal::Signature(format!(
            "Credential should be scoped to a valid region, not '{region}'. "
        )));
    }
    if authorization.service != service {
        return Err(Refusal::Signature(format!(
            "Credential should be scoped to correct service: '{service}'. "
        )));
    }
    Ok(())
}

impl Refusal {
    /// As the JSON services say it.
    pub fn json(&self) -> AwsError {
        let (code, message) = match self {
            Self::Missing => (
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            ),
            Self::Incomplete(why) => ("IncompleteSignatureException", why.as_str()),
            Self::UnknownKey => ("UnrecognizedClientException", UNKNOWN),
            Self::Expired => ("ExpiredTokenException", EXPIRED),
            Self::Signature(why) => ("InvalidSignatureException", why.as_str()),
        };
        AwsError::client(code, message)
    }

    /// As the query services say it.
    pub fn query(&self) -> AwsError {
        let (code, message) = match self {
            Self::Missing => (
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            ),
            Self::Incomplete(why) => ("IncompleteSignature", why.as_str()),
            Self::UnknownKey => ("InvalidClientTokenId", UNKNOWN),
            Self::Expired => ("ExpiredToken", EXPIRED),
            Self::Signature(why) => ("SignatureDoesNotMatch", why.as_str()),
        };
        AwsError {
            status: StatusCode::FORBIDDEN,
            ..AwsError::client(code, message)
        }
    }
}

const UNKNOWN: &str = "The security token included in the request is invalid.";
const EXPIRED: &str = "The security token included in the request is expired";
