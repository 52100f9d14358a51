//! Sessions of roles: who may open one, for how long, and the keys it gets.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use super::policy::{self, Ask, Verdict};
use super::{Provider, Role, Secret, Session};
use crate::wire::aws::Caller;
use crate::wire::aws_error::AwsError;
use crate::world::World;
use crate::world::oidc::BadToken;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// The claims of GitHub's tokens that trust policies may look at, next to `aud` and `sub`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
const CLAIMS: [&str; 11] = [
    "aud",
    "sub",
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "workflow",
];

/// What a session is asked for with.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `arn:aws:iam::123456789012:role/deploy`.
    pub role: &'a str,
    /// 2 to 64 of `[A-Za-z0-9_+=,.@-]`.
    pub name: &'a str,
    /// 900 and more; an hour when absent.
    pub seconds: Option<i64>,
}

/// A session that was opened: its access key id, and what is known of it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// `ASIA…`.
    pub key: String,
    /// Its secrets and its end.
    pub session: Session,
}

/// Opens a session for the bearer of an OpenID Connect token. Answers it with the token's claims.
pub fn by_web_identity(
    world: &mut World,
    request: Request<'_>,
    token: &str,
) -> Result<(Opened, Value), AwsError> {
    check(&request)?;
    let claims = believed(world, token)?;
    let (name, role) = role(world, request.role).ok_or_else(denied)?;
    let provider = provider_arn(world);
    let host = host(&world.identity.provider);
    let context: Vec<(String, String)> = context(&host, &claims);
    let context: Vec<(&str, &str)> = context
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    let ask = Ask {
        action: "sts:AssumeRoleWithWebIdentity",
        resource: request.role,
        context: &context,
    };
    match policy::judge_trust(&role.trust, ("Federated", &provider), &ask) {
        Verdict::Allowed => {}
        Verdict::Unmentioned | Verdict::Denied => return Err(denied()),
    }
    let seconds = seconds(&request, role.max_session_seconds)?;
    let name = name.to_owned();
    Ok((open(world, &name, request.name, seconds), claims))
}

/// Opens a session for a principal of this account. One role from another lasts an hour at most.
pub fn by_principal(
    world: &mut World,
    caller: &Caller,
    request: Request<'_>,
) -> Result<Opened, AwsError> {
    check(&request)?;
    let denied = || AwsError {
        status: StatusCode::FORBIDDEN,
        ..AwsError::client(
            "AccessDenied",
            format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                caller.arn, request.role
            ),
        )
    };
    let (name, role) = role(world, request.role).ok_or_else(denied)?;
    if !trusted(world, caller, role, request.role) {
        return Err(denied());
    }
    let chained = caller.arn.contains(":assumed-role/");
    let longest = if chained {
        3600
    } else {
        role.max_session_seconds
    };
    let seconds = seconds(&request, longest)?;
    let name = name.to_owned();
    Ok(open(world, &name, request.name, seconds))
}

/// A role that trusts the account leaves it to the caller's policies; one that names the caller
/// has decided.
fn trusted(world: &World, caller: &Caller, role: &Role, arn: &str) -> bool {
    let ask = Ask {
        action: "sts:AssumeRole",
        resource: arn,
        context: &[],
    };
    let named = principal_arn(world, caller);
    let root = format!("arn:aws:iam::{}:root", world.account);
    let says = |name: &str| policy::judge_trust(&role.trust, ("AWS", name), &ask);
    match (says(&named), says(&root)) {
        (Verdict::Denied, _) | (_, Verdict::Denied) => false,
        (Verdict::Allowed, _) => true,
        (_, Verdict::Allowed) => super::may(world, caller, "sts:AssumeRole", arn).is_ok(),
        _ => false,
    }
}

/// The role behind a session, as trust policies name it; a user as it is.
fn principal_arn(world: &World, caller: &Caller) -> String {
    let role = caller
        .arn
        .split_once(":assumed-role/")
        .map(|(_, rest)| rest);
    match role.and_then(|rest| rest.split('/').next()) {
        Some(role) => format!("arn:aws:iam::{}:role/{role}", world.account),
        None => caller.arn.clone(),
    }
}

fn role<'a>(world: &'a World, arn: &str) -> Option<(&'a str, &'a Role)> {
    let name = arn.strip_prefix(&format!("arn:aws:iam::{}:role/", world.account))?;
    let (name, role) = world.identity.roles.get_key_value(name)?;
    Some((name, role))
}

