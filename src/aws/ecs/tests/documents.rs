//! Task definitions on the wire.

use super::ecs;
use crate::aws::canned::{asked, failed, refusal};
use crate::aws::error::Kind;
use crate::model::task_definition::TaskDefinition;
use bytes::Bytes;
use http::Request;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Key order, literals, empty and unknown things that a typed request would lose.
const DOCUMENT: &str = r#"{"futureField":{"b":1.10,"a":null},"family":"shop","cpu":"256","containerDefinitions":[{"name":"web","command":["sh",""],"enviroment":[],"cpu":1e+2,"dockerLabels":{"é":""}}]}"#;

fn document() -> TaskDefinition {
    TaskDefinition::parse(DOCUMENT, "task.json").expect("a task definition")
}

const ARN: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7";

#[tokio::test]
async fn a_document_goes_out_byte_for_byte_and_signed() {
    let (ecs, calls) = ecs(|_, _| {
        (
            200,
            json!({"taskDefinition": {"taskDefinitionArn": ARN, "revision": 7, "new": [1]}}),
        )
    });
    let registered = ecs.register(&document()).await.expect("a revision");
    assert_eq!(registered.arn, ARN);
    assert_eq!(registered.raw["taskDefinition"]["new"], json!([1]));

    let calls = calls.lock().expect("the calls");
    let [request] = calls.as_slice() else {
        panic!("one call, not {}", calls.len());
    };
    assert_eq!(request.body(), DOCUMENT);
    assert_eq!(
        request.headers()["content-length"],
        DOCUMENT.len().to_string()
    );
    assert_eq!(
        request.headers()["x-amz-target"],
        "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition"
    );
    assert_eq!(
        signature(request, "secret"),
        authorized(request, "Signature=")
    );
}

/// What the SDK asks again for everywhere else.
#[tokio::test(start_paused = true)]
async fn a_registration_is_sent_once_whatever_comes_back() {
    let busy = "Too many concurrent attempts to create a new revision of the specified family.";
    for (answer, kind) in [
        (refusal("ClientException", busy), Kind::Throttled),
        (
            refusal("ThrottlingException", "Rate exceeded"),
            Kind::Throttled,
        ),
        ((500, json!({"__type": "ServerException"})), Kind::Transient),
        ((503, json!({})), Kind::Transient),
        ((200, json!({})), Kind::Transient),
    ] {
        let (ecs, calls) = ecs(move |_, _| answer.clone());
        let failure = failed(ecs.register(&document()).await);
        assert_eq!(failure.kind, kind, "{failure}");
        assert_eq!(calls.lock().expect("the calls").len(), 1, "{failure}");
    }
}

#[tokio::test]
async fn a_refused_document_is_not_sent_again() {
    let (ecs, calls) = ecs(|_, _| {
        refusal(
            "ClientException",
            "Container.image should not be null or empty.",
        )
    });
    let failure = failed(ecs.register(&document()).await);
    assert_eq!(
        (failure.action.as_str(), failure.code.as_str(), failure.kind),
        (
            "ecs:RegisterTaskDefinition",
            "ClientException",
            Kind::Rejected
        )
    );
    assert_eq!(asked(&calls).len(), 1);
}

#[tokio::test]
async fn a_revision_comes_back_as_it_was_answered() {
    let (ecs, calls) = ecs(|_, _| {
        (
            200,
            json!({
                "taskDefinition": {"taskDefinitionArn": ARN, "revision": 7, "status": "ACTIVE", "unheard": {"of": 1}},
                "tags": [{"key": "team", "value": "shop"}],
            }),
        )
    });
    let latest = ecs.latest_revision("shop").await.expect("an answer");
    let latest = latest.expect("a revision");
    assert_eq!(latest.arn, ARN);
    assert_eq!((latest.revision(), latest.is_active()), (Some(7), true));
    assert_eq!(latest.raw["taskDefinition"]["unheard"], json!({"of": 1}));
    assert_eq!(
        latest.raw["tags"],
        json!([{"key": "team", "value": "shop"}])
    );
    let request = json!({"taskDefinition": "shop", "include": ["TAGS"]});
    assert_eq!(
        asked(&calls),
        [("DescribeTaskDefinition".to_owned(), request)]
    );
}

#[tokio::test(start_paused = true)]
async fn only_a_revision_that_is_not_there_is_none() {
    let (gone, _) = ecs(|_, _| refusal("ClientException", "Unable to describe task definition."));
    assert_eq!(gone.latest_revision("shop").await.expect("an answer"), None);
    let (refused, _) = ecs(|_, _| refusal("ClientException", "Invalid revision number. Number: x"));
    let failure = failed(refused.describe_task_definition("shop:x").await);
    assert_eq!(
        (failure.code.as_str(), failure.kind),
        ("ClientException", Kind::Rejected)
    );
    let (empty, _) = ecs(|_, _| (200, json!({})));
    let failure = failed(empty.latest_revision("shop").await);
    assert_eq!(failure.message, "the answer has no taskDefinitionArn");
}

/// What stands after `label` in the Authorization header.
fn authorized(request: &Request<Bytes>, label: &str) -> String {
    let header = request.headers()["authorization"].to_str().expect("text");
    let (_, rest) = header.split_once(label).expect(label);
    rest.split(',').next().expect("a value").to_owned()
}

/// The signature that belongs to this request and body
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).
fn signature(request: &Request<Bytes>, secret: &str) -> String {
    let names = authorized(request, "SignedHeaders=");
    let headers: String = names
        .split(';')
        .map(|name| {
            let value = request.headers().get(name);
            let value = value.map(|value| value.to_str().expect("text").to_owned());
            let host = || request.uri().host().expect("a host").to_owned();
            [name, ":", &value.unwrap_or_else(host), "\n"].concat()
        })
        .collect();
    let body = hex::encode(Sha256::digest(request.body()));
    let canonical = format!("POST\n/\n\n{headers}\n{names}\n{body}");
    let credential = authorized(request, "Credential=");
    let (_, scope) = credential.split_once('/').expect("a scope");
    let date = request.headers()["x-amz-date"].to_str().expect("text");
    let hash = hex::encode(Sha256::digest(canonical));
    let key = format!("AWS4{secret}").into_bytes();
    let key = scope.split('/').fold(key, |key, part| hmac(&key, part));
    hex::encode(hmac(
        &key,
        &format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}"),
    ))
}

/// HMAC-SHA256 with a key of at most 64 bytes.
fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
        block.to_vec()
    };
    let inner = Sha256::digest([pad(0x36), text.as_bytes().to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}
