//! What a cancelled step does in the seconds it has, and what its post step does after it.

use crate::run::{Ran, Stand};
use rustix::process::Signal;

pub(crate) const SLOW: (&str, &str) = (
    "behaviours: []",
    "behaviours:
    - match: { service: shop, nth-revision: 1 }
      start: 20m",
);

/// A step that gets `signal` while its deployment to staging runs.
async fn signalled(stand: &Stand, signal: Signal, inputs: &[(&str, &str)]) -> Ran {
    let step = stand.staging(stand.staging_job());
    let step = inputs
        .iter()
        .fold(step, |step, (name, value)| step.input(name, value));
    let mut step = step.start();
    step.until("under way (IN_PROGRESS)").await;
    step.signal(signal);
    step.end().await
}

#[tokio::test]
async fn the_post_step_follows_the_rollback_that_the_step_has_asked_for() {
    let stand = Stand::with(&[SLOW]).await;
    let ran = signalled(&stand, Signal::INT, &[]).await;
    ran.ended(130, "cancelled");
    assert!(ran.log.contains("its rollback runs on"), "{}", ran.log);
    assert_eq!(stand.count("StopServiceDeployment"), 1);
    let post = stand.staging(stand.staging_job()).post(&ran).run().await;
    assert_eq!(post.code, Some(0), "{}", post.log);
    let says = "was rolled back; shop-staging:1 serves.";
    assert!(post.log.contains(says), "{}", post.log);
    assert_eq!(stand.revision("staging"), "shop-staging:1");
}

/// Such as by a runner that was out of time, or of memory.
#[tokio::test]
async fn the_post_step_rolls_back_what_a_killed_step_has_left() {
    let stand = Stand::with(&[SLOW]).await;
    let ran = signalled(&stand, Signal::KILL, &[]).await;
    assert_eq!(ran.code, None);
    assert_eq!(stand.count("StopServiceDeployment"), 0);
    let post = stand.staging(stand.staging_job()).post(&ran).run().await;
    assert_eq!(post.code, Some(0), "{}", post.log);
    let says = "was rolled back; shop-staging:1 serves.";
    assert!(post.log.contains(says), "{}", post.log);
    assert_eq!(stand.count("StopServiceDeployment"), 1);
    assert_eq!(stand.revision("staging"), "shop-staging:1");
}

#[tokio::test]
async fn the_post_step_is_not_kept_off_by_the_deployment_that_it_is_for() {
    let stand = Stand::with(&[SLOW]).await;
    let fail = [("on-active-deployment", "fail")];
    let ran = signalled(&stand, Signal::KILL, &fail).await;
    let step = stand.staging(stand.staging_job());
    let post = step.input("on-active-deployment", "fail").post(&ran);
    let post = post.run().await;
    assert_eq!(post.code, Some(0), "{}", post.log);
    assert_eq!(stand.revision("staging"), "shop-staging:1");
}

#[tokio::test]
async fn the_post_step_leaves_what_is_to_be_left() {
    let stand = Stand::with(&[SLOW]).await;
    let leave = [("on-cancel", "leave")];
    let ran = signalled(&stand, Signal::KILL, &leave).await;
    let step = stand.staging(stand.staging_job());
    let post = step.input("on-cancel", "leave").post(&ran).run().await;
    assert_eq!(post.code, Some(0), "{}", post.log);
    assert!(post.log.contains("left it running"), "{}", post.log);
    assert_eq!(stand.count("StopServiceDeployment"), 0);
}

#[tokio::test]
async fn the_post_step_of_a_run_that_ended_does_nothing() {
    let stand = Stand::open().await;
    let ran = stand.staging(stand.staging_job()).run().await;
    ran.ended(0, "succeeded");
    let (calls, job) = (stand.writes().len(), stand.staging_job());
    let post = stand.staging(job).post(&ran).run().await;
    assert_eq!((post.code, post.log.as_str()), (Some(0), ""));
    assert_eq!(stand.writes().len(), calls);
}

/// A file for the state that cannot be written must not make the post step deploy again.
#[tokio::test]
async fn the_post_step_without_a_state_does_nothing() {
    let stand = Stand::open().await;
    let mut ran = stand.staging(stand.staging_job()).run().await;
    ran.state.clear();
    let calls = stand.writes().len();
    let post = stand.staging(stand.staging_job()).post(&ran).run().await;
    assert_eq!((post.code, post.log.as_str()), (Some(0), ""));
    assert_eq!(stand.writes().len(), calls);
}

#[tokio::test]
async fn a_cancelled_blue_green_deployment_is_rolled_back_and_followed() {
    let stand = Stand::open().await;
    let job = stand.production_job();
    let mut step = stand.production(job).start();
    step.until("10 % of the production traffic").await;
    step.signal(Signal::TERM);
    let ran = step.end().await;
    ran.ended(130, "cancelled");
    assert_eq!(stand.count("StopDeployment"), 1);
    let post = stand.production(job).post(&ran).run().await;
    assert_eq!(post.code, Some(0), "{}", post.log);
    let says = "was rolled back; shop:1 serves.";
    assert!(post.log.contains(says), "{}", post.log);
    assert_eq!(stand.traffic(), (100, 0));
}