fn denied() -> AwsError {
    AwsError {
        status: StatusCode::FORBIDDEN,
        ..AwsError::client(
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
        )
    }
}

fn check(request: &Request<'_>) -> Result<(), AwsError> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let name = request.name;
    let broken = if !name.chars().all(fine) {
        "satisfy regular expression pattern: [\\w+=,.@-]*"
    } else if name.chars().count() < 2 {
        "have length greater than or equal to 2"
    } else if name.chars().count() > 64 {
        "have length less than or equal to 64"
    } else {
        return Ok(());
    };
    Err(invalid(name, "roleSessionName", broken))
}

fn invalid(value: &str, field: &str, broken: &str) -> AwsError {
    AwsError::client(
        "ValidationError",
        format!(
            "1 validation error detected: Value '{value}' at '{field}' failed to satisfy \
             constraint: Member must {broken}"
        ),
    )
}

fn seconds(request: &Request<'_>, longest: i64) -> Result<i64, AwsError> {
    match request.seconds.unwrap_or(3600) {
        few @ ..900 => Err(invalid(
            &few.to_string(),
            "durationSeconds",
            "have value greater than or equal to 900",
        )),
        many if many > longest => Err(AwsError::client(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )),
        seconds => Ok(seconds),
    }
}

/// The claims of a token that the account's provider signed, for its audience, and in time.
fn believed(world: &World, token: &str) -> Result<Value, AwsError> {
    let bad = |message: &str| AwsError::client("InvalidIdentityToken", message);
    let claims = world.oidc.verify(token).map_err(|why| match why {
        BadToken::Malformed => bad(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an \
             Access Token)",
        ),
        BadToken::Unsigned => bad("Provided Token is not signed by the identity provider"),
    })?;
    let provider = &world.identity.provider;
    let issuer = text(&claims, "iss").unwrap_or_default();
    if provider.url != issuer {
        return Err(bad(&format!(
            "No OpenIDConnect provider found in your account for {issuer}"
        )));
    }
    let audience = text(&claims, "aud").unwrap_or_default();
    if !provider.audiences.contains(&audience) {
        return Err(bad("Incorrect token audience"));
    }
    in_time(world.now, &claims).map(|()| claims)
}

fn in_time(now: Timestamp, claims: &Value) -> Result<(), AwsError> {
    let expires = claims.get("exp").and_then(Value::as_i64).unwrap_or(0);
    if now.as_second() < expires {
        return Ok(());
    }
    Err(AwsError::client(
        "ExpiredTokenException",
        format!(
            "Token expired: current date/time {} must be before the expiration date/time {expires}",
            now.as_second()
        ),
    ))
}

fn text(claims: &Value, name: &str) -> Option<String> {
    claims.get(name)?.as_str().map(str::to_owned)
}

fn context(host: &str, claims: &Value) -> Vec<(String, String)> {
    CLAIMS
        .iter()
        .filter_map(|claim| Some((format!("{host}:{claim}"), text(claims, claim)?)))
        .collect()
}

fn host(provider: &Provider) -> String {
    provider.url.trim_start_matches("https://").to_owned()
}

/// The ARN of the account's OpenID Connect provider.
pub fn provider_arn(world: &World) -> String {
    let host = host(&world.identity.provider);
    format!("arn:aws:iam::{}:oidc-provider/{host}", world.account)
}

fn open(world: &mut World, role: &str, name: &str, seconds: i64) -> Opened {
    let key = format!("ASIA{}", super::unique(&world.next_bytes(), 16));
    let part = |world: &mut World| hex::encode(world.next_bytes());
    let secret = format!("{}{}", part(world), super::unique(&world.next_bytes(), 8));
    let token = [part(world), part(world), part(world), part(world)].concat();
    let expires = world.now + SignedDuration::from_secs(seconds);
    let session = Session {
        arn: format!("arn:aws:sts::{}:assumed-role/{role}/{name}", world.account),
        id: format!("{}:{name}", super::role_id(role)),
        secret: Secret(secret),
        token: Secret(format!("IQoJb3JpZ2luX2Vj{token}")),
        expires,
    };
    let opened = Opened {
        key: key.clone(),
        session: session.clone(),
    };
    world.identity.sessions.insert(key, session);
    opened
}
