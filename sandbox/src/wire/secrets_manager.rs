//! Secrets Manager's one operation that shows no value.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html>

use super::aws::{Caller, Service};
use super::aws_error::AwsError;
use super::body::{compact, epoch, text};
use super::shape;
use crate::world::World;
use serde_json::{Value, json};

/// Secrets Manager, as the protocol sees it.
pub const SERVICE: Service = Service {
    prefix: "secretsmanager",
    target: "secretsmanager",
    resources,
    call,
};

/// The secret's ARN; what was asked for where there is none.
fn resources(world: &World, _operation: &str, body: &Value) -> Vec<String> {
    let id = text(body, "SecretId").unwrap_or_default();
    let World {
        region, account, ..
    } = world;
    vec![match world.secrets.secret(id) {
        Some((_, secret)) => secret.arn.clone(),
        None if id.starts_with("arn:") => id.to_owned(),
        None => format!("arn:aws:secretsmanager:{region}:{account}:secret:{id}"),
    }]
}

fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    body: &Value,
) -> Result<Value, AwsError> {
    shape::SECRETS.check(operation, body)?;
    match operation {
        "DescribeSecret" => describe(world, body),
        _ => Err(AwsError::client(
            "UnknownOperationException",
            format!("{operation} is not played here"),
        )),
    }
}

fn describe(world: &World, body: &Value) -> Result<Value, AwsError> {
    let Some(id) = text(body, "SecretId").filter(|id| !id.is_empty()) else {
        let words = "You must provide a value for the SecretId parameter.";
        return Err(AwsError::client("InvalidParameterException", words));
    };
    let Some((name, secret)) = world.secrets.secret(id) else {
        let words = "Secrets Manager can't find the specified secret.";
        return Err(AwsError::client("ResourceNotFoundException", words));
    };
    Ok(compact(json!({
        "ARN": secret.arn,
        "Name": name,
        "CreatedDate": epoch(secret.created),
        "LastChangedDate": epoch(secret.created),
        "DeletedDate": secret.deleted.map(epoch),
        "VersionIdsToStages": {"a1b2c3d4-5678-90ab-cdef-EXAMPLE11111": ["AWSCURRENT"]},
    })))
}
