//! What containers wrote, asked for as a deployment tool asks.

use crate::testing::Stage;
use serde_json::{Value, json};

const SHOP: &str = r#"
ecs:
  task-definitions:
    - family: shop
      networkMode: awsvpc
      containerDefinitions:
        - &web
          name: web
          image: "shop:1"
          memory: 512
          logConfiguration:
            logDriver: awslogs
            options: { awslogs-group: /ecs/shop, awslogs-region: eu-central-1, awslogs-stream-prefix: shop }
    - { family: shop, networkMode: awsvpc, containerDefinitions: [{ <<: *web, image: "shop:2" }, { <<: *web, name: agent, essential: false, image: agent }] }
  services:
    - name: shop
      task-definition: "shop:1"
      settings: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } }
  behaviours: BEHAVIOURS
EXTRA
"#;

const CRASH: &str = r#"[{ match: { image: ":2" }, log: [reading settings], ends: { exits: { after: 3s, log: [panic, no database] } } }]"#;

fn stage(behaviours: &str, extra: &str) -> Stage {
    let yaml = SHOP.replace("BEHAVIOURS", behaviours);
    Stage::new(&yaml.replace("EXTRA", extra))
}

fn deploy(stage: &mut Stage) {
    stage.ecs(
        "UpdateService",
        json!({"service": "shop", "taskDefinition": "shop:2"}),
    );
}

/// The id of a task that stopped.
fn stopped(stage: &mut Stage) -> String {
    let listed = stage.ecs("ListTasks", json!({"desiredStatus": "STOPPED"}));
    let arn = listed["taskArns"][0].as_str().expect("a stopped task");
    arn.rsplit('/').next().unwrap().to_owned()
}

fn events(stage: &mut Stage, more: &Value) -> Value {
    let id = stopped(stage);
    let mut body = json!({"logGroupName": "/ecs/shop", "logStreamName": format!("shop/web/{id}")});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    stage.logs("GetLogEvents", body)
}

fn messages(answer: &Value) -> Vec<&str> {
    let events = answer["events"].as_array().unwrap().iter();
    events.map(|it| it["message"].as_str().unwrap()).collect()
}

const ALL: [&str; 4] = [
    "web is starting",
    "reading settings",
    "panic",
    "no database",
];

#[test]
fn a_container_leaves_its_last_lines_behind() {
    let mut stage = stage(CRASH, "");
    deploy(&mut stage);
    stage.pass("25s");
    let answer = events(&mut stage, &json!({}));
    assert_eq!(messages(&answer), ALL);
    let at = |nth: usize| answer["events"][nth]["timestamp"].as_i64().unwrap();
    let begin = stage.begin.as_millisecond();
    assert_eq!([at(0), at(3)].map(|it| it - begin), [21_000, 24_000]);
    assert_eq!(at(3) - at(2), 1);
    stage.pass("3h");
    assert_eq!(messages(&answer), ALL, "logs outlive tasks");
}

#[test]
fn the_end_comes_first_and_tokens_lead_both_ways() {
    let mut stage = stage(CRASH, "");
    deploy(&mut stage);
    stage.pass("25s");
    let tail = events(&mut stage, &json!({"limit": 2}));
    assert_eq!(messages(&tail), ["panic", "no database"]);
    let backward = tail["nextBackwardToken"].clone();
    let head = events(&mut stage, &json!({"limit": 2, "nextToken": backward}));
    assert_eq!(messages(&head), ["web is starting", "reading settings"]);
    let backward = head["nextBackwardToken"].clone();
    let none = events(&mut stage, &json!({"nextToken": backward}));
    assert!(messages(&none).is_empty());
    assert_eq!(none["nextBackwardToken"], backward);
    let forward = head["nextForwardToken"].clone();
    let again = events(
        &mut stage,
        &json!({"nextToken": forward, "startFromHead": true}),
    );
    assert_eq!(messages(&again), ["panic", "no database"]);
    let forward = again["nextForwardToken"].clone();
    let none = events(&mut stage, &json!({"nextToken": forward}));
    assert_eq!(none["nextForwardToken"], forward);
    let first = events(&mut stage, &json!({"limit": 1, "startFromHead": true}));
    assert_eq!(messages(&first), ["web is starting"]);
    let begin = stage.begin.as_millisecond();
    let between = json!({"startTime": begin + 23_000, "endTime": begin + 24_000});
    assert_eq!(messages(&events(&mut stage, &between)), ["panic"]);
}

#[test]
fn a_page_has_a_megabyte_at_most() {
    let line = "x".repeat(200_000);
    let crash = format!(
        "[{{ match: {{ image: ':2' }}, ends: {{ exits: {{ log: [{line}, {line}, {line}, {line}, {line}, {line}, end] }} }} }}]"
    );
    let mut stage = stage(&crash, "");
    deploy(&mut stage);
    stage.pass("25s");
    let tail = events(&mut stage, &json!({}));
    assert_eq!(messages(&tail).len(), 6);
    assert_eq!(messages(&tail).last(), Some(&"end"));
    let head = events(&mut stage, &json!({"startFromHead": true}));
    assert_eq!(messages(&head).len(), 6);
}

