//! The Docker engine that is there: what it is and where it keeps images, which decides what its
//! own BuildKit can do.
//!
//! On a socket it is asked by its own API, which alone says for sure which image store it has. An
//! engine elsewhere is asked through buildx, which knows how to get there.

use super::child::{Answer, Call};
use super::{Docker, Host};
use crate::failure::{Code, Failure};
use crate::model::image::Platform;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// `GET /info` is some KiB, and more than this is no answer of an engine.
const LONGEST_ANSWER: u64 = 4 * 1024 * 1024;

/// How long an engine may take to say what it is.
const PATIENCE: Duration = Duration::from_secs(20);

/// The first buildx that can tell its progress as JSON.
const OLDEST_BUILDX: (u64, u64) = (0, 13);

/// A Docker engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// `26.1.5`; empty where it is not known.
    pub version: String,
    /// Where it keeps images.
    pub store: Store,
    /// What it builds for by itself; absent where it is not known.
    pub platform: Option<Platform>,
}

/// An engine's image store (<https://docs.docker.com/engine/storage/containerd/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// containerd's: BuildKit can do everything.
    Containerd,
    /// The older one: one platform, no attestations, no cache export.
    Classic,
}

impl Engine {
    /// Asks the engine that `docker` leads to. Fails with [`Code::NoDocker`] when there is none, or
    /// no buildx to use it with.
    pub async fn look(docker: &Docker) -> Result<Self, Failure> {
        buildx_is_there(docker).await?;
        match docker.host() {
            Host::Socket(path) => info(&path).await.map_err(|error| {
                let place = path.display();
                no_daemon(&format!("unix://{place}"), &format!("{error:#}"))
            }),
            Host::Remote(host) => inspect(docker, &host).await,
        }
    }
}

async fn buildx_is_there(docker: &Docker) -> Result<(), Failure> {
    let version = ask(docker, &["version"]).await;
    let version = version.map_err(|error| {
        Failure::new(
            Code::NoDocker,
            "docker-buildx cannot be run",
            "Greengate's own image brings it along; elsewhere, install docker-buildx 0.13 or newer \
             and put it on the PATH.",
        )
        .because(format!("{error:#}"))
    })?;
    match buildx_version(&version.output) {
        Some(found) if found < OLDEST_BUILDX => {
            let (major, minor) = found;
            Err(Failure::new(
                Code::NoDocker,
                format!("docker-buildx {major}.{minor} is too old"),
                "Install docker-buildx 0.13 or newer: older ones cannot tell their progress as \
                 JSON.",
            ))
        }
        // A version that cannot be read is a development build, newer than any release.
        _ => Ok(()),
    }
}

/// Major and minor of `github.com/docker/buildx v0.13.1 788433953af10f2a698f5c07611dddce2e08c7a0`.
fn buildx_version(text: &str) -> Option<(u64, u64)> {
    let version = text.split_whitespace().nth(1)?;
    let mut numbers = version.trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

async fn ask(docker: &Docker, arguments: &[&str]) -> Result<Answer> {
    let arguments = arguments.iter().map(Into::into).collect();
    let environment = docker.inherited();
    let call = Call {
        arguments,
        environment,
        directory: None,
    };
    call.answer().await
}

fn no_daemon(place: &str, why: &str) -> Failure {
    Failure::new(
        Code::NoDocker,
        format!("no Docker daemon answers at {place}"),
        "Building needs a runner with Docker: GitHub's Linux runners have it and give container \
         actions its socket. With Actions Runner Controller use containerMode dind; its kubernetes \
         mode has no Docker. DOCKER_HOST leads to a daemon elsewhere.",
    )
    .because(why)
}

/// The engine behind the socket at `path`, by its own API
/// (<https://docs.docker.com/reference/api/engine/>).
async fn info(path: &Path) -> Result<Engine> {
    let answer = tokio::time::timeout(PATIENCE, get_info(path));
    let answer = answer.await.context("no answer in time")??;
    read_info(&answer)
}

async fn get_info(path: &Path) -> Result<Vec<u8>> {
    let mut socket = UnixStream::connect(path).await?;
    // To HTTP/1.0 the engine answers in one piece and hangs up.
    let request = b"GET /info HTTP/1.0\r\nHost: docker\r\n\r\n";
    socket.write_all(request).await?;
    let mut answer = Vec::new();
    let mut limited = socket.take(LONGEST_ANSWER);
    limited.read_to_end(&mut answer).await?;
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    #[serde(default)]
    server_version: String,
    #[serde(rename = "OSType", default)]
    os: String,
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    driver_status: Option<Vec<Vec<String>>>,
}

/// An engine's HTTP answer to `GET /info`.
fn read_info(answer: &[u8]) -> Result<Engine> {
    let (head, body) = split_head(answer).context("the answer is not HTTP")?;
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        bail!("it answered {status}");
    }
    let info: Info = serde_json::from_slice(body).context("the answer is not JSON")?;
    let status = info.driver_status.unwrap_or_default();
    let containerd = status.iter().any(
        |pair| matches!(pair.as_slice(), [_, value] if value.contains("io.containerd.snapshotter")),
    );
    Ok(Engine {
        version: info.server_version,
        store: if containerd {
            Store::Containerd
        } else {
            Store::Classic
        },
        platform: platform(&info.os, &info.architecture),
    })
}

fn split_head(answer: &[u8]) -> Option<(&str, &[u8])> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    Some((head, answer.get(end + 4..)?))
}

/// The platform by the names that the kernel has for the processor.
fn platform(os: &str, machine: &str) -> Option<Platform> {
    let architecture = match machine {
        "" => return None,
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "armv7l" => "arm/v7",
        other => other,
    };
    let os = if os.is_empty() { "linux" } else { os };
    Some(Platform(format!("{os}/{architecture}")))
}

/// The engine at `host`, by what buildx says of the builder that it is.
async fn inspect(docker: &Docker, host: &str) -> Result<Engine, Failure> {
    let answer = ask(docker, &["inspect", "default"]).await;
    let answer = answer.map_err(|error| no_daemon(host, &format!("{error:#}")))?;
    read_inspect(&answer.output).ok_or_else(|| {
        let said = answer.output + &answer.errors;
        let mut why = said
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Error:"));
        no_daemon(host, why.next_back().unwrap_or(&said).trim())
    })
}

/// What `docker-buildx inspect` prints of an engine's own BuildKit; `None` where there is none,
/// which it says in the same way and with exit code 0.
fn read_inspect(text: &str) -> Option<Engine> {
    let value = |name: &str| {
        let mut lines = text.lines().map(str::trim);
        let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.map(str::trim)
    };
    value("Driver").filter(|driver| *driver == "docker")?;
    value("Status").filter(|status| *status == "running")?;
    let containerd = value("org.mobyproject.buildkit.worker.snapshotter").is_some();
    let platforms = value("Platforms").unwrap_or_default();
    let first = platforms.split(',').next().unwrap_or_default();
    Some(Engine {
        version: String::new(),
        store: if containerd {
            Store::Containerd
        } else {
            Store::Classic
        },
        platform: Some(first.trim_end_matches('*'))
            .filter(|first| !first.is_empty())
            .map(|first| Platform(first.to_owned())),
    })
}

#[cfg(test)]
mod tests;
