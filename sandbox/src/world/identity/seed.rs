//! The part of a scenario that says who there is and who may do what.

use super::policy::Policy;
use super::{AccessKey, Provider, Role, Secret, User};
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
    /// The trust policy, in IAM's own grammar.
    pub trust: Policy,
    /// Identity-based policies, in IAM's own grammar.
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
    /// Identity-based policies, in IAM's own grammar.
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
            let role = role.check().map_err(|why| format!("role {name}: {why}"))?;
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
    fn check(self) -> Result<Role, String> {
        if !(3600..=43200).contains(&self.max_session_seconds) {
            return Err("max-session-seconds must be 3600 to 43200".to_owned());
        }
        let mut trusting = self.trust.statement.iter();
        if trusting.any(|statement| statement.principal.is_empty()) {
            return Err("every statement of a trust policy needs a Principal".to_owned());
        }
        Ok(Role {
            trust: self.trust,
            policies: self.policies,
            revoked: Vec::new(),
            max_session_seconds: self.max_session_seconds,
        })
    }
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
        let policies = self.policies;
        world
            .identity
            .users
            .insert(name.to_owned(), User { policies });
        Ok(())
    }
}
