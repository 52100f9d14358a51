//! Rolling deployments: every way they end.

use crate::testing::Stage;
use serde_json::{Value, json};

pub(super) const SHOP: &str = r#"
elb:
  target-groups: [{ name: shop, port: 8080 }]
  load-balancers: [{ name: shop, listeners: [{ port: 80, target-group: shop }] }]
ecs:
  task-definitions:
    - { family: shop, networkMode: awsvpc, containerDefinitions: [{ name: web, image: "shop:1", memory: 512, portMappings: [{ containerPort: 8080 }] }] }
    - { family: shop, networkMode: awsvpc, containerDefinitions: [{ name: web, image: "shop:2", memory: 512, portMappings: [{ containerPort: 8080 }] }] }
    - { family: shop, networkMode: awsvpc, containerDefinitions: [{ name: web, image: "shop:3", memory: 512, portMappings: [{ containerPort: 8080 }] }] }
  services:
    - name: shop
      task-definition: "shop:1"
      desired-count: 2
      load-balancer: { target-group: shop, container: web, port: 8080 }
      settings: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: ROLLBACK } } }
  behaviours: BEHAVIOURS
"#;

pub(super) fn stage(rollback: bool, behaviours: &str) -> Stage {
    let yaml = SHOP.replace("ROLLBACK", &rollback.to_string());
    Stage::new(&yaml.replace("BEHAVIOURS", behaviours))
}

pub(super) fn deploy(stage: &mut Stage, revision: u32) -> Value {
    let body = json!({"service": "shop", "taskDefinition": format!("shop:{revision}")});
    stage.ecs("UpdateService", body)["service"].clone()
}

/// The newest service deployment in full.
pub(super) fn latest(stage: &mut Stage) -> Value {
    let listed = stage.ecs("ListServiceDeployments", json!({"service": "shop"}));
    let arn = listed["serviceDeployments"][0]["serviceDeploymentArn"].clone();
    let body = json!({"serviceDeploymentArns": [arn]});
    stage.ecs("DescribeServiceDeployments", body)["serviceDeployments"][0].clone()
}

/// `status revision rolloutState running/desired failed` of each deployment.
pub(super) fn deployments(stage: &mut Stage) -> Vec<String> {
    let shop = stage.shop();
    let words = shop["deployments"].as_array().unwrap().iter().map(|it| {
        let revision = it["taskDefinition"]
            .as_str()
            .unwrap()
            .rsplit(':')
            .next()
            .unwrap();
        format!(
            "{} {revision} {} {}/{} failed {}",
            it["status"].as_str().unwrap(),
            it["rolloutState"].as_str().unwrap(),
            it["runningCount"],
            it["desiredCount"],
            it["failedTasks"]
        )
    });
    words.collect()
}

/// Event texts with tasks and ids left out.
fn plain(events: Vec<String>) -> Vec<String> {
    let word = |event: String| {
        let event = event.split(':').next().unwrap().to_owned();
        let end = event.find("ecs-svc/").map_or(event.len(), |at| at + 7);
        let end = event.find("(target-group").unwrap_or(end);
        event[..end].trim().to_owned()
    };
    events.into_iter().map(word).collect()
}

#[test]
fn a_seeded_service_is_steady_and_stays_so() {
    let mut stage = stage(true, "[]");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 1 COMPLETED 2/2 failed 0"]
    );
    assert!(!stage.next());
    assert_eq!(latest(&mut stage)["status"], "SUCCESSFUL");
}

#[test]
fn a_deployment_replaces_the_tasks_and_says_so() {
    let mut stage = stage(true, "[]");
    let before = stage.shop()["currentServiceDeployment"].clone();
    let updated = deploy(&mut stage, 2);
    assert_ne!(updated["currentServiceDeployment"], before);
    assert_eq!(
        deployments(&mut stage),
        [
            "PRIMARY 2 IN_PROGRESS 0/2 failed 0",
            "ACTIVE 1 COMPLETED 2/2 failed 0"
        ]
    );
    assert_eq!(latest(&mut stage)["status"], "PENDING");
    stage.pass("30s");
    assert_eq!(latest(&mut stage)["status"], "IN_PROGRESS");
    assert_eq!(
        deployments(&mut stage),
        [
            "PRIMARY 2 IN_PROGRESS 2/2 failed 0",
            "ACTIVE 1 COMPLETED 2/2 failed 0"
        ]
    );
    stage.pass("3m");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 2 COMPLETED 2/2 failed 0"]
    );
    let done = latest(&mut stage);
    assert_eq!(done["status"], "SUCCESSFUL");
    assert_eq!(done["targetServiceRevision"]["runningTaskCount"], 2);
    assert_eq!(done["sourceServiceRevisions"][0]["runningTaskCount"], 0);
    let revision = json!({"serviceRevisionArns": [done["targetServiceRevision"]["arn"]]});
    let revision = stage.ecs("DescribeServiceRevisions", revision);
    let definition = &revision["serviceRevisions"][0]["taskDefinition"];
    assert!(
        definition
            .as_str()
            .unwrap()
            .ends_with("task-definition/shop:2")
    );
    let events = stage.events();
    assert_eq!(
        plain(events),
        [
            "has started 2 tasks",
            "registered 2 targets in",
            "has begun draining connections on 2 tasks.",
            "deregistered 2 targets in",
            "has stopped 2 running tasks",
            "(deployment ecs-svc",
            "has reached a steady state.",
        ]
    );
}

