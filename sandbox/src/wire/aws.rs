//! The protocol the JSON services share (`X-Amz-Target`, awsJson 1.1): who calls, what, may they.
//!
//! Each service gives a function `call(world, caller, operation, body) -> Result<Value, AwsError>`
//! and a function `resources(world, operation, body) -> Vec<String>` that names the ARNs the call
//! touches, for the policy check.

use super::aws_error::AwsError;
use crate::world::World;
use serde_json::Value;

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
