//! The steps one by one, with the commands for a service and its deployment group.

use super::Step;
use super::shell::{assigned, aws, document, quoted};
use crate::model::codedeploy::DeploymentGroup;
use crate::model::service::{LoadBalancer, Service};
use serde_json::{Map, Value, json};

/// The role that ECS takes on to move traffic.
const ROLE: &str = "ecs-load-balancers";

/// In the place of what is not known.
const A_LISTENER: &str = "<the listener>";

/// ECS may move traffic.
pub(super) fn role(service: &Service) -> Step {
    let partition = service.arn.split(':').nth(1).unwrap_or("aws");
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole",
    }]});
    let policy = format!(
        "arn:{partition}:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
    );
    let create = "iam create-role --role-name ecs-load-balancers --assume-role-policy-document";
    let attach = "iam attach-role-policy --role-name ecs-load-balancers --policy-arn";
    Step {
        what: "Make a role that lets ECS move traffic, if there is none".to_owned(),
        changes: "IAM alone.".to_owned(),
        commands: vec![aws(create, &[&trust.to_string()]), aws(attach, &[&policy])],
    }
}

/// Both target groups behind every listener: nothing moves, since all weight stays where it is.
pub(super) fn traffic(service: &Service, group: Option<&DeploymentGroup>) -> Step {
    let blue = serving(service).unwrap_or("<the target group that serves>");
    let green = "elbv2 describe-target-groups --query TargetGroups[0].TargetGroupArn --output text \
                 --names";
    let known = [
        format!("BLUE={}", quoted(blue)),
        assigned("GREEN", &aws(green, &[alternate(service, group)])),
    ];
    let weight = |group: &str, weight: u32| json!({"TargetGroupArn": group, "Weight": weight});
    let both = json!([{"Type": "forward", "ForwardConfig": {
        "TargetGroups": [weight("$BLUE", 100), weight("$GREEN", 0)],
    }}]);
    let forward = |listener: &str| {
        let modify = aws("elbv2 modify-listener --listener-arn", &[listener]);
        format!("{modify} --default-actions {}", document(&both))
    };
    let forwards = listeners(group).into_iter().map(forward);
    Step {
        what: "Let the listeners forward to both target groups, with all weight on the one that serves"
            .to_owned(),
        changes: "No traffic. Without it ECS rolls its first deployment back. Where traffic comes by \
                  a rule and not by the default action, `aws elbv2 modify-rule` does the same."
            .to_owned(),
        commands: known.into_iter().chain(forwards).collect(),
    }
}

/// The ARN of the target group that has the traffic.
fn serving(service: &Service) -> Option<&str> {
    let mut entries = service.load_balancers.iter();
    entries.find_map(|entry| entry.target_group.as_deref())
}

/// The name of the other one.
fn alternate<'a>(service: &Service, group: Option<&'a DeploymentGroup>) -> &'a str {
    let serving = serving(service).unwrap_or_default();
    let is_other = |name: &&String| !serving.contains(&format!(":targetgroup/{name}/"));
    let mut names = group.into_iter().flat_map(|group| &group.target_groups);
    let name = names.find(is_other);
    name.map_or("<the other target group>", String::as_str)
}

/// Those of production, then those of test traffic.
fn listeners(group: Option<&DeploymentGroup>) -> Vec<&str> {
    let Some(group) = group else {
        return vec![A_LISTENER];
    };
    let all = group.production_listeners.iter();
    let all = all.chain(&group.test_listeners);
    all.map(String::as_str).collect()
}

/// Nobody else is at work.
pub(super) fn idle(group: Option<&DeploymentGroup>) -> Step {
    let (application, name) = named(group);
    let list = "deploy list-deployments --include-only-statuses Created Queued InProgress Ready \
                --application-name";
    let of_group = ["--deployment-group-name", name];
    Step {
        what: "Let no deployment of CodeDeploy's run, and nothing start one".to_owned(),
        changes: "Nothing; the command must list none.".to_owned(),
        commands: vec![aws(list, &[&[application], &of_group[..]].concat())],
    }
}

