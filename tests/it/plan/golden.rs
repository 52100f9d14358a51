//! What plans show, word by word: the log, the summary, the comment and the outputs.

use super::{Ran, Stage};
use crate::fuzz::page;
use serde_json::{Value, json};

/// Everything that a plan shows; what is Markdown of it is read as GitHub reads it.
fn shown(stage: &Stage, ran: &Ran) -> String {
    let comments = stage.comments();
    assert_eq!(comments.len(), 1, "{}", ran.log);
    let changes = ran.output("changes") == "true";
    let diffs = ran.summary().matches("```diff").count();
    let steps = ran.summary().matches("```console").count();
    let blocks = [vec!["console"; steps], vec!["diff"; diffs]].concat();
    assert_eq!(diffs > 0, changes);
    is_read(&ran.summary(), &[&blocks[..], &["mermaid"]].concat());
    is_read(&comments[0].body, &blocks);
    // What is masked is another one every time.
    let log = ran
        .log
        .lines()
        .filter(|line| !line.starts_with("::add-mask::"));
    let log: Vec<_> = log.collect();
    format!(
        "{}\n======== summary\n{}\n======== comment\n{}\n======== outputs\n{}",
        log.join("\n"),
        ran.summary(),
        comments[0].body,
        ran.outputs()
    )
}

/// A page of which every table and block is one, with blocks of these kinds.
fn is_read(markdown: &str, blocks: &[&str]) {
    let page = page::read(markdown);
    let kinds = page.blocks.iter().map(|(kind, _)| kind.as_str());
    assert_eq!(kinds.collect::<Vec<_>>(), blocks, "{markdown}");
    let tables = page.parts.iter().filter(|it| it.starts_with("table of"));
    assert_eq!(tables.count(), markdown.matches("| --- |\n").count());
    assert!(!page.text.contains("| ---") && !page.text.contains("```"));
    assert_eq!(page.references(), Vec::<&str>::new());
}

const COMMENT: (&str, &str) = ("comment", "true");

#[track_caller]
fn ended(ran: &Ran, exit: u8, changes: &str) {
    let ending = (ran.exit, ran.output("changes"));
    assert_eq!(ending, (exit, changes.to_owned()), "{}", ran.log);
}

/// Nobody has registered a revision of the family, and a stand-in runs; the image is not built.
#[tokio::test(start_paused = true)]
async fn a_first_deployment() {
    let stage = Stage::of(
        "staging",
        &[
            ("family: shop-staging", "family: placeholder"),
            (
                "task-definition: shop-staging",
                "task-definition: placeholder",
            ),
        ],
    );
    let inputs = [
        COMMENT,
        ("repository", "shop"),
        ("task-definition", "staging.json"),
    ];
    let ran = stage.plan(&inputs).await;
    ended(&ran, 0, "true");
    insta::assert_snapshot!("plan_first_deployment", shown(&stage, &ran));
}

#[tokio::test(start_paused = true)]
async fn an_image_alone() {
    let stage = Stage::of("production", &[]);
    let ran = stage
        .plan(&[COMMENT, ("image", "127.0.0.1:4566/shop:v2")])
        .await;
    ended(&ran, 0, "true");
    insta::assert_snapshot!("plan_image", shown(&stage, &ran));
}

#[tokio::test(start_paused = true)]
async fn many_changes() {
    let stage = Stage::of("staging", &[]);
    let inputs = [
        COMMENT,
        ("cpu", "512"),
        ("memory", "1 GB"),
        ("desired-count", "4"),
        (
            "environment-variables",
            "LOG_LEVEL=hush-info\nMODE=hush-front",
        ),
        ("secrets", "KEY=db"),
        (
            "set",
            "containerDefinitions[web].healthCheck.command = [\"CMD\", \"true\"]",
        ),
        ("task-definition", "shop-staging"),
    ];
    let ran = stage.plan(&inputs).await;
    ended(&ran, 0, "true");
    let shown = shown(&stage, &ran);
    assert!(!shown.contains("hush"), "{shown}");
    insta::assert_snapshot!("plan_many_changes", shown);
}

#[tokio::test(start_paused = true)]
async fn nothing_to_change() {
    let stage = Stage::of("production", &[]);
    let ran = stage.plan(&[COMMENT, ("task-definition", "shop")]).await;
    ended(&ran, 0, "false");
    assert_eq!(ran.output("outcome"), "unchanged");
    insta::assert_snapshot!("plan_no_change", shown(&stage, &ran));
}

/// Between two target groups, by the service's own settings.
#[tokio::test(start_paused = true)]
async fn a_canary_of_ecs_itself() {
    let by_codedeploy = "deployment-controller: CODE_DEPLOY
      load-balancer: { target-group: shop-blue, container: web, port: 8080 }";
    let by_ecs = "load-balancer:
        target-group: shop-blue
        container: web
        port: 8080
        advanced:
          alternate: shop-green
          production: { load-balancer: shop, port: 443 }
      settings: { deploymentConfiguration: { strategy: CANARY, bakeTimeInMinutes: 5,
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 } } }
      script: { stages: {} }";
    let listener = (
        "{ port: 443, protocol: HTTPS, target-group: shop-blue }",
        "{ port: 443, protocol: HTTPS, target-group: shop-blue, alternate: shop-green }",
    );
    let stage = Stage::of("production", &[(by_codedeploy, by_ecs), listener]);
    let inputs = [COMMENT, ("image", "127.0.0.1:4566/shop:v2")];
    let ran = stage.plan(&inputs).await;
    ended(&ran, 0, "true");
    insta::assert_snapshot!("plan_canary", shown(&stage, &ran));
}

/// What a deployment would be refused for is told beside what it would do.
#[tokio::test(start_paused = true)]
async fn a_failing_preflight() {
    let stage = Stage::of("production", &[]);
    stage.look(|world| {
        world.identity.roles.remove("shop-task");
        world
            .elb
            .target_groups
            .retain(|group| group.name != "shop-green");
    });
    let text = crate::run::task_definition("shop");
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document["memory"] = json!("600");
    stage.write("production.json", &document.to_string());
    let inputs = [
        COMMENT,
        ("task-definition", "production.json"),
        ("image", "127.0.0.1:4566/shop:v2"),
    ];
    let ran = stage.plan(&inputs).await;
    ended(&ran, 3, "true");
    assert_eq!(ran.output("outcome"), "refused");
    insta::assert_snapshot!("plan_failing_preflight", shown(&stage, &ran));
}

/// From a rolling update to a canary, for a service without a load balancer.
#[tokio::test(start_paused = true)]
async fn another_deployment_configuration() {
    let stage = Stage::of("staging", &[]);
    let canary =
        "strategy: CANARY\nbakeTimeInMinutes: 5\ncanaryConfiguration: { canaryPercent: 2.5 }";
    let inputs = [
        COMMENT,
        ("image", "127.0.0.1:4566/shop:v2"),
        ("deployment-configuration", canary),
    ];
    let ran = stage.plan(&inputs).await;
    ended(&ran, 0, "true");
    insta::assert_snapshot!("plan_configuration", shown(&stage, &ran));
}

/// The steps by which ECS gets a service that CodeDeploy deploys; a deployment would be refused.
#[tokio::test(start_paused = true)]
async fn the_way_from_codedeploy_to_ecs() {
    let stage = Stage::of("production", &[]);
    let inputs = [
        COMMENT,
        ("image", "127.0.0.1:4566/shop:v2"),
        ("strategy", "native"),
    ];
    let ran = stage.plan(&inputs).await;
    ended(&ran, 3, "true");
    insta::assert_snapshot!("plan_transfer", shown(&stage, &ran));
}
