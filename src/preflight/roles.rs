//! Whether ECS may assume the task's roles, and whether they may be passed to it.

use super::Check;
use crate::failure::{Code, Failure};
use crate::model::arn::short;
use serde_json::Value;

/// Who assumes the roles of tasks
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>).
pub const ECS_TASKS: &str = "ecs-tasks.amazonaws.com";

/// The role `arn`, called `name` in the table, by its trust policy; `None`: it is not there.
pub fn check(name: &'static str, arn: &str, trust: Option<&Value>) -> Check {
    let failure = match trust {
        None => Some(
            Failure::new(
                Code::RoleUnfit,
                format!("the {name} {} is not there", short(arn)),
                "Create the role, or correct its ARN in the task definition.",
            )
            .because(arn.to_owned()),
        ),
        Some(trust) if !trusts(trust) => Some(
            Failure::new(
                Code::RoleUnfit,
                format!("the {name} {} does not trust ECS", short(arn)),
                format!(
                    "Add a statement to the role's trust policy that allows `sts:AssumeRole` to the \
                     service `{ECS_TASKS}`."
                ),
            )
            .because(arn.to_owned()),
        ),
        Some(_) => None,
    };
    Check::judged(name, short(arn), "trusts ECS", failure)
}

/// Whether the trust policy lets ECS assume the role for tasks. Its conditions are not judged: they
/// are about the task.
fn trusts(trust: &Value) -> bool {
    let statements = one_or_many(trust.get("Statement"));
    let about = |statement: &&Value| names_ecs(statement) && assumes(statement);
    let effect = |statement: &Value| statement.get("Effect")?.as_str().map(str::to_owned);
    let ours: Vec<_> = statements.iter().filter(about).filter_map(effect).collect();
    // One that denies may have a condition that never holds here: then a statement allows as well.
    ours.iter().any(|effect| effect == "Allow")
}

fn names_ecs(statement: &Value) -> bool {
    match statement.get("Principal") {
        Some(Value::String(all)) => all == "*",
        Some(principal) => {
            let services = one_or_many(principal.get("Service"));
            services.iter().any(|it| it == ECS_TASKS)
        }
        None => false,
    }
}

fn assumes(statement: &Value) -> bool {
    let actions = one_or_many(statement.get("Action"));
    let mut actions = actions.iter().filter_map(Value::as_str);
    actions.any(|it| {
        let it = it.to_ascii_lowercase();
        [
            "sts:assumerole",
            "sts:assumerole*",
            "sts:assume*",
            "sts:*",
            "*",
        ]
        .contains(&it.as_str())
    })
}

fn one_or_many(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(many)) => many.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    }
}

/// Whether the run may pass `role` to ECS.
pub fn passing(role: &str, allowed: bool, who: &str) -> Check {
    let failure = (!allowed).then(|| {
        let help = format!(
            "Allow `iam:PassRole` on {role} to {}, with the condition `iam:PassedToService` = \
             `{ECS_TASKS}`.",
            short(who)
        );
        let what = format!(
            "{} may not pass the role {} to ECS",
            short(who),
            short(role)
        );
        Failure::new(Code::RoleUnfit, what, help)
    });
    Check::judged("pass role", short(role), "", failure)
}

#[cfg(test)]
mod tests {
    use super::{check, passing};
    use serde_json::{Value, json};

    #[test]
    fn a_trust_policy_is_read_in_every_way_it_is_written() {
        let statement = |principal: Value, action: Value| json!({"Effect": "Allow", "Principal": principal, "Action": action});
        let ecs = || json!({"Service": "ecs-tasks.amazonaws.com"});
        let many = json!({"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]});
        let rows = [
            (
                json!({"Statement": [statement(ecs(), json!("sts:AssumeRole"))]}),
                true,
            ),
            (
                json!({"Statement": statement(ecs(), json!("sts:AssumeRole"))}),
                true,
            ),
            (
                json!({"Statement": [statement(many, json!(["sts:TagSession", "sts:AssumeRole"]))]}),
                true,
            ),
            (
                json!({"Statement": [statement(json!("*"), json!("STS:*"))]}),
                true,
            ),
            (
                json!({"Statement": [statement(json!({"Service": "ecs.amazonaws.com"}), json!("sts:AssumeRole"))]}),
                false,
            ),
            (
                json!({"Statement": [statement(json!({"AWS": "ecs-tasks.amazonaws.com"}), json!("sts:AssumeRole"))]}),
                false,
            ),
            (
                json!({"Statement": [statement(ecs(), json!("sts:TagSession"))]}),
                false,
            ),
            (
                json!({"Statement": [{"Effect": "Deny", "Principal": ecs(), "Action": "sts:AssumeRole"}]}),
                false,
            ),
            (json!({"Statement": []}), false),
            (json!("nonsense"), false),
        ];
        for (trust, trusted) in rows {
            let checked = check("task role", "arn:aws:iam::1:role/a/b", Some(&trust));
            assert_eq!(checked.failure().is_none(), trusted, "{trust}");
        }
        let absent = check("task role", "arn:aws:iam::1:role/a/b", None);
        assert_eq!(
            absent.failure().unwrap().what,
            "the task role b is not there"
        );
    }

    #[test]
    fn a_role_that_may_not_be_passed_says_who_needs_what() {
        assert!(
            passing(
                "arn:aws:iam::1:role/web",
                true,
                "arn:aws:iam::1:role/deploy"
            )
            .failure()
            .is_none()
        );
        let refused = passing(
            "arn:aws:iam::1:role/web",
            false,
            "arn:aws:iam::1:role/deploy",
        );
        let failure = refused.failure().unwrap();
        assert_eq!(failure.what, "deploy may not pass the role web to ECS");
        assert!(
            failure
                .help
                .contains("`iam:PassRole` on arn:aws:iam::1:role/web")
        );
    }
}
