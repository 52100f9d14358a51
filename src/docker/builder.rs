//! Which BuildKit builds: the daemon's own or a builder of ours.
//!
//! The daemon's own is preferred: it is there, it has what earlier builds left, and it needs no
//! image of BuildKit. What its image store or its age cannot do
//! (<https://docs.docker.com/build/builders/drivers/>) takes a builder in a container, which is
//! ours, reused when it is there, and removed at the end.

use super::Docker;
use super::child::Call;
use super::engine::{Engine, Store};
use super::login::PrivateConfig;
use crate::failure::{Code, Failure};
use anyhow::{Result, bail};
use sha2::{Digest, Sha256};
use std::ffi::OsString;

/// The first engine whose BuildKit speaks the second version of GitHub's cache service, the only
/// one that is left on github.com (<https://docs.docker.com/build/cache/backends/gha/>).
const FIRST_WITH_CACHE_SERVICE: u64 = 28;

/// What a build asks of BuildKit beyond one image for one platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// More than one platform.
    pub several_platforms: bool,
    /// Provenance or a bill of materials.
    pub attestations: bool,
    /// A cache to write to.
    pub cache: CacheExport,
}

/// The cache that a build writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CacheExport {
    /// None.
    #[default]
    None,
    /// A registry.
    Registry,
    /// GitHub's cache service.
    Gha,
}

/// Which BuildKit, and why: a sentence for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which.
    pub driver: Driver,
    /// Why.
    pub why: String,
}

/// Where BuildKit runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// In the daemon.
    Daemon,
    /// In a container of ours.
    Container {
        /// Whether only the cache asks for it, so that the daemon's own can build without.
        for_cache_alone: bool,
    },
}

/// Chooses the BuildKit that can do what is wanted on `engine`.
pub fn choose(engine: &Engine, wanted: Wanted) -> Choice {
    let lacks = lacks(engine, wanted);
    let named = named(engine);
    if lacks.is_empty() {
        return Choice {
            driver: Driver::Daemon,
            why: format!("{named} builds with its own BuildKit, which can do all that is asked."),
        };
    }
    Choice {
        driver: Driver::Container {
            for_cache_alone: !needs_more_than_cache(engine, wanted),
        },
        why: format!(
            "BuildKit in a container of its own builds: that of {named} cannot do {}.",
            lacks.join(" and ")
        ),
    }
}

fn lacks(engine: &Engine, wanted: Wanted) -> Vec<&'static str> {
    let classic = engine.store == Store::Classic;
    let old = major(&engine.version).is_some_and(|major| major < FIRST_WITH_CACHE_SERVICE);
    let cache = match wanted.cache {
        CacheExport::Registry if classic => Some("a cache in a registry"),
        CacheExport::Gha if classic || old => Some("GitHub's cache service"),
        _ => None,
    };
    let several = (classic && wanted.several_platforms).then_some("several platforms");
    let attested = (classic && wanted.attestations).then_some("attestations");
    [cache, several, attested].into_iter().flatten().collect()
}

fn needs_more_than_cache(engine: &Engine, wanted: Wanted) -> bool {
    let cache = CacheExport::None;
    !lacks(engine, Wanted { cache, ..wanted }).is_empty()
}

fn named(engine: &Engine) -> String {
    let store = match engine.store {
        Store::Containerd => "containerd image store",
        Store::Classic => "classic image store",
    };
    match engine.version.as_str() {
        "" => format!("Docker ({store})"),
        version => format!("Docker {version} ({store})"),
    }
}

fn major(version: &str) -> Option<u64> {
    version.split('.').next()?.parse().ok()
}

/// A BuildKit that is ready to build.
pub struct Builder {
    name: String,
    removal: Option<Call>,
}

impl Builder {
    /// The daemon's own.
    pub fn of_the_daemon() -> Self {
        Self {
            name: "default".to_owned(),
            removal: None,
        }
    }

