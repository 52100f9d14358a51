//! Pushing and pulling with the engine itself.

use super::*;
use ring::rand::{SecureRandom, SystemRandom};

#[tokio::test]
async fn an_engine_pushes_an_image_and_pulls_it_again() {
    let client = Client::logged_in().await;
    let image = client.image("team/shop:v1");
    let built = client.build(b"one", &["--load", "--tag", &image]).await;
    assert!(built.ok, "{}", built.text);
    client.docker(&["push", &image]).await;
    let digest = client.digest("team/shop", "v1");

    client.docker(&["image", "rm", &image]).await;
    let pulled = client.docker(&["pull", &image]).await;
    assert!(pulled.contains(&digest), "{pulled}");
    let by_digest = client.image(&format!("team/shop@{digest}"));
    client.docker(&["pull", &by_digest]).await;
    let pulled = client.in_repository("team/shop", |repository| {
        repository
            .images
            .values()
            .any(|image| image.pulled_at.is_some())
    });
    assert!(pulled, "the pull is on record");
}

#[tokio::test]
async fn a_large_layer_arrives_whole() {
    let client = Client::logged_in().await;
    let image = client.image("team/shop:large");
    let mut content = vec![0; 4 * 1024 * 1024];
    SystemRandom::new().fill(&mut content).unwrap();
    let built = client
        .build(&content, &["--push", "--provenance=false", "--tag", &image])
        .await;
    assert!(built.ok, "{}", built.text);
    let largest = client.in_repository("team/shop", |repository| {
        repository.layers.values().map(|layer| layer.0.len()).max()
    });
    assert!(largest.unwrap() > 3 * 1024 * 1024, "{largest:?}");
    client.docker(&["image", "rm", &image]).await;
    client.docker(&["pull", "--quiet", &image]).await;
}
