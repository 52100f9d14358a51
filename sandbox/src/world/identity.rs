//! Who may do what: IAM roles and users, their policies, and the STS sessions that are alive.
//!
//! Knows nothing of HTTP or signatures: it is told a caller, an action and a resource.

pub mod checks;
pub mod documented;
pub mod policy;
pub mod seed;
pub mod session;

pub use seed::Seed;

use super::World;
use crate::wire::aws::Caller;
use crate::wire::aws_error::AwsError;
use checks::{Checks, Missing, Use};
use jiff::Timestamp;
use policy::{Ask, OneOrMany, Policy, Verdict, matches};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// IAM and STS of the account.
#[derive(Debug, Default)]
pub struct Identity {
    /// Roles by name.
    pub roles: BTreeMap<String, Role>,
    /// Users by name.
    pub users: BTreeMap<String, User>,
    /// Long-lived keys of users, by access key id (`AKIA…`).
    pub keys: BTreeMap<String, AccessKey>,
    /// Whose OpenID Connect tokens are believed.
    pub provider: Provider,
    /// Role sessions by access key id (`ASIA…`), ended ones included.
    pub sessions: BTreeMap<String, Session>,
    /// What came of every check of a permission.
    pub checks: Checks,
}

/// The account's OpenID Connect provider.
#[derive(Debug, Clone, Default)]
pub struct Provider {
    /// The issuer: `https://token.actions.githubusercontent.com`.
    pub url: String,
    /// The audiences that tokens may be for.
    pub audiences: Vec<String>,
}

/// An IAM role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Who may assume it.
    pub trust: Policy,
    /// What its sessions may do.
    pub policies: Vec<Policy>,
    /// What its policies do not allow any more, whatever they say.
    pub revoked: Vec<Revoked>,
    /// The longest session, in seconds: 3600 to 43200.
    pub max_session_seconds: i64,
}

/// Permissions that were taken from a role.
#[derive(Debug, Clone)]
pub struct Revoked {
    /// Actions, with `*` and `?`.
    pub actions: OneOrMany,
    /// ARNs, with `*` and `?`.
    pub resources: OneOrMany,
}

impl Revoked {
    /// Whether this is about doing `action` on `resource`.
    pub fn covers(&self, action: &str, resource: &str) -> bool {
        let action = action.to_ascii_lowercase();
        let of = |pattern: &str| matches(&pattern.to_ascii_lowercase(), &action);
        self.actions.iter().any(of) && self.resources.iter().any(|it| matches(it, resource))
    }
}

/// An IAM user.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// What the user may do.
    pub policies: Vec<Policy>,
}

/// A secret key or token. It shows itself to nobody, not even in `Debug`.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A long-lived key of a user.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// The name of its user.
    pub user: String,
    /// What signatures are made with.
    pub secret: Secret,
}

/// A session of an assumed role.
#[derive(Debug, Clone)]
pub struct Session {
    /// `arn:aws:sts::123456789012:assumed-role/deploy/session`.
    pub arn: String,
    /// `AROA…:session`.
    pub id: String,
    /// What signatures are made with.
    pub secret: Secret,
    /// What `X-Amz-Security-Token` must say.
    pub token: Secret,
    /// From this moment on the session is expired (simulated time).
    pub expires: Timestamp,
}

/// May `caller` do `action` (`ecs:UpdateService`) on `resource` (an ARN, or `*` where IAM knows no
/// resource for the action)? Otherwise the `AccessDeniedException` that AWS answers.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
pub fn may(world: &World, caller: &Caller, action: &str, resource: &str) -> Result<(), AwsError> {
    may_in(world, caller, action, resource, &[])
}

/// May `caller` hand the role `role` over to `service` (`ecs-tasks.amazonaws.com`)?
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
pub fn may_pass_role(
    world: &World,
    caller: &Caller,
    role: &str,
    service: &str,
) -> Result<(), AwsError> {
    let context = [("iam:PassedToService", service)];
    may_in(world, caller, "iam:PassRole", role, &context)
}

