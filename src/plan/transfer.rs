//! How a service that CodeDeploy deploys is given to ECS itself: step by step, what each step changes,
//! and the commands for this very service.
//!
//! Greengate does none of it: the traffic of a whole service moves at once, and who owns its
//! infrastructure decides when
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/migrate-codedeploy-to-ecs-bluegreen.html>).

mod shell;

use crate::model::codedeploy::{DeploymentGroup, Routing};
use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::service::Service;
use serde::Serialize;
use serde_json::{Map, Value, json};
use shell::{assigned, command, document, quoted};

/// The way from CodeDeploy to ECS.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Transfer {
    /// The steps, in their order.
    pub steps: Vec<Step>,
}

/// One step of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// What is done.
    pub what: &'static str,
    /// What that changes.
    pub changes: &'static str,
    /// Commands for a shell, in their order; none where it is done elsewhere.
    pub commands: Vec<String>,
}

/// The deployment group that deploys a service so far, and how its traffic moves.
#[derive(Debug, Clone, Copy)]
pub struct SoFar<'a> {
    /// The group.
    pub group: &'a DeploymentGroup,
    /// How traffic moves.
    pub routing: &'a Routing,
}

impl Transfer {
    /// The way for `service`, to what is `asked` for or else to what does the same as its deployment
    /// group, as far as that is known. A service without a load balancer needs no more than its
    /// controller changed.
    pub fn of(
        service: &Service,
        so_far: Option<SoFar<'_>>,
        asked: Option<&DeploymentConfiguration>,
    ) -> Self {
        let configuration = match asked {
            Some(asked) => asked.document().clone(),
            None => so_far.map_or_else(all_at_once, alike),
        };
        let group = so_far.map(|it| it.group);
        let given = given(service, group, configuration);
        let (roles, traffic) = (role(service), traffic(service, group));
        let balanced = !service.load_balancers.is_empty();
        let before = [roles, traffic].into_iter().filter(|_| balanced);
        let after = [AFTERWARDS, left(group)];
        let steps = before.chain([idle(group), given]).chain(after);
        Self {
            steps: steps.collect(),
        }
    }
}

/// What Greengate itself needs.
const AFTERWARDS: Step = Step {
    what: "Deploy with `strategy: native`, or `auto`, and without the codedeploy inputs",
    changes: "The role of the workflow needs `deploy-rolling` and `continue-native` in the place of \
              CodeDeploy's policies. Hooks of the AppSpec are not called any more: what they do \
              becomes `lifecycleHooks` of the deployment configuration.",
    commands: Vec::new(),
};

/// The role that ECS takes on to move traffic.
const ROLE: &str = "ecs-load-balancers";

fn role(service: &Service) -> Step {
    let partition = service.arn.split(':').nth(1).unwrap_or("aws");
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole",
    }]});
    let policy = format!(
        "arn:{partition}:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
    );
    let create = [
        "iam",
        "create-role",
        "--role-name",
        ROLE,
        "--assume-role-policy-document",
    ];
    let attach = [
        "iam",
        "attach-role-policy",
        "--role-name",
        ROLE,
        "--policy-arn",
        &policy,
    ];
    Step {
        what: "Make a role that lets ECS move traffic, if there is none",
        changes: "IAM alone.",
        commands: vec![
            command(&[&create[..], &[&trust.to_string()]].concat()),
            command(&attach),
        ],
    }
}

/// Both target groups behind every listener: nothing moves, since all weight stays where it is.
fn traffic(service: &Service, group: Option<&DeploymentGroup>) -> Step {
    let mut commands = vec![
        format!(
            "BLUE={}",
            quoted(serving(service).unwrap_or("<the target group that serves>"))
        ),
        assigned("GREEN", &alternate(service, group)),
    ];
    let weight = |group: &str, weight: u32| json!({"TargetGroupArn": group, "Weight": weight});
    let both = json!([{"Type": "forward", "ForwardConfig": {
        "TargetGroups": [weight("$BLUE", 100), weight("$GREEN", 0)],
    }}]);
    for listener in listeners(group) {
        let words = [
            "elbv2",
            "modify-listener",
            "--listener-arn",
            &listener,
            "--default-actions",
        ];
        commands.push(format!("{} {}", command(&words), document(&both)));
    }
    Step {
        what: "Let the listeners forward to both target groups, with all weight on the one that serves",
        changes: "No traffic. Without it ECS rolls its first deployment back. Where traffic comes by a \
                  rule and not by the default action, `aws elbv2 modify-rule` does the same.",
        commands,
    }
}

/// The ARN of the target group that has the traffic.
fn serving(service: &Service) -> Option<&str> {
    let mut entries = service.load_balancers.iter();
    entries.find_map(|entry| entry.target_group.as_deref())
}

/// How the other one is found.
fn alternate(service: &Service, group: Option<&DeploymentGroup>) -> Vec<String> {
    let serving = serving(service).unwrap_or_default();
    let is_other = |name: &&String| !serving.contains(&format!(":targetgroup/{name}/"));
    let mut names = group.into_iter().flat_map(|group| &group.target_groups);
    let name = names
        .find(is_other)
        .map_or("<the other target group>", String::as_str);
    let words = [
        "elbv2",
        "describe-target-groups",
        "--names",
        name,
        "--query",
    ];
    let words = words
        .into_iter()
        .chain(["TargetGroups[0].TargetGroupArn", "--output", "text"]);
    words.map(str::to_owned).collect()
}

