//! Amazon resource names, the ones that Greengate takes apart.

use std::fmt;
use std::str::FromStr;

/// An ARN: `arn:<partition>:<service>:<region>:<account>:<resource>`
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>).
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(into = "String")]
pub struct Arn {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// `ecs`.
    pub service: String,
    /// `eu-west-1`; empty for global services.
    pub region: String,
    /// Twelve digits; empty for a few services.
    pub account: String,
    /// Everything after the account.
    pub resource: String,
}

/// The text is not an ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnArn;

impl fmt::Display for NotAnArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an ARN (arn:<partition>:<service>:<region>:<account>:<resource>)")
    }
}

impl std::error::Error for NotAnArn {}

impl FromStr for Arn {
    type Err = NotAnArn;

    fn from_str(text: &str) -> Result<Self, NotAnArn> {
        let parts: Vec<_> = text.splitn(6, ':').collect();
        let [scheme, partition, service, region, account, resource] = parts.as_slice() else {
            return Err(NotAnArn);
        };
        if *scheme != "arn" || partition.is_empty() || service.is_empty() || resource.is_empty() {
            return Err(NotAnArn);
        }
        Ok(Self {
            partition: (*partition).to_owned(),
            service: (*service).to_owned(),
            region: (*region).to_owned(),
            account: (*account).to_owned(),
            resource: (*resource).to_owned(),
        })
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

impl From<Arn> for String {
    fn from(arn: Arn) -> Self {
        arn.to_string()
    }
}

impl Arn {
    /// The last part of the resource: `shop:7` of `…:task-definition/shop:7`.
    pub fn name(&self) -> &str {
        self.resource.rsplit('/').next().unwrap_or(&self.resource)
    }
}

/// The short name of an ARN (`shop:7` of `arn:…:task-definition/shop:7`), or the text itself when
/// it is no ARN: what a log line shows.
pub fn short(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

/// `family:revision` as an ARN beside `current`, which is a task definition's; an ARN as it is.
pub fn in_full(task_definition: &str, current: &str) -> String {
    match current.rsplit_once('/') {
        Some((beginning, _)) if !task_definition.starts_with("arn:") => {
            format!("{beginning}/{task_definition}")
        }
        _ => task_definition.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Arn;
    use proptest::prelude::*;

    #[test]
    fn the_resource_keeps_its_colons() {
        let text = "arn:aws-cn:ecs:cn-north-1:123456789012:task-definition/shop:7";
        let arn: Arn = text.parse().expect("an ARN");
        assert_eq!((arn.partition.as_str(), arn.name()), ("aws-cn", "shop:7"));
        assert_eq!(arn.to_string(), text);
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_round_trips(text in ".{0,80}") {
            if let Ok(arn) = text.parse::<Arn>() {
                prop_assert_eq!(arn.to_string(), text);
            }
        }
    }
}
