//! A task definition that no file has: what the service runs, and what ECS holds.

use super::row::{web, with};
use super::stage::{Ran, Stage, register};
use greengate_sandbox::world::World;
use serde_json::Value;

const IMAGE: &str = "127.0.0.1:4566/shop:v2";

/// A shop whose family has two revisions more than the one that runs.
fn stage() -> Stage {
    let stage = Stage::with(&[]);
    stage.register(&with(
        r#""tags":[{"key":"team","value":""}]"#,
        r#""futureField":[1.10]"#,
    ));
    stage.register(&web(r#""user":"third""#));
    stage
}

/// The request that was sent.
fn sent(ran: &Ran) -> Value {
    let [request] = ran.registered.as_slice() else {
        panic!("{} registrations: {}", ran.registered.len(), ran.log);
    };
    serde_json::from_str(request).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_image_is_changed_without_any_file() {
    let stage = stage();
    let ran = stage.deploy(&[("image", IMAGE)]).await;
    assert_eq!(ran.exit, 0, "{}", ran.log);
    let told = "The task definition is taken from shop-staging:1: staging/shop runs it.";
    assert!(ran.log.contains(told), "{}", ran.log);
    let request = sent(&ran);
    assert_eq!(
        request["executionRoleArn"],
        "arn:aws:iam::123456789012:role/shop-execution"
    );
    assert!(request.get("revision").is_none() && request.get("status").is_none());
    let image = request["containerDefinitions"][0]["image"]
        .as_str()
        .unwrap();
    assert!(image.starts_with("127.0.0.1:4566/shop@sha256:"), "{image}");
    assert_eq!(stage.runs(), "shop-staging:4");
    // Once more: the service runs it.
    let again = stage.deploy(&[("image", IMAGE)]).await;
    assert_eq!(
        (again.exit, again.registered.len()),
        (0, 0),
        "{}",
        again.log
    );
    assert!(
        again.log.contains("runs this revision already"),
        "{}",
        again.log
    );
}

#[tokio::test(start_paused = true)]
async fn the_answer_of_ecs_is_taken_raw_with_its_tags() {
    for named in [
        "shop-staging:2",
        "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-staging:2",
    ] {
        let stage = stage();
        let inputs = [("task-definition", named), ("environment-variables", "A=1")];
        let ran = stage.deploy(&inputs).await;
        assert_eq!(ran.exit, 0, "{}", ran.log);
        let request = sent(&ran);
        let container = &request["containerDefinitions"][0];
        assert_eq!(container["futureField"].to_string(), "[1.10]");
        assert_eq!(
            container["environment"].to_string(),
            r#"[{"name":"A","value":"1"}]"#
        );
        assert_eq!(
            request["tags"].to_string(),
            r#"[{"key":"team","value":""}]"#
        );
        assert!(!ran.log.contains("Taken off"), "{}", ran.log);
        assert_eq!(ran.warnings(), Vec::<&str>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_revision_is_deployed_as_it_is() {
    for (named, revision) in [
        ("shop-staging", "shop-staging:3"),
        ("shop-staging:2", "shop-staging:2"),
        (
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-staging:2",
            "shop-staging:2",
        ),
    ] {
        let stage = stage();
        let ran = stage.deploy(&[("task-definition", named)]).await;
        assert_eq!(
            (ran.exit, ran.registered.len()),
            (0, 0),
            "{named}: {}",
            ran.log
        );
        assert_eq!(stage.runs(), revision);
    }
}

#[tokio::test(start_paused = true)]
async fn what_runs_is_started_anew_without_any_change() {
    let stage = stage();
    let ran = stage.deploy(&[("force-new-deployment", "true")]).await;
    assert_eq!((ran.exit, ran.registered.len()), (0, 0), "{}", ran.log);
    assert_eq!(stage.shop.calls("UpdateService"), (1, 0));
    assert_eq!(stage.runs(), "shop-staging:1");
}

#[tokio::test(start_paused = true)]
async fn a_revision_that_was_deregistered_is_registered_anew() {
    let stage = stage();
    stage.shop.sandbox.with_world(|world| {
        let revision = world
            .ecs
            .task_definitions
            .find_mut("shop-staging:2")
            .unwrap();
        revision.deregistered = Some(revision.registered);
    });
    let ran = stage.deploy(&[("task-definition", "shop-staging:2")]).await;
    assert_eq!((ran.exit, ran.registered.len()), (0, 1), "{}", ran.log);
    assert!(
        ran.log.contains("shop-staging:2 was deregistered"),
        "{}",
        ran.log
    );
    assert_eq!(stage.runs(), "shop-staging:4");
}

#[tokio::test(start_paused = true)]
async fn a_file_of_a_family_s_name_is_a_file() {
    let stage = stage();
    stage.write("shop-staging", &web(r#""user":"of the file""#));
    let ran = stage.deploy(&[("task-definition", "shop-staging")]).await;
    assert_eq!(ran.exit, 0, "{}", ran.log);
    assert_eq!(sent(&ran)["containerDefinitions"][0]["user"], "of the file");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_and_what_cannot_be_is_refused() {
    for (inputs, code, exit, words) in [
        (
            &[("task-definition", "shop-stagin")][..],
            "GG080",
            3,
            "the task definition shop-stagin is not in eu-west-1",
        ),
        (
            &[("task-definition", "shop-staging:9")],
            "GG080",
            3,
            "the task definition shop-staging:9 is not in eu-west-1",
        ),
        (
            &[("task-definition", "shop-staging:latest")],
            "GG001",
            2,
            "`task-definition`: shop-staging:latest is neither a file nor a task definition",
        ),
        (
            &[("task-definition", "shop-staging.jsn")],
            "GG002",
            2,
            "task-definition: shop-staging.jsn cannot be read",
        ),
        (
            &[("image", IMAGE), ("container-name", "wep")],
            "GG004",
            2,
            "the task definition shop-staging has no container \"wep\"",
        ),
    ] {
        let stage = stage();
        let ran = stage.deploy(inputs).await;
        let failures = ran.failures();
        let told: Vec<_> = failures
            .iter()
            .map(|it| (it.code.id(), it.what.as_str()))
            .collect();
        assert_eq!(told, [(code, words)], "{}", ran.log);
        assert_eq!((ran.exit, ran.registered.len()), (exit, 0));
        assert_eq!(stage.shop.calls("UpdateService").0, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_to_deploy_is_a_slip() {
    let ran = stage().deploy(&[("task-definition", "")]).await;
    let failures = ran.failures();
    assert_eq!(
        (ran.exit, failures[0].code.id()),
        (2, "GG001"),
        "{}",
        ran.log
    );
    assert!(failures[0].why[0].starts_with("`task-definition`: needed"));
}

#[tokio::test(start_paused = true)]
async fn a_rerun_finds_its_revision_below_those_of_others() {
    let stage = stage();
    stage.write("td.json", &web(r#""user":"ours""#));
    let run = stage.shop.run("hubot");
    let inputs = [("task-definition", "td.json")];
    let first = stage
        .attempt(run, &[("wait-for", "created"), inputs[0]])
        .await;
    assert_eq!(
        (first.exit, first.registered.len()),
        (0, 1),
        "{}",
        first.log
    );
    // Others have put theirs in front of it, and the service back.
    stage.register(&web(r#""user":"theirs""#));
    stage.shop.sandbox.with_world(|world| {
        let service = world.ecs.service_mut("staging", "shop").unwrap();
        service.deployments.truncate(1);
        service.deployments[0].launch.task_definition =
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-staging:1".to_owned();
    });
    let again = stage.deploy_again(run, &inputs).await;
    assert_eq!(again.registered, Vec::<String>::new(), "{}", again.log);
    assert!(
        again.log.contains("there already: shop-staging:4"),
        "{}",
        again.log
    );
}

#[tokio::test(start_paused = true)]
async fn what_serves_is_not_registered_again_because_others_registered_theirs() {
    let stage = Stage::with(&[]);
    stage.write("td.json", &web(""));
    let inputs = [("task-definition", "td.json")];
    let first = stage.deploy(&inputs).await;
    assert_eq!(
        (first.exit, first.registered.len()),
        (0, 1),
        "{}",
        first.log
    );
    stage.register(&web(r#""user":"theirs""#));
    let second = stage.deploy(&inputs).await;
    assert_eq!(
        (second.exit, second.registered.len()),
        (0, 0),
        "{}",
        second.log
    );
    assert!(
        second.log.contains("runs this revision already"),
        "{}",
        second.log
    );
}

fn somebody_registers(world: &mut World) {
    register(world, &web(r#""user":"fourth""#));
}

#[tokio::test(start_paused = true)]
async fn a_revision_that_comes_between_is_told_of() {
    let mut stage = stage();
    stage.before_registration = Some(somebody_registers);
    let inputs = [
        ("task-definition", "shop-staging"),
        ("environment-variables", "A=1"),
    ];
    let ran = stage.deploy(&inputs).await;
    assert_eq!(ran.exit, 0, "{}", ran.log);
    assert_eq!(sent(&ran)["containerDefinitions"][0]["user"], "third");
    assert_eq!(
        ran.warnings(),
        [
            "shop-staging:4 was registered after shop-staging:3 was read; what is deployed is made \
          from shop-staging:3."
        ]
    );
    assert_eq!(stage.runs(), "shop-staging:5");
}

#[tokio::test(start_paused = true)]
async fn what_runs_is_read_anew_once_what_was_in_the_way_is_rolled_back() {
    let slow = "behaviours: [{ match: { nth-revision: 1 }, start: 20m }]";
    let stage = Stage::with(&[("behaviours: []", slow)]);
    stage.write("td.json", &web(r#""user":"bad""#));
    let first = [("task-definition", "td.json"), ("wait-for", "created")];
    assert_eq!(stage.deploy(&first).await.exit, 0);
    assert_eq!(stage.runs(), "shop-staging:2");
    let second = [
        ("environment-variables", "A=1"),
        ("on-active-deployment", "stop"),
    ];
    let ran = stage.deploy(&second).await;
    assert_eq!(ran.exit, 0, "{}", ran.log);
    let container = &sent(&ran)["containerDefinitions"][0];
    assert!(container.get("user").is_none(), "{}", ran.log);
    assert_eq!(
        container["environment"].to_string(),
        r#"[{"name":"A","value":"1"}]"#
    );
    assert_eq!(stage.runs(), "shop-staging:3");
}
