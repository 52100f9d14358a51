//! Deployments that do not end well, and runs that do not see their end.

use crate::run::{Place, Ran, Stand, task_definition};
use rustix::process::Signal;
use std::time::{Duration, Instant};

const EXITS: (&str, &str) = (
    "behaviours: []",
    "behaviours:
    - match: { service: shop, nth-revision: 1 }
      ends: { exits: { code: 1, after: 2s, log: [panic, no database] } }",
);

const SLOW: (&str, &str) = (
    "behaviours: []",
    "behaviours:
    - match: { service: shop, nth-revision: 1 }
      start: 20m",
);

const HOOK_FAILS: (&str, &str) = (
    "script: {}",
    "script:
            hooks:
              BeforeAllowTraffic: { result: fail, after: 20s, message: the smoke test got a 500 }",
);

const NO_ROLLBACK: (&str, &str) = (
    "auto-rollback: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM]",
    "auto-rollback: []",
);

fn faults(list: &str) -> (&'static str, String) {
    ("faults: []", format!("faults:\n{list}"))
}

async fn with_faults(list: &str) -> Stand {
    let (old, new) = faults(list);
    Stand::with(&[(old, &new)]).await
}

#[track_caller]
fn failed_with(ran: &Ran, code: &str, words: &[&str]) {
    assert_eq!(ran.codes(), [code], "{}", ran.log);
    for words in words {
        assert!(ran.log.contains(words), "{words} is not in\n{}", ran.log);
    }
    assert!(ran.summary.contains(code), "{}", ran.summary);
}

#[tokio::test]
async fn the_circuit_breaker_rolls_back() {
    circuit_breaker_rolls_back(Place::Machine).await;
}

pub(crate) async fn circuit_breaker_rolls_back(place: Place) {
    let stand = Stand::with(&[EXITS]).await.at(place);
    let ran = stand.staging(stand.staging_job()).run().await;
    ran.ended(5, "rolled-back");
    failed_with(
        &ran,
        "GG050",
        &[
            "shop-staging:1 serves now",
            "ECS: (service shop)",
            "failed to start",
        ],
    );
    assert_eq!(stand.revision("staging"), "shop-staging:1");
    assert_eq!(ran.json()["exit"], "other-serves");
}

#[tokio::test]
async fn the_circuit_breaker_stops_without_a_rollback() {
    let stand = Stand::with(&[EXITS, ("rollback: true", "rollback: false")]).await;
    let step = stand.staging(stand.staging_job());
    let ran = step.input("on-failure", "leave").run().await;
    ran.ended(5, "failed");
    failed_with(
        &ran,
        "GG052",
        &["shop-staging:1 serves now", "failed to start"],
    );
}

#[tokio::test]
async fn a_newer_deployment_takes_the_place_of_ours() {
    let stand = Stand::with(&[SLOW]).await;
    let mut ours = stand.staging(stand.staging_job()).start();
    ours.until("under way (IN_PROGRESS)").await;
    let other = task_definition("shop-staging").replace("8080\" }]", "8081\" }]");
    stand.write("other.json", other);
    let theirs = stand.staging(stand.staging_job());
    let theirs = theirs.input("task-definition", "other.json").run().await;
    theirs.ended(0, "succeeded");
    let ours = ours.end().await;
    ours.ended(5, "superseded");
    failed_with(&ours, "GG051", &["serves now"]);
    assert_eq!(stand.revision("staging"), "shop-staging:3");
}

#[tokio::test]
async fn zero_desired_tasks_are_a_success_with_a_warning() {
    let stand = Stand::with(&[("desired-count: 2", "desired-count: 0")]).await;
    let ran = stand.staging(stand.staging_job()).run().await;
    ran.ended(0, "succeeded");
    assert!(ran.log.contains("::warning"), "{}", ran.log);
    assert!(ran.log.contains("nothing runs"), "{}", ran.log);
}

#[tokio::test]
async fn a_time_out_stops_nothing_and_names_what_runs_on() {
    let stand = Stand::with(&[SLOW]).await;
    let step = stand.staging(stand.staging_job()).input("timeout", "1m");
    let ran = step.run().await;
    ran.ended(7, "timed-out");
    let id = ran.output("deployment-id").rsplit('/').next().unwrap();
    failed_with(&ran, "GG060", &["runs on", id]);
    assert_eq!(stand.count("StopServiceDeployment"), 0);
    stand.look(|world| {
        let history = &world.ecs.service("staging", "shop").unwrap().history;
        assert!(!history.last().unwrap().status.is_terminal());
    });
}

#[tokio::test]
async fn a_hook_that_fails_rolls_production_back() {
    failing_hook_rolls_back(Place::Machine).await;
}

pub(crate) async fn failing_hook_rolls_back(place: Place) {
    let stand = Stand::with(&[HOOK_FAILS]).await.at(place);
    let step = stand.production(stand.production_job());
    let ran = step.input("codedeploy-appspec", "appspec.yaml").run().await;
    ran.ended(5, "rolled-back");
    failed_with(
        &ran,
        "GG050",
        &[
            "BeforeAllowTraffic failed",
            "the smoke test got a 500",
            "shop:1 serves now",
        ],
    );
    assert_eq!(stand.revision("production"), "shop:1");
    assert_eq!(stand.traffic(), (100, 0));
}

