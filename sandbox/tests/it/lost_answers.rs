//! Writes whose answer never arrives, or that are refused for a moment: what is there afterwards.

use crate::client::{Signer, json_of, json_request};
use greengate_sandbox::clock::Clock;
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::{Answer, Sandbox};
use serde_json::{Value, json};

const ECS: (&str, &str) = ("ecs", "AmazonEC2ContainerServiceV20141113");
const CODEDEPLOY: (&str, &str) = ("codedeploy", "CodeDeploy_20141006");

/// The world of the conformance tests, with this fault.
fn sandbox(fault: &str) -> Sandbox {
    let text = include_str!("../conformance/scenario.yaml");
    let start = "2026-11-23T10:00:00Z".parse().unwrap();
    let scenario = Scenario::parse(&format!("{text}\nfaults: [{fault}]\n")).unwrap();
    Sandbox::new(scenario.world(start).unwrap(), Clock::start(start, 1.0))
}

fn lost(service: &str, operation: &str, answer: &str) -> Sandbox {
    sandbox(&format!(
        "{{service: {service}, operation: {operation}, count: 1, lost: true, answer: {answer}}}"
    ))
}

/// The answer's status and body; none where the connection was cut.
fn call(
    sandbox: &Sandbox,
    (service, target): (&str, &str),
    operation: &str,
    body: &Value,
) -> Option<(u16, Value)> {
    let mut request = json_request(&format!("{target}.{operation}"), &body.to_string());
    Signer::ops().sign(service, &mut request);
    match sandbox.call(&request) {
        Answer::Cut => None,
        Answer::Response(response) => Some((response.status().as_u16(), json_of(&response))),
    }
}

fn task() -> Value {
    json!({"family": "once", "containerDefinitions": [{"name": "web", "image": "shop:1", "memory": 64}]})
}

fn revisions(sandbox: &Sandbox) -> usize {
    let body = json!({"familyPrefix": "once"});
    let (_, listed) = call(sandbox, ECS, "ListTaskDefinitions", &body).unwrap();
    listed["taskDefinitionArns"].as_array().unwrap().len()
}

fn deployment(sandbox: &Sandbox) -> Value {
    let definition = sandbox.with_world(|world| {
        let found = world.ecs.task_definitions.find("shop").unwrap();
        found.arn.clone()
    });
    let content = json!({"version": 0.0, "Resources": [{"TargetService": {
    "Type": "AWS::ECS::Service",
    "Properties": {
        "TaskDefinition": definition,
        "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080},
    }}}]});
    json!({"applicationName": "app", "deploymentGroupName": "group", "revision": {
        "revisionType": "AppSpecContent", "appSpecContent": {"content": content.to_string()}}})
}

fn statuses(sandbox: &Sandbox) -> Vec<&'static str> {
    sandbox.with_world(|world| {
        let all = world.codedeploy.deployments();
        all.iter().map(|it| it.status.word()).collect()
    })
}

#[test]
fn a_lost_registration_has_made_a_revision_and_the_next_makes_another() {
    let sandbox = lost("ecs", "RegisterTaskDefinition", "cut");
    assert_eq!(call(&sandbox, ECS, "RegisterTaskDefinition", &task()), None);
    assert_eq!(revisions(&sandbox), 1);
    let (status, made) = call(&sandbox, ECS, "RegisterTaskDefinition", &task()).unwrap();
    assert_eq!(
        (status, &made["taskDefinition"]["revision"]),
        (200, &json!(2))
    );
}

#[test]
fn a_lost_update_has_begun_a_deployment() {
    let sandbox = lost("ecs", "UpdateService", "{status: 500}");
    let body = json!({"service": "shop", "forceNewDeployment": true});
    let (status, said) = call(&sandbox, ECS, "UpdateService", &body).unwrap();
    assert_eq!((status, &said["__type"]), (500, &json!("InternalFailure")));
    let body = json!({"service": "shop", "status": ["PENDING", "IN_PROGRESS"]});
    let (_, listed) = call(&sandbox, ECS, "ListServiceDeployments", &body).unwrap();
    assert_eq!(listed["serviceDeployments"].as_array().unwrap().len(), 1);
}

#[test]
fn a_lost_creation_has_begun_the_only_deployment() {
    let sandbox = lost("codedeploy", "CreateDeployment", "cut");
    let body = deployment(&sandbox);
    assert_eq!(call(&sandbox, CODEDEPLOY, "CreateDeployment", &body), None);
    assert_eq!(statuses(&sandbox), ["Created"]);
    let (_, again) = call(&sandbox, CODEDEPLOY, "CreateDeployment", &body).unwrap();
    assert_eq!(again["__type"], "DeploymentLimitExceededException");
    let id = sandbox.with_world(|world| world.codedeploy.active[0].id.clone());
    assert!(again["message"].as_str().unwrap().contains(&id), "{again}");
}

#[test]
fn a_lost_stop_has_stopped() {
    let sandbox = lost("codedeploy", "StopDeployment", "cut");
    let body = deployment(&sandbox);
    let (_, made) = call(&sandbox, CODEDEPLOY, "CreateDeployment", &body).unwrap();
    let body = json!({"deploymentId": made["deploymentId"], "autoRollbackEnabled": true});
    assert_eq!(call(&sandbox, CODEDEPLOY, "StopDeployment", &body), None);
    sandbox.with_world(|world| world.advance_to(world.now + jiff::SignedDuration::from_mins(1)));
    assert_eq!(statuses(&sandbox), ["Stopped"]);
    let (_, again) = call(&sandbox, CODEDEPLOY, "StopDeployment", &body).unwrap();
    assert_eq!(again["__type"], "DeploymentAlreadyCompletedException");
}

#[test]
fn a_family_that_is_busy_takes_a_revision_later() {
    let words = "Too many concurrent attempts to create a new revision of the specified family.";
    let sandbox = sandbox(&format!(
        "{{service: ecs, operation: RegisterTaskDefinition, count: 2, \
          answer: {{error: {{code: ClientException, message: {words}}}}}}}"
    ));
    for _ in 0..2 {
        let (status, said) = call(&sandbox, ECS, "RegisterTaskDefinition", &task()).unwrap();
        assert_eq!(status, 400);
        assert_eq!(
            [&said["__type"], &said["message"]],
            ["ClientException", words]
        );
    }
    assert_eq!(revisions(&sandbox), 0);
    let (status, _) = call(&sandbox, ECS, "RegisterTaskDefinition", &task()).unwrap();
    assert_eq!((status, revisions(&sandbox)), (200, 1));
}
