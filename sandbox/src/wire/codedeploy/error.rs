//! CodeDeploy's words for what it refuses.

use crate::wire::aws_error::AwsError;
use crate::wire::body::text;
use serde_json::Value;

/// A name that a call must give: 1 to 100 characters. `what` begins the names of the errors.
pub(super) fn name<'a>(body: &'a Value, member: &str, what: &str) -> Result<&'a str, AwsError> {
    let Some(name) = text(body, member).filter(|name| !name.is_empty()) else {
        let words = format!("The {member} is required.");
        return Err(AwsError::client(&format!("{what}RequiredException"), words));
    };
    if name.len() > 100 {
        let words = format!("The {member} must not be longer than 100 characters.");
        return Err(AwsError::client(&format!("Invalid{what}Exception"), words));
    }
    Ok(name)
}

pub(super) fn no_deployment(id: &str) -> AwsError {
    let words = format!("The deployment {id} could not be found");
    AwsError::client("DeploymentDoesNotExistException", words)
}

pub(super) fn valid_id(id: &str) -> Result<(), AwsError> {
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let rest = id.strip_prefix("d-").unwrap_or_default();
    if rest.is_empty() || !rest.chars().all(capital) {
        let words = format!("Deployment ID {id} is not valid.");
        return Err(AwsError::client("InvalidDeploymentIdException", words));
    }
    Ok(())
}

/// More than a batch call takes.
pub(super) fn batch(count: usize, most: usize) -> Result<(), AwsError> {
    if count > most {
        let words = format!("The maximum number of items in a batch is {most}.");
        return Err(AwsError::client("BatchLimitExceededException", words));
    }
    Ok(())
}
