//! What others do, exactly at its time, whoever looks in between.

use crate::testing::Stage;
use crate::world::World;
use serde_json::{Value, json};

const SHOP: &str = r#"
alarms: [{ name: shop-5xx }]
elb:
  target-groups: [{ name: blue, port: 80 }, { name: green, port: 80 }]
  load-balancers: [{ name: shop, listeners: [{ port: 443, target-group: blue }] }]
ecs:
  task-definitions:
    - { family: shop, containerDefinitions: [{ name: web, image: "shop:1", memory: 512, portMappings: [{ containerPort: 80 }] }] }
    - { family: shop, containerDefinitions: [{ name: web, image: "shop:2", memory: 512, portMappings: [{ containerPort: 80 }] }] }
  services:
    - name: shop
      task-definition: "shop:1"
      desired-count: 2
      settings: { deploymentConfiguration: { alarms: { alarmNames: [shop-5xx], enable: true, rollback: true } } }
    - name: front
      task-definition: "shop:1"
      deployment-controller: CODE_DEPLOY
      load-balancer: { target-group: blue, container: web, port: 80 }
codedeploy:
  applications:
    - name: front
      groups:
        - name: front
          service: front
          target-groups: [blue, green]
          production-listener: { load-balancer: shop, port: 443 }
happenings:
"#;

fn stage(happenings: &[&str]) -> Stage {
    let lines: Vec<String> = happenings.iter().map(|it| format!("  - {it}\n")).collect();
    Stage::new(&format!("{SHOP}{}", lines.concat()))
}

/// `60 ecs:UpdateService 200` of each call on record, with the seconds since the beginning.
fn calls(world: &World, begin: jiff::Timestamp) -> Vec<String> {
    let describe = |it: &crate::world::Call| {
        let at = it.at.duration_since(begin).as_secs();
        format!("{at} {}:{} {}", it.service, it.operation, it.status)
    };
    world.calls.iter().map(describe).collect()
}

fn deploy(stage: &mut Stage, service: &str) {
    let body = json!({"service": service, "taskDefinition": "shop:2"});
    stage.ecs("UpdateService", body);
}

fn status(stage: &mut Stage, nth: usize) -> Value {
    let listed = stage.ecs("ListServiceDeployments", json!({"service": "shop"}));
    listed["serviceDeployments"][nth]["status"].clone()
}

#[test]
fn a_service_is_changed_at_its_time_by_somebody() {
    let mut stage = stage(&[
        r#"{ at: 70s, does: { update-service: { service: shop, task-definition: "shop:1" } } }"#,
        "{ at: 70s, by: maria, does: { update-service: { service: shop, desired-count: 3 } } }",
        r#"{ at: 65s, does: { update-service: { service: shop, task-definition: "none:1" } } }"#,
    ]);
    stage.pass("50s");
    deploy(&mut stage, "shop");
    stage.pass("10m");
    let begin = stage.begin;
    assert_eq!(
        calls(&stage.world, begin),
        [
            "65 ecs:UpdateService 400",
            "70 ecs:UpdateService 200",
            "70 ecs:UpdateService 200"
        ]
    );
    let by: Vec<&str> = stage
        .world
        .calls
        .iter()
        .map(|it| it.caller.as_str())
        .collect();
    assert!(by[1].ends_with(":user/somebody") && by[2].ends_with(":user/maria"));
    assert_eq!(status(&mut stage, 1), "STOPPED", "superseded");
    assert_eq!(status(&mut stage, 0), "SUCCESSFUL");
    assert_eq!(stage.shop()["runningCount"], 3);
}

#[test]
fn a_service_deployment_is_stopped_and_a_forced_one_begun() {
    let mut stage = stage(&[
        "{ at: 10s, does: { stop-service-deployment: { service: shop } } }",
        "{ at: 10m, does: { update-service: { service: shop, force: true } } }",
    ]);
    deploy(&mut stage, "shop");
    stage.pass("9m");
    assert_eq!(status(&mut stage, 0), "ROLLBACK_SUCCESSFUL");
    stage.pass("20m");
    assert_eq!(status(&mut stage, 0), "SUCCESSFUL");
    assert!(
        stage.shop()["taskDefinition"]
            .as_str()
            .unwrap()
            .ends_with("shop:1")
    );
}

#[test]
fn an_alarm_is_noticed_when_it_is_raised() {
    let mut stage = stage(&[
        "{ at: 15s, does: { raise-alarm: shop-5xx } }",
        "{ at: 20m, does: { clear-alarm: shop-5xx } }",
    ]);
    deploy(&mut stage, "shop");
    stage.pass("15s");
    assert_eq!(status(&mut stage, 0), "ROLLBACK_IN_PROGRESS");
    stage.pass("10m");
    assert_eq!(status(&mut stage, 0), "ROLLBACK_SUCCESSFUL");
    stage.pass("10m");
    deploy(&mut stage, "shop");
    stage.pass("10m");
    assert_eq!(status(&mut stage, 0), "SUCCESSFUL");
}

