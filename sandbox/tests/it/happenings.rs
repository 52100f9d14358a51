//! What others do while a client is at work, seen by that client.

use crate::client::{Signer, call, json_of, json_request};
use crate::demo::{identity_token, job, sandbox_with};
use bytes::Bytes;
use greengate_sandbox::Sandbox;
use http::Request;
use serde_json::{Value, json};

fn scripted(happenings: &str) -> Sandbox {
    let line = "region: eu-west-1\n\n";
    sandbox_with(&[(line, &format!("{line}happenings: [{happenings}]\n"))])
}

fn later(sandbox: &Sandbox, seconds: i64) {
    let later = jiff::SignedDuration::from_secs(seconds);
    sandbox.with_world(|world| world.advance_to(world.now + later));
}

/// Asks STS for a session of the staging job; who it is, or the refusal.
fn session(sandbox: &Sandbox) -> Result<Signer, String> {
    let job = job(sandbox, Some("staging"), json!({}));
    let (_, token) = identity_token(sandbox, &job, "sts.amazonaws.com");
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "AssumeRoleWithWebIdentity")
        .append_pair("Version", "2011-06-15")
        .append_pair(
            "RoleArn",
            "arn:aws:iam::123456789012:role/greengate-staging",
        )
        .append_pair("RoleSessionName", "greengate-1")
        .append_pair("WebIdentityToken", token["value"].as_str().unwrap());
    let request = Request::post("http://127.0.0.1:4566/")
        .body(Bytes::from(form.finish()))
        .unwrap();
    let xml = String::from_utf8(call(sandbox, &request).body().to_vec()).unwrap();
    let tag = |name: &str| {
        let (_, rest) = xml.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0.to_owned())
    };
    Ok(Signer {
        key: tag("AccessKeyId").ok_or_else(|| tag("Message").unwrap())?,
        secret: tag("SecretAccessKey").unwrap(),
        token: tag("SessionToken"),
        region: "eu-west-1".to_owned(),
    })
}

/// Calls ECS: the status, and the error code with its message if there is one.
fn ecs(sandbox: &Sandbox, signer: &Signer, operation: &str, body: &Value) -> (u16, String) {
    let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
    let mut request = json_request(&target, &body.to_string());
    signer.sign("ecs", &mut request);
    let response = call(sandbox, &request);
    let said = json_of(&response);
    let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let words = format!("{} {}", text("__type"), text("message"));
    (response.status().as_u16(), words.trim().to_owned())
}

fn shop() -> Value {
    json!({"cluster": "staging", "services": ["shop"]})
}

#[test]
fn a_role_loses_permissions_from_a_moment_on() {
    let sandbox = scripted(
        "{at: 10s, does: {deny: {role: greengate-staging, actions: 'ecs:DescribeServices'}}}, \
         {at: 20s, does: {deny: {role: greengate-staging, actions: ['ecs:Update*'], explicit: true}}}",
    );
    let signer = session(&sandbox).unwrap();
    assert_eq!(ecs(&sandbox, &signer, "DescribeServices", &shop()).0, 200);
    later(&sandbox, 11);
    let (status, words) = ecs(&sandbox, &signer, "DescribeServices", &shop());
    assert_eq!(status, 400);
    assert!(
        words.starts_with("AccessDeniedException ")
            && words.ends_with(
                "because no identity-based policy allows the ecs:DescribeServices action"
            ),
        "{words}"
    );
    let update = json!({"cluster": "staging", "service": "shop", "desiredCount": 2});
    assert_eq!(ecs(&sandbox, &signer, "UpdateService", &update).0, 200);
    later(&sandbox, 10);
    let (_, words) = ecs(&sandbox, &signer, "UpdateService", &update);
    assert!(
        words.ends_with("with an explicit deny in an identity-based policy"),
        "{words}"
    );
}

