//! Whether the log groups are there that the containers write to: a task does not start without.

use super::Check;
use super::task::LogGroup;
use crate::failure::{Code, Failure};

/// What the check is called.
pub const NAME: &str = "log group";

/// The log group, `there` or not.
pub fn check(group: &LogGroup, there: bool) -> Check {
    let failure = (!there && !group.created).then(|| {
        Failure::new(
            Code::NoLogGroup,
            format!("the log group {} is not there", group.name),
            "Create it, or set `awslogs-create-group` to `true` in the container's log options and \
             allow `logs:CreateLogGroup` to the execution role.",
        )
    });
    let note = if there { "" } else { "the first task makes it" };
    Check::judged(NAME, &group.name, note, failure)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::preflight::task::LogGroup;

    #[test]
    fn a_log_group_is_there_or_may_be_made() {
        let group = |created| LogGroup {
            name: "/ecs/shop".to_owned(),
            region: None,
            created,
        };
        for (created, there, fits) in [
            (false, true, true),
            (true, true, true),
            (true, false, true),
            (false, false, false),
        ] {
            assert_eq!(check(&group(created), there).failure().is_none(), fits);
        }
    }
}
