//! Stopped tasks.

use super::{ARN, ecs};
use crate::aws::canned::{asked, failed, refusal};
use crate::aws::error::Kind;
use crate::model::task::{Container, Task};
use jiff::Timestamp;
use serde_json::{Value, json};

fn arns(from: usize, to: usize) -> Vec<String> {
    let arn = |n: usize| format!("{ARN}:task/prod/{n}");
    (from..to).map(arn).collect()
}

/// What DescribeTasks answers: every task that is asked for.
fn those_asked_for(body: &Value) -> Value {
    let asked = body["tasks"].as_array().expect("tasks").iter();
    let tasks: Vec<_> = asked.map(|arn| json!({"taskArn": arn})).collect();
    json!({"tasks": tasks, "failures": []})
}

#[tokio::test]
async fn stopped_tasks_are_listed_page_by_page_and_described_in_hundreds() {
    let (ecs, calls) = ecs(|n, body| match n {
        0 => (200, json!({"taskArns": arns(0, 100), "nextToken": "more"})),
        1 => (200, json!({"taskArns": arns(100, 130)})),
        _ => (200, those_asked_for(body)),
    });
    let tasks = ecs.stopped_tasks("prod", "shop").await.expect("tasks");
    let found: Vec<_> = tasks.iter().map(|task| task.arn.clone()).collect();
    assert_eq!(found, arns(0, 130));
    let asked = asked(&calls);
    let list = json!({"cluster": "prod", "serviceName": "shop", "desiredStatus": "STOPPED"});
    assert_eq!(asked[0], ("ListTasks".to_owned(), list));
    assert_eq!(asked[1].1["nextToken"], "more");
    let described = asked[2..].iter();
    let described: Vec<_> = described
        .map(|(operation, body)| (operation.as_str(), body["tasks"].as_array().map(Vec::len)))
        .collect();
    assert_eq!(
        described,
        [("DescribeTasks", Some(100)), ("DescribeTasks", Some(30))]
    );
}

#[tokio::test]
async fn no_list_is_read_forever() {
    let (ecs, calls) = ecs(|n, body| match body.get("tasks") {
        Some(_) => (200, those_asked_for(body)),
        None => (
            200,
            json!({"taskArns": arns(n, n + 1), "nextToken": n.to_string()}),
        ),
    });
    assert_eq!(
        ecs.stopped_tasks("prod", "shop")
            .await
            .expect("tasks")
            .len(),
        5
    );
    assert_eq!(asked(&calls).len(), 6);
}

#[tokio::test]
async fn a_task_is_described_in_aws_words() {
    let (ecs, _) = ecs(|n, _| match n {
        0 => (200, json!({"taskArns": ["t"]})),
        _ => (
            200,
            json!({"tasks": [{
            "taskArn": "t",
            "taskDefinitionArn": "shop:7",
            "startedBy": "ecs-svc/7",
            "lastStatus": "STOPPED",
            "desiredStatus": "STOPPED",
            "stopCode": "SomethingNew",
            "stoppedReason": "Essential container in task exited",
            "createdAt": 1, "startedAt": 2, "stoppingAt": 3, "stoppedAt": 4,
            "containers": [
                {"name": "web", "image": "shop:v1", "runtimeId": "t-1", "exitCode": 0, "reason": "", "healthStatus": "UNHEALTHY"},
                {"name": "telemetry", "reason": "CannotPullContainerError: x"},
            ],
        }, {"taskArn": "bare"}]}),
        ),
    });
    let tasks = ecs.stopped_tasks("prod", "shop").await.expect("tasks");
    let at = |second| Timestamp::from_second(second).ok();
    let container = |name: &str| Container {
        name: name.to_owned(),
        image: None,
        runtime_id: None,
        exit_code: None,
        reason: None,
        health: None,
    };
    let web = Container {
        image: Some("shop:v1".to_owned()),
        runtime_id: Some("t-1".to_owned()),
        exit_code: Some(0),
        health: Some("UNHEALTHY".to_owned()),
        ..container("web")
    };
    let telemetry = Container {
        reason: Some("CannotPullContainerError: x".to_owned()),
        ..container("telemetry")
    };
    let expected = Task {
        arn: "t".to_owned(),
        task_definition: "shop:7".to_owned(),
        started_by: "ecs-svc/7".to_owned(),
        status: "STOPPED".to_owned(),
        stop_code: Some("SomethingNew".to_owned()),
        stopped_reason: Some("Essential container in task exited".to_owned()),
        created_at: at(1),
        started_at: at(2),
        stopped_at: at(3),
        containers: vec![web, telemetry],
    };
    assert_eq!(tasks[0], expected);
    assert_eq!(
        (tasks[1].id(), tasks[1].stop_code.as_deref()),
        ("bare", None)
    );
}

#[tokio::test]
async fn a_service_that_is_gone_has_no_tasks_and_a_refusal_is_named() {
    let (gone, calls) = ecs(|_, _| refusal("ServiceNotFoundException", "Service not found."));
    assert_eq!(gone.stopped_tasks("prod", "shop").await.expect("tasks"), []);
    assert_eq!(asked(&calls).len(), 1);
    for (n, action) in [(0, "ecs:ListTasks"), (1, "ecs:DescribeTasks")] {
        let (denied, _) = ecs(move |call, _| match call {
            _ if call == n => refusal("AccessDeniedException", "no"),
            _ => (200, json!({"taskArns": ["t"]})),
        });
        let failure = failed(denied.stopped_tasks("prod", "shop").await);
        assert_eq!(
            (failure.action.as_str(), failure.kind),
            (action, Kind::Denied)
        );
    }
}
