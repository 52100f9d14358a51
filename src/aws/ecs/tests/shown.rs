//! A service as DescribeServices shows it.

use super::{ARN, ecs};
use crate::model::service::{Controller, Counts, Service};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A service with CodeDeploy whose PRIMARY task set runs otherwise than the service was made.
fn blue_green() -> Value {
    let network = |subnet: &str| json!({"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [], "assignPublicIp": "DISABLED"}});
    json!({
        "serviceName": "shop",
        "serviceArn": format!("{ARN}:service/prod/shop"),
        "clusterArn": format!("{ARN}:cluster/prod"),
        "status": "ACTIVE",
        "deploymentController": {"type": "CODE_DEPLOY"},
        "desiredCount": 2, "runningCount": 3, "pendingCount": 1,
        "taskDefinition": format!("{ARN}:task-definition/shop:1"),
        "platformVersion": "LATEST",
        "networkConfiguration": network("subnet-old"),
        "loadBalancers": [{"targetGroupArn": "blue", "containerName": "old", "containerPort": 80}],
        "taskSets": [
            {
                "id": "ecs-svc/2", "status": "ACTIVE", "externalId": "d-NEW", "runningCount": 1,
                "taskDefinition": format!("{ARN}:task-definition/shop:8"),
            },
            {
                "id": "ecs-svc/1", "status": "PRIMARY", "externalId": "d-OLD",
                "computedDesiredCount": 2, "runningCount": 2,
                "taskDefinition": format!("{ARN}:task-definition/shop:7"),
                "platformVersion": "1.4.0",
                "networkConfiguration": network("subnet-new"),
                "loadBalancers": [{"targetGroupArn": "green", "containerName": "web", "containerPort": 8080}],
                "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
            },
        ],
        "events": [{"id": "e-1", "createdAt": 1_700_000_000.5, "message": "(service shop) is happy"}],
    })
}

async fn one(service: Value) -> Service {
    let (ecs, _) = ecs(move |_, _| (200, json!({"services": [service]})));
    let services = ecs.services("prod", &["shop".to_owned()]).await;
    services.expect("services").remove(0).expect("a service")
}

#[tokio::test]
async fn with_codedeploy_the_primary_task_set_is_what_serves() {
    let service = one(blue_green()).await;
    assert_eq!(service.controller, Controller::CodeDeploy);
    assert_eq!(
        service.task_definition,
        format!("{ARN}:task-definition/shop:7")
    );
    assert_eq!(service.load_balancers[0].container, "web");
    assert_eq!(service.load_balancers[0].port, 8080);
    assert_eq!(
        service.network.as_ref().expect("a network").subnets,
        ["subnet-new"]
    );
    assert_eq!(service.capacity_providers[0].name, "FARGATE_SPOT");
    assert_eq!(service.platform_version.as_deref(), Some("LATEST"));
    let green = service.task_set("ecs-svc/2").expect("a task set");
    assert_eq!(green.external_id.as_deref(), Some("d-NEW"));
    assert_eq!(green.counts.running, 1);
    let counts = Counts {
        desired: 2,
        running: 3,
        pending: 1,
        failed: 0,
    };
    assert_eq!(service.counts, counts);
    assert_eq!(service.events[0].at.to_string(), "2023-11-14T22:13:20.5Z");
}

#[tokio::test]
async fn words_that_are_newer_than_the_sdk_are_kept() {
    let service = one(json!({
        "serviceName": "shop",
        "deploymentController": {"type": "QUANTUM"},
        "deploymentConfiguration": {"strategy": "TELEPORT"},
        "schedulingStrategy": "DAEMON",
        "deployments": [{
            "id": "ecs-svc/9", "status": "PRIMARY", "rolloutState": "PONDERING",
            "rolloutStateReason": "why not", "failedTasks": 4, "createdAt": 1_700_000_000,
        }],
        "currentServiceDeployment": "arn:current",
    }))
    .await;
    assert_eq!(service.controller, Controller::Other("QUANTUM".into()));
    assert_eq!(
        (
            service.configuration.strategy(),
            service.scheduling.as_str()
        ),
        ("TELEPORT", "DAEMON")
    );
    let deployment = &service.deployments[0];
    assert_eq!(deployment.rollout_state.as_deref(), Some("PONDERING"));
    assert_eq!(deployment.counts.failed, 4);
    assert_eq!(
        deployment.created_at,
        Timestamp::from_second(1_700_000_000).ok()
    );
    assert_eq!(service.current_deployment.as_deref(), Some("arn:current"));
}

#[tokio::test]
async fn a_service_that_says_little_is_a_rolling_replica_on_ecs() {
    let service = one(json!({"serviceName": "shop"})).await;
    assert_eq!(service.controller, Controller::Ecs);
    assert_eq!(
        (
            service.configuration.strategy(),
            service.scheduling.as_str()
        ),
        ("ROLLING", "REPLICA")
    );
}

#[tokio::test]
async fn how_a_service_is_deployed_is_read_with_what_the_sdk_does_not_know() {
    let written = json!({
        "strategy": "CANARY", "newer": {"percent": 1.50},
        "alarms": {"enable": true, "rollback": false, "alarmNames": ["errors"]},
    });
    let said = json!({"serviceName": "shop", "deploymentConfiguration": written});
    let service = one(said).await;
    let read = Value::Object(service.configuration.document().clone());
    assert_eq!(read.to_string(), written.to_string());
    assert_eq!(service.configuration.alarms(), ["errors"]);
}
