//! Whether ECS may assume the task's roles, and whether they may be passed to it.

mod pattern;
pub mod trust;

use super::Check;
use crate::failure::{Code, Failure};
use crate::model::arn::short;
use serde_json::Value;
use trust::{Trust, Whom};

/// Who assumes the roles of tasks
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>).
pub const ECS_TASKS: &str = "ecs-tasks.amazonaws.com";

/// As what ECS itself takes on the roles of hooks.
pub const ECS: &str = "ecs.amazonaws.com";

/// What the check is called that a role may be passed.
pub const PASSING: &str = "pass role";

/// What policies say to something, in the words of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// They allow it.
    Allowed,
    /// They do not.
    Denied,
    /// Nobody knows, for this reason.
    NotJudged(String),
}

/// The role `arn`, called `name` in the table, by its trust policy; `None`: it is not there. `whom`:
/// where the tasks are that it is for.
pub fn check(name: &'static str, arn: &str, trust: Option<&Value>, whom: &Whom<'_>) -> Check {
    let failure = match trust.map(|policy| trust::judged(policy, whom)) {
        None => absent(name, arn),
        Some(Trust::Trusts) => return Check::ok(name, short(arn), "trusts ECS"),
        Some(Trust::NotJudged(why)) => {
            let why = format!("there; whether it trusts ECS is not judged: {why}");
            return Check::skipped(name, short(arn), why);
        }
        Some(Trust::TrustsNot(why)) => {
            let failure = distrusting(name, arn);
            why.into_iter().fold(failure, Failure::because)
        }
    };
    Check::failed(name, short(arn), failure.because(arn.to_owned()))
}

fn absent(name: &str, arn: &str) -> Failure {
    Failure::new(
        Code::RoleUnfit,
        format!("the {name} {} is not there", short(arn)),
        "Create the role, or correct its ARN in the task definition.",
    )
}

fn distrusting(name: &str, arn: &str) -> Failure {
    Failure::new(
        Code::RoleUnfit,
        format!("the {name} {} does not trust ECS", short(arn)),
        format!(
            "Let the role's trust policy allow `sts:AssumeRole` to the service `{ECS_TASKS}`, for \
             this account and region."
        ),
    )
}

/// Whether the run's role, `who`, may pass `role` to `service`.
pub fn passing(role: &str, service: &str, said: &Said, who: &str) -> Check {
    match said {
        Said::Allowed => Check::ok(PASSING, short(role), ""),
        Said::NotJudged(why) => Check::skipped(PASSING, short(role), format!("not judged: {why}")),
        Said::Denied => Check::failed(PASSING, short(role), not_ours(role, service, who)),
    }
}

fn not_ours(role: &str, service: &str, who: &str) -> Failure {
    let (who, name) = (short(who), short(role));
    let help = format!(
        "Allow `iam:PassRole` on {role} to {who}, with the condition `iam:PassedToService` = \
         `{service}`."
    );
    let what = format!("{who} may not pass the role {name} to ECS");
    Failure::new(Code::RoleUnfit, what, help)
}

#[cfg(test)]
mod tests {
    use super::trust::Whom;
    use super::{ECS, Said, check, passing};
    use crate::preflight::CheckResult;
    use serde_json::{Value, json};

    const WHOM: Whom<'_> = Whom {
        partition: "aws",
        account: "123456789012",
        region: "eu-west-1",
    };

    fn checked(trust: Option<&Value>) -> CheckResult {
        check("task role", "arn:aws:iam::1:role/a/b", trust, &WHOM).result
    }

    #[test]
    fn a_role_is_there_and_trusts_or_says_what_is_wrong() {
        let CheckResult::Failed { failure } = checked(None) else {
            panic!("it is not there");
        };
        assert_eq!(failure.what, "the task role b is not there");
        let ecs = json!({"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"}});
        let trusts = checked(Some(&json!({"Statement": [ecs]})));
        assert!(matches!(trusts, CheckResult::Ok { .. }));
        let CheckResult::Failed { failure } = checked(Some(&json!({"Statement": []}))) else {
            panic!("it trusts nobody");
        };
        assert_eq!(failure.what, "the task role b does not trust ECS");
        assert_eq!(failure.why, ["arn:aws:iam::1:role/a/b"]);
    }

    #[test]
    fn what_is_not_judged_is_not_called_in_order() {
        let trust = json!({"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]});
        let CheckResult::Skipped { why } = checked(Some(&trust)) else {
            panic!("nobody knows");
        };
        assert!(
            why.contains("not judged: the condition aws:SecureTransport"),
            "{why}"
        );
    }

    #[test]
    fn a_role_that_may_not_be_passed_says_who_needs_what() {
        let passed = |said: &Said| {
            passing(
                "arn:aws:iam::1:role/web",
                ECS,
                said,
                "arn:aws:iam::1:role/deploy",
            )
        };
        assert!(matches!(
            passed(&Said::Allowed).result,
            CheckResult::Ok { .. }
        ));
        let refused = passed(&Said::Denied);
        let failure = refused.failure().unwrap();
        assert_eq!(failure.what, "deploy may not pass the role web to ECS");
        assert!(
            failure
                .help
                .contains("`iam:PassRole` on arn:aws:iam::1:role/web")
        );
        assert!(failure.help.ends_with("= `ecs.amazonaws.com`."));
        let unknown = passed(&Said::NotJudged("it depends".to_owned()));
        assert!(matches!(unknown.result, CheckResult::Skipped { .. }));
    }
}
