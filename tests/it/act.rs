//! The workflows, run by act as a runner would run them, in the sandbox: the examples as they stand in
//! this repository, the workflows that they call as a release has them, and the action as its image.
//!
//! act knows neither environments nor the identity of a job: both are the sandbox's. What the runner does
//! to a container to the letter is no matter of this.

mod call;
mod identity;
mod played;
mod published;
mod stage;

use played::Played;
use stage::{Stage, bound, bound_by, bound_in};

/// The example's variables.
const VARIABLES: [(&str, &str); 4] = [
    (
        "STAGING_ROLE_ARN",
        "arn:aws:iam::123456789012:role/greengate-staging",
    ),
    (
        "PRODUCTION_ROLE_ARN",
        "arn:aws:iam::123456789012:role/greengate-production",
    ),
    (
        "TEST_TRAFFIC_ROLE_ARN",
        "arn:aws:iam::123456789012:role/greengate-test-traffic",
    ),
    (
        "PLAN_ROLE_ARN",
        "arn:aws:iam::123456789012:role/greengate-plan",
    ),
];

/// One commit through the called workflow; then by hand: an image that exists, and back.
#[tokio::test]
async fn a_commit_is_released_and_taken_back_by_the_workflows_that_are_called() {
    let stage = Stage::open("examples/shop").await;
    stage.checkout("examples/workflows/release.yml");
    stage.checkout("examples/workflows/manual.yml");
    let before = stage.revision("production");
    let jobs = [
        bound("reusable-release.yml", "staging"),
        bound("reusable-release.yml", "production"),
    ];
    let released = stage.play("release.yml", "push", &[], &jobs).await;
    let image = released.output("staging", "image").to_owned();
    released.is(&[("staging", "success"), ("production", "success")]);
    assert_eq!(released.output("staging", "outcome"), "succeeded");
    assert_eq!(released.output("production", "outcome"), "traffic-shifted");
    // What staging built is what production was given.
    assert_eq!(stage.image("staging"), image);
    assert_eq!(stage.image("production"), image);
    assert!(
        released.summary("production").contains("mona"),
        "the evidence"
    );
    let released_revision = stage.revision("production");
    assert_ne!(released_revision, before);

    let older = stage.image_of("v1");
    let inputs = [
        ("environment", "production"),
        ("image", &*older),
        ("allow-older-commit", "true"),
    ];
    let jobs = [bound("reusable-deploy.yml", "deploy")];
    let by_hand = stage
        .play("manual.yml", "workflow_dispatch", &inputs, &jobs)
        .await;
    by_hand.is(&[("deploy", "success")]);
    assert_eq!(by_hand.output("deploy", "outcome"), "traffic-shifted");
    assert_ne!(stage.image("production"), image);

    let inputs = [("environment", "production"), ("command", "rollback")];
    let jobs = [bound("reusable-rollback.yml", "rollback")];
    let back = stage
        .play("manual.yml", "workflow_dispatch", &inputs, &jobs)
        .await;
    back.is(&[("rollback", "success")]);
    // The deployment by hand may have been over by then, or not.
    let outcome = back.output("rollback", "outcome");
    assert!(
        ["succeeded", "traffic-shifted"].contains(&outcome),
        "{outcome}"
    );
    assert_eq!(stage.revision("production"), released_revision);
    assert_eq!(stage.image("production"), image);
}

/// What a pull request would change, as a comment on it.
#[tokio::test]
async fn a_pull_request_is_planned_by_the_workflow_that_is_called() {
    let role = "    greengate-plan:
      documented:
        trust: pull-request
        policies: [plan, preflight]
        with:
          OWNER: acme
          NAME: shop
          DEPLOYING_ROLE: greengate-plan
          SECRET: shop/database
          REPOSITORY: shop
          CLUSTER: production
          SERVICE: shop
          TASK_ROLE: shop-task
          EXECUTION_ROLE: shop-execution
          APPLICATION: AppECS-production-shop
          GROUP: DgpECS-production-shop

    # The roles of the tasks themselves.
";
    let replaced = [
        ("    # The roles of the tasks themselves.\n", role),
        (
            "    acme/shop:\n",
            "    acme/shop:\n      pull-requests: [7]\n",
        ),
    ];
    let stage = Stage::with("examples/shop", &replaced).await;
    stage.checkout("examples/workflows/plan.yml");
    let jobs = [bound_in(
        ".github/workflows/reusable-plan.yml",
        "plan",
        None,
    )];
    let played = stage.play("plan.yml", "pull_request", &[], &jobs).await;
    played.is(&[("plan", "success")]);
    assert_eq!(played.output("plan", "outcome"), "succeeded");
    assert_eq!(played.output("plan", "changes"), "true");
    let comments = stage.comments(7);
    assert_eq!(comments.len(), 1);
    assert!(comments[0].contains("production/shop"), "{}", comments[0]);
}