#[tokio::test]
async fn a_hook_that_fails_without_a_rollback_leaves_the_old_revision() {
    let stand = Stand::with(&[HOOK_FAILS, NO_ROLLBACK]).await;
    let step = stand.production(stand.production_job());
    let ran = step.input("codedeploy-appspec", "appspec.yaml").run().await;
    ran.ended(5, "failed");
    failed_with(
        &ran,
        "GG052",
        &["BeforeAllowTraffic failed", "shop:1 serves now"],
    );
    assert_eq!(stand.traffic(), (100, 0));
}

#[tokio::test]
async fn a_deployment_that_is_already_running_is_named() {
    let stand = Stand::open().await;
    let first = stand.production(stand.production_job());
    let first = first.input("wait-for", "created").run().await;
    let other = task_definition("shop").replace("8080\" }]", "8081\" }]");
    stand.write("other.json", other);
    let second = stand.production(stand.production_job());
    let second = second
        .input("task-definition", "other.json")
        .input("on-active-deployment", "fail");
    let second = second.run().await;
    second.ended(3, "refused");
    failed_with(&second, "GG026", &[first.output("deployment-id")]);
    assert_eq!(stand.deployments(), 1);
}

#[tokio::test]
async fn a_call_that_is_denied_in_the_middle_ends_the_watch() {
    let stand = with_faults(
        "  - service: ecs
    operation: DescribeServices
    skip: 3
    answer: { error: { code: AccessDeniedException, message: 'User: arn:aws:sts::123456789012:assumed-role/greengate-staging/greengate-1 is not authorized to perform: ecs:DescribeServices on resource: x because no identity-based policy allows the ecs:DescribeServices action' } }",
    )
    .await;
    let ran = stand.staging(stand.staging_job()).run().await;
    ran.ended(6, "failed");
    let id = ran.output("deployment-id").rsplit('/').next().unwrap();
    failed_with(&ran, "GG054", &[id, "runs on", "ecs:DescribeServices"]);
    assert_eq!(stand.count("StopServiceDeployment"), 0);
}

#[tokio::test]
async fn a_role_that_is_taken_away_in_the_middle_ends_the_watch() {
    let stand = Stand::with(&[SLOW]).await;
    let mut run = stand.staging(stand.staging_job()).start();
    run.until("under way (IN_PROGRESS)").await;
    stand.look(|world| {
        let role = world.identity.roles.get_mut("greengate-staging").unwrap();
        role.policies.clear();
    });
    let ran = run.end().await;
    ran.ended(6, "failed");
    let id = ran.output("deployment-id").rsplit('/').next().unwrap();
    failed_with(&ran, "GG054", &[id, "runs on"]);
}

#[tokio::test]
async fn throttling_outages_and_cut_connections_are_survived() {
    let stand = with_faults(
        "  - { service: ecs, operation: Describe*, skip: 4, count: 3, answer: throttle }
  - { service: ecs, operation: DescribeServices, skip: 2, count: 3, answer: { status: 500 } }
  - { service: ecs, operation: DescribeServiceDeployments, skip: 3, count: 4, answer: cut }
  - { service: ecs, operation: UpdateService, count: 1, answer: { status: 503 } }
  - { service: sts, operation: AssumeRole*, count: 1, answer: throttle }
  - { service: oidc, count: 1, answer: cut }",
    )
    .await;
    let ran = stand.staging(stand.staging_job()).run().await;
    ran.ended(0, "succeeded");
    stand.look(|world| {
        let faults = world.script.faults.iter();
        let idle = faults.filter(|fault| fault.seen <= fault.skip);
        assert_eq!(idle.count(), 0, "{:?}", world.script.faults);
    });
}

#[tokio::test]
async fn outages_are_survived_in_a_blue_green_deployment() {
    let stand = with_faults(
        "  - { service: codedeploy, operation: GetDeployment, skip: 2, count: 3, answer: { status: 500 } }
  - { service: codedeploy, operation: '*Target*', skip: 5, count: 6, answer: throttle }
  - { service: codedeploy, operation: '*', skip: 30, count: 5, answer: cut }",
    )
    .await;
    let ran = stand.production(stand.production_job()).run().await;
    ran.ended(0, "traffic-shifted");
    assert_eq!(stand.deployments(), 1);
}

async fn cancelled_by(signal: Signal) {
    let stand = Stand::with(&[SLOW]).await;
    let mut run = stand.staging(stand.staging_job()).start();
    run.until("under way (IN_PROGRESS)").await;
    let asked = Instant::now();
    run.signal(signal);
    let ran = run.end().await;
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "{:?}",
        asked.elapsed()
    );
    ran.ended(130, "cancelled");
    let id = ran.output("deployment-id").rsplit('/').next().unwrap();
    failed_with(&ran, "GG070", &[id, "runs on"]);
}

#[tokio::test]
async fn both_signals_of_a_runner_end_a_run_at_once() {
    cancelled_by(Signal::TERM).await;
    cancelled_by(Signal::INT).await;
}

#[tokio::test]
async fn a_run_that_is_cancelled_before_its_deployment_starts_none() {
    let (old, new) = faults("  - { service: ecs, operation: DescribeServices, answer: throttle }");
    let stand = Stand::with(&[(old, &new)]).await;
    let mut run = stand.staging(stand.staging_job()).start();
    run.until("Preflight").await;
    run.signal(Signal::TERM);
    let ran = run.end().await;
    ran.ended(130, "cancelled");
    assert_eq!(stand.writes(), Vec::<String>::new());
}
