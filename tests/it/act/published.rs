//! A release of what is in this checkout: the action's image in a registry, and the release's commit, made
//! by the very scripts that make releases.

use crate::releasing::registry::Registry;
use crate::releasing::scratch::Scratch;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// The program under test, with what its own image has beside it; the base is one that the engine has.
const DOCKERFILE: &str = "FROM python:3.13-slim
COPY docker-buildx /usr/local/bin/
COPY greengate /usr/local/bin/
RUN ln -s greengate /usr/local/bin/greengate-post
ENTRYPOINT [\"/usr/local/bin/greengate\"]
";

/// Ends with the test.
pub(super) struct Published {
    scratch: Scratch,
    /// The commit that the called workflows use the action of.
    pub(super) action: String,
    registry: Registry,
}

impl Published {
    pub(super) fn new() -> Self {
        let registry = Registry::start();
        let scratch = Scratch::new();
        let name = format!("{}/greengate", registry.address);
        let image = format!("{name}@{}", pushed(&name));
        scratch.run("commit.sh", &["0.1.0", &image]).good();
        Self {
            action: scratch.git(&["rev-parse", "HEAD^"]),
            scratch,
            registry,
        }
    }

    /// The clone, at the release.
    pub(super) fn folder(&self) -> PathBuf {
        self.scratch.clone()
    }
}

impl Drop for Published {
    /// What act has pulled, and what the build has left.
    fn drop(&mut self) {
        let images = format!("{}/greengate", self.registry.address);
        let mut docker = Command::new("docker");
        let listed = docker
            .args(["images", "--quiet", "--no-trunc", &images])
            .output();
        let ids = String::from_utf8(listed.unwrap().stdout).unwrap();
        let _ = Command::new("docker")
            .args(["rmi", "--force"])
            .args(ids.lines())
            .output();
    }
}

/// Builds the image and pushes it under this name; its digest.
fn pushed(name: &str) -> String {
    let folder = TempDir::new().unwrap();
    let put = |file: &str, from: PathBuf| fs::copy(from, folder.path().join(file)).unwrap();
    put("greengate", env!("CARGO_BIN_EXE_greengate").into());
    put("docker-buildx", found("docker-buildx"));
    fs::write(folder.path().join("Dockerfile"), DOCKERFILE).unwrap();
    let quiet = ["build", "--quiet", "--push", "--provenance=false"];
    let network = ["--network=none", "--tag", name];
    buildx(&[&quiet[..], &network, &[folder.path().to_str().unwrap()]].concat());
    // As the registry has it: what a build says depends on the engine's image store.
    let manifest = buildx(&["imagetools", "inspect", "--raw", name]);
    format!("sha256:{}", hex::encode(Sha256::digest(manifest)))
}

/// What the engine's own builder prints.
fn buildx(arguments: &[&str]) -> Vec<u8> {
    let mut buildx = Command::new("docker-buildx");
    let output = buildx
        .args(["--builder", "default"])
        .args(arguments)
        .output();
    let output = output.expect("docker-buildx: run setup/buildx.sh");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    output.stdout
}

/// A program on the path.
fn found(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut programs = std::env::split_paths(&path).map(|folder| folder.join(name));
    programs.find(|it| it.exists()).expect(name)
}
