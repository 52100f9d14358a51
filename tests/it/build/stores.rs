//! Image stores and caches: what the daemon's own BuildKit does, and when ours is started.

use super::*;

#[tokio::test]
async fn a_cache_is_kept_in_the_registry_and_read_again() {
    let mut bench = Bench::new().await;
    bench.inputs.repository = Some("cached".to_owned());
    bench.inputs.cache = Cache::Registry;
    bench.built().await;
    assert!(bench.tags("cached").contains(&"buildcache".to_owned()));
    assert!(
        bench.remarks().contains("its own BuildKit"),
        "{}",
        bench.remarks()
    );
    let exports = |bench: &Bench| {
        let steps = bench.steps();
        steps
            .iter()
            .filter(|name| name.contains("exporting cache"))
            .count()
    };
    assert_eq!(exports(&bench), 1);
    bench.inputs.labels = vec![pair("changed", "yes")];
    bench.built().await;
    let cached = bench.events().into_iter().any(|event| {
        matches!(event, EventKind::BuildStepFinished { name, cached: true, .. } if name.contains("COPY"))
    });
    assert!(cached, "a label spoils no cache: {:?}", bench.events());
}

#[tokio::test]
async fn without_github_s_cache_service_the_build_goes_on() {
    let mut bench = Bench::new().await;
    bench.inputs.cache = Cache::Gha;
    bench
        .environment
        .retain(|name, _| !name.to_string_lossy().starts_with("ACTIONS_"));
    assert!(bench.built().await.pushed);
    assert!(
        bench.remarks().contains("no cache service"),
        "{}",
        bench.remarks()
    );
}

#[tokio::test]
async fn the_classic_store_builds_what_it_can() {
    let Some(bench) = Bench::classic().await else {
        return;
    };
    let first = bench.built().await;
    assert!(first.pushed);
    assert!(
        bench.remarks().contains("classic image store"),
        "{}",
        bench.remarks()
    );
    assert!(!bench.built().await.pushed);
}

#[tokio::test]
async fn the_classic_store_needs_a_builder_for_platforms_and_cache() {
    let Some(mut bench) = Bench::classic().await else {
        return;
    };
    bench
        .environment
        .insert("RUNNER_NAME".into(), "of the test".into());
    bench.inputs.repository = Some("cached".to_owned());
    bench.inputs.cache = Cache::Registry;
    bench.inputs.provenance = true;
    bench.inputs.platforms = ["linux/amd64", "linux/arm64"]
        .map(|name| greengate::model::image::Platform(name.to_owned()))
        .into();
    let built = bench.built().await;
    assert!(built.pushed);
    assert!(
        bench.remarks().contains("in a container of its own"),
        "{}",
        bench.remarks()
    );
    assert!(bench.tags("cached").contains(&"buildcache".to_owned()));
    let host = &bench.environment[&OsString::from("DOCKER_HOST")];
    let listed = std::process::Command::new("docker")
        .args([
            "ps",
            "--all",
            "--quiet",
            "--filter",
            "name=buildx_buildkit_greengate",
        ])
        .env("DOCKER_HOST", host)
        .output()
        .unwrap();
    assert!(listed.status.success());
    assert!(listed.stdout.is_empty(), "the builder is still there");
}

#[tokio::test]
async fn an_immutable_tag_is_known_from_the_words_of_either_store() {
    let Some(mut bench) = Bench::classic().await else {
        return;
    };
    bench.inputs.repository = Some("sealed".to_owned());
    let first = bench.built().await;
    bench.inputs.rebuild = true;
    let rebuilt = bench.built().await;
    assert!(rebuilt.pushed);
    assert_ne!(rebuilt.tags, first.tags);
}
