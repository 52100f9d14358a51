//! Which image is built, which is taken as it is there, and under which tags.

use super::*;

const OF_COMMIT: &str = "sha-0123abc";

#[tokio::test]
async fn the_first_run_pushes_and_the_next_one_reuses() {
    let mut bench = Bench::new().await;
    bench.inputs.tags = vec!["latest".to_owned()];
    let first = bench.built().await;
    assert!(first.pushed);
    assert_eq!(first.tags, [OF_COMMIT, "latest"]);
    let held = bench.digest("team/shop", OF_COMMIT);
    assert_eq!(held.as_ref(), Some(&first.image.digest));
    assert!(
        bench
            .steps()
            .iter()
            .any(|name| name.ends_with("COPY hello.txt /"))
    );

    bench.inputs.tags.push("v1".to_owned());
    let pushed = bench.steps().len();
    let second = bench.built().await;
    assert!(!second.pushed);
    assert_eq!(second.image, first.image);
    assert_eq!(second.tags, [OF_COMMIT, "latest", "v1"]);
    assert_eq!(bench.digest("team/shop", "v1"), held);
    assert_eq!(bench.steps().len(), pushed, "nothing was built");
    assert!(bench.leftovers().is_empty());
}

#[tokio::test]
async fn other_inputs_get_a_tag_of_their_own_and_find_it_again() {
    let mut bench = Bench::new().await;
    let first = bench.built().await;
    bench.inputs.args = vec![pair("NAME", "other")];
    let other = bench.built().await;
    assert!(other.pushed);
    assert_ne!(other.image, first.image);
    assert_eq!(
        bench.digest("team/shop", OF_COMMIT),
        Some(first.image.digest.clone())
    );
    let tag = &other.tags[0];
    assert!(
        tag.starts_with("sha-0123abc-") && tag.len() == OF_COMMIT.len() + 9,
        "{tag}"
    );

    let again = bench.built().await;
    assert_eq!((again.pushed, &again.image), (false, &other.image));
    bench.inputs.args.clear();
    let back = bench.built().await;
    assert_eq!((back.pushed, &back.image), (false, &first.image));
}

#[tokio::test]
async fn a_dockerfile_that_an_earlier_step_made_is_an_input() {
    let bench = Bench::new().await;
    let first = bench.built().await;
    bench.write("Dockerfile", "FROM scratch\nCOPY hello.txt /other\n");
    let second = bench.built().await;
    assert!(second.pushed);
    assert_ne!(second.image, first.image);
}

#[tokio::test]
async fn an_index_with_attestations_is_found_again() {
    let mut bench = Bench::new().await;
    bench.inputs.provenance = true;
    bench.inputs.platforms = ["linux/amd64", "linux/arm64"]
        .map(|name| greengate::model::image::Platform(name.to_owned()))
        .into();
    let first = bench.built().await;
    assert!(first.pushed);
    let second = bench.built().await;
    assert_eq!((second.pushed, &second.image), (false, &first.image));
}

#[tokio::test]
async fn somebody_else_s_image_under_the_tag_is_left_alone() {
    let mut bench = Bench::new().await;
    let first = bench.built().await;
    bench.inputs.labels = vec![pair("org.opencontainers.image.revision", "another")];
    let second = bench.built().await;
    assert!(second.pushed);
    assert_eq!(
        bench.digest("team/shop", OF_COMMIT),
        Some(first.image.digest)
    );
}

#[tokio::test]
async fn a_rebuild_moves_the_tag_where_it_may() {
    let mut bench = Bench::new().await;
    let first = bench.built().await;
    bench.inputs.rebuild = true;
    bench.inputs.provenance = true;
    let other = bench.built().await;
    assert!(other.pushed && other.tags[0] != OF_COMMIT);
    let rebuilt = bench.built().await;
    assert!(rebuilt.pushed);
    assert_eq!(rebuilt.tags, other.tags);
    assert_ne!(
        rebuilt.image, other.image,
        "the attestation has a time in it"
    );
    assert_eq!(
        bench.digest("team/shop", OF_COMMIT),
        Some(first.image.digest)
    );
}

