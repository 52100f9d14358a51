//! Credentials: assumed, renewed, refused, lost.

use crate::shop::{Shop, role};
use aws_sdk_ecs::Client;
use greengate::aws::Aws;
use greengate::aws::error::{AwsFailure, Kind, seen};
use greengate::events::EventKind;
use greengate::failure::{Code, Failure};
use greengate::inputs::Role;
use greengate::job::Job;
use greengate_sandbox::world::github::permissions::{Level, Permissions, Scope};
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

fn staging_job(shop: &Shop) -> Job {
    shop.told_of(shop.job(shop.run("hubot"), Some("staging")))
}

async fn refused(shop: &Shop, job: &Job, role: &Role) -> Failure {
    let error = shop.aws(job, role).await.unwrap_err();
    Failure::all_of(&error)[0].clone()
}

async fn poll(ecs: &Client) -> anyhow::Result<()> {
    let described = ecs
        .describe_services()
        .cluster("staging")
        .services("shop")
        .send()
        .await;
    described.map(drop).map_err(seen("ecs:DescribeServices"))
}

#[tokio::test(start_paused = true)]
async fn a_run_of_hours_outlives_its_sessions() {
    for (length, sessions) in [(15, 24), (60, 5)] {
        let shop = Shop::open();
        let job = staging_job(&shop);
        let Aws { config, .. } = shop
            .aws(&job, &role("staging", MINUTE * length))
            .await
            .unwrap();
        let ecs = Client::new(&config);
        for _ in 0..60 * 2 {
            poll(&ecs).await.unwrap();
            shop.clock.sleep(MINUTE * 2).await;
        }
        assert_eq!(shop.calls("DescribeServices"), (120, 0));
        assert_eq!(
            shop.calls("AssumeRoleWithWebIdentity"),
            (sessions, 0),
            "{length} minutes"
        );
        let (told, masked) = shop.told();
        assert_eq!(
            masked.len(),
            3 * sessions,
            "token, key and session token each"
        );
        assert!(
            matches!(told[..], [EventKind::CredentialsObtained { .. }]),
            "{told:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_that_trusts_another_environment_refuses_once() {
    let shop = Shop::open();
    let failure = refused(&shop, &staging_job(&shop), &role("production", MINUTE * 60)).await;
    assert_eq!(failure.code, Code::RoleRefused);
    let sub = "the token says sub: repo:acme/shop:environment:staging";
    assert!(failure.why.contains(&sub.to_owned()), "{:?}", failure.why);
    let condition =
        r#""token.actions.githubusercontent.com:sub":"repo:acme/shop:environment:staging""#;
    assert!(failure.help.contains(condition), "{}", failure.help);
    assert_eq!(shop.calls("AssumeRoleWithWebIdentity"), (1, 1));
    let (_, masked) = shop.told();
    assert!(
        !format!("{failure:?}").contains(&masked[0]),
        "the token is shown"
    );
}

#[tokio::test(start_paused = true)]
async fn an_immutable_subject_is_told_apart_from_a_classic_one() {
    let shop = Shop::with(
        &[(
            "private: true",
            "private: true\n      immutable-subject: true",
        )],
        "",
    );
    let failure = refused(&shop, &staging_job(&shop), &role("staging", MINUTE * 60)).await;
    assert!(
        failure.help.contains("This sub has the immutable form"),
        "{}",
        failure.help
    );
}

#[tokio::test(start_paused = true)]
async fn wrong_audiences_and_durations_have_ways_out_of_their_own() {
    let shop = Shop::open();
    let job = staging_job(&shop);
    let audience = Role {
        audience: "elsewhere".to_owned(),
        ..role("staging", MINUTE * 60)
    };
    let audience = refused(&shop, &job, &audience).await;
    assert_eq!(audience.code, Code::RoleRefused);
    assert!(
        audience.help.contains("with the audience elsewhere"),
        "{}",
        audience.help
    );
    let duration = refused(&shop, &job, &role("staging", MINUTE * 120)).await;
    assert_eq!(duration.code, Code::RoleRefused);
    assert!(
        duration.help.starts_with("Lower role-duration"),
        "{}",
        duration.help
    );
    assert_eq!(shop.calls("AssumeRoleWithWebIdentity"), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_may_not_ask_for_a_token_is_told_the_permission() {
    let shop = Shop::open();
    let permissions = Permissions::new([(Scope::Contents, Level::Read)]);
    let key = shop.job_with(shop.run("hubot"), Some("staging"), permissions);
    let failure = refused(&shop, &shop.told_of(key), &role("staging", MINUTE * 60)).await;
    assert_eq!(failure.code, Code::NoCredentials);
    assert!(
        failure.help.contains("`id-token: write`"),
        "{}",
        failure.help
    );
}

#[tokio::test(start_paused = true)]
async fn throttling_and_cut_connections_are_survived() {
    let faults = "
faults:
  - { service: oidc, count: 2, answer: cut }
  - { service: sts, operation: AssumeRoleWithWebIdentity, count: 1, answer: throttle }
  - { service: sts, operation: AssumeRoleWithWebIdentity, skip: 1, count: 1, answer: { status: 503 } }
";
    let shop = Shop::with(&[], faults);
    shop.aws(&staging_job(&shop), &role("staging", MINUTE * 60))
        .await
        .unwrap();
    assert_eq!(shop.calls("AssumeRoleWithWebIdentity"), (3, 2));
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_sts_while_the_session_holds_is_not_noticed_by_requests() {
    let faults = "
faults:
  - { service: sts, operation: AssumeRoleWithWebIdentity, after: 10m, until: 13m, answer: cut }
";
    let shop = Shop::with(&[], faults);
    let aws = shop
        .aws(&staging_job(&shop), &role("staging", MINUTE * 15))
        .await
        .unwrap();
    let ecs = Client::new(&aws.config);
    for _ in 0..60 {
        poll(&ecs).await.unwrap();
        shop.clock.sleep(MINUTE / 2).await;
    }
    let (told, _) = shop.told();
    let warnings = told
        .iter()
        .filter(|kind| matches!(kind, EventKind::Warned { .. }));
    assert_eq!(warnings.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_aws_ends_early_is_a_matter_of_credentials() {
    let shop = Shop::open();
    let aws = shop
        .aws(&staging_job(&shop), &role("staging", MINUTE * 60))
        .await
        .unwrap();
    shop.sandbox.with_world(|world| {
        let now = world.now;
        world
            .identity
            .sessions
            .values_mut()
            .for_each(|session| session.expires = now);
    });
    let error = poll(&Client::new(&aws.config)).await.unwrap_err();
    let failure = AwsFailure::of(&error).unwrap();
    assert_eq!(failure.code, "ExpiredTokenException");
    assert_eq!(failure.kind, Kind::Credentials);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_permitted_names_action_resource_and_statement() {
    let shop = Shop::open();
    let aws = shop
        .aws(&staging_job(&shop), &role("staging", MINUTE * 60))
        .await
        .unwrap();
    let ecs = Client::new(&aws.config);
    let deleted = ecs
        .delete_service()
        .cluster("staging")
        .service("shop")
        .send()
        .await;
    let error = deleted.map_err(seen("ecs:DeleteService")).unwrap_err();
    let failure = greengate::aws::error::explain(AwsFailure::of(&error).unwrap()).unwrap();
    assert_eq!(failure.code, Code::AccessDenied);
    let statement = r#"{"Effect":"Allow","Action":"ecs:DeleteService","Resource":"arn:aws:ecs:eu-west-1:123456789012:service/staging/shop"}"#;
    assert!(failure.help.contains(statement), "{}", failure.help);
}

/// The address of an instance's metadata service that leads nowhere, as on every machine that is
/// no instance: connections open, and nobody answers.
#[test]
fn without_any_credentials_the_binary_says_so_within_seconds() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let metadata = format!("http://{}", nobody.local_addr().unwrap());
    let workspace = tempfile::tempdir().unwrap();
    let definition = r#"{"family":"shop","containerDefinitions":[{"name":"shop","image":"x"}]}"#;
    std::fs::write(workspace.path().join("shop.json"), definition).unwrap();
    let began = std::time::Instant::now();
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_greengate"))
        .env_clear()
        .envs([
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.as_str()),
            ("GITHUB_ACTOR", "hubot"),
            ("GITHUB_REPOSITORY", "acme/shop"),
            ("GITHUB_RUN_ID", "1"),
            ("GITHUB_SHA", &"a".repeat(40)),
            ("INPUT_AWS-REGION", "eu-west-1"),
            ("INPUT_COMMAND", "deploy"),
            ("INPUT_GATE", "none"),
            ("INPUT_IMAGE", "nginx:1"),
            ("INPUT_SERVICE", "shop"),
            ("INPUT_TASK-DEFINITION", "shop.json"),
        ])
        .env("GITHUB_WORKSPACE", workspace.path())
        .env("RUNNER_TEMP", workspace.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(
        said.contains("GG010: no AWS credentials are there"),
        "{said}"
    );
    assert!(said.contains("role-to-assume"), "{said}");
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
}
