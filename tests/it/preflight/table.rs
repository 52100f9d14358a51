//! Every check of docs/preflight.md through the whole pipeline: in order, not in order, and not
//! permitted to be looked at.
//!
//! A check that may not be made is skipped and the deployment goes on, unless nothing can be deployed
//! without what it reads; what is not in order refuses before anything is written.

use super::{Heard, deny, deploy, document, made_by_the_first_task, shop_of};
use crate::in_process;
use crate::shop::{ADDRESS, Shop};
use greengate::failure::Failure;
use greengate::preflight::{Check, CheckResult};
use greengate_sandbox::world::World;
use greengate_sandbox::world::alarms::State;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// What happens where the role has not the permission.
#[derive(Clone, Copy)]
enum Denied {
    /// Without this action, the check is skipped.
    Skipped(&'static str),
    /// Without this action, nothing can be deployed.
    Needed(&'static str),
    /// Nothing is read for it.
    Nothing,
}

type Change = fn(&mut World, &mut Value);

/// A check.
struct Row {
    name: &'static str,
    /// Which one, where there are several of the name.
    of: &'static str,
    denied: Denied,
    /// Parts of the scenario that are replaced.
    scenario: &'static [(&'static str, &'static str)],
    /// What is so in all three runs.
    given: Change,
    inputs: &'static [(&'static str, &'static str)],
    /// What is wrong in the run that fails.
    wrong: Change,
    wrong_inputs: &'static [(&'static str, &'static str)],
    /// Whether another run deploys while that one begins.
    beside_another: bool,
    code: &'static str,
    says: &'static str,
}

/// A check called `name` of what is called `of`.
fn row(name: &'static str, of: &'static str, denied: Denied) -> Row {
    Row {
        name,
        of,
        denied,
        scenario: &[],
        given: |_, _| {},
        inputs: &[],
        wrong: |_, _| {},
        wrong_inputs: &[],
        beside_another: false,
        code: "",
        says: "",
    }
}

impl Row {
    fn given(self, given: Change) -> Self {
        Self { given, ..self }
    }

    fn inputs(self, inputs: &'static [(&'static str, &'static str)]) -> Self {
        Self { inputs, ..self }
    }

    fn wrong(self, wrong: Change) -> Self {
        Self { wrong, ..self }
    }

    fn wrong_inputs(self, wrong_inputs: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            wrong_inputs,
            ..self
        }
    }

    fn says(self, code: &'static str, says: &'static str) -> Self {
        Self { code, says, ..self }
    }

    fn world(&self) -> (Shop, Value) {
        let shop = shop_of(self.scenario);
        let mut document = document();
        shop.sandbox.with_world(|world| {
            (self.given)(world, &mut document);
            // A scan that began with the world is over by now.
            let later = world.now + SignedDuration::from_mins(5);
            world.advance_to(later);
        });
        (shop, document)
    }

    async fn run(&self, shop: &Shop, document: &Value, wrong: bool) -> (u8, Heard) {
        let wrong = if wrong { self.wrong_inputs } else { &[] };
        let inputs = [self.inputs, wrong].concat();
        let http = in_process::client(&shop.sandbox);
        deploy(shop, document, &inputs, http).await
    }

    /// The rows of this check that the run has shown.
    fn shown(&self, heard: &Heard) -> Vec<Check> {
        let ours = |it: &Check| it.name == self.name && it.subject.contains(self.of);
        let shown: Vec<_> = heard.checks().into_iter().filter(ours).collect();
        assert!(!shown.is_empty(), "{}", heard.log());
        shown
    }

    async fn is_ok(&self) {
        let (shop, document) = self.world();
        let (code, heard) = self.run(&shop, &document, false).await;
        assert_eq!(code, 0, "{}", heard.log());
        for check in self.shown(&heard) {
            let ok = matches!(check.result, CheckResult::Ok { .. });
            assert!(ok, "{}", heard.log());
        }
    }

    async fn fails(&self) {
        let (shop, mut document) = self.world();
        if self.beside_another {
            let http = in_process::client(&shop.sandbox);
            let (code, heard) = deploy(&shop, &document, &[("wait-for", "created")], http).await;
            assert_eq!(code, 0, "{}", heard.log());
        }
        let written = writes(&shop);
        let wrong = |world: &mut World| (self.wrong)(world, &mut document);
        shop.sandbox.with_world(wrong);
        let (code, heard) = self.run(&shop, &document, true).await;
        assert_eq!(code, 3, "{}", heard.log());
        let failures: Vec<_> = heard
            .checks()
            .iter()
            .filter_map(Check::failure)
            .cloned()
            .collect();
        let told = |it: &Failure| it.code.id() == self.code && it.what.contains(self.says);
        assert!(failures.iter().any(told), "{}", heard.log());
        let rows = heard.checks().into_iter().filter(|it| it.name == self.name);
        let failed = rows
            .filter_map(|it| it.failure().cloned())
            .any(|it| told(&it));
        assert!(failed, "{}", heard.log());
        assert_eq!(writes(&shop), written, "{}", heard.log());
    }

    async fn is_denied(&self) {
        let (shop, document) = self.world();
        let (Denied::Skipped(action) | Denied::Needed(action)) = self.denied else {
            return;
        };
        shop.sandbox.with_world(|world| deny(world, action));
        let (code, heard) = self.run(&shop, &document, false).await;
        if let Denied::Needed(_) = self.denied {
            assert_eq!(code, 3, "{}", heard.log());
            let checks = heard.checks();
            let failure = checks.iter().find_map(Check::failure).unwrap();
            assert_eq!(failure.code.id(), "GG012");
            assert!(failure.what.contains(action), "{}", failure.what);
            assert_eq!(writes(&shop), 0);
            return;
        }
        assert_eq!(code, 0, "{}", heard.whole());
        let shown = self.shown(&heard);
        let skipped = |check: &Check| match &check.result {
            CheckResult::Skipped { why } => {
                why.contains(&format!("the role may not call {action}"))
            }
            _ => false,
        };
        assert!(shown.iter().any(skipped), "{}", heard.log());
    }
}

/// How often something was written.
fn writes(shop: &Shop) -> usize {
    let writing = [
        "RegisterTaskDefinition",
        "CreateDeployment",
        "UpdateService",
    ];
    writing.iter().map(|it| shop.calls(it).0).sum()
}

macro_rules! rows {
    ($($name:ident: $row:expr;)+) => {
        $(mod $name {
            use super::*;

            #[tokio::test(start_paused = true)]
            async fn is_in_order() {
                $row.is_ok().await;
            }

            #[tokio::test(start_paused = true)]
            async fn is_not_in_order() {
                $row.fails().await;
            }

            #[tokio::test(start_paused = true)]
            async fn may_not_be_looked_at() {
                $row.is_denied().await;
            }
        })+
    };
}

rows! {
    cluster: Row { scenario: EVERYWHERE, ..row("cluster", "production", Denied::Needed("ecs:DescribeServices")) }
        .wrong_inputs(&[("cluster", "nowhere")])
        .says("GG020", "cluster nowhere is not in eu-west-1");

    service: Row { scenario: EVERYWHERE, ..row("service", "shop", Denied::Needed("ecs:DescribeServices")) }
        .wrong_inputs(&[("service", "nobody")])
        .says("GG021", "service nobody is not in cluster production");

    strategy_and_controller: row("strategy", "codedeploy", Denied::Nothing)
        .wrong_inputs(&[("strategy", "rolling")])
        .says("GG022", "has the deployment controller CODE_DEPLOY");

    application: row("deployment group", "shop", Denied::Needed("codedeploy:GetDeploymentGroup"))
        .wrong(|world, _| world.codedeploy.applications.clear())
        .says("GG023", "CodeDeploy has no application AppECS-production-shop");

    deployment_group: row("deployment group", "shop", Denied::Needed("codedeploy:GetDeploymentGroup"))
        .wrong(|world, _| world.codedeploy.applications[0].groups[0].service = "other".to_owned())
        .says("GG023", "does not deploy production/shop");

    deployment_config: row("deployment config", "ECSCanary", Denied::Needed("codedeploy:GetDeploymentConfig"))
        .wrong_inputs(&[("codedeploy-deployment-config", "Slowly")])
        .says("GG023", "CodeDeploy has no deployment config Slowly");

    running_deployment: Row { beside_another: true, ..row("running deployment", "", Denied::Needed("codedeploy:ListDeployments")) }
        .wrong_inputs(&[("on-active-deployment", "fail")])
        .says("GG026", "a deployment of production/shop is already running");

    container_port: row("container port", "web:8080", Denied::Nothing)
        .wrong(|_, document| container(document)["portMappings"] = json!([{"containerPort": 9090}]))
        .says("GG023", "8080");

    fargate_size: row("Fargate size", "cpu 256", Denied::Nothing)
        .wrong(|_, document| document["memory"] = json!("600"))
        .says("GG033", "Fargate has no task size of cpu 256, memory 600");

    network_mode: row("network mode", "awsvpc", Denied::Nothing)
        .wrong(|_, document| document["networkMode"] = json!("bridge"))
        .says("GG033", "Fargate takes awsvpc only");

    target_group: row("target group", "shop-green", Denied::Skipped("elasticloadbalancing:DescribeTargetGroups"))
        .wrong(|world, _| world.elb.target_groups.retain(|group| group.name != "shop-green"))
        .says("GG037", "target group shop-green is not there");

    listener: row("listener", "", Denied::Skipped("elasticloadbalancing:DescribeListeners"))
        .wrong(|world, _| world.elb.listeners.retain(|listener| listener.port != 8443))
        .says("GG037", "of the deployment group is not there");

    production_traffic: row("listener", "", Denied::Skipped("elasticloadbalancing:DescribeRules"))
        .given(led_by_a_rule)
        .wrong(|world, _| world.elb.listeners[0].rules.clear())
        .says("GG037", "forwards to neither target group of the deployment group");

    alarm_that_fires: row("alarm", "shop-5xx", Denied::Skipped("cloudwatch:DescribeAlarms"))
        .wrong(|world, _| world.alarms.by_name.get_mut("shop-5xx").unwrap().state = State::Alarm)
        .says("GG036", "the alarm shop-5xx is firing");

    alarm_that_is_not_there: row("alarm", "shop-5xx", Denied::Skipped("cloudwatch:DescribeAlarms"))
        .wrong(|world, _| world.alarms.by_name.clear())
        .says("GG036", "is not there");

    image_of_the_inputs: row("image", "shop@sha256", Denied::Needed("ecr:BatchGetImage"))
        .wrong_inputs(&[("image", "127.0.0.1:4566/shop:v9")])
        .says("GG025", "shop:v9 is not in its repository");

    image_of_the_file: row("image", "shop:v1", Denied::Skipped("ecr:BatchGetImage"))
        .inputs(&[("image", "")])
        .given(|_, document| container(document)["image"] = json!(format!("{ADDRESS}/shop:v1")))
        .wrong(|_, document| container(document)["image"] = json!(format!("{ADDRESS}/shop:v9")))
        .says("GG025", "shop:v9 is not in its repository");

    platform_of_the_image: row("image", "shop@sha256", Denied::Skipped("ecr:GetDownloadUrlForLayer"))
        .wrong(|_, document| document["runtimePlatform"] = json!({"cpuArchitecture": "ARM64"}))
        .says("GG038", "the task runs on linux/arm64");

    scan_of_the_image: Row { scenario: SCANNED, ..row("image scan", "shop@sha256", Denied::Skipped("ecr:DescribeImageScanFindings")) }
        .inputs(&[("scan-fail-on", "critical")])
        .wrong_inputs(&[("scan-fail-on", "high")])
        .says("GG039", "found 1 high");

    execution_role: row("execution role", "shop-execution", Denied::Skipped("iam:GetRole"))
        .wrong(|world, _| trust(world, "shop-execution", &json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}})))
        .says("GG014", "the execution role shop-execution does not trust ECS");

    execution_role_for_others: row("execution role", "shop-execution", Denied::Skipped("iam:GetRole"))
        .given(|world, _| trust(world, "shop-execution", &for_account("123456789012")))
        .wrong(|world, _| trust(world, "shop-execution", &for_account("210987654321")))
        .says("GG014", "the execution role shop-execution does not trust ECS");

    task_role: row("task role", "shop-task", Denied::Skipped("iam:GetRole"))
        .wrong(|world, _| drop(world.identity.roles.remove("shop-task")))
        .says("GG014", "the task role shop-task is not there");

    pass_role: row("pass role", "shop-execution", Denied::Skipped("iam:SimulatePrincipalPolicy"))
        .wrong(|world, _| deny(world, "iam:PassRole"))
        .says("GG014", "greengate-production may not pass the role shop-execution to ECS");

    secret: row("secret", "shop/database", Denied::Skipped("secretsmanager:DescribeSecret"))
        .wrong(|world, _| world.secrets.secrets.clear())
        .says("GG034", "the secret shop/database-AbCdEf is not there");

    secret_that_is_deleted: row("secret", "shop/database", Denied::Skipped("secretsmanager:DescribeSecret"))
        .wrong(|world, _| {
            let now = world.now;
            world.secrets.secrets.get_mut("shop/database").unwrap().deleted = Some(now);
        })
        .says("GG034", "is scheduled for deletion");

    parameter: row("parameter", "/shop/key", Denied::Skipped("ssm:DescribeParameters"))
        .wrong(|world, _| world.secrets.parameters.clear())
        .says("GG034", "the parameter /shop/key is not there");

    log_group: row("log group", "/ecs/shop", Denied::Skipped("logs:DescribeLogGroups"))
        .wrong(|world, _| drop(world.logs.groups.remove("/ecs/shop")))
        .says("GG035", "the log group /ecs/shop is not there");

    log_group_to_be_made: row("log group", "/ecs/shop", Denied::Skipped("iam:SimulatePrincipalPolicy"))
        .given(made_by_the_first_task)
        .wrong(|world, _| world.identity.roles.get_mut("shop-execution").unwrap().policies.clear())
        .says("GG035", "the execution role shop-execution may not create it");
}

/// The role may look at other clusters and services: what is not there looks like a missing permission
/// otherwise.
const EVERYWHERE: &[(&str, &str)] = &[
    ("CLUSTER: production", "CLUSTER: '*'"),
    ("SERVICE: shop", "SERVICE: '*'"),
];

const SCANNED: &[(&str, &str)] = &[(
    "images:
        - tags: [v1]
        - tags: [v2]",
    "images:
        - tags: [v1]
        - tags: [v2]
      scan-on-push: true
      scan: { findings: [{ name: CVE-2026-1, severity: HIGH }, { name: CVE-2026-2, severity: LOW }] }",
)];

fn container(document: &mut Value) -> &mut Value {
    &mut document["containerDefinitions"][0]
}

fn trust(world: &mut World, role: &str, statement: &Value) {
    let trust = json!({ "Statement": [statement] });
    let role = world.identity.roles.get_mut(role).unwrap();
    role.trust = serde_json::from_value(trust).unwrap();
}

fn for_account(account: &str) -> Value {
    json!({"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": account}}})
}

fn led_by_a_rule(world: &mut World, _: &mut Value) {
    super::led_by_a_rule(world);
}
