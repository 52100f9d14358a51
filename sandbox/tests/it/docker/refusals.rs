//! What an engine's user reads when the registry says no.

use super::*;
use jiff::SignedDuration;

#[tokio::test]
async fn a_made_up_password_does_not_log_in() {
    let client = Client::start().await;
    let login = client.login("guess").await;
    assert!(!login.ok);
    assert!(login.text.contains("400 Bad Request"), "{}", login.text);
}

#[tokio::test]
async fn an_expired_token_does_not_push() {
    let client = Client::logged_in().await;
    let image = client.image("team/shop:late");
    client.sandbox.with_world(|world| {
        let later = world.now + SignedDuration::from_hours(12);
        world.advance_to(later);
    });
    let built = client.build(b"late", &["--push", "--tag", &image]).await;
    assert!(!built.ok);
    assert!(built.text.contains("403 Forbidden"), "{}", built.text);
}

#[tokio::test]
async fn a_role_without_the_permission_does_not_push() {
    let client = Client::logged_in().await;
    client.sandbox.with_world(|world| {
        let user = world.identity.users.get_mut("ops").unwrap();
        user.policies = vec![
            serde_saphyr::from_str(
                "Statement: [{Effect: Allow, Action: 'ecr:BatchGetImage', Resource: '*'}]",
            )
            .unwrap(),
        ];
    });
    let image = client.image("team/shop:denied");
    let built = client.build(b"denied", &["--push", "--tag", &image]).await;
    assert!(!built.ok);
    assert!(built.text.contains("403 Forbidden"), "{}", built.text);
    let images = client.in_repository("team/shop", |repository| repository.images.len());
    assert_eq!(images, 0);
}

#[tokio::test]
async fn a_repository_that_is_missing_is_named() {
    let client = Client::logged_in().await;
    let image = client.image("team/typo:v1");
    let built = client.build(b"typo", &["--push", "--tag", &image]).await;
    assert!(!built.ok);
    assert!(built.text.contains("404 Not Found"), "{}", built.text);
}

#[tokio::test]
async fn an_immutable_tag_is_pushed_once() {
    let client = Client::logged_in().await;
    let image = client.image("sealed:v1");
    let options = ["--push", "--provenance=false", "--tag", &image];
    let first = client.build(b"first", &options).await;
    assert!(first.ok, "{}", first.text);
    let digest = client.digest("sealed", "v1");
    let second = client.build(b"second", &options).await;
    assert!(!second.ok);
    assert!(second.text.contains("400 Bad Request"), "{}", second.text);
    assert_eq!(client.digest("sealed", "v1"), digest);
}

/// The classic image store is the one whose pushes repeat what the registry says. Without root there
/// is no such engine, see `setup/engine.sh`.
#[tokio::test]
async fn an_engine_of_the_classic_store_repeats_ecr_s_words() {
    let Some(client) = Client::logged_in_to_the_classic_engine().await else {
        return;
    };
    let (sealed, typo) = (client.image("sealed:v1"), client.image("team/typo:v1"));
    for image in [&sealed, &typo] {
        let built = client.build(b"classic", &["--load", "--tag", image]).await;
        assert!(built.ok, "{}", built.text);
    }
    client.docker(&["push", &sealed]).await;
    let refused = async |image: &str, words: &str| {
        let said = client.run("docker", &["push", image]).await;
        assert!(!said.ok && said.text.contains(words), "{}", said.text);
    };
    refused(&sealed, "tag invalid: The image tag 'v1' already exists in the 'sealed' repository and cannot be overwritten because the tag is immutable.").await;
    refused(&typo, "name unknown: The repository with name 'team/typo' does not exist in the registry with id '123456789012'").await;
    client.sandbox.with_world(|world| {
        let later = world.now + SignedDuration::from_hours(12);
        world.advance_to(later);
    });
    refused(
        &typo,
        "denied: Your authorization token has expired. Reauthenticate and try again.",
    )
    .await;
}
