//! STS's operations.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/>

use super::aws::Caller;
use super::aws_error::AwsError;
use super::query::{Form, QueryService, element};
use crate::world::World;
use crate::world::identity;
use crate::world::identity::session::{self, Opened, Request};

/// STS, as the protocol sees it.
pub const SERVICE: QueryService = QueryService {
    prefix: "sts",
    signing: "sts",
    version: "2011-06-15",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    unsigned: &["AssumeRoleWithWebIdentity"],
    resources,
    call,
};

/// Everybody may ask who they are; whether a role may be assumed is not said by policies alone.
fn resources(_world: &World, _operation: &str, _form: &Form) -> Vec<String> {
    Vec::new()
}

fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    form: &Form,
) -> Result<String, AwsError> {
    match operation {
        "GetCallerIdentity" => Ok(caller_identity(world, caller)),
        "AssumeRole" => assume_role(world, caller, form),
        "AssumeRoleWithWebIdentity" => assume_role_with_web_identity(world, form),
        _ => Err(AwsError::client(
            "InvalidAction",
            format!(
                "Could not find operation {operation} for version {}",
                SERVICE.version
            ),
        )),
    }
}

fn caller_identity(world: &World, caller: &Caller) -> String {
    let name = caller.arn.rsplit('/').next().unwrap_or_default();
    let mut sessions = world.identity.sessions.values();
    let id = match sessions.find(|session| session.arn == caller.arn) {
        Some(session) => session.id.clone(),
        None => identity::user_id(name),
    };
    [
        element("Arn", &caller.arn),
        element("UserId", &id),
        element("Account", &world.account),
    ]
    .concat()
}

fn assume_role(world: &mut World, caller: &Caller, form: &Form) -> Result<String, AwsError> {
    let opened = session::by_principal(world, caller, request(form)?)?;
    Ok([assumed(&opened), credentials(&opened)].concat())
}

fn assume_role_with_web_identity(world: &mut World, form: &Form) -> Result<String, AwsError> {
    let token = needed(form, "WebIdentityToken")?;
    let (opened, claims) = session::by_web_identity(world, request(form)?, token)?;
    let claim = |name: &str| {
        claims
            .get(name)
            .and_then(|c| c.as_str())
            .unwrap_or_default()
    };
    Ok([
        credentials(&opened),
        element("SubjectFromWebIdentityToken", claim("sub")),
        assumed(&opened),
        element("Provider", &session::provider_arn(world)),
        element("Audience", claim("aud")),
    ]
    .concat())
}

fn needed<'a>(form: &'a Form, name: &str) -> Result<&'a str, AwsError> {
    let value = form.get(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| {
        let mut field = name.to_owned();
        field.get_mut(..1).map(str::make_ascii_lowercase);
        AwsError::client(
            "ValidationError",
            format!(
                "1 validation error detected: Value null at '{field}' failed to satisfy \
                 constraint: Member must not be null"
            ),
        )
    })
}

fn request(form: &Form) -> Result<Request<'_>, AwsError> {
    let seconds = form.get("DurationSeconds").map(str::parse).transpose();
    let seconds = seconds.map_err(|_| {
        AwsError::client("MalformedInput", "DurationSeconds must be a whole number")
    })?;
    Ok(Request {
        role: needed(form, "RoleArn")?,
        name: needed(form, "RoleSessionName")?,
        seconds,
    })
}

fn assumed(opened: &Opened) -> String {
    let inside = [
        element("Arn", &opened.session.arn),
        element("AssumedRoleId", &opened.session.id),
    ];
    format!("<AssumedRoleUser>{}</AssumedRoleUser>", inside.concat())
}

fn credentials(opened: &Opened) -> String {
    let session = &opened.session;
    let expires = session.expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let inside = [
        element("AccessKeyId", &opened.key),
        element("SecretAccessKey", &session.secret.0),
        element("SessionToken", &session.token.0),
        element("Expiration", &expires),
    ];
    format!("<Credentials>{}</Credentials>", inside.concat())
}
