//! Load balancers, described while a service is deployed.

use super::super::query::Form;
use super::call;
use crate::testing::Stage;
use crate::wire::aws::Caller;
use serde_json::json;

const SHOP: &str = r#"
elb:
  target-groups: [{ name: shop, port: 8080 }, { name: idle }]
  load-balancers:
    - name: shop
      listeners: [{ port: 443, protocol: HTTPS, target-group: shop, rules: [{ priority: 1, paths: [/api], target-group: shop }] }]
ecs:
  task-definitions:
    - { family: shop, containerDefinitions: [{ name: web, image: "shop:1", memory: 512, portMappings: [{ containerPort: 8080 }] }] }
  services:
    - { name: shop, task-definition: shop, load-balancer: { target-group: shop, container: web, port: 8080 } }
"#;

fn ask(stage: &mut Stage, operation: &str, form: &str) -> Result<String, String> {
    let caller = Caller { arn: String::new() };
    let form = Form::parse(form.as_bytes());
    let answer = call(&mut stage.world, &caller, operation, &form);
    answer.map_err(|error| error.code)
}

/// The texts of all elements of a name.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(&open).skip(1);
    parts
        .map(|part| part.split(&close).next().unwrap().to_owned())
        .collect()
}

#[test]
fn target_health_follows_the_tasks() {
    let mut stage = Stage::new(SHOP);
    let group = stage.world.elb.target_group("shop").unwrap().arn.clone();
    let form = format!("TargetGroupArn={group}");
    let states = |stage: &mut Stage| {
        let mut states = texts(&ask(stage, "DescribeTargetHealth", &form).unwrap(), "State");
        states.sort();
        states
    };
    assert_eq!(states(&mut stage), ["healthy"]);
    stage.ecs(
        "UpdateService",
        json!({"service": "shop", "forceNewDeployment": true}),
    );
    stage.pass("22s");
    let answer = ask(&mut stage, "DescribeTargetHealth", &form).unwrap();
    assert_eq!(texts(&answer, "Reason"), ["Elb.RegistrationInProgress"]);
    stage.pass("5s");
    let answer = ask(&mut stage, "DescribeTargetHealth", &form).unwrap();
    assert_eq!(texts(&answer, "Reason"), ["Elb.InitialHealthChecking"]);
    assert_eq!(states(&mut stage), ["healthy", "initial"]);
    stage.pass("20s");
    assert_eq!(states(&mut stage), ["draining", "healthy"]);
    stage.pass("5m");
    assert_eq!(states(&mut stage), ["healthy"]);
}

/// State, reason and description of each target that a behaviour makes unhealthy.
fn unhealthy(finds: &str) -> (Vec<String>, Vec<String>) {
    let behaviours = format!("  behaviours: [{{ ends: {{ unhealthy: {{ {finds} }} }} }}]\n");
    let mut stage = Stage::new(&format!("{SHOP}{behaviours}"));
    let force = json!({"service": "shop", "forceNewDeployment": true});
    stage.ecs("UpdateService", force);
    stage.pass("50s");
    let group = stage.world.elb.target_group("shop").unwrap().arn.clone();
    let form = format!("TargetGroupArn={group}");
    let answer = ask(&mut stage, "DescribeTargetHealth", &form).unwrap();
    assert_eq!(texts(&answer, "State"), ["healthy", "unhealthy"]);
    (texts(&answer, "Reason"), texts(&answer, "Description"))
}

#[test]
fn an_unhealthy_target_says_what_was_found_before_it_is_taken_out() {
    for (finds, reason, words) in [
        (
            "code: 502",
            "Target.ResponseCodeMismatch",
            "Health checks failed with these codes: [502]",
        ),
        ("finds: timeout", "Target.Timeout", "Request timed out"),
        (
            "finds: refused",
            "Target.FailedHealthChecks",
            "Health checks failed",
        ),
    ] {
        let (reasons, descriptions) = unhealthy(finds);
        assert_eq!(
            (reasons[0].as_str(), descriptions[0].as_str()),
            (reason, words)
        );
    }
}

#[test]
fn a_crashed_task_s_target_drains_and_is_gone() {
    let behaviours =
        "  behaviours: [{ match: { first-tasks: 1 }, ends: { exits: { after: 10s } } }]\n";
    let mut stage = Stage::new(&format!("{SHOP}{behaviours}"));
    let force = json!({"service": "shop", "forceNewDeployment": true});
    stage.ecs("UpdateService", force);
    stage.pass("33s");
    let group = stage.world.elb.target_group("shop").unwrap().arn.clone();
    let form = format!("TargetGroupArn={group}");
    let answer = ask(&mut stage, "DescribeTargetHealth", &form).unwrap();
    assert_eq!(texts(&answer, "State"), ["healthy", "draining"]);
    let gone = texts(&answer, "Id").remove(1);
    stage.pass("30s");
    let asked = format!("{form}&Targets.member.1.Id={gone}");
    let answer = ask(&mut stage, "DescribeTargetHealth", &asked).unwrap();
    assert_eq!(texts(&answer, "Reason"), ["Target.NotRegistered"]);
    let asked = format!("{form}&Targets.member.1.Id={gone}&Targets.member.1.Port=x");
    let refused = ask(&mut stage, "DescribeTargetHealth", &asked);
    assert_eq!(refused.unwrap_err(), "ValidationError");
}

#[test]
fn everything_is_described() {
    let mut stage = Stage::new(SHOP);
    let balancers = ask(&mut stage, "DescribeLoadBalancers", "Names.member.1=shop").unwrap();
    let arn = texts(&balancers, "LoadBalancerArn").remove(0);
    let listeners = ask(
        &mut stage,
        "DescribeListeners",
        &format!("LoadBalancerArn={arn}"),
    )
    .unwrap();
    assert_eq!(texts(&listeners, "Port"), ["443"]);
    let listener = texts(&listeners, "ListenerArn").remove(0);
    let rules = ask(
        &mut stage,
        "DescribeRules",
        &format!("ListenerArn={listener}"),
    )
    .unwrap();
    assert_eq!(texts(&rules, "Priority"), ["1", "default"]);
    let groups = ask(&mut stage, "DescribeTargetGroups", "").unwrap();
    assert_eq!(texts(&groups, "TargetGroupName"), ["shop", "idle"]);
    let refused = ask(&mut stage, "DescribeTargetGroups", "Names.member.1=none");
    assert_eq!(refused.unwrap_err(), "TargetGroupNotFound");
}
