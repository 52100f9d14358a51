//! Building with BuildKit straight into the registry.

use super::*;
use greengate_sandbox::world::ecr::manifest::{OCI_INDEX, OCI_MANIFEST};

const PLATFORMS: &str = "--platform=linux/amd64,linux/arm64";

#[tokio::test]
async fn an_image_for_two_platforms_with_provenance_is_an_index() {
    let client = Client::logged_in().await;
    let image = client.image("team/shop:multi");
    let metadata = client.folder.path().join("metadata.json");
    let metadata_file = format!("--metadata-file={}", metadata.display());
    let options = [
        "--push",
        PLATFORMS,
        "--provenance=mode=max",
        "--sbom=false",
        &metadata_file,
        "--tag",
        &image,
    ];
    let built = client.build(b"multi", &options).await;
    assert!(built.ok, "{}", built.text);

    let digest = client.digest("team/shop", "multi");
    assert_eq!(
        json_file(&metadata)["containerimage.digest"],
        digest.as_str()
    );
    client.in_repository("team/shop", |repository| {
        let index = &repository.images[&repository.resolve("multi").unwrap()];
        assert_eq!(index.media_type, OCI_INDEX);
        let platforms = index.parsed.images().iter().map(|image| {
            let platform = image.platform.as_ref().unwrap();
            format!("{}/{}", platform.os, platform.architecture)
        });
        let platforms: Vec<_> = platforms.collect();
        assert_eq!(
            platforms,
            [
                "linux/amd64",
                "linux/arm64",
                "unknown/unknown",
                "unknown/unknown"
            ]
        );
    });

    let inspected = client
        .run("docker-buildx", &["imagetools", "inspect", &image])
        .await;
    assert!(inspected.ok, "{}", inspected.text);
    for expected in [
        digest.as_str(),
        "linux/amd64",
        "linux/arm64",
        "attestation-manifest",
    ] {
        assert!(inspected.text.contains(expected), "{}", inspected.text);
    }
}

#[tokio::test]
async fn a_registry_cache_is_kept_when_it_is_written_as_an_image() {
    let client = Client::logged_in().await;
    let image = client.image("team/shop:cached");
    let reference = format!("type=registry,ref={}", client.image("team/shop:buildcache"));
    let to = format!("--cache-to={reference},mode=max,image-manifest=true,oci-mediatypes=true");
    let from = format!("--cache-from={reference}");
    let options = ["--push", &to, &from, "--tag", &image];
    for attempt in ["first", "second"] {
        let built = client.build(b"cached", &options).await;
        assert!(built.ok, "{attempt}: {}", built.text);
    }
    client.in_repository("team/shop", |repository| {
        let cache = &repository.images[&repository.resolve("buildcache").unwrap()];
        assert_eq!(cache.media_type, OCI_MANIFEST);
        let config = &cache.parsed.config().unwrap().media_type;
        assert_eq!(config, "application/vnd.buildkit.cacheconfig.v0");
        assert!(
            cache.pulled_at.is_some(),
            "the second build reads the cache"
        );
    });
}

#[tokio::test]
async fn a_registry_cache_that_is_an_index_is_refused_as_ecr_refuses_it() {
    let client = Client::logged_in().await;
    let image = client.image("team/shop:uncached");
    let cache = client.image("team/shop:buildcache");
    let to = format!("--cache-to=type=registry,ref={cache},mode=max,image-manifest=false");
    let built = client
        .build(b"uncached", &["--push", &to, "--tag", &image])
        .await;
    assert!(!built.ok);
    assert!(built.text.contains("400 Bad Request"), "{}", built.text);
    let kept = client.in_repository("team/shop", |repository| {
        repository.tags.contains_key("buildcache")
    });
    assert!(!kept);
}
