//! A job that is cancelled, with the runner's own signals and times: what the container does in them,
//! what is left over, and what the post step makes of it.

use crate::cancellation::SLOW;
use crate::release::release;
use crate::run::{Place, Ran, Stand, client};
use greengate_sandbox::runner::Cancelled;
use greengate_sandbox::world::github::JobKey;
use std::time::Duration;
use tokio::time::timeout;

/// A deployment to staging that takes long, with parts of the scenario replaced.
async fn stand(replaced: &[(&str, &str)]) -> Stand {
    let replaced = [&[SLOW], replaced].concat();
    Stand::with(&replaced).await.at(Place::Image)
}

/// What came of a step that is cancelled while its deployment runs, and the containers that are left.
async fn cancelled(stand: &Stand, job: JobKey, on_cancel: &str) -> (Ran, String) {
    let step = stand.staging(job).input("on-cancel", on_cancel);
    let mut step = step.start();
    step.until("under way (IN_PROGRESS)").await;
    let label = step.call.as_ref().unwrap().label.clone();
    let (how, ran) = step.cancelled().await;
    assert_eq!(how, Cancelled::Interrupted, "{}", ran.log);
    (ran, containers(&label).await)
}

/// The names of the containers with this label.
async fn containers(label: &str) -> String {
    let filter = format!("label={label}");
    let list = ["ps", "--all", "--filter", &filter, "--format", "{{.Names}}"];
    let output = client().args(list).output().await.unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

async fn post(stand: &Stand, job: JobKey, on_cancel: &str, ran: &Ran) -> Ran {
    let step = stand.staging(job).input("on-cancel", on_cancel);
    let post = step.post(ran).run().await;
    assert_eq!(post.code, Some(0), "{}", post.log);
    post
}

#[tokio::test]
async fn it_asks_for_the_rollback_in_time_and_the_post_step_follows_it() {
    let stand = stand(&[]).await;
    let job = stand.staging_job();
    let (ran, left) = cancelled(&stand, job, "rollback").await;
    ran.ended(130, "cancelled");
    assert_eq!(left, "", "no container is left");
    assert_eq!(stand.count("StopServiceDeployment"), 1);
    let post = post(&stand, job, "rollback", &ran).await;
    let says = "was rolled back; shop-staging:1 serves.";
    assert!(post.log.contains(says), "{}", post.log);
    assert_eq!(stand.revision("staging"), "shop-staging:1");
}

#[tokio::test]
async fn it_leaves_the_deployment_where_it_is_to_be_left() {
    let stand = stand(&[]).await;
    let job = stand.staging_job();
    let (ran, left) = cancelled(&stand, job, "leave").await;
    ran.ended(130, "cancelled");
    assert_eq!(left, "", "no container is left");
    let post = post(&stand, job, "leave", &ran).await;
    assert!(post.log.contains("left it running"), "{}", post.log);
    assert_eq!(stand.count("StopServiceDeployment"), 0);
}

/// AWS that takes the request in too late does not use up the seconds that outputs and summary need.
#[tokio::test]
async fn an_aws_that_takes_nothing_in_does_not_keep_it() {
    let throttled = "faults:
  - { service: ecs, operation: StopServiceDeployment, answer: throttle }";
    let stand = stand(&[("faults: []", throttled)]).await;
    let job = stand.staging_job();
    let (ran, left) = cancelled(&stand, job, "rollback").await;
    ran.ended(130, "cancelled");
    assert_eq!(ran.codes(), ["GG070"]);
    assert_eq!(left, "", "no container is left");
}

#[tokio::test]
async fn a_build_is_given_up() {
    let stand = Stand::open().await.at(Place::Image);
    stand.write(
        "Dockerfile",
        "FROM python:3.13-slim\nRUN --network=none echo first\nRUN --network=none sleep 600\n",
    );
    let mut step = release(&stand, stand.staging_job()).start();
    step.until("echo first").await;
    let label = step.call.as_ref().unwrap().label.clone();
    let (how, ran) = step.cancelled().await;
    assert_eq!(how, Cancelled::Interrupted, "{}", ran.log);
    ran.ended(130, "cancelled");
    assert_eq!(containers(&label).await, "", "no container is left");
    assert_eq!(stand.writes(), Vec::<String>::new());
}

/// What a runner that is itself killed leaves: the container runs on without anybody to hear of it.
/// It sees the rollback that the post step asks for, and ends.
#[tokio::test]
async fn a_container_without_a_client_goes_on_until_the_post_step_ends_its_deployment() {
    let stand = stand(&[]).await;
    let job = stand.staging_job();
    let mut step = stand.staging(job).start();
    step.until("under way (IN_PROGRESS)").await;
    let call = step.call.clone().unwrap();
    step.signal(rustix::process::Signal::KILL);
    let ran = step.end().await;
    assert_eq!(ran.code, None);
    assert_eq!(containers(&call.label).await.trim(), call.name);

    let post = post(&stand, job, "rollback", &ran).await;
    let says = "was rolled back; shop-staging:1 serves.";
    assert!(post.log.contains(says), "{}", post.log);
    let gone = async { while !containers(&call.label).await.is_empty() {} };
    timeout(Duration::from_secs(30), gone)
        .await
        .expect("its end");
}
