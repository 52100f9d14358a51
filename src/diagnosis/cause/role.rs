//! ECS cannot assume a role of the task definition; and how roles are spoken of.

use super::words::{Denied, Said, shown};
use super::{About, Cause, Kind, View};
use crate::model::arn::short;

/// ECS cannot assume a role
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>).
pub(super) fn of(_: View<'_>, said: &Said<'_>, _: About<'_>) -> Option<Cause> {
    let words = [
        "unable to assume the role",
        "unable to assume role",
        "unable to assume the service linked role",
        "trust relationship has been misconfigured",
    ];
    if !said.has_one_of(&words) {
        return None;
    }
    let role = said.word_after("assume the role ");
    let named = role.map(|role| format!(" `{}`", shown(role)));
    Some(Cause {
        kind: Kind::RoleNotAssumable,
        sentence: format!(
            "ECS cannot assume the role{} of the task definition",
            named.unwrap_or_default()
        ),
        advice: "Check that the role exists, and that its trust policy allows `sts:AssumeRole` to \
                 `ecs-tasks.amazonaws.com`. A role that was made moments ago can take a minute to \
                 be known everywhere."
            .to_owned(),
    })
}

/// The role that was refused something, or the execution role, by name.
pub(super) fn execution(view: View<'_>, denied: &Denied<'_>) -> String {
    let own = view.scene.workload.execution_role.as_deref().map(short);
    match (denied.role, own) {
        (Some(role), Some(own)) if role != own => format!("the role {}", shown(role)),
        (Some(role), _) | (None, Some(role)) => format!("the execution role {}", shown(role)),
        (None, None) => "the task's execution role".to_owned(),
    }
}