/// [`may`], with further condition keys of the request: `("ecs:cluster", "arn:…")`.
pub fn may_in(
    world: &World,
    caller: &Caller,
    action: &str,
    resource: &str,
    context: &[(&str, &str)],
) -> Result<(), AwsError> {
    let mut full: Vec<(&str, &str)> = vec![
        ("aws:RequestedRegion", &world.region),
        ("aws:PrincipalArn", &caller.arn),
    ];
    full.extend(context);
    let ask = Ask {
        action,
        resource,
        context: &full,
    };
    let revoked = revoked_of(world, caller);
    let revoked = revoked.iter().any(|it| it.covers(action, resource));
    let policies = policies_of(world, caller);
    let verdict = policy::judge(policies, &ask);
    let why = match verdict {
        Verdict::Allowed if !revoked => {
            world.identity.checks.given(uses(policies, &ask));
            return Ok(());
        }
        Verdict::Allowed | Verdict::Unmentioned => {
            if verdict == Verdict::Unmentioned && !revoked {
                world.identity.checks.refused(missing(caller, &ask));
            }
            format!("because no identity-based policy allows the {action} action")
        }
        Verdict::Denied => "with an explicit deny in an identity-based policy".to_owned(),
    };
    Err(AwsError::client(
        "AccessDeniedException",
        format!(
            "User: {} is not authorized to perform: {action} on resource: {resource} {why}",
            caller.arn
        ),
    ))
}

/// Every statement that gives what is asked for, of which one would do.
fn uses<'a>(policies: &'a [Policy], ask: &'a Ask<'_>) -> impl Iterator<Item = Use> {
    let giving = policies.iter().flat_map(|policy| {
        let statements = policy.statement.iter();
        let giving = statements.filter(|it| policy::gives(it, ask));
        giving.map(move |statement| (policy, statement))
    });
    giving.map(|(policy, statement)| Use {
        policy: policy.name.clone(),
        statement: statement.sid.clone().unwrap_or_default(),
        action: ask.action.to_owned(),
        resource: ask.resource.to_owned(),
    })
}

fn missing(caller: &Caller, ask: &Ask<'_>) -> Missing {
    Missing {
        caller: caller.arn.clone(),
        action: ask.action.to_owned(),
        resource: ask.resource.to_owned(),
    }
}

/// The unique id of a role: `AROA` and 17 characters, the same for the same name.
pub fn role_id(name: &str) -> String {
    format!("AROA{}", unique(name.as_bytes(), 17))
}

/// The unique id of a user: `AIDA` and 17 characters, the same for the same name.
pub fn user_id(name: &str) -> String {
    format!("AIDA{}", unique(name.as_bytes(), 17))
}

/// `length` (at most 32) characters of the alphabet that AWS makes ids of.
fn unique(of: &[u8], length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letter = |byte: u8| {
        ALPHABET
            .get(usize::from(byte % 32))
            .copied()
            .map(char::from)
    };
    let digest = Sha256::digest(of);
    digest.into_iter().take(length).filter_map(letter).collect()
}

/// What was taken from the role behind an ARN.
fn revoked_of<'a>(world: &'a World, caller: &Caller) -> &'a [Revoked] {
    let role = caller.arn.split_once(":assumed-role/");
    let name = role.and_then(|(_, rest)| rest.split('/').next());
    let role = name.and_then(|name| world.identity.roles.get(name));
    role.map_or(&[], |role| &role.revoked)
}

/// The policies of the role or user behind an ARN; none for a principal that does not exist.
fn policies_of<'a>(world: &'a World, caller: &Caller) -> &'a [Policy] {
    let identity = &world.identity;
    let named = caller.arn.rsplit(':').next().unwrap_or_default();
    let mut parts = named.split('/');
    match (parts.next(), parts.next()) {
        (Some("assumed-role"), Some(role)) => identity.roles.get(role).map_or(&[], |r| &r.policies),
        (Some("user"), Some(user)) => identity.users.get(user).map_or(&[], |u| &u.policies),
        _ => &[],
    }
}
