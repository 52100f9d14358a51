//! AWS's own clients, which nobody here wrote, against the sandbox on a port: boto3 and the AWS
//! CLI. Every answer is compared with the service's model besides (`tests/conformance/shapes.py`).
//!
//! These tests need the Python environment that `setup/python.sh` makes.

use crate::client::{ADMIN, Signer, sandbox_at_speed};
use greengate_sandbox::server::Server;
use greengate_sandbox::world::World;
use greengate_sandbox::world::{ecr, ecs, elb};
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

/// The world of `tests/conformance/scenario.yaml`.
#[derive(serde::Deserialize)]
struct Scenario {
    ecr: ecr::Seed,
    elb: elb::Seed,
    ecs: ecs::Seed,
}

fn scenario(world: &mut World) {
    let text = include_str!("../conformance/scenario.yaml");
    let scenario: Scenario = serde_saphyr::from_str(text).unwrap();
    scenario.ecr.seed(world).unwrap();
    scenario.elb.seed(world).unwrap();
    scenario.ecs.seed(world).unwrap();
}

/// Runs a script of `tests/conformance` against a world, `speed` times as fast as the real one.
async fn converse(script: &str, speed: f64, prepare: impl FnOnce(&mut World)) {
    let sandbox = sandbox_at_speed(ADMIN, speed);
    sandbox.with_world(prepare);
    let server = Server::start(sandbox.clone(), 0).await.unwrap();
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
    converse("shapes_test.py", 1.0, |_| {}).await;
}

#[tokio::test]
async fn boto3_gets_from_ecr_what_its_model_says() {
    converse("ecr_test.py", 600.0, scenario).await;
}

#[tokio::test]
async fn boto3_gets_from_ecs_what_its_model_says() {
    converse("ecs_test.py", 600.0, scenario).await;
}

#[tokio::test]
async fn boto3_gets_from_sts_what_its_model_says() {
    converse("sts_test.py", 1.0, |_| {}).await;
}
