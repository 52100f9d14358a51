//! What ECS refuses, and its words for it.

use crate::testing::Stage;
use serde_json::json;

const WORLD: &str = r#"
elb:
  target-groups: [{ name: blue }, { name: green }]
  load-balancers: [{ name: shop, listeners: [{ port: 80, target-group: blue }] }]
ecs:
  task-definitions:
    - { family: shop, containerDefinitions: [{ name: web, image: "shop:1", memory: 512, portMappings: [{ containerPort: 80 }] }] }
    - { family: shop, containerDefinitions: [{ name: web, image: "shop:2", memory: 512, portMappings: [{ containerPort: 80 }] }] }
  services:
    - name: shop
      task-definition: "shop:1"
      deployment-controller: CODE_DEPLOY
      load-balancer: { target-group: blue, container: web, port: 80 }
    - { name: worker, task-definition: "shop:1" }
"#;

#[test]
fn services_and_clusters_must_be_there() {
    let mut stage = Stage::new(WORLD);
    let asked = [
        (
            "DescribeServices",
            json!({"cluster": "none", "services": ["shop"]}),
            "ClusterNotFoundException",
            "Cluster not found.",
        ),
        (
            "UpdateService",
            json!({"service": "none"}),
            "ServiceNotFoundException",
            "Service not found.",
        ),
        (
            "DescribeServices",
            json!({"services": []}),
            "InvalidParameterException",
            "Services cannot be empty.",
        ),
        (
            "DescribeServices",
            json!({"services": vec!["a"; 11]}),
            "InvalidParameterException",
            "Services cannot be more than 10.",
        ),
        (
            "UpdateService",
            json!({"service": "worker", "taskDefinition": "none"}),
            "InvalidParameterException",
            "TaskDefinition not found.",
        ),
        (
            "UpdateService",
            json!({"service": "worker", "desiredCount": "2"}),
            "SerializationException",
            "STRING_VALUE cannot be converted to Integer",
        ),
        (
            "DescribeTaskDefinition",
            json!({"taskDefinition": "none"}),
            "ClientException",
            "Unable to describe task definition.",
        ),
        (
            "CreateService",
            json!({"serviceName": "worker", "taskDefinition": "shop"}),
            "InvalidParameterException",
            "Creation of service was not idempotent.",
        ),
    ];
    for (operation, body, code, message) in asked {
        let refusal = stage.ecs_refuses(operation, body);
        assert_eq!(
            refusal,
            (code.to_owned(), message.to_owned()),
            "{operation}"
        );
    }
}

#[test]
fn a_service_of_codedeploy_is_not_deployed_by_ecs() {
    let mut stage = Stage::new(WORLD);
    let tail = "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.";
    let asked = [
        (
            json!({"service": "shop", "taskDefinition": "shop:2"}),
            "Unable to update task definition",
        ),
        (
            json!({"service": "shop", "forceNewDeployment": true}),
            "Cannot force a new deployment",
        ),
        (
            json!({"service": "shop", "networkConfiguration": {"awsvpcConfiguration": {"subnets": []}}}),
            "Unable to update network parameters",
        ),
    ];
    for (body, words) in asked {
        let refusal = stage.ecs_refuses("UpdateService", body);
        assert_eq!(
            refusal,
            (
                "InvalidParameterException".to_owned(),
                format!("{words} {tail}")
            )
        );
    }
    let body = json!({"service": "shop", "desiredCount": 3});
    assert_eq!(
        stage.ecs("UpdateService", body)["service"]["desiredCount"],
        3
    );
    stage.pass("2m");
    assert_eq!(stage.shop()["taskSets"][0]["runningCount"], 3);
    assert_eq!(
        stage.shop()["taskSets"][0]["stabilityStatus"],
        "STEADY_STATE"
    );
}

#[test]
fn a_deleted_service_is_not_updated() {
    let mut stage = Stage::new(WORLD);
    let body = json!({"service": "worker"});
    assert_eq!(
        stage.ecs_refuses("DeleteService", body).0,
        "InvalidParameterException"
    );
    stage.ecs("DeleteService", json!({"service": "worker", "force": true}));
    let refusal = stage.ecs_refuses(
        "UpdateService",
        json!({"service": "worker", "desiredCount": 1}),
    );
    assert_eq!(refusal.0, "ServiceNotActiveException");
}
