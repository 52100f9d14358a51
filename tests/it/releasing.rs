//! A release, made by the scripts in `release/`: of a clone of a repository of its own, with the image in
//! a registry of its own. What GitHub's runners add is in `.github/workflows/release.yml`.

mod builder;
mod refusals;
pub(crate) mod registry;
pub(crate) mod scratch;

use builder::Builder;
use registry::Registry;
use scratch::{Ran, Scratch, script};
use serde_json::Value;

const COMMIT: &str = "greengate/greengate@0000000000000000000000000000000000000000 # v0.0.0";

/// The whole way, as the workflow goes it.
#[test]
fn a_release_names_itself_by_commit_and_its_image_by_digest() {
    let registry = Registry::start();
    let builder = Builder::start();
    let mut scratch = Scratch::new();
    scratch.variables.clone_from(&builder.variables);
    let name = format!("{}/team/greengate", registry.address);
    let checked = scratch.run("check.sh", &["release-0.1.0"]).good();
    assert_eq!(checked, "version=0.1.0\n");
    let digest = pushed(&scratch, &name);
    let image = format!("{name}@{digest}");
    let commit = scratch.run("commit.sh", &["0.1.0", &image]).good();
    let commit = commit.trim().strip_prefix("commit=").unwrap();
    scratch.run("push-tag.sh", &["0.1.0"]).good();

    assert_eq!(scratch.origin("v0.1.0^{commit}"), commit);
    let action = scratch.origin("v0.1.0^");
    let main = scratch.origin("main");
    assert_eq!(scratch.origin("v0.1.0^^"), main, "two commits upon main");
    // What each commit changes, and nothing else.
    let changed = scratch.changed(&main, &action);
    let pinned = format!("+  image: docker://{image}");
    assert_eq!(changed, ["-  image: Dockerfile", &pinned]);
    let changed = scratch.changed(&action, commit);
    let (old, new): (Vec<_>, Vec<_>) = changed.iter().partition(|line| line.starts_with('-'));
    assert_eq!((old.len(), new.len()), (5, 5));
    let uses = |line: &str| line[1..].trim().trim_start_matches("- ").to_owned();
    assert!(
        old.iter()
            .all(|line| uses(line) == format!("uses: {COMMIT}"))
    );
    let released = format!("uses: greengate/greengate@{action} # v0.1.0");
    assert!(new.iter().all(|line| uses(line) == released), "{new:?}");
}

/// Pushes the images of both architectures and joins them; the digest of both.
fn pushed(scratch: &Scratch, name: &str) -> String {
    let [amd64, arm64] = ["amd64", "arm64"].map(|architecture| {
        let pushed = scratch.run("push-image.sh", &[name, architecture]).good();
        let digest = pushed.trim().strip_prefix(&format!("{architecture}="));
        digest.unwrap().to_owned()
    });
    let joined = scratch.run("join-images.sh", &[name, "0.1.0", &amd64, &arm64]);
    let again = scratch.run("join-images.sh", &[name, "0.1.0", &amd64, &arm64]);
    assert!(again.refusal().contains("is there already"));
    // Of one architecture twice there is none for the other.
    let twice = scratch.run("join-images.sh", &[name, "0.2.0", &amd64, &amd64]);
    assert!(twice.refusal().contains("both architectures have"));
    joined
        .good()
        .trim()
        .strip_prefix("digest=")
        .unwrap()
        .to_owned()
}

#[test]
fn the_major_tag_follows_the_newest_release_of_its_line() {
    let scratch = Scratch::new();
    for version in ["0.9.0", "0.10.0", "1.0.0"] {
        scratch.commit(version);
        scratch.git(&[
            "tag",
            "--annotate",
            &format!("v{version}"),
            "--message",
            version,
        ]);
    }
    scratch.git(&["push", "--quiet", "--tags", "origin"]);
    let moved = |version: &str| scratch.run("move-major.sh", &[version]).good();
    assert_eq!(moved("0.9.0"), "moved=false\n", "0.10.0 is newer");
    assert!(!scratch.has("v0"));
    assert_eq!(moved("0.10.0"), "moved=true\n");
    assert_eq!(scratch.origin("v0"), scratch.origin("v0.10.0^{commit}"));
    assert_eq!(moved("1.0.0"), "moved=true\n");
    assert_eq!(scratch.origin("v1"), scratch.origin("v1.0.0^{commit}"));
    assert_eq!(scratch.origin("v0"), scratch.origin("v0.10.0^{commit}"));
    let none = scratch.run("move-major.sh", &["1.1.0"]);
    assert!(none.refusal().contains("there is no tag v1.1.0"));
}

#[test]
fn what_the_program_is_made_of_is_a_document() {
    let mut made = script("sbom.sh", &["0.1.0"], crate::workflows::root());
    let document = Ran::of(&mut made).good();
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["spdxVersion"], "SPDX-2.3");
    let packages = document["packages"].as_array().unwrap();
    let has = |name: &str| packages.iter().any(|it| it["name"] == name);
    assert!(has("greengate") && has("rustls") && has("aws-sdk-ecs"));
    // What only tests use is not in the program.
    assert!(!has("insta") && !has("greengate-sandbox"));
    let mut ids: Vec<_> = packages.iter().map(|it| it["SPDXID"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), packages.len());
    let relations = document["relationships"].as_array().unwrap();
    assert_eq!(relations.len(), packages.len());
}
