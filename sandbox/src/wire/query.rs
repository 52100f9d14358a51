//! The protocol of the older services (`Action=…&Version=…`, answers in XML).
//!
//! A service gives a [`QueryService`]; this file authenticates, checks the policies and wraps what
//! the service answers.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

mod form;

pub use form::Form;

use super::aws::Caller;
use super::aws_error::AwsError;
use super::{Reply, authentication};
use crate::world::{World, identity};
use bytes::Bytes;
use http::{Request, StatusCode};

/// What a query service offers to the protocol.
pub struct QueryService {
    /// The name in IAM actions: `elasticloadbalancing`, `sts`.
    pub prefix: &'static str,
    /// The name in the scope of signatures, which may be another one: `monitoring`.
    pub signing: &'static str,
    /// The `Version` its clients send.
    pub version: &'static str,
    /// The XML namespace of its answers.
    pub namespace: &'static str,
    /// The operations that are called without a signature.
    pub unsigned: &'static [&'static str],
    /// The ARNs that an operation touches; none where everybody may call it.
    pub resources: fn(&World, &str, &Form) -> Vec<String>,
    /// Carries the operation out; answers what stands inside of `<OperationResult>`.
    pub call: fn(&mut World, &Caller, &str, &Form) -> Result<String, AwsError>,
}

/// Text as it may stand in XML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// `<name>text</name>`, escaped.
pub fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape(text))
}

/// Answers a call to `service`.
pub(super) fn answer(
    world: &mut World,
    service: &QueryService,
    form: &Form,
    request: &Request<Bytes>,
) -> Reply {
    let operation = form.get("Action").unwrap_or_default();
    let caller = match caller(world, service, operation, request) {
        Ok(caller) => caller,
        Err(error) => return refuse(world, service, &error),
    };
    let answered = authorise(world, service, &caller, operation, form)
        .and_then(|()| (service.call)(world, &caller, operation, form));
    let reply = match answered {
        Ok(inside) => wrap(world, service, operation, &inside),
        Err(error) => refuse(world, service, &error),
    };
    reply.to(&caller.arn)
}

fn caller(
    world: &World,
    service: &QueryService,
    operation: &str,
    request: &Request<Bytes>,
) -> Result<Caller, AwsError> {
    if service.unsigned.contains(&operation) {
        return Ok(Caller { arn: String::new() });
    }
    authentication::caller(world, request, service.signing).map_err(|refusal| refusal.query())
}

fn authorise(
    world: &World,
    service: &QueryService,
    caller: &Caller,
    operation: &str,
    form: &Form,
) -> Result<(), AwsError> {
    let action = format!("{}:{operation}", service.prefix);
    for resource in (service.resources)(world, operation, form) {
        identity::may(world, caller, &action, &resource).map_err(|denied| AwsError {
            code: "AccessDenied".to_owned(),
            status: StatusCode::FORBIDDEN,
            ..denied
        })?;
    }
    Ok(())
}

fn wrap(world: &mut World, service: &QueryService, operation: &str, inside: &str) -> Reply {
    let id = world.next_uuid();
    let body = format!(
        "<{operation}Response xmlns=\"{}\"><{operation}Result>{inside}</{operation}Result>\
         <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{operation}Response>",
        service.namespace
    );
    Reply::new(StatusCode::OK, "text/xml", body).with("x-amzn-requestid", &id.to_string())
}

/// An error in the words of the protocol.
pub(super) fn refuse(world: &mut World, service: &QueryService, error: &AwsError) -> Reply {
    let id = world.next_uuid();
    let fault = if error.status.is_server_error() {
        "Receiver"
    } else {
        "Sender"
    };
    let body = format!(
        "<ErrorResponse xmlns=\"{}\"><Error><Type>{fault}</Type>{}{}</Error>\
         <RequestId>{id}</RequestId></ErrorResponse>",
        service.namespace,
        element("Code", &error.code),
        element("Message", &error.message),
    );
    Reply::new(error.status, "text/xml", body)
        .with("x-amzn-requestid", &id.to_string())
        .about(error)
}