#[tokio::test]
async fn immutable_tags_are_never_pushed_twice() {
    let mut bench = Bench::new().await;
    bench.inputs.repository = Some("sealed".to_owned());
    bench.inputs.cache = Cache::Registry;
    let first = bench.built().await;
    assert!(bench.remarks().contains("immutable"), "{}", bench.remarks());
    let again = bench.built().await;
    assert_eq!((again.pushed, &again.image), (false, &first.image));

    bench.inputs.rebuild = true;
    let rebuilt = bench.built().await;
    assert!(rebuilt.pushed);
    assert!(rebuilt.tags[0].ends_with("-r77.2"), "{:?}", rebuilt.tags);
    assert_eq!(bench.tags("sealed").len(), 2);
}

#[tokio::test]
async fn a_tag_of_the_user_that_cannot_be_moved_is_refused_before_the_build() {
    let mut bench = Bench::new().await;
    bench.inputs.repository = Some("sealed".to_owned());
    bench.inputs.tags = vec!["v1".to_owned()];
    bench.built().await;
    let steps = bench.steps().len();
    bench.inputs.args = vec![pair("NAME", "other")];
    let failure = bench.failure().await;
    assert_eq!(failure.code, Code::PushFailed);
    assert!(failure.what.contains("tag v1 of"), "{}", failure.what);
    assert_eq!(bench.steps().len(), steps);
}

#[tokio::test]
async fn a_repository_that_is_missing_is_made_where_that_is_asked_for() {
    let mut bench = Bench::new().await;
    bench.inputs.repository = Some("team/new".to_owned());
    let failure = bench.failure().await;
    assert_eq!(failure.code, Code::NoRepository);
    let command = "aws ecr create-repository --repository-name team/new";
    assert!(failure.help.contains(command), "{}", failure.help);
    bench.inputs.create_repository = true;
    let built = bench.built().await;
    assert_eq!(
        bench.digest("team/new", OF_COMMIT),
        Some(built.image.digest)
    );
}

#[tokio::test]
async fn the_usual_labels_are_on_the_image() {
    let mut bench = Bench::new().await;
    bench.inputs.labels = vec![pair("team", "web")];
    let built = bench.built().await;
    let labels = bench.in_repository("team/shop", |repository| {
        let digest = repository.resolve(&built.image.digest).unwrap();
        let image = &repository.images[&digest];
        let config = image.parsed.config().unwrap();
        let digest =
            greengate_sandbox::world::ecr::digest::Digest::parse(&config.digest.to_string());
        let blob = &repository.layers[&digest.unwrap()];
        let config: serde_json::Value = serde_json::from_slice(&blob.0).unwrap();
        config["config"]["Labels"].clone()
    });
    assert_eq!(
        labels["org.opencontainers.image.source"],
        "https://github.com/acme/shop"
    );
    assert_eq!(labels["org.opencontainers.image.revision"], "0123abc");
    assert_eq!(labels["team"], "web");
    assert_eq!(
        labels["dev.greengate.inputs"].as_str().map(str::len),
        Some(64)
    );
    let created: jiff::Timestamp = labels["org.opencontainers.image.created"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(created <= jiff::Timestamp::now());
}

#[tokio::test]
async fn two_runs_of_a_commit_that_push_at_once_end_on_one_image() {
    let bench = Bench::new().await;
    let mut bench = bench;
    bench.inputs.repository = Some("sealed".to_owned());
    bench.inputs.provenance = true;
    let (one, other) = tokio::join!(bench.built(), bench.built());
    assert_eq!(one.image, other.image);
    assert_eq!(bench.digest("sealed", OF_COMMIT), Some(one.image.digest));
}
