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
