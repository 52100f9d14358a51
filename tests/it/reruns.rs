//! A second run of the same commit: nothing is built, registered or deployed twice.

use crate::run::Stand;
use rustix::process::Signal;

#[tokio::test]
async fn a_release_that_is_there_is_left_as_it_is() {
    let stand = Stand::open().await;
    let first = crate::release::release(&stand, stand.staging_job())
        .run()
        .await;
    first.ended(0, "succeeded");
    let written = stand.writes().len();
    let second = crate::release::release(&stand, stand.staging_job())
        .run()
        .await;
    second.ended(0, "unchanged");
    assert_eq!(second.output("image-pushed"), "false");
    for same in ["image", "image-digest", "task-definition-arn"] {
        assert_eq!(second.output(same), first.output(same));
    }
    assert_eq!(second.output("deployment-id"), "");
    let page = second.output("url");
    assert!(page.contains("/clusters/staging/services/shop/"), "{page}");
    let again = stand.writes().split_off(written);
    assert_eq!(again, Vec::<String>::new());
}

#[tokio::test]
async fn a_production_deployment_that_is_there_is_left_as_it_is() {
    let stand = Stand::open().await;
    let first = stand.production(stand.production_job()).run().await;
    first.ended(0, "traffic-shifted");
    let written = stand.writes().len();
    let second = stand.production(stand.production_job()).run().await;
    second.ended(0, "unchanged");
    assert_eq!(
        second.output("task-definition-arn"),
        first.output("task-definition-arn")
    );
    assert!(second.log.contains("approved by mona"), "{}", second.log);
    let again = stand.writes().split_off(written);
    assert_eq!(again, Vec::<String>::new());
    assert_eq!(stand.deployments(), 1);
}

#[tokio::test]
async fn a_rolling_deployment_that_is_under_way_is_followed() {
    let stand = Stand::with(&[("behaviours: []", "behaviours: [{ start: 3m }]")]).await;
    let job = stand.staging_job();
    let mut lost = stand.staging(job).start();
    lost.until("under way (IN_PROGRESS)").await;
    lost.signal(Signal::KILL);
    let again = stand.staging(job).run().await;
    again.ended(0, "succeeded");
    assert!(again.log.contains("following it"), "{}", again.log);
    assert_eq!(stand.count("UpdateService"), 1);
    assert_eq!(stand.count("RegisterTaskDefinition"), 1);
    assert_eq!(stand.revision("staging"), "shop-staging:2");
}

#[tokio::test]
async fn a_blue_green_deployment_that_is_under_way_is_not_started_twice() {
    let stand = Stand::open().await;
    let first = stand.production(stand.production_job());
    let first = first.input("wait-for", "created").run().await;
    first.ended(0, "created");
    let id = first.output("deployment-id");
    let second = stand.production(stand.production_job()).run().await;
    second.ended(0, "unchanged");
    assert!(second.log.contains(id), "{}", second.log);
    assert_eq!(stand.deployments(), 1);
    assert_eq!(stand.count("RegisterTaskDefinition"), 1);
}

#[tokio::test]
async fn a_second_step_of_the_same_job_changes_nothing() {
    let stand = Stand::open().await;
    let job = stand.production_job();
    stand
        .production(job)
        .run()
        .await
        .ended(0, "traffic-shifted");
    let again = stand.production(job).run().await;
    again.ended(0, "traffic-shifted");
    assert_eq!(stand.deployments(), 1);
}
