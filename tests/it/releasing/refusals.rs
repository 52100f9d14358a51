//! What no release is made of, and that a refusal leaves all as it was.

use super::scratch::Scratch;

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Refused with `why`, and nothing has changed.
fn refused(scratch: &Scratch, script: &str, arguments: &[&str], why: &str) {
    let before = (
        scratch.git(&["rev-parse", "HEAD"]),
        scratch.git(&["status", "--porcelain"]),
    );
    let refusal = scratch.run(script, arguments).refusal();
    assert!(refusal.contains(why), "{script} {arguments:?}: {refusal}");
    let after = (
        scratch.git(&["rev-parse", "HEAD"]),
        scratch.git(&["status", "--porcelain"]),
    );
    assert_eq!(before, after, "{script} {arguments:?}");
    assert!(!scratch.has("v*"));
}

#[test]
fn only_a_whole_version_is_one() {
    let scratch = Scratch::new();
    for version in [
        "",
        "1",
        "1.2",
        "v1.2.3",
        "1.2.3-rc.1",
        "01.2.3",
        "1.2.3.4",
        "1.2.3 ",
        "1.2.3\n",
        "$(id)",
    ] {
        let image = format!("registry.example/greengate@{DIGEST}");
        refused(
            &scratch,
            "commit.sh",
            &[version, &image],
            "a version has three numbers",
        );
        refused(
            &scratch,
            "notes.sh",
            &[version],
            "a version has three numbers",
        );
        refused(
            &scratch,
            "push-tag.sh",
            &[version],
            "a version has three numbers",
        );
        refused(
            &scratch,
            "move-major.sh",
            &[version],
            "a version has three numbers",
        );
        let tag = format!("release-{version}");
        refused(&scratch, "check.sh", &[&tag], "a version has three numbers");
    }
}

#[test]
fn only_a_name_with_a_whole_digest_is_an_image() {
    let scratch = Scratch::new();
    let images = [
        (
            "registry.example/greengate:1".to_owned(),
            "an image to release is <name>@sha256",
        ),
        (
            "registry.example/greengate".to_owned(),
            "an image to release is <name>@sha256",
        ),
        (
            format!("greengate@{DIGEST}"),
            "an image's name has a registry",
        ),
        (
            format!("registry.example/greengate:1@{DIGEST}"),
            "an image's name has a registry",
        ),
        (
            format!("docker://registry.example/greengate@{DIGEST}"),
            "an image's name has a registry",
        ),
        (
            format!("registry.example/Greengate@{DIGEST}"),
            "an image's name has a registry",
        ),
        (
            format!("registry.example/green gate@{DIGEST}"),
            "an image's name has a registry",
        ),
        (
            format!("registry.example/a\nb@{DIGEST}"),
            "an image's name has a registry",
        ),
        (
            format!("registry.example/greengate@{}", &DIGEST[..70]),
            "a digest is sha256",
        ),
        (
            format!("registry.example/greengate@{DIGEST}0"),
            "a digest is sha256",
        ),
        (
            format!("registry.example/greengate@{DIGEST}\n"),
            "a digest is sha256",
        ),
        (
            format!("registry.example/greengate@{}", DIGEST.to_uppercase()),
            "a digest is sha256",
        ),
        (
            format!("registry.example/greengate@{DIGEST}@{DIGEST}"),
            "a digest is sha256",
        ),
    ];
    for (image, why) in &images {
        refused(&scratch, "commit.sh", &["0.1.0", image], why);
    }
}

#[test]
fn only_what_has_not_been_released_is() {
    let image = format!("registry.example/greengate@{DIGEST}");
    let commit = |scratch: &Scratch, why| refused(scratch, "commit.sh", &["0.1.0", &image], why);
    let both = |scratch: &Scratch, why| {
        commit(scratch, why);
        scratch.git(&["push", "--quiet", "origin", "main"]);
        refused(scratch, "check.sh", &["release-0.1.0"], why);
    };
    let scratch = Scratch::new();
    scratch.write("new", "");
    commit(&scratch, "there are changes that are not committed");

    let scratch = Scratch::new();
    scratch.replace(
        "action.yml",
        "image: Dockerfile",
        &format!("image: docker://{image}"),
    );
    scratch.commit("Pin");
    both(&scratch, "action.yml does not say 'image: Dockerfile'");

    let scratch = Scratch::new();
    scratch.replace(
        "action.yml",
        "  image: Dockerfile\n",
        "  image: Dockerfile\n  image: other\n",
    );
    scratch.commit("Two");
    both(&scratch, "action.yml has 2 images");

    let scratch = Scratch::new();
    let workflow = ".github/workflows/reusable-plan.yml";
    scratch.replace(workflow, "greengate@0000", "greengate@1111");
    scratch.commit("Pin");
    both(&scratch, "reusable-plan.yml names a release already");

    let scratch = Scratch::new();
    scratch.git(&["tag", "v0.1.0"]);
    commit(&scratch, "there is a tag v0.1.0");
}

#[test]
fn only_a_commit_of_main_with_its_version_and_notes_is_checked_out_for_it() {
    let check = |scratch: &Scratch, tag, why| refused(scratch, "check.sh", &[tag], why);
    let scratch = Scratch::new();
    check(
        &scratch,
        "v0.1.0",
        "the tag of a commit to release is release-<version>",
    );
    check(&scratch, "release-0.2.0", "Cargo.toml is at version 0.1.0");
    scratch.write("Cargo.toml", "[workspace.package]\nversion = \"0.0.9\"\n");
    check(
        &scratch,
        "release-0.0.9",
        "CHANGELOG.md has no section '## 0.0.9'",
    );

    let scratch = Scratch::new();
    scratch.commit("Not pushed");
    check(&scratch, "release-0.1.0", "is not on main");
}

#[test]
fn a_tag_that_is_there_is_never_moved() {
    let scratch = Scratch::new();
    scratch.git(&["tag", "v0.1.0"]);
    scratch.run("push-tag.sh", &["0.1.0"]).good();
    let first = scratch.origin("v0.1.0");
    scratch.commit("Other");
    scratch.git(&["tag", "--force", "v0.1.0"]);
    let refusal = scratch.run("push-tag.sh", &["0.1.0"]).refusal();
    assert!(refusal.contains("origin has a tag v0.1.0"), "{refusal}");
    assert_eq!(scratch.origin("v0.1.0"), first);
    let refusal = scratch.run("check.sh", &["release-0.1.0"]).refusal();
    assert!(refusal.contains("is not on main"), "{refusal}");
    scratch.git(&["push", "--quiet", "origin", "main"]);
    let refusal = scratch.run("check.sh", &["release-0.1.0"]).refusal();
    assert!(refusal.contains("v0.1.0 is released already"), "{refusal}");
}
