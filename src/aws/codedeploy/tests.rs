use super::CodeDeploy;
use crate::aws::canned::{Answer, Calls, asked, aws, failed, refusal};
use crate::aws::error::Kind;
use crate::model::appspec::Content;
use crate::model::codedeploy::{
    Creation, DeploymentError, Diagnostics, NewDeployment, RollbackInfo,
};
use jiff::Timestamp;
use serde_json::{Value, json};

mod groups;
mod history;

fn codedeploy(
    answers: impl Fn(usize, &Value) -> Answer + Send + Sync + 'static,
) -> (CodeDeploy, Calls) {
    let (config, calls) = aws(answers);
    (CodeDeploy::new(&config), calls)
}

fn new_deployment(config: Option<&str>) -> NewDeployment {
    NewDeployment {
        application: "app".into(),
        group: "group".into(),
        config: config.map(str::to_owned),
        description: "é".repeat(600),
        app_spec: Content {
            json: "{}".into(),
            sha256: "44136f".into(),
        },
    }
}

#[tokio::test]
async fn a_deployment_is_asked_for_with_its_app_spec() {
    let (codedeploy, calls) = codedeploy(|_, _| (200, json!({"deploymentId": "d-A1B2C3D4E"})));
    let created = codedeploy
        .create_deployment(&new_deployment(Some("Slow")))
        .await;
    assert_eq!(
        created.expect("an answer"),
        Creation::Created("d-A1B2C3D4E".into())
    );
    let request = json!({
        "applicationName": "app",
        "deploymentGroupName": "group",
        "deploymentConfigName": "Slow",
        "description": "é".repeat(512),
        "revision": {
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": "{}", "sha256": "44136f"},
        },
    });
    assert_eq!(asked(&calls), [("CreateDeployment".to_owned(), request)]);
    let created = codedeploy.create_deployment(&new_deployment(None)).await;
    created.expect("an answer");
    assert_eq!(asked(&calls)[1].1.get("deploymentConfigName"), None);
}

/// What the SDK asks again for everywhere else.
#[tokio::test(start_paused = true)]
async fn a_deployment_is_asked_for_once_whatever_comes_back() {
    for (answer, kind) in [
        (
            refusal("ThrottlingException", "Rate exceeded"),
            Kind::Throttled,
        ),
        ((500, json!({"__type": "InternalFailure"})), Kind::Transient),
        ((200, json!({})), Kind::Transient),
    ] {
        let (codedeploy, calls) = codedeploy(move |_, _| answer.clone());
        let failure = failed(codedeploy.create_deployment(&new_deployment(None)).await);
        assert_eq!(failure.kind, kind, "{failure}");
        assert_eq!(asked(&calls).len(), 1, "{failure}");
    }
}

#[tokio::test]
async fn a_deployment_in_the_way_is_named() {
    let message = "The Deployment Group 'group' already has an active Deployment 'd-A1B2C3D4E'";
    for (message, active) in [(message, Some("d-A1B2C3D4E")), ("Limit exceeded", None)] {
        let (codedeploy, _) =
            codedeploy(move |_, _| refusal("DeploymentLimitExceededException", message));
        let creation = codedeploy.create_deployment(&new_deployment(None)).await;
        let expected = Creation::LimitExceeded {
            active: active.map(str::to_owned),
            message: message.to_owned(),
        };
        assert_eq!(creation.expect("an answer"), expected);
    }
    let (codedeploy, _) = codedeploy(|_, _| refusal("InvalidECSServiceException", "no service"));
    let failure = failed(codedeploy.create_deployment(&new_deployment(None)).await);
    assert_eq!(
        (failure.action.as_str(), failure.code.as_str()),
        ("codedeploy:CreateDeployment", "InvalidECSServiceException")
    );
}

