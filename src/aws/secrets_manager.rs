//! The edge to Secrets Manager: is a secret there? Its value is never asked for.
//!
//! Never waits and never decides.

use crate::aws::Aws;
use crate::aws::answer::{found, unusable};
use crate::aws::ask::Asking;
use crate::aws::direct::{Direct, Protocol, Service};
use crate::model::secret::Standing;
use anyhow::Result;
use aws_smithy_types::error::ErrorMetadata;
use serde_json::{Value, json};

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/>
const SECRETS_MANAGER: Service = Service {
    id: "Secrets Manager",
    host: "secretsmanager",
    protocol: Protocol::Json("secretsmanager"),
};

/// Secrets Manager in one account and region.
#[derive(Debug, Clone)]
pub struct SecretsManager {
    way: Direct,
    asking: Asking,
}

impl SecretsManager {
    /// Secrets Manager as `aws` reaches it, in `region` where that is another one.
    pub fn new(aws: &Aws, region: Option<&str>) -> Self {
        Self {
            way: Direct::new(aws, &SECRETS_MANAGER).in_region(region),
            asking: aws.asking.clone(),
        }
    }

    /// How the secret of this name or ARN stands.
    pub async fn secret(&self, id: &str) -> Result<Standing> {
        const ACTION: &str = "secretsmanager:DescribeSecret";
        let body = json!({"SecretId": id}).to_string();
        let ask = async || {
            let answered = self.way.call("DescribeSecret", body.clone()).await?;
            let absent = |error: &ErrorMetadata| is_absent(error.code());
            let Some(answer) = found(ACTION, answered, absent)? else {
                return Ok(Standing::Absent);
            };
            let answer: Value = serde_json::from_slice(&answer)
                .map_err(|error| unusable(ACTION, &error.to_string()))?;
            let going = answer
                .get("DeletedDate")
                .is_some_and(|date| !date.is_null());
            Ok(if going {
                Standing::Deleted
            } else {
                Standing::There
            })
        };
        self.asking.ask(ask).await
    }
}

fn is_absent(code: Option<&str>) -> bool {
    let code = code.and_then(|code| code.split(':').next());
    code == Some("ResourceNotFoundException")
}
