//! What a container's secret refers to: a secret of Secrets Manager or a parameter of Systems
//! Manager (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html>).

use super::arn::Arn;

/// Where the value of a container's secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// In Secrets Manager, in this region.
    Secret {
        /// The secret's ARN, without the key, version and stage that may follow it.
        arn: String,
        /// The ARN's region.
        region: String,
    },
    /// In Systems Manager.
    Parameter {
        /// Its name, which begins with a slash where it has one inside.
        name: String,
        /// The region, where the reference names one.
        region: Option<String>,
        /// The account, where the reference names one.
        account: Option<String>,
    },
    /// An ARN of something else.
    Neither,
}

/// How a secret stands in Secrets Manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It can be read.
    There,
    /// It is scheduled for deletion and cannot be read.
    Deleted,
    /// It is not there.
    Absent,
}

impl Reference {
    /// What a `valueFrom` says. A text that is no ARN is a parameter's name.
    pub fn parse(value_from: &str) -> Self {
        let Ok(arn) = value_from.parse::<Arn>() else {
            return Self::Parameter {
                name: value_from.to_owned(),
                region: None,
                account: None,
            };
        };
        match (arn.service.as_str(), arn.resource.split_once([':', '/'])) {
            ("secretsmanager", Some(("secret", rest))) => {
                let name = rest.split(':').next().unwrap_or(rest);
                let region = arn.region.clone();
                let resource = format!("secret:{name}");
                let arn = Arn { resource, ..arn }.to_string();
                Self::Secret { arn, region }
            }
            ("ssm", Some(("parameter", name))) => Self::Parameter {
                name: parameter_name(name),
                region: Some(arn.region.clone()),
                account: Some(arn.account.clone()),
            },
            _ => Self::Neither,
        }
    }
}

/// The ARN of `/shop/key` ends in `parameter/shop/key`, that of `key` in `parameter/key`
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html>).
fn parameter_name(in_arn: &str) -> String {
    if in_arn.contains('/') {
        return format!("/{in_arn}");
    }
    in_arn.to_owned()
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn a_reference_is_a_secret_a_parameter_or_neither() {
        let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf";
        let found = Reference::Secret {
            arn: secret.to_owned(),
            region: "eu-west-1".to_owned(),
        };
        for text in [
            secret,
            &format!("{secret}:password::"),
            &format!("{secret}:::v1"),
        ] {
            assert_eq!(Reference::parse(text), found, "{text}");
        }
        let parameter = |name: &str, region: Option<&str>| Reference::Parameter {
            name: name.to_owned(),
            region: region.map(str::to_owned),
            account: region.map(|_| "123456789012".to_owned()),
        };
        for (text, expected) in [
            ("/shop/key", parameter("/shop/key", None)),
            ("key", parameter("key", None)),
            (
                "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key",
                parameter("/shop/key", Some("eu-west-1")),
            ),
            (
                "arn:aws-cn:ssm:cn-north-1:123456789012:parameter/key",
                parameter("key", Some("cn-north-1")),
            ),
            ("arn:aws:s3:::bucket/key", Reference::Neither),
            (
                "arn:aws:secretsmanager:eu-west-1:123456789012:replica:x",
                Reference::Neither,
            ),
        ] {
            assert_eq!(Reference::parse(text), expected, "{text}");
        }
    }
}
