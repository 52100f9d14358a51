//! Secrets Manager's secrets and Systems Manager's parameters, by name. They have no values here:
//! what is in them is nobody's business but the tasks'.

use super::World;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is kept for tasks.
#[derive(Debug, Default)]
pub struct Secrets {
    /// Secrets by name.
    pub secrets: BTreeMap<String, Secret>,
    /// Parameters by name.
    pub parameters: BTreeMap<String, Parameter>,
}

/// A secret.
#[derive(Debug, Clone)]
pub struct Secret {
    /// Its ARN, with the six characters at its end that AWS chooses.
    pub arn: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it will be deleted; it cannot be read until then.
    pub deleted: Option<Timestamp>,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// `String`, `StringList` or `SecureString`.
    pub kind: String,
    /// When it was made.
    pub created: Timestamp,
}

impl Secrets {
    /// The secret of this name, ARN, or ARN without the six characters.
    pub fn secret(&self, id: &str) -> Option<(&str, &Secret)> {
        let named = |(name, secret): &(&String, &Secret)| {
            let partial = secret.arn.rsplit_once('-').map(|(arn, _)| arn);
            *name == id || secret.arn == id || partial == Some(id)
        };
        let found = self.secrets.iter().find(named);
        found.map(|(name, secret)| (name.as_str(), secret))
    }
}

/// What is kept for tasks at the start, under `secrets:`.
///
/// ```yaml
/// secrets-manager: [{ name: shop/database, suffix: AbCdEf }]
/// parameters: [{ name: /shop/key }]
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Seed {
    /// Secrets Manager's.
    pub secrets_manager: Vec<SecretSeed>,
    /// Systems Manager's.
    pub parameters: Vec<ParameterSeed>,
}

/// A secret.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretSeed {
    /// Its name.
    pub name: String,
    /// The six characters at the end of its ARN.
    #[serde(default = "suffix")]
    pub suffix: String,
    /// Whether somebody has deleted it, which takes effect a month later.
    #[serde(default)]
    pub deleted: bool,
}

/// A parameter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ParameterSeed {
    /// Its name.
    pub name: String,
    /// `String`, `StringList` or `SecureString`, which it is unless told.
    #[serde(default = "secure", rename = "type")]
    pub kind: String,
}

fn suffix() -> String {
    "AbCdEf".to_owned()
}

fn secure() -> String {
    "SecureString".to_owned()
}

impl Seed {
    /// Puts everything into `world`.
    ///
    /// # Errors
    /// A sentence that names what stands there twice.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        let created = world.now;
        let World {
            region, account, ..
        } = &*world;
        let beginning = format!("arn:aws:secretsmanager:{region}:{account}:secret");
        for SecretSeed {
            name,
            suffix,
            deleted,
        } in self.secrets_manager
        {
            let month = jiff::SignedDuration::from_hours(30 * 24);
            let deleted = deleted.then(|| created.checked_add(month)).transpose();
            let secret = Secret {
                arn: format!("{beginning}:{name}-{suffix}"),
                created,
                deleted: deleted.map_err(|error| error.to_string())?,
            };
            if world.secrets.secrets.insert(name.clone(), secret).is_some() {
                return Err(format!("secret {name} stands there twice"));
            }
        }
        for ParameterSeed { name, kind } in self.parameters {
            let parameter = Parameter { kind, created };
            let parameters = &mut world.secrets.parameters;
            if parameters.insert(name.clone(), parameter).is_some() {
                return Err(format!("parameter {name} stands there twice"));
            }
        }
        Ok(())
    }
}
