//! What the binary does by itself, done by the image in a runner's container: a deployment of each
//! kind, how it goes wrong, and what is refused.

use crate::release::release;
use crate::run::{Place, Stand};
use crate::{failures, refusals};

async fn stand() -> Stand {
    Stand::open().await.at(Place::Image)
}

#[tokio::test]
async fn a_commit_goes_to_production() {
    crate::release::goes_to_production(Place::Image).await;
}

#[tokio::test]
async fn the_example_goes_to_production() {
    crate::release::example_goes_to_production(Place::Image).await;
}

#[tokio::test]
async fn a_rollout_that_fails_is_rolled_back_and_explained() {
    failures::circuit_breaker_rolls_back(Place::Image).await;
}

#[tokio::test]
async fn a_hook_that_fails_rolls_production_back() {
    failures::failing_hook_rolls_back(Place::Image).await;
}

#[tokio::test]
async fn a_rejection_is_a_refusal() {
    refusals::rejection_refuses(Place::Image).await;
}

#[tokio::test]
async fn a_job_that_nobody_approved_is_refused() {
    let stand = stand().await;
    let run = stand.shop.run("hubot");
    let job = stand.shop.job(run, Some("production"));
    stand.shop.bypass(run, "production", "mona");
    let ran = stand.production(job).run().await;
    assert_eq!(ran.ended(4, "refused").codes(), ["GG042"]);
    assert_eq!(stand.writes(), Vec::<String>::new());
}

/// Production's service as ECS takes it through blue/green itself.
const NATIVE: [(&str, &str); 4] = [
    (
        "deployment-controller: CODE_DEPLOY
      load-balancer: { target-group: shop-blue, container: web, port: 8080 }",
        "load-balancer:
        target-group: shop-blue
        container: web
        port: 8080
        advanced:
          alternate: shop-green
          production: { load-balancer: shop, port: 443 }
          test: { load-balancer: shop, port: 8443 }
      settings:
        deploymentConfiguration: { strategy: BLUE_GREEN, bakeTimeInMinutes: 5 }
      script: { stages: {} }",
    ),
    (
        "policies: [deploy-codedeploy",
        "policies: [deploy-rolling, continue-native",
    ),
    (
        "{ port: 443, protocol: HTTPS, target-group: shop-blue }",
        "{ port: 443, protocol: HTTPS, target-group: shop-blue, alternate: shop-green }",
    ),
    (
        "{ port: 8443, protocol: HTTPS, target-group: shop-blue }",
        "{ port: 8443, protocol: HTTPS, target-group: shop-blue, alternate: shop-green }",
    ),
];

#[tokio::test]
async fn ecs_s_own_blue_green_succeeds() {
    let stand = Stand::with(&NATIVE).await.at(Place::Image);
    let step = stand.production(stand.production_job());
    let ran = step.input("wait-for", "succeeded").run().await;
    ran.ended(0, "succeeded");
    assert_eq!(stand.revision("production"), "shop:2");
    let says = "100 % of the production traffic on the new revision";
    assert!(ran.log.contains(says), "{}", ran.log);
}

#[tokio::test]
async fn the_revision_before_is_brought_back() {
    let stand = stand().await;
    let job = stand.staging_job();
    let deployed = stand.staging(job).run().await;
    deployed.ended(0, "succeeded");
    assert_eq!(stand.revision("staging"), "shop-staging:2");
    let ran = stand
        .staging(job)
        .input("command", "rollback")
        .input("task-definition", "")
        .input("image", "")
        .run()
        .await;
    ran.ended(0, "succeeded");
    assert_eq!(stand.revision("staging"), "shop-staging:1");
}

#[tokio::test]
async fn a_plan_shows_what_would_change_and_writes_nothing() {
    let stand = stand().await;
    let step = stand.staging(stand.staging_job());
    let ran = step.input("command", "plan").run().await;
    ran.ended(0, "succeeded");
    assert_eq!(ran.output("changes"), "true");
    assert_eq!(stand.writes(), Vec::<String>::new());
    assert!(ran.summary.contains("plan sees changes"), "{}", ran.summary);
}

#[tokio::test]
async fn bad_inputs_are_told_at_once() {
    let stand = stand().await;
    let step = stand.staging(stand.staging_job());
    let step = step.input("poll-interval", "0s").input("timeout", "soon");
    let ran = step.input("task-definition", "stagin.json").run().await;
    assert_eq!(ran.ended(2, "refused").codes(), ["GG001"]);
    for name in ["poll-interval", "timeout"] {
        assert!(ran.log.contains(name), "{}", ran.log);
    }
    assert_eq!(stand.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_dockerfile_that_is_not_one_is_told_by_the_mounted_engine() {
    let stand = stand().await;
    stand.write("Dockerfile", "FROM scratch\nCOPPY hello.txt /\n");
    let ran = release(&stand, stand.staging_job()).run().await;
    assert_eq!(ran.ended(2, "refused").codes(), ["GG031"]);
    assert_eq!(stand.writes(), Vec::<String>::new());
}
