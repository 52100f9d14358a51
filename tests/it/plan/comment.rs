//! The comment that a plan keeps: one for each workflow and service, brought up to date, and never a
//! reason for a red run.

use super::Stage;
use greengate_sandbox::world::github::permissions::{Level, Permissions, Scope};

const NEW: [(&str, &str); 2] = [("comment", "true"), ("image", "127.0.0.1:4566/shop:v2")];
const SAME: [(&str, &str); 2] = [("comment", "true"), ("task-definition", "shop")];

#[tokio::test(start_paused = true)]
async fn a_second_plan_brings_the_comment_up_to_date() {
    let stage = Stage::of("production", &[]);
    let first = stage.plan(&NEW).await;
    assert_eq!(first.exit, 0, "{}", first.log);
    let [before] = &stage.comments()[..] else {
        panic!("{}", first.log);
    };
    assert!(before.body.contains("sees changes"), "{}", before.body);
    assert_eq!(before.author, "github-actions[bot]");
    let second = stage.plan(&SAME).await;
    assert_eq!(second.exit, 0, "{}", second.log);
    let [after] = &stage.comments()[..] else {
        panic!("{}", second.log);
    };
    assert_eq!(after.id, before.id);
    assert!(
        after.body.contains("sees nothing to change"),
        "{}",
        after.body
    );
}

#[tokio::test(start_paused = true)]
async fn without_asking_nothing_is_said() {
    let stage = Stage::of("production", &[]);
    let ran = stage.plan(&NEW[1..]).await;
    assert_eq!((ran.exit, stage.comments().len()), (0, 0), "{}", ran.log);
}

/// A plan that may not be said is told how it could be, and is as green as any.
#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_told_and_fails_nothing() {
    let stage = Stage::of("production", &[]);
    let reading = Permissions::new([
        (Scope::Contents, Level::Read),
        (Scope::IdToken, Level::Write),
        (Scope::PullRequests, Level::Read),
    ]);
    let by = ("pull_request", "refs/pull/7/merge");
    let ran = stage.plan_by(by, reading, &NEW).await;
    assert_eq!((ran.exit, stage.comments().len()), (0, 0), "{}", ran.log);
    let [told] = &ran.chronicle.warnings[..] else {
        panic!("{}", ran.log);
    };
    assert!(
        told.contains("`permissions: { pull-requests: write }`"),
        "{told}"
    );
}

/// The role of a plan trusts pull requests alone, so that one of a push needs another one.
#[tokio::test(start_paused = true)]
async fn a_run_of_no_pull_request_says_so() {
    let stage = Stage::of("production", &[]);
    let by = ("push", "refs/heads/main");
    let ran = stage.plan_by(by, Permissions::planning(), &NEW).await;
    assert_eq!(
        ran.codes().into_iter().collect::<Vec<_>>(),
        ["GG011"],
        "{}",
        ran.log
    );
    assert!(ran.log.contains("of no pull request"), "{}", ran.log);
}

/// A stranger who writes what the comment begins with gets no plan in the place of their words.
#[tokio::test(start_paused = true)]
async fn what_a_stranger_wrote_stays() {
    let stage = Stage::of("production", &[]);
    stage.plan(&NEW).await;
    let ours = stage.comments()[0].clone();
    stage.look(|world| {
        let repository = world.github.repository_mut("acme/shop").unwrap();
        repository.pull_requests[0].comments[0].author = "mona".to_owned();
    });
    let ran = stage.plan(&SAME).await;
    let [theirs, new] = &stage.comments()[..] else {
        panic!("{}", ran.log);
    };
    assert_eq!((&theirs.body, theirs.id), (&ours.body, ours.id));
    assert!(new.body.contains("sees nothing to change"), "{}", new.body);
}

/// Plans of two services stand side by side, and one that could not look says why.
#[tokio::test(start_paused = true)]
async fn each_service_has_a_comment_of_its_own() {
    let stage = Stage::of("production", &[]);
    stage.plan(&NEW).await;
    let first = stage.comments()[0].clone();
    let ran = stage
        .plan(&[&NEW[..], &[("cluster", "staging")]].concat())
        .await;
    assert_eq!(ran.exit, 3, "{}", ran.log);
    let [same, other] = &stage.comments()[..] else {
        panic!("{}", ran.log);
    };
    assert_eq!((same.id, &same.body), (first.id, &first.body));
    assert!(other.body.contains("GG012"), "{}", other.body);
}
