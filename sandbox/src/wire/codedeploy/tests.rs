//! CodeDeploy, asked and answered over simulated time.

mod control;
mod endings;
mod moments;
mod refusals;
mod stops;
mod timeline;

use crate::testing::Stage;
use serde_json::{Value, json};

const SHOP: &str = r#"
alarms: [{ name: shop-5xx }]
elb:
  target-groups: [{ name: shop-blue, port: 8080 }, { name: shop-green, port: 8080 }]
  load-balancers:
    - name: shop
      listeners: [{ port: 443, target-group: shop-blue }, { port: 8443, target-group: shop-blue }]
ecs:
  task-definitions:
    - { family: shop, containerDefinitions: [{ name: web, image: "shop:1", memory: 512, portMappings: [{ containerPort: 8080 }] }] }
    - { family: shop, containerDefinitions: [{ name: web, image: "shop:2", memory: 512, portMappings: [{ containerPort: 8080 }] }] }
  services:
    - name: shop
      task-definition: "shop:1"
      desired-count: 2
      deployment-controller: CODE_DEPLOY
      load-balancer: { target-group: shop-blue, container: web, port: 8080 }
  behaviours: [{ match: { image: ":2", environment: BROKEN }, ends: { exits: {} } }]
codedeploy:
  configs: [{ name: thirds, routing: { linear: { percentage: 30, interval: 2 } } }]
  applications:
    - name: shop
      groups:
        - name: shop
          service: shop
          target-groups: [shop-blue, shop-green]
          production-listener: { load-balancer: shop, port: 443 }
          test-listener: { load-balancer: shop, port: 8443 }
          EXTRA
"#;

/// The shop, its group with these further lines.
fn stage(extra: &[&str]) -> Stage {
    staged(extra, r#"{ "NONE": "NONE" }"#)
}

/// The shop, with a new revision that crashes.
fn broken(extra: &[&str]) -> Stage {
    staged(extra, "{}")
}

fn staged(extra: &[&str], environment: &str) -> Stage {
    let yaml = SHOP.replace("EXTRA", &extra.join("\n          "));
    Stage::new(&yaml.replace("BROKEN", environment))
}

const HOOKS: [&str; 5] = [
    "BeforeInstall",
    "AfterInstall",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AfterAllowTraffic",
];

fn appspec(revision: &str, hooks: &[&str]) -> String {
    let hooks: Vec<Value> = hooks
        .iter()
        .map(|hook| json!({*hook: format!("fn-{hook}")}))
        .collect();
    json!({"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": {
        "TaskDefinition": format!("arn:aws:ecs:eu-central-1:123456789012:task-definition/{revision}"),
        "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080},
    }}}], "Hooks": hooks})
    .to_string()
}

fn request(content: &str) -> Value {
    json!({
        "applicationName": "shop", "deploymentGroupName": "shop", "description": "shop@abc",
        "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
    })
}

/// Deploys `shop:2` with all hooks, and gives the deployment's id.
fn deploy(stage: &mut Stage) -> String {
    let created = stage.codedeploy("CreateDeployment", request(&appspec("shop:2", &HOOKS)));
    created["deploymentId"].as_str().unwrap().to_owned()
}

fn info(stage: &mut Stage, id: &str) -> Value {
    stage.codedeploy("GetDeployment", json!({"deploymentId": id}))["deploymentInfo"].clone()
}

fn target(stage: &mut Stage, id: &str) -> Value {
    let body = json!({"deploymentId": id, "targetIds": ["default:shop"]});
    let targets = stage.codedeploy("BatchGetDeploymentTargets", body);
    targets["deploymentTargets"][0]["ecsTarget"].clone()
}

/// The deployment that rolled `id` back.
fn rollback_of(stage: &mut Stage, id: &str) -> Value {
    let info_of = info(stage, id);
    let by = info_of["rollbackInfo"]["rollbackDeploymentId"]
        .as_str()
        .unwrap()
        .to_owned();
    info(stage, &by)
}

/// `Event Status` of every lifecycle event.
fn events(stage: &mut Stage, id: &str) -> Vec<String> {
    let target = target(stage, id);
    let events = target["lifecycleEvents"].as_array().unwrap().iter();
    let word = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    events
        .map(|it| format!("{} {}", word(it, "lifecycleEventName"), word(it, "status")))
        .collect()
}

/// `PRIMARY shop:1 shop-blue 2/2 100%` of every task set of the service, oldest first.
fn task_sets(stage: &mut Stage) -> Vec<String> {
    let shop = stage.shop();
    let sets = shop["taskSets"].as_array().unwrap().iter().rev();
    let listener = stage.world.codedeploy.applications[0].groups[0]
        .production_listener
        .clone();
    let word = |it: &Value| {
        let last = |value: &Value| {
            value
                .as_str()
                .unwrap()
                .rsplit('/')
                .next()
                .unwrap()
                .to_owned()
        };
        let arn = it["loadBalancers"][0]["targetGroupArn"].as_str().unwrap();
        let group = &stage.world.elb.target_group(arn).unwrap().name;
        let percent = stage.world.elb.percent(&listener, arn);
        format!(
            "{} {} {group} {}/{} {percent}%",
            it["status"].as_str().unwrap(),
            last(&it["taskDefinition"]),
            it["runningCount"],
            it["computedDesiredCount"]
        )
    };
    sets.map(word).collect()
}
