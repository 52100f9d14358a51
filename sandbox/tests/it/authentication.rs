//! Signed calls: who is believed, and how AWS says no.

use crate::client::{ADMIN, Signer, call, json_of, json_request, sandbox};
use greengate_sandbox::Sandbox;
use greengate_sandbox::world::identity::{Secret, Session};
use serde_json::{Value, json};

const LIST: &str = "AmazonEC2ContainerServiceV20141113.ListClusters";

/// Calls `ListClusters` as `signer`, for `service`.
fn list(sandbox: &Sandbox, signer: &Signer, service: &str) -> (u16, Value) {
    let mut request = json_request(LIST, "{}");
    signer.sign(service, &mut request);
    let response = call(sandbox, &request);
    (response.status().as_u16(), json_of(&response))
}

fn refused(signer: &Signer, service: &str) -> (u16, Value) {
    list(&sandbox(ADMIN), signer, service)
}

fn no(code: &str, message: &str) -> (u16, Value) {
    (400, json!({"__type": code, "message": message}))
}

fn with_session(signer: &Signer, expires_in_s: i64) -> Sandbox {
    let sandbox = sandbox(ADMIN);
    sandbox.with_world(|world| {
        let expires = world.now + jiff::SignedDuration::from_secs(expires_in_s);
        let session = Session {
            arn: "arn:aws:sts::123456789012:assumed-role/deploy/me".to_owned(),
            id: "AROAEXAMPLE:me".to_owned(),
            secret: Secret(signer.secret.clone()),
            token: Secret("the-token".to_owned()),
            expires,
        };
        world.identity.sessions.insert(signer.key.clone(), session);
    });
    sandbox
}

#[test]
fn a_call_signed_by_the_sdk_is_believed() {
    let sandbox = sandbox(ADMIN);
    let (_, body) = list(&sandbox, &Signer::ops(), "ecs");
    let refusals = ["UnrecognizedClientException", "InvalidSignatureException"];
    assert!(
        !refusals.contains(&body["__type"].as_str().unwrap_or_default()),
        "{body}"
    );
    let caller = sandbox.with_world(|world| world.calls[0].caller.clone());
    assert_eq!(caller, "arn:aws:iam::123456789012:user/ops");
}

#[test]
fn wrong_keys_secrets_and_scopes_are_refused_in_the_words_of_aws() {
    let unknown = Signer {
        key: "AKIANOBODY".to_owned(),
        ..Signer::ops()
    };
    let expected = no(
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    );
    assert_eq!(refused(&unknown, "ecs"), expected);

    let wrong = Signer {
        secret: "wrong".to_owned(),
        ..Signer::ops()
    };
    let (status, body) = refused(&wrong, "ecs");
    assert_eq!(
        (status, &body["__type"]),
        (400, &json!("InvalidSignatureException"))
    );

    let elsewhere = Signer {
        region: "us-east-1".to_owned(),
        ..Signer::ops()
    };
    let expected = no(
        "InvalidSignatureException",
        "Credential should be scoped to a valid region, not 'us-east-1'. ",
    );
    assert_eq!(refused(&elsewhere, "ecs"), expected);

    let expected = no(
        "InvalidSignatureException",
        "Credential should be scoped to correct service: 'ecs'. ",
    );
    assert_eq!(refused(&Signer::ops(), "ecr"), expected);
}

#[test]
fn an_unsigned_call_is_refused() {
    let response = call(&sandbox(ADMIN), &json_request(LIST, "{}"));
    assert_eq!(
        json_of(&response)["__type"],
        "MissingAuthenticationTokenException"
    );
    assert_eq!(
        response.headers()["x-amzn-errortype"],
        "MissingAuthenticationTokenException"
    );
}

#[test]
fn a_session_needs_its_token_and_its_time() {
    let signer = Signer {
        key: "ASIAEXAMPLE".to_owned(),
        token: Some("the-token".to_owned()),
        ..Signer::ops()
    };
    let running = with_session(&signer, 60);
    // The role has no policies: the session is believed, and then denied.
    assert_eq!(
        list(&running, &signer, "ecs").1["__type"],
        "AccessDeniedException"
    );

    let without = Signer {
        token: None,
        ..signer.clone()
    };
    assert_eq!(
        list(&running, &without, "ecs").1["__type"],
        "UnrecognizedClientException"
    );

    let expected = no(
        "ExpiredTokenException",
        "The security token included in the request is expired",
    );
    assert_eq!(list(&with_session(&signer, 0), &signer, "ecs"), expected);
}

#[test]
fn what_no_policy_permits_is_denied_in_the_words_of_aws() {
    let sandbox = sandbox("Statement: [{Effect: Allow, Action: 'ecr:*', Resource: '*'}]");
    let expected = no(
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: ecs:ListClusters \
         on resource: * because no identity-based policy allows the ecs:ListClusters action",
    );
    assert_eq!(list(&sandbox, &Signer::ops(), "ecs"), expected);
    let (error, status) = sandbox.with_world(|world| {
        let call = &world.calls[0];
        (call.error.clone(), call.status)
    });
    assert_eq!(
        (error.as_deref(), status),
        (Some("AccessDeniedException"), 400)
    );
}

#[test]
fn some_calls_need_more_than_the_permission_of_their_name() {
    let register = "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition";
    let tagged = json!({
        "family": "shop",
        "containerDefinitions": [{"name": "web", "image": "nginx", "memory": 64}],
        "tags": [{"key": "team", "value": "shop"}],
    });
    let allowing = |more: &str| {
        format!(
            "Statement: [{{Effect: Allow, Action: 'ecs:RegisterTaskDefinition', Resource: '*'}}{more}]"
        )
    };
    let asked = |policy: &str, body: &Value| {
        let mut request = json_request(register, &body.to_string());
        Signer::ops().sign("ecs", &mut request);
        json_of(&call(&sandbox(policy), &request))
    };
    let refused = asked(&allowing(""), &tagged);
    let words = "not authorized to perform: ecs:TagResource on resource: \
                 arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:*";
    assert!(
        refused["message"].as_str().unwrap().contains(words),
        "{refused}"
    );
    let tags = ", {Effect: Allow, Action: 'ecs:TagResource', Resource: '*', Condition: \
                {StringEquals: {'ecs:CreateAction': RegisterTaskDefinition}}}";
    let registered = asked(&allowing(tags), &tagged);
    assert_eq!(registered["tags"], tagged["tags"]);
    let mut plain = tagged;
    plain["tags"] = json!([]);
    assert_eq!(asked(&allowing(""), &plain)["tags"], json!([]));
}

#[test]
fn a_service_deployment_is_asked_for_with_its_service() {
    let stop = "AmazonEC2ContainerServiceV20141113.StopServiceDeployment";
    let arn = "arn:aws:ecs:eu-west-1:123456789012:service-deployment/live/shop/1";
    let body = json!({"serviceDeploymentArn": arn}).to_string();
    let asked = |resource: &str| {
        let policy =
            format!("Statement: [{{Effect: Allow, Action: 'ecs:*', Resource: {resource}}}]");
        let mut request = json_request(stop, &body);
        Signer::ops().sign("ecs", &mut request);
        json_of(&call(&sandbox(&policy), &request))["__type"].clone()
    };
    assert_eq!(
        asked("'*:service-deployment/live/shop/*'"),
        "AccessDeniedException"
    );
    assert_eq!(asked("'*:service/live/shop'"), "AccessDeniedException");
    let both = "['*:service/live/shop', '*:service-deployment/live/shop/*']";
    assert_eq!(asked(both), "ServiceDeploymentNotFoundException");
}
