//! AWS's own clients, which nobody here wrote, against the sandbox on a port: boto3 and the AWS
//! CLI. Every answer is compared with the service's model besides (`tests/conformance/shapes.py`).
//!
//! These tests need the Python environment that `setup/python.sh` makes.

use crate::client::Signer;
use greengate_sandbox::Sandbox;
use greengate_sandbox::clock::Clock;
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::server::Server;
use std::path::PathBuf;
use tokio::process::Command;

/// The environment's `bin`.
fn clients() -> PathBuf {
    let cache = std::env::var_os("GREENGATE_CACHE").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/greengate"),
        PathBuf::from,
    );
    let bin = cache.join("venv/bin");
    assert!(
        bin.join("python").exists(),
        "there is no Python environment at {}: run setup/python.sh",
        bin.display()
    );
    bin
}

/// Runs a script of `tests/conformance` against the world of its `scenario.yaml`, whose time runs
/// so fast that a deployment takes less than a second.
async fn converse(script: &str) {
    let clock = Clock::start("2026-11-23T10:00:00Z".parse().unwrap(), 600.0);
    let scenario = Scenario::parse(include_str!("../conformance/scenario.yaml")).unwrap();
    let world = scenario.world(clock.now()).unwrap();
    let server = Server::start(Sandbox::new(world, clock), 0).await.unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance");
    let ops = Signer::ops();
    let output = Command::new(clients().join("python"))
        .args(["-B", script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", clients())
        .env("AWS_ENDPOINT_URL", server.url())
        .env("AWS_DEFAULT_REGION", &ops.region)
        .env("AWS_ACCESS_KEY_ID", &ops.key)
        .env("AWS_SECRET_ACCESS_KEY", &ops.secret)
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}:\n{said}");
    assert!(!said.contains("Ran 0 tests"), "{said}");
}

#[tokio::test]
async fn the_shapes_checker_finds_what_is_wrong() {
    converse("shapes_test.py").await;
}

#[tokio::test]
async fn boto3_gets_from_ecr_what_its_model_says() {
    converse("ecr_test.py").await;
}

#[tokio::test]
async fn boto3_gets_from_ecs_what_its_model_says() {
    converse("ecs_test.py").await;
}

#[tokio::test]
async fn boto3_gets_from_load_balancing_what_its_model_says() {
    converse("elb_test.py").await;
}

#[tokio::test]
async fn boto3_gets_from_logs_what_their_model_says() {
    converse("logs_test.py").await;
}

#[tokio::test]
async fn boto3_gets_from_what_a_preflight_asks_what_their_models_say() {
    converse("preflight_test.py").await;
}

#[tokio::test]
async fn boto3_gets_from_codedeploy_what_its_model_says() {
    converse("codedeploy_test.py").await;
}

#[tokio::test]
async fn boto3_gets_from_sts_what_its_model_says() {
    converse("sts_test.py").await;
}

#[tokio::test]
async fn the_aws_cli_deploys() {
    converse("cli_test.py").await;
}

/// Compares what a script of `tests/conformance` prints with a table of the action's sources. With
/// `UPDATE=1` in the environment the table is written anew.
async fn is_printed(script: &str, table: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance");
    let table = format!("{}/../src/{table}", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(clients().join("python"))
        .args(["-B", script])
        .current_dir(folder)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let fresh = String::from_utf8(output.stdout).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&table, &fresh).unwrap();
    }
    let held = std::fs::read_to_string(&table).unwrap();
    assert_eq!(held, fresh, "UPDATE=1 cargo nextest run the_action_knows");
}

#[tokio::test]
async fn the_action_knows_the_keys_of_documents_that_the_model_has() {
    is_printed("document_keys.py", "model/document/keys.txt").await;
}

#[tokio::test]
async fn the_action_knows_the_addresses_that_the_rules_of_aws_give() {
    is_printed("endpoints.py", "aws/direct/endpoints.txt").await;
}