#[test]
fn sessions_end_and_are_renewed_or_not() {
    let sandbox = scripted(
        "{at: 10s, does: {end-sessions: {role: greengate-staging}}}, \
         {at: 20s, does: {end-sessions: {role: greengate-staging, renewal: refused}}}",
    );
    let first = session(&sandbox).unwrap();
    later(&sandbox, 11);
    let (_, words) = ecs(&sandbox, &first, "DescribeServices", &shop());
    assert!(words.starts_with("ExpiredTokenException"), "{words}");
    let second = session(&sandbox).unwrap();
    assert_eq!(ecs(&sandbox, &second, "DescribeServices", &shop()).0, 200);
    later(&sandbox, 10);
    let (_, words) = ecs(&sandbox, &second, "DescribeServices", &shop());
    assert!(words.starts_with("ExpiredTokenException"), "{words}");
    let refused = session(&sandbox).err().unwrap();
    assert_eq!(
        refused,
        "Not authorized to perform sts:AssumeRoleWithWebIdentity"
    );
}

#[test]
fn a_call_that_is_carried_out_sets_something_off() {
    let sandbox = scripted(
        "{after: {service: ecs, operation: UpdateService, nth: 2, wait: 30s}, \
          does: {update-service: {service: shop, cluster: staging, desired-count: 7}}}",
    );
    let signer = session(&sandbox).unwrap();
    let desired =
        || sandbox.with_world(|world| world.ecs.service("staging", "shop").unwrap().desired);
    let update = |count: u32| {
        let body = json!({"cluster": "staging", "service": "shop", "desiredCount": count});
        ecs(&sandbox, &signer, "UpdateService", &body).0
    };
    assert_eq!(update(3), 200);
    assert_eq!(update(70_000), 400, "refused, so it does not count");
    later(&sandbox, 60);
    assert_eq!(desired(), 3);
    assert_eq!(update(4), 200);
    later(&sandbox, 29);
    assert_eq!(desired(), 4);
    later(&sandbox, 1);
    assert_eq!(desired(), 7);
    let (mine, others) = sandbox.with_world(|world| {
        let updates = world
            .calls
            .iter()
            .filter(|it| it.operation == "UpdateService");
        let (mine, others): (Vec<_>, Vec<_>) =
            updates.partition(|it| it.caller.contains(":assumed-role/"));
        (mine.len(), others.len())
    });
    assert_eq!((mine, others), (3, 1));
}

#[test]
fn a_lost_answer_sets_off_what_the_call_would() {
    let line = "region: eu-west-1\n\n";
    let more = "faults: [{service: ecs, operation: UpdateService, count: 1, lost: true, answer: cut}]\n\
                happenings: [{after: {operation: UpdateService}, does: {raise-alarm: shop-5xx}}]\n";
    let sandbox = sandbox_with(&[(line, &format!("{line}{more}"))]);
    let signer = session(&sandbox).unwrap();
    let body = json!({"cluster": "staging", "service": "shop", "desiredCount": 3});
    let target = "AmazonEC2ContainerServiceV20141113.UpdateService";
    let mut request = json_request(target, &body.to_string());
    signer.sign("ecs", &mut request);
    assert!(matches!(
        sandbox.call(&request),
        greengate_sandbox::Answer::Cut
    ));
    let firing = sandbox.with_world(|world| world.alarms.firing(["shop-5xx"]));
    assert_eq!(firing, ["shop-5xx"]);
}

#[test]
fn images_come_and_go() {
    let sandbox = scripted(
        "{at: 1s, does: {put-tag: {repository: shop, tag: v2, of: v1}}}, \
         {at: 2s, does: {remove-image: {repository: shop, tag: v1}}}",
    );
    let tags = || {
        sandbox.with_world(|world| {
            let tags = &world.ecr.repositories["shop"].tags;
            tags.keys().cloned().collect::<Vec<_>>()
        })
    };
    later(&sandbox, 1);
    assert_eq!(tags(), ["v1", "v2"]);
    later(&sandbox, 1);
    assert_eq!(tags(), ["v2"]);
}