/// Those of production, then those of test traffic.
fn listeners(group: Option<&DeploymentGroup>) -> Vec<String> {
    let Some(group) = group else {
        return vec!["<the listener>".to_owned()];
    };
    let all = group
        .production_listeners
        .iter()
        .chain(&group.test_listeners);
    all.cloned().collect()
}

fn idle(group: Option<&DeploymentGroup>) -> Step {
    let (application, name) = named(group);
    let words = [
        "deploy",
        "list-deployments",
        "--application-name",
        application,
    ];
    let words = [
        &words[..],
        &["--deployment-group-name", name, "--include-only-statuses"],
    ]
    .concat();
    let running = ["Created", "Queued", "InProgress", "Ready"];
    Step {
        what: "Let no deployment of CodeDeploy's run, and nothing start one",
        changes: "Nothing; the command must list none.",
        commands: vec![command(&[&words[..], &running].concat())],
    }
}

fn named(group: Option<&DeploymentGroup>) -> (&str, &str) {
    group.map_or(("<the application>", "<the deployment group>"), |group| {
        (&group.application, &group.name)
    })
}

/// The one step after which ECS deploys the service.
fn given(
    service: &Service,
    group: Option<&DeploymentGroup>,
    configuration: Map<String, Value>,
) -> Step {
    let mut commands = Vec::new();
    let rule = |listener: &str| {
        let words = [
            "elbv2",
            "describe-rules",
            "--listener-arn",
            listener,
            "--query",
        ];
        let words = words
            .into_iter()
            .chain(["Rules[?IsDefault].RuleArn", "--output", "text"]);
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut update = command(&[
        "ecs",
        "update-service",
        "--cluster",
        service.cluster_name(),
        "--service",
        &service.name,
        "--deployment-controller",
        "type=ECS",
        "--deployment-configuration",
        &Value::Object(configuration).to_string(),
    ]);
    if let Some(entry) = service.load_balancers.first() {
        let role = [
            "iam",
            "get-role",
            "--role-name",
            ROLE,
            "--query",
            "Role.Arn",
            "--output",
            "text",
        ];
        commands.push(assigned("ROLE", &role.map(str::to_owned)));
        let production = group.and_then(|it| it.production_listeners.first());
        let production = production.map_or("<the listener>", String::as_str);
        commands.push(assigned("RULE", &rule(production)));
        let test = group.and_then(|it| it.test_listeners.first());
        commands.extend(test.map(|listener| assigned("TEST_RULE", &rule(listener))));
        let mut advanced = json!({
            "alternateTargetGroupArn": "$GREEN", "productionListenerRule": "$RULE", "roleArn": "$ROLE",
        });
        if let (Some(_), Some(advanced)) = (test, advanced.as_object_mut()) {
            advanced.insert("testListenerRule".to_owned(), json!("$TEST_RULE"));
        }
        let balancer = json!([{
            "targetGroupArn": "$BLUE", "containerName": entry.container, "containerPort": entry.port,
            "advancedConfiguration": advanced,
        }]);
        update = format!("{update} --load-balancers {}", document(&balancer));
    }
    commands.push(update);
    Step {
        what: "Give the service to ECS",
        changes: "The controller, for good: CodeDeploy cannot deploy the service any more. ECS makes a \
                  first deployment of the revision that serves, and its traffic moves at once, \
                  untested: choose a quiet hour.",
        commands,
    }
}

/// What is left over of CodeDeploy.
fn left(group: Option<&DeploymentGroup>) -> Step {
    let (application, name) = named(group);
    let words = [
        "deploy",
        "delete-deployment-group",
        "--application-name",
        application,
    ];
    Step {
        what: "Delete what is left of CodeDeploy, once a deployment by ECS has succeeded",
        changes: "The history of its deployments is gone. The application may go too, if it has no \
                  other deployment group.",
        commands: vec![command(
            &[&words[..], &["--deployment-group-name", name]].concat(),
        )],
    }
}

fn all_at_once() -> Map<String, Value> {
    let at_once = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5});
    at_once.as_object().cloned().unwrap_or_default()
}

/// The deployment configuration that does what a deployment group does.
fn alike(so_far: SoFar<'_>) -> Map<String, Value> {
    let SoFar { group, routing } = so_far;
    let mut all = match routing {
        Routing::Canary { percent, minutes } => json!({
            "strategy": "CANARY",
            "canaryConfiguration": {"canaryPercent": percent, "canaryBakeTimeInMinutes": minutes},
        }),
        Routing::Linear { percent, minutes } => json!({
            "strategy": "LINEAR",
            "linearConfiguration": {"stepPercent": percent, "stepBakeTimeInMinutes": minutes},
        }),
        Routing::AllAtOnce | Routing::Other(_) => json!({"strategy": "BLUE_GREEN"}),
    };
    let Some(all) = all.as_object_mut() else {
        return Map::new();
    };
    let bake = group.termination_wait_minutes.min(1440);
    all.insert("bakeTimeInMinutes".to_owned(), bake.into());
    if !group.alarms.is_empty() {
        let rolls_back = group
            .auto_rollback
            .iter()
            .any(|it| it == "DEPLOYMENT_STOP_ON_ALARM");
        let alarms = json!({"alarmNames": group.alarms, "enable": true, "rollback": rolls_back});
        all.insert("alarms".to_owned(), alarms);
    }
    all.clone()
}

#[cfg(test)]
mod tests;
