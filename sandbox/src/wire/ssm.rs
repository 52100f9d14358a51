//! Systems Manager's way to see which parameters there are.
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html>

use super::aws::{Caller, Service};
use super::aws_error::AwsError;
use super::body::{epoch, integer, list, page, text, texts};
use super::shape;
use crate::world::World;
use crate::world::secrets::Parameter;
use serde_json::{Value, json};

/// Systems Manager, as the protocol sees it.
pub const SERVICE: Service = Service {
    prefix: "ssm",
    target: "AmazonSSM",
    resources,
    call,
};

/// How many parameters a page has at most.
const MOST: i64 = 50;

/// IAM knows no resource for the operation
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html>).
fn resources(_world: &World, _operation: &str, _body: &Value) -> Vec<String> {
    vec!["*".to_owned()]
}

fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    body: &Value,
) -> Result<Value, AwsError> {
    shape::SECRETS.check(operation, body)?;
    match operation {
        "DescribeParameters" => describe(world, body),
        _ => Err(AwsError::client(
            "UnknownOperationException",
            format!("{operation} is not played here"),
        )),
    }
}

fn describe(world: &World, body: &Value) -> Result<Value, AwsError> {
    let size = size(body)?;
    let filters = list(body, "ParameterFilters");
    let mut found = Vec::new();
    for (name, parameter) in &world.secrets.parameters {
        let mut fits = true;
        for filter in filters {
            fits &= passes(filter, name)?;
        }
        if fits {
            found.push(render(world, name, parameter));
        }
    }
    let token = text(body, "NextToken");
    let Some((parameters, next)) = page(found, token, size) else {
        let words = "The specified token isn't valid.";
        return Err(AwsError::client("InvalidNextToken", words));
    };
    Ok(match next {
        Some(next) => json!({"Parameters": parameters, "NextToken": next}),
        None => json!({"Parameters": parameters}),
    })
}

fn size(body: &Value) -> Result<usize, AwsError> {
    let size = integer(body, "MaxResults").unwrap_or(10);
    if (1..=MOST).contains(&size) {
        return Ok(usize::try_from(size).unwrap_or(1));
    }
    Err(AwsError::client(
        "ValidationException",
        format!(
            "1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy \
             constraint: Member must be between 1 and {MOST}"
        ),
    ))
}

/// Does a parameter pass a filter? Only filters by name are played.
fn passes(filter: &Value, name: &str) -> Result<bool, AwsError> {
    let values = texts(filter, "Values");
    let key = text(filter, "Key").unwrap_or_default();
    if key != "Name" {
        let words = format!("{key} is not played here");
        return Err(AwsError::client("InvalidFilterKey", words));
    }
    if values.is_empty() || values.len() > 50 {
        let words = "A filter has 1 to 50 values.";
        return Err(AwsError::client("InvalidFilterValue", words));
    }
    let fits = match text(filter, "Option").unwrap_or("Equals") {
        "Equals" => |name: &str, value: &str| name == value,
        "BeginsWith" => |name: &str, value: &str| name.starts_with(value),
        "Contains" => |name: &str, value: &str| name.contains(value),
        option => {
            let words = format!("The following filter option is not valid: {option}.");
            return Err(AwsError::client("InvalidFilterOption", words));
        }
    };
    Ok(values.iter().any(|value| fits(name, value)))
}

fn render(world: &World, name: &str, parameter: &Parameter) -> Value {
    let World {
        region, account, ..
    } = world;
    let in_arn = name.trim_start_matches('/');
    json!({
        "Name": name,
        "ARN": format!("arn:aws:ssm:{region}:{account}:parameter/{in_arn}"),
        "Type": parameter.kind,
        "LastModifiedDate": epoch(parameter.created),
        "LastModifiedUser": format!("arn:aws:iam::{account}:user/ops"),
        "Version": 1,
        "Tier": "Standard",
        "Policies": [],
        "DataType": "text",
    })
}
