//! Which service a request reaches, and what is put on record.

use crate::client::{ADMIN, Signer, call, json_of, json_request, sandbox};
use bytes::Bytes;
use greengate_sandbox::Answer;
use greengate_sandbox::world::script::{Fault, Outcome};
use http::Request;

#[test]
fn the_target_header_names_service_and_operation() {
    let sandbox = sandbox(ADMIN);
    for (target, service, operation) in [
        (
            "AmazonEC2ContainerServiceV20141113.ListClusters",
            "ecs",
            "ListClusters",
        ),
        (
            "CodeDeploy_20141006.GetDeployment",
            "codedeploy",
            "GetDeployment",
        ),
        (
            "AmazonEC2ContainerRegistry_V20150921.DescribeImages",
            "ecr",
            "DescribeImages",
        ),
    ] {
        let mut request = json_request(target, r#"{"some": "input"}"#);
        Signer::ops().sign(service, &mut request);
        let response = call(&sandbox, &request);
        assert_eq!(response.headers()["x-amzn-requestid"].len(), 36);
        let last = sandbox.with_world(|world| world.calls.last().cloned().unwrap());
        assert_eq!(
            (last.service.as_str(), last.operation.as_str()),
            (service, operation)
        );
        assert_eq!(last.request["some"], "input");
        assert_eq!(last.status, response.status().as_u16());
    }
}

#[test]
fn a_body_that_is_no_object_is_not_read() {
    let sandbox = sandbox(ADMIN);
    for body in ["[]", "{", "1"] {
        let mut request = json_request("CodeDeploy_20141006.GetDeployment", body);
        Signer::ops().sign("codedeploy", &mut request);
        let answer = json_of(&call(&sandbox, &request));
        assert_eq!(answer["__type"], "SerializationException", "{body}");
    }
}

#[test]
fn what_nobody_answers_is_not_found() {
    let request = Request::get("/nowhere").body(Bytes::new()).unwrap();
    assert_eq!(call(&sandbox(ADMIN), &request).status(), 404);
}

#[test]
fn a_cut_call_is_on_record_without_a_status() {
    let sandbox = sandbox(ADMIN);
    sandbox.with_world(|world| {
        world.script.faults.push(Fault {
            service: "ecs".to_owned(),
            operation: "*".to_owned(),
            after: None,
            until: None,
            skip: 0,
            count: Some(1),
            lost: false,
            outcome: Outcome::Cut,
            seen: 0,
        });
    });
    let request = json_request("AmazonEC2ContainerServiceV20141113.ListClusters", "{}");
    assert!(matches!(sandbox.call(&request), Answer::Cut));
    assert!(matches!(sandbox.call(&request), Answer::Response(_)));
    let statuses = sandbox.with_world(|w| w.calls.iter().map(|c| c.status).collect::<Vec<_>>());
    assert_eq!(statuses, [0, 400]);
}
