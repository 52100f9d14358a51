//! Deployment groups and configs.

use super::codedeploy;
use crate::aws::canned::{Answer, failed, refusal};
use crate::aws::error::Kind;
use crate::model::codedeploy::{GroupLookup, ReadyOption, Routing};
use serde_json::{Value, json};

async fn lookup(answer: Answer) -> GroupLookup {
    let (codedeploy, _) = codedeploy(move |_, _| answer.clone());
    let found = codedeploy.deployment_group("app", "group").await;
    found.expect("an answer")
}

#[tokio::test]
async fn application_and_group_are_told_apart() {
    let app = refusal("ApplicationDoesNotExistException", "No application found");
    assert_eq!(lookup(app).await, GroupLookup::NoApplication);
    let group = refusal(
        "DeploymentGroupDoesNotExistException",
        "No Deployment Group found",
    );
    assert_eq!(lookup(group).await, GroupLookup::NoGroup);
    let (codedeploy, _) = codedeploy(|_, _| refusal("AccessDeniedException", "not authorized"));
    let failure = failed(codedeploy.deployment_group("app", "group").await);
    assert_eq!(
        (failure.action.as_str(), failure.kind),
        ("codedeploy:GetDeploymentGroup", Kind::Denied)
    );
}

#[tokio::test]
async fn a_group_is_read_with_what_is_switched_on() {
    let group = |on: bool| {
        (
            200,
            json!({"deploymentGroupInfo": {
                "applicationName": "app",
                "deploymentGroupName": "group",
                "computePlatform": "ECS",
                "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
                "ecsServices": [{"serviceName": "shop", "clusterName": "prod"}],
                "blueGreenDeploymentConfiguration": {
                    "deploymentReadyOption": {"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": 60},
                    "terminateBlueInstancesOnDeploymentSuccess": {
                        "action": "TERMINATE", "terminationWaitTimeInMinutes": 5
                    },
                },
                "autoRollbackConfiguration": {"enabled": on, "events": ["DEPLOYMENT_FAILURE", "NEW_EVENT"]},
                "alarmConfiguration": {"enabled": on, "alarms": [{"name": "errors"}]},
                "loadBalancerInfo": {"targetGroupPairInfoList": [
                    {"targetGroups": [{"name": "blue"}, {"name": "green"}], "prodTrafficRoute": {"listenerArns": ["l"]}},
                ]},
                "lastAttemptedDeployment": {"deploymentId": "d-LAST", "status": "Succeeded"},
            }}),
        )
    };
    let GroupLookup::Found(found) = lookup(group(true)).await else {
        panic!("a group");
    };
    assert!(found.deploys("prod", "shop"));
    assert_eq!(found.compute_platform, "ECS");
    assert_eq!(
        found.config.as_deref(),
        Some("CodeDeployDefault.ECSAllAtOnce")
    );
    let ready = ReadyOption {
        action: "STOP_DEPLOYMENT".into(),
        wait_minutes: 60,
    };
    assert_eq!(
        (found.ready, found.termination_wait_minutes),
        (Some(ready), 5)
    );
    assert_eq!(found.auto_rollback, ["DEPLOYMENT_FAILURE", "NEW_EVENT"]);
    assert_eq!(found.alarms, ["errors"]);
    assert_eq!(found.target_groups, ["blue", "green"]);
    assert_eq!(found.last_attempted.as_deref(), Some("d-LAST"));
    let GroupLookup::Found(off) = lookup(group(false)).await else {
        panic!("a group");
    };
    assert!(off.auto_rollback.is_empty() && off.alarms.is_empty());
    let GroupLookup::Found(bare) = lookup((200, json!({"deploymentGroupInfo": {}}))).await else {
        panic!("a group");
    };
    assert_eq!((bare.ready, bare.termination_wait_minutes), (None, 0));
}

#[tokio::test]
async fn a_config_says_how_traffic_moves() {
    for (routing, expected) in [
        (json!({"type": "AllAtOnce"}), Routing::AllAtOnce),
        (
            json!({"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 5}}),
            Routing::Canary {
                percent: 10,
                minutes: 5,
            },
        ),
        (
            json!({"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 20, "linearInterval": 3}}),
            Routing::Linear {
                percent: 20,
                minutes: 3,
            },
        ),
        (json!({"type": "Random"}), Routing::Other("Random".into())),
        (
            json!({"type": "TimeBasedCanary"}),
            Routing::Other("TimeBasedCanary".into()),
        ),
        (Value::Null, Routing::AllAtOnce),
    ] {
        let info = json!({"deploymentConfigInfo": {
            "deploymentConfigName": "c", "computePlatform": "ECS", "trafficRoutingConfig": routing,
        }});
        let (codedeploy, _) = codedeploy(move |_, _| (200, info.clone()));
        let config = codedeploy.deployment_config("c").await.expect("an answer");
        assert_eq!(config.expect("a config").routing, expected);
    }
    let (gone, _) = codedeploy(|_, _| refusal("DeploymentConfigDoesNotExistException", "none"));
    assert_eq!(gone.deployment_config("c").await.expect("an answer"), None);
}