#[test]
fn a_blue_green_deployment_is_begun_and_stopped_by_others() {
    let mut stage = stage(&[
        r#"{ at: 1m, does: { create-deployment: { application: front, group: front, task-definition: "shop:2", description: by hand } } }"#,
        "{ at: 70s, does: { stop-deployment: { application: front, group: front, rollback: true } } }",
        "{ at: 1h, does: { stop-deployment: { application: front, group: front } } }",
    ]);
    stage.pass("65s");
    let ids = stage.codedeploy("ListDeployments", json!({}))["deployments"].clone();
    let body = json!({"deploymentId": ids[0]});
    let info = stage.codedeploy("GetDeployment", body.clone())["deploymentInfo"].clone();
    assert_eq!(
        [&info["status"], &info["description"], &info["creator"]],
        ["InProgress", "by hand", "user"]
    );
    stage.pass("2h");
    let info = stage.codedeploy("GetDeployment", body)["deploymentInfo"].clone();
    assert_eq!(info["status"], "Stopped");
    assert!(info["rollbackInfo"]["rollbackDeploymentId"].is_string());
    let begin = stage.begin;
    assert_eq!(
        calls(&stage.world, begin),
        [
            "60 codedeploy:CreateDeployment 200",
            "70 codedeploy:StopDeployment 200"
        ],
        "there was nothing to stop after an hour"
    );
}

#[test]
fn a_service_is_deleted() {
    let mut stage = stage(&["{ at: 1m, does: { delete-service: { service: shop } } }"]);
    stage.pass("61s");
    assert_eq!(stage.shop()["status"], "DRAINING");
    stage.pass("5m");
    assert_eq!(stage.shop()["status"], "INACTIVE");
}

#[test]
fn tasks_are_stopped_by_a_person_or_by_spot_and_replaced() {
    let mut stage = stage(&[
        "{ at: 1m, does: { stop-tasks: { service: shop, count: 1, reason: looks stuck } } }",
        "{ at: 5m, does: { stop-tasks: { service: shop, because: spot } } }",
    ]);
    let reasons = |stage: &mut Stage| {
        let listed = stage.ecs(
            "ListTasks",
            json!({"serviceName": "shop", "desiredStatus": "STOPPED"}),
        );
        let tasks = stage.ecs("DescribeTasks", json!({"tasks": listed["taskArns"]}));
        let tasks = tasks["tasks"].as_array().unwrap().clone();
        let word = |it: &Value| {
            let text = |name: &str| it[name].as_str().unwrap().to_owned();
            format!("{}: {}", text("stopCode"), text("stoppedReason"))
        };
        tasks.iter().map(word).collect::<Vec<_>>()
    };
    stage.pass("4m");
    assert_eq!(reasons(&mut stage), ["UserInitiated: looks stuck"]);
    assert_eq!(stage.shop()["runningCount"], 2);
    stage.pass("4m");
    let spot = "SpotInterruption: Your Spot Task was interrupted.";
    assert_eq!(reasons(&mut stage)[1..], [spot, spot]);
    assert_eq!(stage.shop()["runningCount"], 2);
    assert_eq!(stage.shop()["deployments"][0]["failedTasks"], 0);
}

#[test]
fn what_is_not_there_is_refused_when_the_scenario_is_read() {
    let mut stage = stage(&["{ at: 1s, does: { raise-alarm: a } }"]);
    let seed = |yaml: &str| serde_saphyr::from_str::<super::Seed>(yaml).unwrap();
    for (yaml, words) in [
        ("[{ does: { raise-alarm: a } }]", "either `at` or `after`"),
        (
            "[{ after: { operation: A, nth: 0 }, does: { raise-alarm: a } }]",
            "`nth`",
        ),
        (
            "[{ at: 1s, does: { delete-service: { service: none } } }]",
            "no service none in cluster default",
        ),
        (
            "[{ at: 1s, does: { stop-deployment: { application: a, group: b } } }]",
            "no deployment group b of a",
        ),
        (
            "[{ at: 1s, does: { end-sessions: { role: none } } }]",
            "no role none",
        ),
        (
            "[{ at: 1s, does: { remove-image: { repository: none, tag: a } } }]",
            "no repository none",
        ),
    ] {
        let why = seed(yaml).seed(&mut stage.world).unwrap_err();
        assert!(why.contains(words), "{yaml}: {why}");
    }
}

#[test]
fn the_example_in_the_documentation_has_every_deed() {
    let source = include_str!("seed.rs");
    let (_, example) = source.split_once("```yaml\n").unwrap();
    let (example, _) = example.split_once("/// ```").unwrap();
    let yaml = example.replace("/// ", "");
    let seed: super::Seed = serde_saphyr::from_str(&yaml).unwrap();
    let kinds: std::collections::HashSet<_> = seed
        .0
        .iter()
        .map(|it| std::mem::discriminant(&it.does))
        .collect();
    let deeds = include_str!("deed.rs")
        .split_once("pub enum Deed {")
        .unwrap()
        .1;
    let deeds = deeds.split_once("\n}\n").unwrap().0.lines();
    let variants = deeds.filter(|line| !line.trim_start().starts_with("//"));
    let variants = variants.filter(|line| !line.trim().is_empty()).count();
    assert_eq!(kinds.len(), variants);
}