    /// Ours in a container: the one that an earlier job on this runner left, or a new one. It can
    /// reach a registry on a loopback address if `registry` is there. Fails with
    /// [`Code::NoDocker`] when it cannot be started.
    pub async fn in_a_container(
        docker: &Docker,
        config: &PrivateConfig,
        registry: &str,
        run_id: u64,
    ) -> Result<Self> {
        let name = name(docker.runner().as_deref(), run_id);
        let call = |arguments: Vec<OsString>| Call {
            arguments,
            environment: config.environment(docker),
            directory: None,
        };
        // From here on it is removed, even if it comes up only half.
        let builder = Self {
            removal: Some(call(vec![
                "rm".into(),
                "--force".into(),
                name.clone().into(),
            ])),
            name,
        };
        let proxies = proxies(docker);
        let creation = call(creation(&builder.name, registry, &proxies));
        let answer = creation.answer().await?;
        if !answer.good {
            bail!(did_not_start(&answer.errors));
        }
        Ok(builder)
    }

    /// What buildx knows it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Removes it if it is ours; the daemon's own stays.
    pub async fn remove(mut self) {
        let Some(removal) = self.removal.take() else {
            return;
        };
        match removal.answer().await {
            Ok(answer) if answer.good => {}
            Ok(answer) => tracing::debug!(name = self.name, "not removed: {}", answer.errors),
            Err(error) => tracing::debug!(name = self.name, "not removed: {error:#}"),
        }
    }
}

impl Drop for Builder {
    /// For the ways out that did not come to [`Builder::remove`].
    fn drop(&mut self) {
        if let Some(removal) = self.removal.take() {
            removal.run_blocking();
        }
    }
}

/// A name that is the same for every job on one runner, so that what a killed job left is found.
fn name(runner: Option<&str>, run_id: u64) -> String {
    let whose = runner.map_or_else(|| format!("run {run_id}"), |runner| format!("on {runner}"));
    let hash = hex::encode(Sha256::digest(whose));
    format!("greengate-{}", hash.get(..12).unwrap_or(&hash))
}

fn creation(name: &str, registry: &str, proxies: &[(String, String)]) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec![
        "create".into(),
        "--driver=docker-container".into(),
        format!("--name={name}").into(),
        "--bootstrap".into(),
    ];
    if is_loopback(registry) {
        arguments.push("--driver-opt=network=host".into());
    }
    for (variable, value) in proxies {
        // The option is a line of CSV, and lists of hosts have commas.
        let option = format!("env.{variable}={value}").replace('"', "\"\"");
        arguments.push(format!("--driver-opt=\"{option}\"").into());
    }
    arguments
}

/// The proxies that BuildKit in a container must know; one with a password in it stays away from
/// the command line and so from the container.
fn proxies(docker: &Docker) -> Vec<(String, String)> {
    let variables = docker.inherited().into_iter();
    let text = variables.map(|(name, value)| {
        let value = value.to_string_lossy().into_owned();
        (name.to_string_lossy().to_ascii_lowercase(), value)
    });
    text.filter(|(name, value)| name.ends_with("_proxy") && !value.contains('@'))
        .collect()
}

/// Whether `registry` (`host:port`) is on this machine alone.
pub fn is_loopback(registry: &str) -> bool {
    let host = registry
        .rsplit_once(':')
        .map_or(registry, |(host, _)| host)
        .trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn did_not_start(errors: &str) -> Failure {
    let why = errors
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let failure = Failure::new(
        Code::NoDocker,
        "BuildKit could not be started in a container",
        "The runner must be able to pull moby/buildkit, or Docker must use the containerd image \
         store (https://docs.docker.com/engine/storage/containerd/), whose own BuildKit can do \
         everything. With cache none, one platform and no attestations, any Docker can build.",
    );
    why.rev().take(3).fold(failure, Failure::because)
}

#[cfg(test)]
mod tests;
