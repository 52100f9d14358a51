//! The demo's world, and a job in it.

use crate::client::{call, json_of};
use bytes::Bytes;
use greengate_sandbox::Sandbox;
use greengate_sandbox::clock::Clock;
use greengate_sandbox::scenario::Scenario;
use http::{Method, Request};
use serde_json::{Value, json};

/// The demo scenario, with lines of YAML replaced.
pub(crate) fn sandbox_with(replaced: &[(&str, &str)]) -> Sandbox {
    let mut text = include_str!("../../scenarios/demo.yaml").to_owned();
    for (old, new) in replaced {
        assert!(text.contains(old), "{old} is not in the demo");
        text = text.replace(old, new);
    }
    let start = "2026-11-23T10:00:00Z".parse().unwrap();
    let world = Scenario::parse(&text).unwrap().world(start).unwrap();
    Sandbox::new(world, Clock::start(start, 1.0))
}

/// The demo scenario as it is.
pub(crate) fn sandbox() -> Sandbox {
    sandbox_with(&[])
}

/// Calls the side door.
pub(crate) fn control(sandbox: &Sandbox, path: &str, body: &Value) -> (u16, Value) {
    let method = if body.is_null() {
        Method::GET
    } else {
        Method::POST
    };
    let request = Request::builder()
        .method(method)
        .uri(format!("/_sandbox/{path}"))
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let response = call(sandbox, &request);
    (response.status().as_u16(), json_of(&response))
}

/// Starts a job of hubot's, bound to an environment or not, with these fields more.
pub(crate) fn job(sandbox: &Sandbox, environment: Option<&str>, more: Value) -> Value {
    let mut start = json!({"environment": environment, "actor": "hubot", "sha": "a".repeat(40)});
    if let (Value::Object(start), Value::Object(more)) = (&mut start, more) {
        start.extend(more);
    }
    let (status, body) = control(sandbox, "jobs", &start);
    assert_eq!(status, 200, "{body}");
    body
}

/// Approves production as mona; answers the job as it is then.
pub(crate) fn approve(sandbox: &Sandbox, job: &Value) -> Value {
    let said = json!({"environment": "production", "user": "mona", "comment": "Ship it!"});
    let (status, body) = control(sandbox, "approve", &said);
    assert_eq!(status, 200, "{body}");
    shown(sandbox, job)
}

/// The job as it is now.
pub(crate) fn shown(sandbox: &Sandbox, job: &Value) -> Value {
    control(sandbox, &format!("jobs/{}", job["job"]), &Value::Null).1
}

/// A call to GitHub.
pub(crate) fn github(sandbox: &Sandbox, token: &str, path: &str) -> (u16, Value) {
    send(sandbox, token, Method::GET, path, &Value::Null)
}

/// A call to GitHub with a method and a body.
pub(crate) fn send(
    sandbox: &Sandbox,
    token: &str,
    method: Method,
    path: &str,
    body: &Value,
) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let response = call(sandbox, &request);
    (response.status().as_u16(), json_of(&response))
}

/// An identity token for the job, as the issuer answers.
pub(crate) fn identity_token(sandbox: &Sandbox, job: &Value, audience: &str) -> (u16, Value) {
    let variables = &job["variables"];
    let url = variables["ACTIONS_ID_TOKEN_REQUEST_URL"].as_str().unwrap();
    let token = variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]
        .as_str()
        .unwrap();
    github(sandbox, token, &format!("{url}&audience={audience}"))
}
