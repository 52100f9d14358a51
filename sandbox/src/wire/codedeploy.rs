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

/// Carries an operation out.
pub(crate) fn call(
    _world: &mut World,
    _caller: &Caller,
    operation: &str,
    body: &Value,
) -> Result<Value, AwsError> {
    super::shape::CODEDEPLOY.check(operation, body)?;
    Err(AwsError::client(
        "UnknownOperationException",
        format!("{operation} is not played here"),
    ))
}