fn named(group: Option<&DeploymentGroup>) -> (&str, &str) {
    group.map_or(("<the application>", "<the deployment group>"), |group| {
        (&group.application, &group.name)
    })
}

/// The one step after which ECS deploys the service.
pub(super) fn given(
    service: &Service,
    group: Option<&DeploymentGroup>,
    configuration: Map<String, Value>,
) -> Step {
    let update = "ecs update-service --deployment-controller type=ECS --cluster";
    let configuration = Value::Object(configuration).to_string();
    let named = [service.cluster_name(), "--service", &service.name];
    let configured = ["--deployment-configuration", &configuration];
    let update = aws(update, &[&named[..], &configured].concat());
    let commands = match service.load_balancers.first() {
        Some(entry) => {
            let test = group.and_then(|it| it.test_listeners.first());
            let balanced = document(&balanced(entry, test.is_some()));
            let mut commands = found(group);
            commands.push(format!("{update} --load-balancers {balanced}"));
            commands
        }
        None => vec![update],
    };
    Step {
        what: "Give the service to ECS".to_owned(),
        changes:
            "The controller, for good: CodeDeploy cannot deploy the service any more. ECS makes a \
                  first deployment of the revision that serves, and its traffic moves at once, \
                  untested: choose a quiet hour."
                .to_owned(),
        commands,
    }
}

/// The role and the rules, which only AWS knows by their ARNs.
fn found(group: Option<&DeploymentGroup>) -> Vec<String> {
    let rule = |listener: &str| {
        let words = "elbv2 describe-rules --query Rules[?IsDefault].RuleArn --output text \
                     --listener-arn";
        aws(words, &[listener])
    };
    let get_role = aws(
        "iam get-role --query Role.Arn --output text --role-name",
        &[ROLE],
    );
    let production = group.and_then(|it| it.production_listeners.first());
    let production = production.map_or(A_LISTENER, String::as_str);
    let test = group.and_then(|it| it.test_listeners.first());
    let test = test.map(|listener| assigned("TEST_RULE", &rule(listener)));
    let known = [
        assigned("ROLE", &get_role),
        assigned("RULE", &rule(production)),
    ];
    known.into_iter().chain(test).collect()
}

/// The service's load balancer, between both target groups.
fn balanced(entry: &LoadBalancer, tests: bool) -> Value {
    let mut advanced = Map::new();
    let test = tests.then_some(("testListenerRule", "$TEST_RULE"));
    let fields = [
        ("alternateTargetGroupArn", "$GREEN"),
        ("productionListenerRule", "$RULE"),
    ];
    for (name, value) in fields.into_iter().chain(test).chain([("roleArn", "$ROLE")]) {
        advanced.insert(name.to_owned(), value.into());
    }
    json!([{
        "targetGroupArn": "$BLUE", "containerName": entry.container, "containerPort": entry.port,
        "advancedConfiguration": advanced,
    }])
}

/// What Greengate itself needs.
pub(super) fn afterwards() -> Step {
    Step {
        what: "Deploy with `strategy: native`, or `auto`, and without the codedeploy inputs".to_owned(),
        changes: "The role of the workflow needs `deploy-rolling` and `continue-native` in the place \
                  of CodeDeploy's policies. Hooks of the AppSpec are not called any more: what they \
                  do becomes `lifecycleHooks` of the deployment configuration."
            .to_owned(),
        commands: Vec::new(),
    }
}

/// What is left over of CodeDeploy.
pub(super) fn left(group: Option<&DeploymentGroup>) -> Step {
    let (application, name) = named(group);
    let delete = "deploy delete-deployment-group --application-name";
    Step {
        what: "Delete what is left of CodeDeploy, once a deployment by ECS has succeeded"
            .to_owned(),
        changes:
            "The history of its deployments is gone. The application may go too, if it has no \
                  other deployment group."
                .to_owned(),
        commands: vec![aws(delete, &[application, "--deployment-group-name", name])],
    }
}
