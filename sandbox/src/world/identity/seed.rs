//! The part of a scenario that says who there is and who may do what.

use super::documented::Documented;
use super::policy::Policy;
use super::{AccessKey, Provider, Revoked, Role, Secret, User};
use crate::world::World;
use crate::world::oidc::ISSUER;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Roles, users and the OpenID Connect provider of the account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Seed {
    /// Roles by name.
    pub roles: BTreeMap<String, RoleSeed>,
    /// Users by name.
    pub users: BTreeMap<String, UserSeed>,
    /// Whose tokens are believed; GitHub's, for `sts.amazonaws.com`, if absent.
    pub oidc_provider: ProviderSeed,
}

/// A role.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleSeed {
    /// What it has from `docs/permissions.md`.
    #[serde(default)]
    pub documented: Documented,
    /// The trust policy, in IAM's own grammar; the documented one if absent.
    pub trust: Option<Policy>,
    /// Identity-based policies beside the documented ones, in IAM's own grammar.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// The longest session in seconds: 3600 (also if absent) to 43200.
    #[serde(default = "hour")]
    pub max_session_seconds: i64,
}

/// A user, with an access key or without.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UserSeed {
    /// What the user has from `docs/permissions.md`: policies, and nothing else of it.
    #[serde(default)]
    pub documented: Documented,
    /// Identity-based policies beside the documented ones, in IAM's own grammar.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// `AKIA…`.
    pub access_key_id: Option<String>,
    /// What it signs with; needed with `access-key-id`.
    pub secret_access_key: Option<Secret>,
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ProviderSeed {
    /// The issuer, `https://…`.
    pub url: String,
    /// The audiences that tokens may be for.
    pub audiences: Vec<String>,
}

impl Default for ProviderSeed {
    fn default() -> Self {
        Self {
            url: ISSUER.to_owned(),
            audiences: vec!["sts.amazonaws.com".to_owned()],
        }
    }
}

fn hour() -> i64 {
    3600
}

impl Seed {
    /// Puts everything into `world`.
    ///
    /// # Errors
    /// A sentence that names the role or user that makes no sense.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        world.identity.provider = Provider {
            url: self.oidc_provider.url,
            audiences: self.oidc_provider.audiences,
        };
        for (name, role) in self.roles {
            let role = role.check(&world.account, &world.region);
            let role = role.map_err(|why| format!("role {name}: {why}"))?;
            world.identity.roles.insert(name, role);
        }
        for (name, user) in self.users {
            user.seed(&name, world)
                .map_err(|why| format!("user {name}: {why}"))?;
        }
        Ok(())
    }
}

impl RoleSeed {
    fn check(self, account: &str, region: &str) -> Result<Role, String> {
        if !(3600..=43200).contains(&self.max_session_seconds) {
            return Err("max-session-seconds must be 3600 to 43200".to_owned());
        }
        let documented = &self.documented;
        let values = documented.values(account, region);
        let trust = self
            .trust
            .map_or_else(|| documented.trust(&values), |it| Ok(Some(it)))?;
        let trust = trust.ok_or("needs trust, or documented with a trust")?;
        let mut trusting = trust.statement.iter();
        if trusting.any(|statement| statement.principal.is_empty()) {
            return Err("every statement of a trust policy needs a Principal".to_owned());
        }
        let mut policies = documented.policies(&values)?;
        policies.extend(self.policies);
        Ok(Role {
            trust,
            policies,
            revoked: revoked(&documented.without),
            max_session_seconds: self.max_session_seconds,
        })
    }
}

fn revoked(actions: &[String]) -> Vec<Revoked> {
    let one = |action: &String| Revoked {
        actions: action.as_str().into(),
        resources: "*".into(),
    };
    actions.iter().map(one).collect()
}

impl UserSeed {
    fn seed(self, name: &str, world: &mut World) -> Result<(), String> {
        let key = match (self.access_key_id, self.secret_access_key) {
            (None, None) => None,
            (Some(id), Some(secret)) => Some((id, secret)),
            _ => return Err("needs both access-key-id and secret-access-key, or none".to_owned()),
        };
        if let Some((id, secret)) = key {
            let user = name.to_owned();
            world.identity.keys.insert(id, AccessKey { user, secret });
        }
        let documented = self.documented;
        if documented.trust.is_some() || !documented.without.is_empty() {
            return Err("trust and without are for roles".to_owned());
        }
        let values = documented.values(&world.account, &world.region);
        let mut policies = documented.policies(&values)?;
        policies.extend(self.policies);
        let users = &mut world.identity.users;
        users.insert(name.to_owned(), User { policies });
        Ok(())
    }
}
