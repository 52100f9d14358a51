//! Scripted faults, in the words of the service they strike.

use crate::client::{json_of, json_request};
use crate::demo::{control, github, job, sandbox_with};
use bytes::Bytes;
use greengate_sandbox::{Answer, Sandbox};
use http::Request;
use serde_json::{Value, json};

fn scripted(faults: &str) -> Sandbox {
    let line = "region: eu-west-1\n\n";
    sandbox_with(&[(line, &format!("{line}faults: [{faults}]\n"))])
}

/// Calls ECS without a signature; status and error code, or none if the connection was cut.
fn describe(sandbox: &Sandbox) -> Option<(u16, String)> {
    let target = "AmazonEC2ContainerServiceV20141113.DescribeServices";
    match sandbox.call(&json_request(target, "{}")) {
        Answer::Cut => None,
        Answer::Response(response) => {
            let code = json_of(&response)["__type"].as_str().unwrap().to_owned();
            Some((response.status().as_u16(), code))
        }
    }
}

fn code(sandbox: &Sandbox) -> String {
    describe(sandbox).map_or("cut".to_owned(), |(_, code)| code)
}

const NONE: &str = "MissingAuthenticationTokenException";

#[test]
fn each_kind_of_fault_is_said_as_aws_says_it() {
    for (answer, expected) in [
        ("throttle", Some((400, "ThrottlingException"))),
        ("{status: 500}", Some((500, "InternalFailure"))),
        ("{status: 503}", Some((503, "ServiceUnavailableException"))),
        ("cut", None),
        (
            "{error: {code: ExpiredTokenException, message: Over}}",
            Some((400, "ExpiredTokenException")),
        ),
    ] {
        let sandbox = scripted(&format!("{{service: ecs, answer: {answer}}}"));
        let expected = expected.map(|(status, code)| (status, code.to_owned()));
        assert_eq!(describe(&sandbox), expected, "{answer}");
    }
}

#[test]
fn services_and_operations_are_matched() {
    for (fault, expected) in [
        ("service: '*'", "ThrottlingException"),
        (
            "service: ecs, operation: 'Describe*'",
            "ThrottlingException",
        ),
        ("service: ecs, operation: UpdateService", NONE),
        ("service: codedeploy", NONE),
    ] {
        let sandbox = scripted(&format!("{{{fault}, answer: throttle}}"));
        assert_eq!(code(&sandbox), expected, "{fault}");
    }
}

#[test]
fn faults_have_their_window_and_their_count() {
    let counted = scripted("{service: ecs, skip: 1, count: 2, answer: cut}");
    let codes: Vec<String> = (0..4).map(|_| code(&counted)).collect();
    assert_eq!(codes, [NONE, "cut", "cut", NONE]);

    let timed = scripted("{service: ecs, after: 2m, until: 3m, answer: cut}");
    let mut codes = vec![code(&timed)];
    for _ in 0..2 {
        let later = jiff::SignedDuration::from_secs(130);
        timed.with_world(|world| world.advance_to(world.now + later));
        codes.push(code(&timed));
    }
    assert_eq!(codes, [NONE, "cut", NONE]);
}

#[test]
fn a_lost_answer_belongs_to_a_call_that_was_carried_out() {
    let faults = "{service: github, operation: 'POST *', lost: true, answer: cut}, {service: github, operation: 'GET */environments*', answer: throttle}";
    let sandbox = scripted(faults);
    let writer = json!({"permissions": {"deployments": "write", "actions": "read"}});
    let job = job(&sandbox, None, writer);
    let token = job["token"].as_str().unwrap();
    let request = Request::post("/repos/acme/shop/deployments")
        .header("authorization", format!("Bearer {token}"))
        .body(Bytes::from_static(br#"{"ref": "main"}"#))
        .unwrap();
    assert!(matches!(sandbox.call(&request), Answer::Cut));
    let (_, made) = github(&sandbox, token, "/repos/acme/shop/deployments");
    assert_eq!(made.as_array().unwrap().len(), 1);
    let (status, body) = github(&sandbox, token, "/repos/acme/shop/environments");
    assert_eq!(status, 403);
    assert_eq!(body["message"], "API rate limit exceeded for installation.");
}

#[test]
fn the_side_door_is_never_struck_and_lists_what_was() {
    let sandbox = scripted("{service: '*', answer: cut}");
    code(&sandbox);
    let (_, calls) = control(
        &sandbox,
        "calls?service=ecs&operation=Describe*",
        &Value::Null,
    );
    assert_eq!(
        (&calls["count"], &calls["calls"][0]["status"]),
        (&json!(1), &json!(0))
    );
    let (_, none) = control(&sandbox, "calls?since=2027-01-01T00:00:00Z", &Value::Null);
    assert_eq!(none["count"], 0);
    assert_eq!(control(&sandbox, "calls?sevice=ecs", &Value::Null).0, 400);
}