#[test]
fn streams_and_groups_are_described() {
    let mut stage = stage(CRASH, "logs: { groups: [/other] }");
    deploy(&mut stage);
    stage.pass("25s");
    let id = stopped(&mut stage);
    let described = stage.logs(
        "DescribeLogStreams",
        json!({"logGroupName": "/ecs/shop", "orderBy": "LastEventTime", "descending": true}),
    );
    let streams = described["logStreams"].as_array().unwrap();
    assert_eq!(streams.len(), 3, "the task that serves has one too");
    assert_eq!(streams[0]["logStreamName"], format!("shop/web/{id}"));
    let prefix = json!({"logGroupIdentifier": "arn:aws:logs:eu-central-1:123456789012:log-group:/ecs/shop:*",
        "logStreamNamePrefix": "shop/agent"});
    let agents = stage.logs("DescribeLogStreams", prefix);
    assert_eq!(agents["logStreams"].as_array().unwrap().len(), 1);
    let first = stage.logs("DescribeLogGroups", json!({"limit": 1}));
    assert_eq!(first["logGroups"][0]["logGroupName"], "/ecs/shop");
    let second = stage.logs(
        "DescribeLogGroups",
        json!({"limit": 1, "nextToken": first["nextToken"]}),
    );
    assert_eq!(second["logGroups"][0]["logGroupName"], "/other");
    let found = stage.logs(
        "FilterLogEvents",
        json!({"logGroupName": "/ecs/shop", "filterPattern": "database", "logStreamNamePrefix": "shop/web"}),
    );
    assert_eq!(messages(&found), ["no database"]);
    assert_eq!(
        found["events"][0]["logStreamName"],
        format!("shop/web/{id}")
    );
}

#[test]
fn refusals_are_aws_s() {
    let mut stage = stage("[]", "logs: { groups: [/other] }");
    let group = json!({"logGroupName": "/none", "logStreamName": "a"});
    let stream = json!({"logGroupName": "/other", "logStreamName": "a"});
    let limit = json!({"logGroupName": "/other", "logStreamName": "a", "limit": 0});
    for (body, code, words) in [
        (
            group,
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        ),
        (
            stream,
            "ResourceNotFoundException",
            "The specified log stream does not exist.",
        ),
        (limit, "InvalidParameterException", "Value '0' at 'limit'"),
        (
            json!({"logStreamName": "a"}),
            "InvalidParameterException",
            "must be specified",
        ),
        (
            json!({"logGroupName": "/other"}),
            "InvalidParameterException",
            "'logStreamName'",
        ),
        (
            json!({"limit": "1"}),
            "SerializationException",
            "STRING_VALUE",
        ),
    ] {
        let (got, message) = stage.logs_refuses("GetLogEvents", body);
        assert_eq!(got, code, "{message}");
        assert!(message.contains(words), "{message}");
    }
    let body = json!({"logGroupName": "/ecs/shop", "logStreamNamePrefix": "a", "orderBy": "LastEventTime"});
    let (code, _) = stage.logs_refuses("DescribeLogStreams", body);
    assert_eq!(code, "InvalidParameterException");
}

#[test]
fn a_task_whose_group_is_missing_does_not_start() {
    let mut stage = stage("[]", "logs: { missing: [/ecs/shop] }");
    deploy(&mut stage);
    stage.pass("25s");
    let id = stopped(&mut stage);
    let task = stage.ecs("DescribeTasks", json!({"tasks": [id]}))["tasks"][0].clone();
    assert_eq!(task["stopCode"], "TaskFailedToStart");
    let reason = task["stoppedReason"].as_str().unwrap();
    assert!(
        reason.starts_with("ResourceInitializationError: failed to validate logger args: ")
            && reason.contains("The specified log group does not exist."),
        "{reason}"
    );
    stage.pass("15m");
    let listed = stage.ecs("ListServiceDeployments", json!({"service": "shop"}));
    assert_eq!(
        listed["serviceDeployments"][0]["status"],
        "ROLLBACK_SUCCESSFUL"
    );
}

#[test]
fn a_driver_that_makes_its_group_needs_none() {
    let yaml = SHOP.replace(
        "awslogs-stream-prefix: shop",
        "awslogs-stream-prefix: shop, awslogs-create-group: 'true'",
    );
    let yaml = yaml.replace("BEHAVIOURS", "[]");
    let mut stage = Stage::new(&yaml.replace("EXTRA", "logs: { missing: [/ecs/shop] }"));
    deploy(&mut stage);
    stage.pass("5m");
    let listed = stage.ecs("ListServiceDeployments", json!({"service": "shop"}));
    assert_eq!(listed["serviceDeployments"][0]["status"], "SUCCESSFUL");
    let groups = stage.logs("DescribeLogGroups", json!({"logGroupNamePrefix": "/ecs"}));
    assert_eq!(groups["logGroups"].as_array().unwrap().len(), 1);
}
