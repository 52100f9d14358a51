//! A release of what is in this checkout: the action's image in a registry, and the release's commit, made
//! by the very scripts that make releases.

use crate::releasing::registry::Registry;
use crate::releasing::scratch::Scratch;
use crate::run::IMAGE;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;
use std::process::Command;

/// Ends with the test.
pub(super) struct Published {
    scratch: Scratch,
    /// The commit that the called workflows use the action of.
    pub(super) action: String,
    image: String,
    _registry: Registry,
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
            image,
            _registry: registry,
        }
    }

    /// The clone, at the release.
    pub(super) fn folder(&self) -> PathBuf {
        self.scratch.clone()
    }
}

impl Drop for Published {
    /// What act has pulled: the name alone goes, the image has another one.
    fn drop(&mut self) {
        let _ = Command::new("docker").args(["rmi", &self.image]).output();
    }
}

/// Pushes the action's own image under this name; its digest.
fn pushed(name: &str) -> String {
    docker(&["tag", IMAGE, name]);
    docker(&["push", "--quiet", name]);
    // As the registry has it: what a push says depends on the engine's image store.
    let manifest = started("docker-buildx", &["imagetools", "inspect", "--raw", name]);
    // The name goes, and act pulls by the digest, as a runner does.
    docker(&["rmi", name]);
    format!("sha256:{}", hex::encode(Sha256::digest(manifest)))
}

fn docker(arguments: &[&str]) {
    started("docker", arguments);
}

/// What a program prints, which ends well.
fn started(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .expect(program);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    output.stdout
}
