//! The command line of a build, and running it.
//!
//! No value of a secret or of a build argument is on the command line: both go by the child's
//! environment. The one exception is an argument whose name would mean something to buildx itself
//! (`PATH`, `HTTP_PROXY`), which BuildKit offers no other way for.

use super::Docker;
use super::child::Call;
use super::login::PrivateConfig;
use super::progress::{Broken, Progress, Step};
use crate::model::image::Platform;
use anyhow::{Context, Result};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// A build: everything that its command line says.
#[derive(Debug)]
pub struct Plan {
    /// The builder's name.
    pub builder: String,
    /// The context's directory.
    pub context: PathBuf,
    /// The Dockerfile.
    pub file: PathBuf,
    /// The stage.
    pub target: Option<String>,
    /// The platforms; empty: the builder's.
    pub platforms: Vec<Platform>,
    /// Build arguments, name and value.
    pub args: Vec<(String, String)>,
    /// Secrets, id and value.
    pub secrets: Vec<(String, SecretString)>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// What to push it as: `<repository>:<tag>`.
    pub references: Vec<String>,
    /// The cache.
    pub cache: CachePlan,
    /// With provenance.
    pub provenance: bool,
    /// With a bill of materials.
    pub sbom: bool,
}

/// Where the build looks for layers and leaves them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CachePlan {
    /// Nowhere.
    None,
    /// In a registry.
    Registry {
        /// `<repository>:buildcache`.
        reference: String,
        /// Whether it may be written to.
        export: bool,
    },
    /// In GitHub's cache service.
    Gha {
        /// What tells it from the caches of other images.
        scope: String,
    },
}

/// How a build ended.
#[derive(Debug)]
pub enum Ended {
    /// Built and pushed.
    Pushed {
        /// Of what was pushed: the index's where there are several platforms or attestations.
        digest: String,
    },
    /// It failed.
    Broken(Broken),
    /// The run was cancelled, and the build is no more.
    Cancelled,
}

/// Names that mean something to buildx, to its runtime or to the loader of programs.
const MEANINGFUL: [&str; 16] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "SSH_AUTH_SOCK",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "GODEBUG",
    "GOGC",
    "GOMAXPROCS",
    "GOMEMLIMIT",
];

/// The same, by how they begin.
const MEANINGFUL_STARTS: [&str; 9] = [
    "DOCKER_",
    "BUILDX_",
    "BUILDKIT_",
    "ACTIONS_",
    "GREENGATE_",
    "OTEL_",
    "SSL_",
    "LD_",
    "XDG_",
];

/// Whether an argument `name` can go by the environment of buildx without changing what it does.
fn goes_by_environment(name: &str) -> bool {
    !name.is_empty()
        && !MEANINGFUL.contains(&name)
        && !MEANINGFUL_STARTS
            .iter()
            .any(|start| name.starts_with(start))
}

/// The arguments after `docker-buildx`. The metadata goes to the file `metadata`.
pub fn arguments(plan: &Plan, metadata: &Path) -> Vec<OsString> {
    let mut arguments = Arguments(vec!["build".into()]);
    arguments.option("--builder", &plan.builder);
    arguments.option("--progress", "rawjson");
    arguments.option("--metadata-file", metadata);
    arguments.option("--file", &plan.file);
    if let Some(target) = &plan.target {
        arguments.option("--target", target);
    }
    if !plan.platforms.is_empty() {
        let names: Vec<_> = plan.platforms.iter().map(|one| one.0.as_str()).collect();
        arguments.option("--platform", names.join(","));
    }
    for (name, value) in &plan.args {
        if goes_by_environment(name) {
            arguments.option("--build-arg", name);
        } else {
            arguments.option("--build-arg", format!("{name}={value}"));
        }
    }
    for (number, (id, _)) in plan.secrets.iter().enumerate() {
        let id = csv_field(&format!("id={id}"));
        arguments.option("--secret", format!("{id},env={}", secret_variable(number)));
    }
    for (name, value) in &plan.labels {
        arguments.option("--label", format!("{name}={value}"));
    }
    for reference in &plan.references {
        arguments.option("--tag", reference);
    }
    arguments.cache(&plan.cache);
    if plan.provenance {
        arguments.option("--attest", "type=provenance,mode=min");
    }
    if plan.sbom {
        arguments.option("--attest", "type=sbom");
    }
    arguments.0.push("--push".into());
    arguments.0.push(plan.context.clone().into());
    arguments.0
}

