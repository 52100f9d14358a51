//! CodeDeploy's operations.

use super::aws::{Caller, Service};
use super::aws_error::AwsError;
use crate::world::World;
use serde_json::Value;

/// CodeDeploy, as the protocol sees it.
pub const SERVICE: Service = Service {
    prefix: "codedeploy",
    target: "CodeDeploy_20141006",
    resources,
    call,
};

fn resources(_world: &World, _operation: &str, _body: &Value) -> Vec<String> {
    vec!["*".to_owned()]
}

fn call(
    _world: &mut World,
    _caller: &Caller,
    operation: &str,
    _body: &Value,
) -> Result<Value, AwsError> {
    Err(AwsError::client(
        "UnknownOperationException",
        format!("{operation} is not played here"),
    ))
}