#[test]
fn updating_to_what_is_there_makes_no_deployment_unless_forced() {
    let mut stage = stage(true, "[]");
    let before = stage.shop()["deployments"].clone();
    assert_eq!(deploy(&mut stage, 1)["deployments"], before);
    let forced = json!({"service": "shop", "forceNewDeployment": true});
    let forced = stage.ecs("UpdateService", forced)["service"]["deployments"].clone();
    assert_eq!(forced.as_array().unwrap().len(), 2);
    stage.pass("5m");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 1 COMPLETED 2/2 failed 0"]
    );
}

#[test]
fn a_newer_deployment_supersedes_one_under_way() {
    let mut stage = stage(true, "[]");
    deploy(&mut stage, 2);
    stage.pass("10s");
    let first = latest(&mut stage)["serviceDeploymentArn"].clone();
    deploy(&mut stage, 3);
    stage.pass("5m");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 3 COMPLETED 2/2 failed 0"]
    );
    let body = json!({"serviceDeploymentArns": [first]});
    let first = stage.ecs("DescribeServiceDeployments", body)["serviceDeployments"][0].clone();
    assert_eq!(first["status"], "STOPPED");
    assert_eq!(
        first["statusReason"],
        "Replaced by a new service deployment"
    );
    assert_eq!(latest(&mut stage)["status"], "SUCCESSFUL");
}

#[test]
fn stopping_a_service_deployment_rolls_back() {
    stopped_after("0s");
    stopped_after("10s");
}

fn stopped_after(pause: &str) {
    let mut stage = stage(false, "[]");
    deploy(&mut stage, 2);
    stage.pass(pause);
    let arn = latest(&mut stage)["serviceDeploymentArn"].clone();
    stage.ecs(
        "StopServiceDeployment",
        json!({"serviceDeploymentArn": arn, "stopType": "ROLLBACK"}),
    );
    assert_eq!(latest(&mut stage)["status"], "ROLLBACK_REQUESTED");
    stage.pass("2s");
    // Where every old task still runs there is nothing to wait for.
    let status = latest(&mut stage)["status"].clone();
    assert!(
        status == "ROLLBACK_IN_PROGRESS" || status == "ROLLBACK_SUCCESSFUL",
        "{status}"
    );
    stage.pass("5m");
    assert_eq!(latest(&mut stage)["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 1 COMPLETED 2/2 failed 0"]
    );
    let body = json!({"serviceDeploymentArn": arn});
    assert_eq!(
        stage.ecs_refuses("StopServiceDeployment", body).0,
        "ConflictException"
    );
}

#[test]
fn no_desired_tasks_complete_at_once() {
    let mut stage = stage(true, "[]");
    stage.ecs(
        "UpdateService",
        json!({"service": "shop", "desiredCount": 0}),
    );
    stage.pass("1m");
    assert_eq!(stage.shop()["runningCount"], 0);
    deploy(&mut stage, 2);
    stage.pass("5s");
    assert_eq!(
        deployments(&mut stage),
        ["PRIMARY 2 COMPLETED 0/0 failed 0"]
    );
    assert_eq!(latest(&mut stage)["status"], "SUCCESSFUL");
}

#[test]
fn a_new_service_starts_its_tasks() {
    let mut stage = stage(true, "[]");
    stage.ecs("CreateService", json!({
        "serviceName": "new", "taskDefinition": "shop", "desiredCount": 3, "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
    }));
    stage.pass("2m");
    let services = stage.ecs("DescribeServices", json!({"services": ["new", "none"]}));
    assert_eq!(services["services"][0]["runningCount"], 3);
    assert_eq!(
        services["services"][0]["deployments"][0]["rolloutState"],
        "COMPLETED"
    );
    assert_eq!(services["failures"][0]["reason"], "MISSING");
    let listed = stage.ecs("ListTasks", json!({"family": "shop"}));
    assert_eq!(listed["taskArns"].as_array().unwrap().len(), 5);
    stage.ecs("DeleteService", json!({"service": "new", "force": true}));
    stage.pass("1m");
    let services = stage.ecs("DescribeServices", json!({"services": ["new"]}));
    assert_eq!(services["services"][0]["status"], "INACTIVE");
}