struct Arguments(Vec<OsString>);

impl Arguments {
    /// One argument `--name=value`, so that a value can never be taken for an option.
    fn option(&mut self, name: &str, value: impl Into<OsString>) {
        let mut argument = OsString::from(name);
        argument.push("=");
        argument.push(value.into());
        self.0.push(argument);
    }

    fn cache(&mut self, cache: &CachePlan) {
        match cache {
            CachePlan::None => {}
            CachePlan::Registry { reference, export } => {
                self.option("--cache-from", format!("type=registry,ref={reference}"));
                if *export {
                    // ECR takes a cache only as an image manifest with OCI media types:
                    // https://aws.amazon.com/blogs/containers/announcing-remote-cache-support-in-amazon-ecr-for-buildkit-clients/
                    let rest = "mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true";
                    let to = format!("type=registry,ref={reference},{rest}");
                    self.option("--cache-to", to);
                }
            }
            CachePlan::Gha { scope } => {
                let scope = csv_field(&format!("scope={scope}"));
                self.option("--cache-from", format!("type=gha,{scope}"));
                let to = format!("type=gha,{scope},mode=max,ignore-error=true");
                self.option("--cache-to", to);
            }
        }
    }
}

/// A field of the lines of CSV that some options are.
fn csv_field(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

fn secret_variable(number: usize) -> String {
    format!("GREENGATE_SECRET_{number}")
}

/// The whole environment of the build.
fn environment(
    plan: &Plan,
    docker: &Docker,
    config: &PrivateConfig,
) -> BTreeMap<OsString, OsString> {
    let mut environment = config.environment(docker);
    if matches!(plan.cache, CachePlan::Gha { .. }) {
        environment.extend(docker.cache_service().into_iter().flatten());
    }
    let args = plan.args.iter();
    let args = args.filter(|(name, _)| goes_by_environment(name));
    environment.extend(args.map(|(name, value)| (name.into(), value.into())));
    let secrets = plan.secrets.iter().enumerate();
    environment.extend(secrets.map(|(number, (_, value))| {
        let variable = secret_variable(number);
        (variable.into(), value.expose_secret().into())
    }));
    // Attestations only where they are asked for: they make every rebuild's digest another one.
    environment.insert("BUILDX_NO_DEFAULT_ATTESTATIONS".into(), "1".into());
    environment.insert("BUILDX_METADATA_PROVENANCE".into(), "disabled".into());
    environment
}

/// Builds and pushes, telling `tell` every step that is over. Fails only where buildx cannot be
/// run or answers something unusable.
pub async fn run(
    plan: &Plan,
    docker: &Docker,
    config: &PrivateConfig,
    cancel: &CancellationToken,
    mut tell: impl FnMut(Step),
) -> Result<Ended> {
    let metadata = config.place("metadata.json");
    let call = Call {
        arguments: arguments(plan, &metadata),
        environment: environment(plan, docker, config),
        directory: None,
    };
    let mut progress = Progress::default();
    let child = call.start()?;
    let followed = child.follow(cancel, |piece| progress.read(piece, &mut tell));
    let Some(status) = followed.await? else {
        return Ok(Ended::Cancelled);
    };
    progress.end(&mut tell);
    if !status.success() {
        return Ok(Ended::Broken(progress.broken()));
    }
    let text = tokio::fs::read(&metadata).await;
    let text = text.context("reading the build's metadata")?;
    let digest = digest_in(&text).context("the build's metadata has no digest")?;
    Ok(Ended::Pushed { digest })
}

fn digest_in(metadata: &[u8]) -> Option<String> {
    let metadata: Value = serde_json::from_slice(metadata).ok()?;
    let digest = metadata.get("containerimage.digest")?.as_str()?;
    digest.starts_with("sha256:").then(|| digest.to_owned())
}

#[cfg(test)]
mod tests;