/// One job brings the deployment to its test traffic, the approved one takes it up and ends its wait.
#[tokio::test]
async fn a_deployment_waits_on_test_traffic_for_its_approval() {
    let role = "    greengate-test-traffic:
      documented:
        trust: environment
        policies: [deploy-codedeploy, diagnosis, diagnosis-targets, preflight, tag-revisions]
        with:
          OWNER: acme
          NAME: shop
          ENVIRONMENT: test-traffic
          DEPLOYING_ROLE: greengate-test-traffic
          SECRET: shop/database
          REPOSITORY: shop
          CLUSTER: production
          SERVICE: shop
          FAMILY: shop
          TASK_ROLE: shop-task
          EXECUTION_ROLE: shop-execution
          APPLICATION: AppECS-production-shop
          GROUP: DgpECS-production-shop
          LOG_GROUP: /ecs/shop

    # The roles of the tasks themselves.
";
    let replaced = [
        ("    # The roles of the tasks themselves.\n", role),
        (
            "        staging: {}\n",
            "        staging: {}\n        test-traffic: {}\n",
        ),
        (
            "policies: [deploy-codedeploy, diagnosis",
            "policies: [deploy-codedeploy, continue-codedeploy, diagnosis",
        ),
        (
            "          deployment-config: ",
            "          on-ready: STOP_DEPLOYMENT\n          ready-wait-minutes: 60\n          deployment-config: ",
        ),
    ];
    let stage = Stage::with("examples/shop", &replaced).await;
    stage.checkout("examples/workflows/test-traffic.yml");
    let before = stage.revision("production");
    let file = "examples/workflows/test-traffic.yml";
    let jobs = [
        bound_in(file, "test-traffic", Some("test-traffic")),
        bound_in(file, "production", Some("production")),
    ];
    let image = stage.image_of("v1");
    let inputs = [("image", &*image)];
    let played = stage
        .play("test-traffic.yml", "workflow_dispatch", &inputs, &jobs)
        .await;
    played.is(&[("test-traffic", "success"), ("production", "success")]);
    assert_eq!(played.output("test-traffic", "outcome"), "ready");
    assert_eq!(played.output("production", "outcome"), "traffic-shifted");
    let deployment = played.output("production", "deployment-id");
    assert_eq!(played.output("test-traffic", "deployment-id"), deployment);
    assert_ne!(stage.revision("production"), before);
}

/// The gate is in the called workflow, whatever act knows of it: without an approval there is no word of
/// AWS in production.
#[tokio::test]
async fn without_an_approval_the_called_workflow_is_refused() {
    let stage = Stage::with("examples/shop", &[("          reviewers: [mona]\n", "")]).await;
    stage.checkout("examples/workflows/manual.yml");
    let before = stage.revision("production");
    let image = stage.image_of("v1");
    let inputs = [("environment", "production"), ("image", &*image)];
    let jobs = [bound("reusable-deploy.yml", "deploy")];
    let refused = stage
        .play("manual.yml", "workflow_dispatch", &inputs, &jobs)
        .await;
    refused.is(&[("deploy", "failure")]);
    assert_eq!(refused.output("deploy", "outcome"), "refused");
    assert_eq!(stage.revision("production"), before);
}

/// The example whose jobs use the action themselves.
#[tokio::test]
async fn the_shop_s_own_workflow_goes_to_production() {
    let stage = Stage::open("examples/shop").await;
    stage.checkout("examples/shop/deploy.yml");
    let jobs = [
        bound_in("examples/shop/deploy.yml", "staging", Some("staging")),
        bound_in("examples/shop/deploy.yml", "production", Some("production")),
    ];
    let played = stage.play("deploy.yml", "push", &[], &jobs).await;
    played.is(&[("staging", "success"), ("production", "success")]);
    assert_eq!(played.output("production", "outcome"), "traffic-shifted");
    assert_eq!(stage.image("production"), played.output("staging", "image"));
}

/// `uses: ./` in a checkout of the release, as its smoke test and our own CI have it.
#[tokio::test]
async fn the_action_is_used_by_its_path() {
    let stage = Stage::of_the_release().await;
    stage.checkout(".github/workflows/ci.yml");
    let played: Played = stage.play("ci.yml", "push", &[], &[]).await;
    // The job's own steps look at the refusal; the others are not for here.
    played.is(&[("action", "success")]);
    assert_eq!(played.output("action", "outcome"), "refused");
}

/// The page that takes a reader from nothing to production, with nothing but what it says: its files, its
/// workflow, and the policies that it names.
#[tokio::test]
async fn getting_started_ends_in_production() {
    let page = std::fs::read_to_string(crate::workflows::root().join("docs/getting-started.md"));
    let page = page.unwrap();
    let block = |start: &str| {
        let (_, rest) = page.split_once(start).expect("a block");
        rest.split_once("\n```").expect("its end").0.to_owned() + "\n"
    };
    let production = block("```json\n").replace("ACCOUNT_ID", "123456789012");
    let staging = production
        .replace("\"family\": \"shop\"", "\"family\": \"shop-staging\"")
        .replace("/ecs/shop", "/ecs/shop-staging");
    let workflow = block("<!-- workflow: getting-started -->\n```yaml\n");
    let world = include_str!("../data/getting-started.yaml");
    let stage = Stage::in_world(world, "examples/shop").await;
    let write = |name: &str, text: &str| std::fs::write(stage.workspace.join(name), text).unwrap();
    write("task-definition.json", &production);
    write("task-definition.staging.json", &staging);
    stage.checkout_as("deploy.yml", &workflow);
    let jobs = ["staging", "production"];
    let jobs = jobs.map(|job| bound_by(&workflow, job, Some(job)));
    let played = stage.play("deploy.yml", "push", &[], &jobs).await;
    played.is(&[("staging", "success"), ("production", "success")]);
    assert_eq!(played.output("staging", "outcome"), "succeeded");
    assert_eq!(played.output("production", "outcome"), "traffic-shifted");
    assert_eq!(stage.image("production"), played.output("staging", "image"));
    assert!(
        played.summary("production").contains("mona"),
        "the evidence"
    );
}
