//! The protocol the JSON services share (`X-Amz-Target`, awsJson 1.1): who calls, what, may they.
//!
//! Each service gives a function `call(world, caller, operation, body) -> Result<Value, AwsError>`
//! and a function `resources(world, operation, body) -> Vec<String>` that names the ARNs the call
//! touches, for the policy check.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>

use super::aws_error::AwsError;
use super::{Reply, authentication};
use crate::world::{World, identity};
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value, json};

/// The authenticated principal of a call.
#[derive(Debug, Clone)]
pub struct Caller {
    /// `arn:aws:sts::123456789012:assumed-role/deploy/session` or a user's ARN.
    pub arn: String,
}

/// What every JSON service offers to the protocol.
pub struct Service {
    /// The name in IAM actions: `ecs`, `codedeploy`, `ecr`.
    pub prefix: &'static str,
    /// The name before the dot of `X-Amz-Target`.
    pub target: &'static str,
    /// The ARNs that an operation touches; `*` where IAM knows no resource for it.
    pub resources: fn(&World, &str, &Value) -> Vec<String>,
    /// Carries the operation out.
    pub call: fn(&mut World, &Caller, &str, &Value) -> Result<Value, AwsError>,
}

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Answers a call to `service`.
pub(super) fn answer(
    world: &mut World,
    service: &Service,
    operation: &str,
    request: &Request<Bytes>,
) -> Reply {
    let caller = match authentication::caller(world, request, service.prefix) {
        Ok(caller) => caller,
        Err(refusal) => return refuse(world, &refusal.json()),
    };
    let answered = body(request)
        .and_then(|body| authorise(world, service, &caller, operation, &body).map(|()| body))
        .and_then(|body| (service.call)(world, &caller, operation, &body));
    let reply = match answered {
        Ok(body) => {
            let id = world.next_uuid().to_string();
            Reply::new(StatusCode::OK, CONTENT_TYPE, body.to_string()).with("x-amzn-requestid", &id)
        }
        Err(error) => refuse(world, &error),
    };
    reply.to(&caller.arn)
}

fn body(request: &Request<Bytes>) -> Result<Value, AwsError> {
    if request.body().is_empty() {
        return Ok(json!({}));
    }
    match serde_json::from_slice(request.body()) {
        Ok(body @ Value::Object(_)) => Ok(body),
        _ => Err(AwsError::client("SerializationException", "")),
    }
}

fn authorise(
    world: &World,
    service: &Service,
    caller: &Caller,
    operation: &str,
    body: &Value,
) -> Result<(), AwsError> {
    let action = format!("{}:{operation}", service.prefix);
    let cluster = cluster(world, service, body);
    let context: Vec<(&str, &str)> = cluster
        .iter()
        .map(|arn| ("ecs:cluster", arn.as_str()))
        .collect();
    (service.resources)(world, operation, body)
        .iter()
        .try_for_each(|resource| identity::may_in(world, caller, &action, resource, &context))
}

/// The cluster an ECS call is about, for the condition key of that name.
fn cluster(world: &World, service: &Service, body: &Value) -> Option<String> {
    let name = body.get("cluster").and_then(Value::as_str);
    let name = (service.prefix == "ecs").then(|| name.unwrap_or("default"))?;
    Some(if name.starts_with("arn:") {
        name.to_owned()
    } else {
        let World {
            region, account, ..
        } = world;
        format!("arn:aws:ecs:{region}:{account}:cluster/{name}")
    })
}

/// An error in the words of the protocol.
pub(super) fn refuse(world: &mut World, error: &AwsError) -> Reply {
    let id = world.next_uuid().to_string();
    let body = json!({"__type": error.code, "message": error.message});
    Reply::new(error.status, CONTENT_TYPE, body.to_string())
        .with("x-amzn-requestid", &id)
        .with("x-amzn-errortype", &error.code)
        .about(error)
}
