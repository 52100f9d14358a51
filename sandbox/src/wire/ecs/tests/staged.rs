//! Blue/green, linear and canary deployments: their stages and their traffic.

mod back;
mod hooks;

use super::rolling::latest;
use crate::testing::Stage;
use serde_json::{Value, json};

const SHOP: &str = r#"
elb:
  target-groups: [{ name: blue, port: 8080 }, { name: green, port: 8080 }]
  load-balancers:
    - name: shop
      listeners:
        - { port: 443, target-group: blue, rules: [{ priority: 1, paths: [/*], target-group: blue, ALTERNATE }] }
        - { port: 8443, target-group: blue, alternate: green }
alarms: [{ name: shop-5xx }]
ecs:
  task-definitions:
    - { family: shop, networkMode: awsvpc, containerDefinitions: [{ name: web, image: "shop:1", memory: 512, portMappings: [{ containerPort: 8080 }] }] }
    - { family: shop, networkMode: awsvpc, containerDefinitions: [{ name: web, image: "shop:2", memory: 512, portMappings: [{ containerPort: 8080 }] }] }
    - { family: shop, networkMode: awsvpc, containerDefinitions: [{ name: web, image: "shop:3", memory: 512, portMappings: [{ containerPort: 8080 }] }] }
  services:
    - name: shop
      task-definition: "shop:1"
      desired-count: 2
      load-balancer:
        target-group: blue
        container: web
        port: 8080
        advanced:
          alternate: green
          production: { load-balancer: shop, port: 443, priority: 1 }
          test: { load-balancer: shop, port: 8443 }
      settings: { deploymentConfiguration: { CONFIGURATION } }
      script: { SCRIPT }
  behaviours: [BEHAVIOUR]
"#;

const BLUE_GREEN: &str = "strategy: BLUE_GREEN, bakeTimeInMinutes: 2";
const CANARY: &str = "strategy: CANARY, bakeTimeInMinutes: 1, \
                      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 }";
const LINEAR: &str = "strategy: LINEAR, bakeTimeInMinutes: 0, \
                      linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 }";
const ALARMS: &str = "alarms: { alarmNames: [shop-5xx], enable: true, rollback: true }";

fn function(stage: &str) -> String {
    format!(
        "{BLUE_GREEN}, lifecycleHooks: [{{ hookTargetArn: \
         'arn:aws:lambda:eu-west-1:123456789012:function:smoke', roleArn: \
         'arn:aws:iam::123456789012:role/hooks', lifecycleStages: [{stage}], timeoutConfiguration: \
         {{ timeoutInMinutes: 30 }} }}]"
    )
}

fn pause(stage: &str, timeout: &str) -> String {
    format!(
        "{BLUE_GREEN}, lifecycleHooks: [{{ targetType: PAUSE, lifecycleStages: [{stage}], \
         timeoutConfiguration: {{ {timeout} }} }}]"
    )
}

struct Shop {
    configuration: String,
    script: &'static str,
    behaviour: &'static str,
    alternate: &'static str,
}

impl Shop {
    fn with(configuration: impl Into<String>) -> Self {
        Self {
            configuration: configuration.into(),
            script: "",
            behaviour: "",
            alternate: "alternate: green",
        }
    }

    /// After a deployment of `shop:2` was asked for.
    fn deploys(self) -> Stage {
        let yaml = SHOP.replace("CONFIGURATION", &self.configuration);
        let yaml = yaml.replace("SCRIPT", self.script);
        let yaml = yaml.replace(
            ", ALTERNATE",
            &match self.alternate {
                "" => String::new(),
                alternate => format!(", {alternate}"),
            },
        );
        let mut stage = Stage::new(&yaml.replace("BEHAVIOUR", self.behaviour));
        deploy(&mut stage, 2);
        stage
    }
}

fn deploy(stage: &mut Stage, revision: u32) {
    let body = json!({"service": "shop", "taskDefinition": format!("shop:{revision}")});
    stage.ecs("UpdateService", body);
}

/// `STAGE production/test status` of the newest service deployment.
fn now(stage: &mut Stage) -> String {
    let it = latest(stage);
    let target = &it["targetServiceRevision"];
    let percent = |name: &str| target[name].as_f64().unwrap();
    format!(
        "{} {}/{} {}",
        it["lifecycleStage"].as_str().unwrap(),
        percent("requestedProductionTrafficWeight"),
        percent("requestedTestTrafficWeight"),
        it["status"].as_str().unwrap()
    )
}

/// Everything that the newest service deployment goes through, with the seconds of each change.
fn course(stage: &mut Stage) -> Vec<String> {
    let mut course: Vec<String> = Vec::new();
    let mut last = String::new();
    loop {
        let seen = now(stage);
        if seen != last {
            course.push(format!("{} {seen}", stage.seconds()));
        }
        last = seen;
        if !stage.next() {
            return course;
        }
    }
}

/// What every deployment goes through until its test traffic is there, and then `rest`.
fn course_of(rest: &[&str]) -> Vec<String> {
    let begin = [
        "0 PRE_SCALE_UP 0/0 PENDING",
        "1 PRE_SCALE_UP 0/0 IN_PROGRESS",
        "3 SCALE_UP 0/0 IN_PROGRESS",
        "43 POST_SCALE_UP 0/0 IN_PROGRESS",
        "45 TEST_TRAFFIC_SHIFT 0/100 IN_PROGRESS",
        "47 POST_TEST_TRAFFIC_SHIFT 0/100 IN_PROGRESS",
    ];
    begin
        .iter()
        .chain(rest)
        .map(|it| (*it).to_owned())
        .collect()
}

/// The replacement's target group's share of the production rule, in thousandths.
fn routed(stage: &Stage) -> u32 {
    let elb = &stage.world.elb;
    let rule = &elb.listeners[0].rules[0];
    let weight = |name: &str| {
        let group = &elb.target_group(name).unwrap().arn;
        let found = rule.forward.iter().find(|(arn, _)| arn == group);
        found.map_or(0, |(_, weight)| *weight)
    };
    weight("green") * 1000 / (weight("blue") + weight("green"))
}

fn hooks(stage: &mut Stage) -> Vec<String> {
    let it = latest(stage);
    let hooks = it["lifecycleHookDetails"].as_array();
    let word = |hook: &Value| {
        let (kind, status) = (&hook["targetType"], &hook["status"]);
        format!("{} {}", kind.as_str().unwrap(), status.as_str().unwrap())
    };
    hooks.into_iter().flatten().map(word).collect()
}

fn arn(stage: &mut Stage) -> Value {
    latest(stage)["serviceDeploymentArn"].clone()
}

#[test]
fn blue_green_goes_through_its_stages() {
    let mut stage = Shop::with(BLUE_GREEN).deploys();
    assert_eq!(
        course(&mut stage),
        course_of(&[
            "49 PRE_PRODUCTION_TRAFFIC_SHIFT 0/100 IN_PROGRESS",
            "51 PRODUCTION_TRAFFIC_SHIFT 100/100 IN_PROGRESS",
            "53 POST_PRODUCTION_TRAFFIC_SHIFT 100/100 IN_PROGRESS",
            "55 BAKE_TIME 100/100 IN_PROGRESS",
            "175 CLEAN_UP 100/100 IN_PROGRESS",
            "208 CLEAN_UP 100/100 SUCCESSFUL",
        ])
    );
    assert_eq!(routed(&stage), 1000);
    let shop = stage.shop();
    assert_eq!(shop["deployments"].as_array().unwrap().len(), 1);
    assert_eq!(shop["runningCount"], 2);
}

#[test]
fn the_next_deployment_goes_back_to_the_first_target_group() {
    let mut stage = Shop::with(BLUE_GREEN).deploys();
    course(&mut stage);
    deploy(&mut stage, 3);
    let course = course(&mut stage);
    assert!(
        course
            .last()
            .unwrap()
            .ends_with("CLEAN_UP 100/100 SUCCESSFUL"),
        "{course:?}"
    );
    assert_eq!(routed(&stage), 0);
}

#[test]
fn a_canary_takes_a_little_traffic_first() {
    let mut stage = Shop::with(CANARY).deploys();
    assert_eq!(
        course(&mut stage),
        course_of(&[
            "49 PRE_PRODUCTION_TRAFFIC_SHIFT 0/100 IN_PROGRESS",
            "51 PRODUCTION_TRAFFIC_SHIFT 10/100 IN_PROGRESS",
            "231 PRE_PRODUCTION_TRAFFIC_SHIFT 10/100 IN_PROGRESS",
            "233 PRODUCTION_TRAFFIC_SHIFT 100/100 IN_PROGRESS",
            "235 POST_PRODUCTION_TRAFFIC_SHIFT 100/100 IN_PROGRESS",
            "237 BAKE_TIME 100/100 IN_PROGRESS",
            "297 CLEAN_UP 100/100 IN_PROGRESS",
            "330 CLEAN_UP 100/100 SUCCESSFUL",
        ])
    );
}

#[test]
fn linear_moves_traffic_in_equal_steps() {
    let mut stage = Shop::with(LINEAR).deploys();
    assert_eq!(
        course(&mut stage),
        course_of(&[
            "49 PRE_PRODUCTION_TRAFFIC_SHIFT 0/100 IN_PROGRESS",
            "51 PRODUCTION_TRAFFIC_SHIFT 40/100 IN_PROGRESS",
            "111 PRE_PRODUCTION_TRAFFIC_SHIFT 40/100 IN_PROGRESS",
            "113 PRODUCTION_TRAFFIC_SHIFT 80/100 IN_PROGRESS",
            "173 PRE_PRODUCTION_TRAFFIC_SHIFT 80/100 IN_PROGRESS",
            "175 PRODUCTION_TRAFFIC_SHIFT 100/100 IN_PROGRESS",
            "177 POST_PRODUCTION_TRAFFIC_SHIFT 100/100 IN_PROGRESS",
            "179 CLEAN_UP 100/100 IN_PROGRESS",
            "212 CLEAN_UP 100/100 SUCCESSFUL",
        ])
    );
}