#[tokio::test]
async fn a_deployment_is_read_with_its_error_and_its_way_back() {
    let (codedeploy, calls) = codedeploy(|_, _| {
        (
            200,
            json!({"deploymentInfo": {
                "applicationName": "app", "deploymentGroupName": "group",
                "deploymentConfigName": "c", "deploymentId": "d-1",
                "status": "Dreaming",
                "errorInformation": {"code": "NEW_CODE", "message": "it broke"},
                "rollbackInfo": {"rollbackDeploymentId": "d-2", "rollbackMessage": "going back"},
                "creator": "somebodyNew",
                "description": "shop",
                "createTime": 1.5, "startTime": 2, "completeTime": 3,
                "instanceTerminationWaitTimeStarted": true,
                "deploymentStatusMessages": ["hm"],
            }}),
        )
    });
    let deployment = codedeploy.deployment("d-1").await.expect("an answer");
    let deployment = deployment.expect("a deployment");
    assert_eq!(
        (deployment.id.as_str(), deployment.status.as_str()),
        ("d-1", "Dreaming")
    );
    let error = DeploymentError {
        code: "NEW_CODE".into(),
        message: "it broke".into(),
    };
    assert_eq!(deployment.error, Some(error));
    let rollback = RollbackInfo {
        rollback_deployment: Some("d-2".into()),
        triggering_deployment: None,
        message: Some("going back".into()),
    };
    assert_eq!(deployment.rollback, Some(rollback));
    assert_eq!(deployment.creator.as_deref(), Some("somebodyNew"));
    assert_eq!(
        deployment.created_at,
        Timestamp::from_millisecond(1500).ok()
    );
    assert!(deployment.termination_wait_started);
    assert_eq!(deployment.messages, ["hm"]);
    assert_eq!(asked(&calls)[0].1, json!({"deploymentId": "d-1"}));
    let (gone, _) = self::codedeploy(|_, _| refusal("DeploymentDoesNotExistException", "none"));
    assert_eq!(gone.deployment("d-1").await.expect("an answer"), None);
}

#[tokio::test]
async fn a_target_is_read_with_its_events_and_colours() {
    let (codedeploy, calls) = codedeploy(|_, _| {
        (
            200,
            json!({"deploymentTarget": {
                "deploymentTargetType": "ECSTarget",
                "ecsTarget": {
                    "status": "InProgress",
                    "lifecycleEvents": [
                        {"lifecycleEventName": "BeforeInstall", "status": "Succeeded", "startTime": 1, "endTime": 2},
                        {"lifecycleEventName": "NewEvent", "status": "Failed", "diagnostics": {
                            "errorCode": "ScriptFailed", "scriptName": "smoke", "message": "no", "logTail": "x",
                        }},
                    ],
                    "taskSetsInfo": [{
                        "identifer": "ecs-svc/1", "desiredCount": 2, "pendingCount": 0, "runningCount": 1,
                        "status": "PRIMARY", "trafficWeight": 12.5, "taskSetLabel": "Blue",
                        "targetGroup": {"name": "tg-blue"},
                    }],
                },
            }}),
        )
    });
    let target = codedeploy.target("d-1", "prod", "shop").await;
    let target = target.expect("an answer").expect("a target");
    assert_eq!(target.status, "InProgress");
    let names: Vec<_> = target
        .lifecycle_events
        .iter()
        .map(|event| event.name.as_str())
        .collect();
    assert_eq!(names, ["BeforeInstall", "NewEvent"]);
    assert_eq!(
        target.lifecycle_events[0].ended_at,
        Timestamp::from_second(2).ok()
    );
    let diagnostics = Diagnostics {
        error_code: "ScriptFailed".into(),
        script: Some("smoke".into()),
        message: Some("no".into()),
        log_tail: Some("x".into()),
    };
    assert_eq!(target.lifecycle_events[1].diagnostics, Some(diagnostics));
    let blue = &target.task_sets[0];
    assert_eq!(
        (blue.id.as_str(), blue.label.as_deref()),
        ("ecs-svc/1", Some("Blue"))
    );
    assert!((blue.traffic_weight - 12.5).abs() < f64::EPSILON);
    assert_eq!((blue.counts.desired, blue.counts.running), (2, 1));
    assert_eq!(blue.target_group.as_deref(), Some("tg-blue"));
    assert_eq!(
        asked(&calls)[0].1,
        json!({"deploymentId": "d-1", "targetId": "prod:shop"})
    );
}

#[tokio::test]
async fn before_the_start_there_is_no_target() {
    for code in [
        "DeploymentNotStartedException",
        "DeploymentTargetDoesNotExistException",
    ] {
        let (codedeploy, _) = codedeploy(move |_, _| refusal(code, "not yet"));
        let target = codedeploy.target("d-1", "prod", "shop").await;
        assert_eq!(target.expect("an answer"), None);
    }
    let (codedeploy, _) = codedeploy(|_, _| refusal("DeploymentDoesNotExistException", "none"));
    let failure = failed(codedeploy.target("d-1", "prod", "shop").await);
    assert_eq!(failure.code, "DeploymentDoesNotExistException");
}
