//! The log driver cannot be started: most often the log group is not there
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html>).

use super::words::{Said, of_container, shown};
use super::{About, Cause, Kind, View, network, role};

/// The log driver cannot be started.
pub(super) fn of(view: View<'_>, said: &Said<'_>, about: About<'_>) -> Option<Cause> {
    let words = [
        "failed to validate logger args",
        "failed to initialize logging driver",
        "failed to create cloudwatch log",
        "specified log group does not exist",
        "cloudwatch log group defined in the task definition",
    ];
    if !said.has_one_of(&words) {
        return None;
    }
    let (container, group) = group(view, about);
    if said.is_unreachable() {
        return Some(network::unreachable(
            view,
            "Amazon CloudWatch Logs",
            &["logs"],
        ));
    }
    if said.is_denial() {
        return Some(forbidden(view, said, group));
    }
    if said.has_one_of(&[
        "log group does not exist",
        "resourcenotfound",
        "cannot find the",
    ]) {
        return Some(missing(container, group));
    }
    Some(Cause {
        kind: Kind::LogDriver,
        sentence: format!(
            "the log driver{} cannot be started: {}",
            of_container(container),
            shown(said.text)
        ),
        advice: "Correct `logConfiguration` of the container in the task definition.".to_owned(),
    })
}

fn missing(container: Option<&str>, group: Option<&str>) -> Cause {
    let named = group.map(|group| format!(" `{}`", shown(group)));
    let example = group.unwrap_or("<group>");
    Cause {
        kind: Kind::LogGroupMissing,
        sentence: format!(
            "the log group{}{} is not there",
            named.unwrap_or_default(),
            of_container(container)
        ),
        advice: format!(
            "Create it (`aws logs create-log-group --log-group-name {}`), or correct \
             `awslogs-group` and `awslogs-region` in the task definition.",
            shown(example)
        ),
    }
}

fn forbidden(view: View<'_>, said: &Said<'_>, group: Option<&str>) -> Cause {
    let denied = said.denied();
    let role = role::execution(view, &denied);
    let group = group.map(|group| format!(" `{}`", shown(group)));
    let action = denied.action.unwrap_or("logs:CreateLogStream");
    Cause {
        kind: Kind::LogDriver,
        sentence: format!(
            "{role} may not write to the log group{}",
            group.unwrap_or_default()
        ),
        advice: format!(
            "Allow {role} `{}`, and `logs:CreateLogStream` and `logs:PutLogEvents` on the group; \
             create the group yourself where the task definition sets `awslogs-create-group`.",
            shown(action)
        ),
    }
}

/// The container and its log group; any container's where they all have the same.
fn group<'a>(view: View<'a>, about: About<'a>) -> (Option<&'a str>, Option<&'a str>) {
    let workload = &view.scene.workload;
    let of = |name: &str| workload.container(name)?.log.as_ref()?.group.as_deref();
    if let Some(container) = about.container {
        return (Some(container), of(container));
    }
    let each = workload.containers.iter();
    let mut groups = each.filter_map(|it| it.log.as_ref()?.group.as_deref());
    let first = groups.next();
    let same = groups.all(|group| Some(group) == first);
    (None, first.filter(|_| same))
}
