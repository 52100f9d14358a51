//! Every well-known cause in AWS's words, as documentation, issue threads and the agent's own tests
//! give them.

mod deployments;
mod health;
mod images;
mod starts;

use super::{Cause, Kind, Scene, of};
use crate::diagnosis::evidence::{Evidence, LogTail};
use crate::diagnosis::failures;
use crate::diagnosis::workload::Workload;
use crate::model::service::{LoadBalancer, Network, ServiceEvent};
use crate::model::target_group::{TargetGroup, TargetHealth};
use crate::model::task::{Container, Task};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-green/4fe72fe75cdf9149";

fn document() -> Value {
    json!({"taskDefinition": {
        "executionRoleArn": "arn:aws:iam::123456789012:role/shop-execution",
        "requiresCompatibilities": ["FARGATE"],
        "memory": "512",
        "containerDefinitions": [
            {
                "name": "web",
                "image": format!("{ECR}/shop:v9"),
                "healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost:8080/health"]},
                "secrets": [
                    {"name": "DATABASE_URL", "valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf:uri::"},
                    {"name": "API_KEY", "valueFrom": "/shop/api-key"},
                ],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/shop"}},
            },
            {"name": "telemetry", "image": "amazon/aws-otel-collector:v0.43.1", "essential": false},
        ],
    }})
}

fn scene() -> Scene {
    Scene {
        workload: Workload::of(&document()),
        network: Some(Network {
            subnets: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
            security_groups: vec!["sg-1".to_owned()],
            assign_public_ip: Some("DISABLED".to_owned()),
        }),
        load_balancers: vec![LoadBalancer {
            container: "web".to_owned(),
            port: 8080,
            target_group: Some(GROUP.to_owned()),
            alternate: None,
            production_rule: None,
            test_rule: None,
        }],
    }
}

fn task(code: &str, reason: &str, exit_code: Option<i32>, of_container: Option<&str>) -> Task {
    Task {
        arn: "arn:aws:ecs:eu-west-1:123456789012:task/prod/9d85800c30b349039d104d52b506b930"
            .to_owned(),
        task_definition: "shop:9".to_owned(),
        started_by: "ecs-svc/9".to_owned(),
        status: "STOPPED".to_owned(),
        stop_code: Some(code.to_owned()),
        stopped_reason: Some(reason.to_owned()),
        created_at: None,
        started_at: None,
        stopped_at: None,
        containers: vec![Container {
            name: "web".to_owned(),
            image: Some(format!("{ECR}/shop:v9")),
            runtime_id: None,
            exit_code,
            reason: of_container.map(str::to_owned),
            health: None,
        }],
    }
}

fn evidence_of(tasks: &[Task]) -> Evidence {
    Evidence {
        tasks: failures::alike(tasks),
        ..Evidence::default()
    }
}

/// The cause of a task that could not start for `reason`.
fn not_started(reason: &str) -> Option<Cause> {
    of(
        &evidence_of(&[task("TaskFailedToStart", reason, None, None)]),
        &scene(),
    )
}

/// The cause of a task whose container ended, with its last lines.
fn exited(code: Option<i32>, of_container: Option<&str>, lines: &[&str]) -> Cause {
    let task = task(
        "EssentialContainerExited",
        "Essential container in task exited",
        code,
        of_container,
    );
    let log = LogTail {
        task: task.id().to_owned(),
        container: "web".to_owned(),
        group: "/ecs/shop".to_owned(),
        stream: "web/web/1".to_owned(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    };
    let evidence = Evidence {
        logs: vec![log],
        ..evidence_of(&[task])
    };
    of(&evidence, &scene()).expect("a cause")
}

/// The cause that a service event tells.
fn event(message: &str) -> Option<Cause> {
    of(&with_events(&[message]), &scene())
}

fn with_events(messages: &[&str]) -> Evidence {
    let event = |message: &&str| ServiceEvent {
        id: String::new(),
        at: Timestamp::UNIX_EPOCH,
        message: (*message).to_owned(),
    };
    Evidence {
        events: messages.iter().map(event).collect(),
        ..Evidence::default()
    }
}

fn target_group() -> TargetGroup {
    TargetGroup {
        arn: GROUP.to_owned(),
        name: "shop-green".to_owned(),
        protocol: Some("HTTP".to_owned()),
        port: Some("traffic-port".to_owned()),
        path: Some("/health".to_owned()),
        matcher: Some("200".to_owned()),
    }
}

fn target(state: &str, reason: &str, description: &str) -> TargetHealth {
    TargetHealth {
        group: GROUP.to_owned(),
        id: "10.0.1.23".to_owned(),
        port: Some(8080),
        checked_port: Some("8080".to_owned()),
        state: state.to_owned(),
        reason: Some(reason.to_owned()),
        description: Some(description.to_owned()),
    }
}

/// Each row: what AWS says, the kind, and what the sentence and the advice must name.
type Row<'a> = (&'a str, Kind, &'a [&'a str]);

fn holds(rows: &[Row<'_>], cause: impl Fn(&str) -> Option<Cause>) {
    for (said, kind, named) in rows {
        let cause = cause(said).unwrap_or_else(|| panic!("no cause in: {said}"));
        assert_eq!(cause.kind, *kind, "{said}\n{cause:?}");
        let told = format!("{}\n{}", cause.sentence, cause.advice);
        for name in *named {
            assert!(told.contains(name), "{name} is not in:\n{told}\nof: {said}");
        }
        well_written(&cause);
    }
}

/// A sentence without a full stop that fits an annotation, and an advice with one.
fn well_written(cause: &Cause) {
    let Cause {
        sentence, advice, ..
    } = cause;
    assert!(
        !sentence.contains('\n') && sentence.chars().count() < 800,
        "{sentence}"
    );
    assert!(
        !sentence.contains("  ") && !advice.contains("  "),
        "{sentence}\n{advice}"
    );
    assert!(advice.ends_with('.') || advice.ends_with(".)."), "{advice}");
    assert!(
        sentence.starts_with(|c: char| !c.is_whitespace()),
        "{sentence}"
    );
}

proptest! {
    #[test]
    fn any_words_are_survived(
        reason in "(\\PC|[\\]\\[()'\"`:,. ]|CannotPullContainerError: |failed to resolve ref |on resource: |assume the role |\\(reason |\\(target-group |arn:aws:|did not contain json key |i/o timeout){0,30}",
    ) {
        let causes = [not_started(&reason), event(&reason), Some(exited(Some(1), Some(&reason), &[&reason]))];
        for cause in causes.into_iter().flatten() {
            prop_assert!(cause.sentence.chars().count() < 2500);
            prop_assert!(!cause.advice.is_empty());
        }
    }
}
