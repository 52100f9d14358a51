//! Whether the secrets and parameters are there that the containers are given. Nobody reads them.

use super::Check;
use crate::failure::{Code, Failure};
use crate::model::secret::Standing;

/// What the checks are called.
pub const SECRET: &str = "secret";
/// The parameter's.
pub const PARAMETER: &str = "parameter";

/// The secret `arn` as it stands in Secrets Manager.
pub fn secret(arn: &str, standing: Standing) -> Check {
    let name = name(arn);
    let failure = match standing {
        Standing::There => None,
        Standing::Deleted => Some((
            format!("the secret {name} is scheduled for deletion"),
            "Restore it (`aws secretsmanager restore-secret`), or name another one in the task \
             definition.",
        )),
        Standing::Absent => Some((
            format!("the secret {name} is not there"),
            "Create it, or correct `valueFrom` in the task definition: the six characters at the \
             end of the ARN are another secret's after it was made anew.",
        )),
    };
    let failure = failure
        .map(|(what, help)| Failure::new(Code::NoSecret, what, help).because(arn.to_owned()));
    Check::judged(SECRET, name, "", failure)
}

/// The name in the ARN of a secret, with the six characters at its end.
pub fn name(arn: &str) -> &str {
    arn.split_once(":secret:").map_or(arn, |(_, name)| name)
}

/// The parameter `name`, `there` or not.
pub fn parameter(name: &str, there: bool) -> Check {
    let failure = (!there).then(|| {
        Failure::new(
            Code::NoSecret,
            format!("the parameter {name} is not there"),
            "Create it, or correct `valueFrom` in the task definition.",
        )
    });
    Check::judged(PARAMETER, name, "", failure)
}

/// A `valueFrom` that is the ARN of something that ECS gives no values from.
pub fn neither(value_from: &str) -> Check {
    let help = "Set `valueFrom` to the ARN of a secret of Secrets Manager, or to the name or ARN of \
                a parameter of Systems Manager.";
    let what = format!("{value_from} is neither a secret nor a parameter");
    Check::failed(SECRET, value_from, Failure::new(Code::NoSecret, what, help))
}

#[cfg(test)]
mod tests {
    use super::{neither, parameter, secret};
    use crate::model::secret::Standing;

    #[test]
    fn what_is_not_there_is_told() {
        let arn = "arn:aws:secretsmanager:eu-west-1:1:secret:shop/db-AbCdEf";
        let told = |standing| secret(arn, standing).failure().map(|it| it.what.clone());
        assert_eq!(told(Standing::There), None);
        let absent = "the secret shop/db-AbCdEf is not there";
        assert_eq!(told(Standing::Absent).as_deref(), Some(absent));
        assert!(told(Standing::Deleted).unwrap().contains("deletion"));
        assert!(parameter("/shop/key", true).failure().is_none());
        assert!(parameter("/shop/key", false).failure().is_some());
        assert!(neither("arn:aws:s3:::b/k").failure().is_some());
    }
}
