//! Whole runs where every sixth answer of AWS is damaged on its way: cut off, emptied, or replaced
//! by a proxy's page. What was asked for has been done all the same.

use crate::in_process;
use crate::run::{fill, role, scenario};
use crate::shop::{ADDRESS, Shop};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use greengate::events::EventKind;
use greengate::job::Job;
use greengate::rollout::outcome::Outcome;
use greengate::run::{Surroundings, told};
use greengate_sandbox::runner::{self, Files, Inputs};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

fn damaged(answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    if fastrand::u8(0..6) > 0 {
        return Ok(answer);
    }
    let body = answer.body().bytes().unwrap_or_default().to_vec();
    let page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
    let (status, body) = match fastrand::u8(0..6) {
        0 => (200, SdkBody::from(&body[..body.len() / 2])),
        1 => (200, SdkBody::from("")),
        2 => (200, SdkBody::from(page)),
        3 => (502, SdkBody::from(page)),
        4 => (403, SdkBody::from(page)),
        _ => return Err(ConnectorError::io("connection reset by peer".into())),
    };
    Ok(HttpResponse::new(status.try_into().unwrap(), body))
}

/// Deploys to `environment` over damaged answers; the exit code, and the outcome.
async fn deployed(shop: &Shop, environment: &str) -> (u8, Option<Outcome>) {
    let folder = TempDir::new().unwrap();
    let workspace = folder.path().join("workspace");
    fill(&workspace);
    let run = shop.run("hubot");
    let key = shop.job(run, Some(environment));
    if environment == "production" {
        shop.review(run, environment, "mona", true);
    }
    let job = shop.sandbox.with_world(|world| runner::Job::of(world, key));
    let job = job.expect("a running job");
    let files = Files::create(folder.path(), &workspace, &job).unwrap();
    let declared = Inputs::declared(include_str!("../../../action.yml")).unwrap();
    let inputs = [
        ("command", "deploy"),
        ("aws-region", "eu-west-1"),
        ("role-to-assume", &role(environment)),
        ("task-definition", &format!("{environment}.json")),
        ("image", &format!("{ADDRESS}/shop:v2")),
        ("cluster", environment),
        ("service", "shop"),
        ("wait-for", "succeeded"),
        ("timeout", "2h"),
    ];
    let inputs = inputs
        .iter()
        .fold(declared, |inputs, (name, value)| inputs.with(name, value));
    let surroundings = Surroundings {
        variables: job.environment(&inputs, &files).into_iter().collect(),
        clock: shop.clock.clone(),
        http: in_process::client_over(&shop.sandbox, damaged),
        cancel: CancellationToken::new(),
        endpoint: Some(format!("http://{ADDRESS}")),
    };
    let job = Job::read(&surroundings.variables).unwrap();
    let code = told(&surroundings, &job, &shop.events()).await;
    let (told, _) = shop.told();
    let outcome = told.iter().rev().find_map(|kind| match kind {
        EventKind::Finished { outcome, .. } => Some(*outcome),
        _ => None,
    });
    (code, outcome)
}

/// How much there is of what each run makes once: new revisions, and deployments.
fn made(shop: &Shop, environment: &str) -> (usize, usize) {
    shop.sandbox.with_world(|world| {
        let family = if environment == "staging" {
            "shop-staging"
        } else {
            "shop"
        };
        let revisions = world.ecs.task_definitions.families[family].len() - 1;
        let deployments = match environment {
            "staging" => world.ecs.service("staging", "shop").unwrap().history.len(),
            _ => world.codedeploy.deployments().len(),
        };
        (revisions, deployments)
    })
}

#[tokio::test(start_paused = true)]
async fn a_run_survives_a_damaged_answer_in_six_and_makes_everything_once() {
    for (environment, seed) in ["staging", "production"]
        .iter()
        .flat_map(|it| (0..8).map(move |n| (it, n)))
    {
        let shop = Shop::of(&scenario(&[]), "2026-11-23T10:00:00Z".parse().unwrap(), 1.0);
        let (_, before) = made(&shop, environment);
        fastrand::seed(seed);
        let ended = deployed(&shop, environment).await;
        let told = || format!("{environment} {seed}: {:#?}", shop.told().0);
        assert_eq!(ended, (0, Some(Outcome::Succeeded)), "{}", told());
        assert_eq!(made(&shop, environment), (1, before + 1), "{}", told());
    }
}
