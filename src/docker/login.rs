//! A private Docker configuration with the registry's token.
//!
//! The token is in a file that only this process's user can read, in a directory that goes when
//! the value is dropped; it is on no command line. What the user's own configuration offers for
//! other registries is kept, so that private base images can be pulled: the runner hides the
//! host's, but a job can point `DOCKER_CONFIG` to one in its workspace.

use super::Docker;
use crate::aws::ecr::Login;
use anyhow::{Context, Result};
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The directory that children have for their Docker configuration and their home.
pub struct PrivateConfig {
    directory: TempDir,
}

impl PrivateConfig {
    /// Makes one in `temp` that knows `login` for `registry` (a host, with its port if it has
    /// one).
    pub fn new(temp: &Path, docker: &Docker, registry: &str, login: &Login) -> Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix("greengate-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(temp)
            .with_context(|| format!("making a private directory in {}", temp.display()))?;
        let users = docker.users_configuration();
        let usable = |helper: &str| docker.has_program(&format!("docker-credential-{helper}"));
        let document = document(registry, login, users.as_ref(), usable);
        let file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(directory.path().join("config.json"));
        let mut file = file.context("making a private Docker configuration")?;
        file.write_all(document.to_string().as_bytes())
            .context("writing a private Docker configuration")?;
        Ok(Self { directory })
    }

    /// Where a file of this build can be put.
    pub fn place(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The environment of a child that uses it.
    pub fn environment(&self, docker: &Docker) -> BTreeMap<OsString, OsString> {
        let mut environment = docker.inherited();
        let directory = self.directory.path();
        environment.insert("HOME".into(), directory.into());
        environment.insert("DOCKER_CONFIG".into(), directory.into());
        environment.insert("BUILDX_CONFIG".into(), directory.join("buildx").into());
        environment
    }
}

/// The configuration: the user's credentials and proxies, and ours for `registry`. Of the user's
/// credential helpers those that are `usable` stay: one that is not there would fail the pull of
/// every public image.
fn document(
    registry: &str,
    login: &Login,
    users: Option<&Value>,
    usable: impl Fn(&str) -> bool,
) -> Value {
    let users = |key: &str| users.and_then(|users| users.get(key));
    let object = |key: &str| users(key).and_then(Value::as_object).cloned();
    let mut auths = object("auths").unwrap_or_default();
    auths.insert(
        registry.to_owned(),
        json!({"auth": login.basic.expose_secret()}),
    );
    let mut helpers = object("credHelpers").unwrap_or_default();
    helpers.retain(|_, helper| helper.as_str().is_some_and(&usable));
    // No helper for this registry: the token is in this file, whatever store the others are in.
    helpers.insert(registry.to_owned(), Value::from(""));
    let mut document = Map::new();
    document.insert("auths".to_owned(), auths.into());
    document.insert("credHelpers".to_owned(), helpers.into());
    let store = users("credsStore").filter(|store| store.as_str().is_some_and(&usable));
    for (key, value) in [("credsStore", store), ("proxies", users("proxies"))] {
        document.extend(value.map(|value| (key.to_owned(), value.clone())));
    }
    document.into()
}

#[cfg(test)]
mod tests;
