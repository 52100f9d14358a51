//! Whether the log groups are there that the containers write to, or may be made by the first task:
//! a task does not start without.

use super::Check;
use super::roles::Said;
use super::task::LogGroup;
use crate::failure::{Code, Failure};

/// What the check is called.
pub const NAME: &str = "log group";

/// A log group that is there.
pub fn there(group: &LogGroup) -> Check {
    Check::ok(NAME, &group.name, "")
}

/// A log group that is not there and that no container's start makes.
pub fn absent(group: &LogGroup) -> Check {
    let help = "Create it, or set `awslogs-create-group` to `true` in the container's log options \
                and allow `logs:CreateLogGroup` to the execution role.";
    let what = format!("the log group {} is not there", group.name);
    Check::failed(
        NAME,
        &group.name,
        Failure::new(Code::NoLogGroup, what, help),
    )
}

/// A log group that is not there and that the container's start makes, where the execution role
/// `role` may: that is what its policies `said`.
pub fn to_be_made(group: &LogGroup, role: &str, said: &Said) -> Check {
    match said {
        Said::Allowed => Check::ok(NAME, &group.name, "not there yet; the first task makes it"),
        Said::NotJudged(why) => {
            let why = format!("not there; whether the first task may make it is not judged: {why}");
            Check::skipped(NAME, &group.name, why)
        }
        Said::Denied => {
            let what = format!(
                "the log group {} is not there, and the execution role {role} may not create it",
                group.name
            );
            let help = format!(
                "Create it, or allow `logs:CreateLogGroup` to {role}: the managed policy \
                 AmazonECSTaskExecutionRolePolicy does not."
            );
            Check::failed(
                NAME,
                &group.name,
                Failure::new(Code::NoLogGroup, what, help),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{absent, there, to_be_made};
    use crate::preflight::CheckResult;
    use crate::preflight::roles::Said;
    use crate::preflight::task::LogGroup;

    #[test]
    fn a_log_group_is_there_or_may_be_made() {
        let group = LogGroup {
            name: "/ecs/shop".to_owned(),
            region: None,
            created: true,
        };
        let made = |said: &Said| to_be_made(&group, "shop-execution", said);
        assert!(matches!(there(&group).result, CheckResult::Ok { .. }));
        assert!(matches!(
            made(&Said::Allowed).result,
            CheckResult::Ok { .. }
        ));
        let unknown = made(&Said::NotJudged("it depends".to_owned())).result;
        let CheckResult::Skipped { why } = unknown else {
            panic!("nobody knows");
        };
        assert!(why.ends_with("not judged: it depends"), "{why}");
        assert!(absent(&group).failure().is_some());
        let denied = made(&Said::Denied);
        assert!(
            denied
                .failure()
                .unwrap()
                .what
                .contains("shop-execution may not")
        );
    }
}
