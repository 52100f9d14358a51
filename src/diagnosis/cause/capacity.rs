//! There is no room for the tasks
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>).

use super::words::{Said, shown};
use super::{About, Cause, Kind, View};

/// There is no room.
pub(super) fn of(view: View<'_>, said: &Said<'_>, _: About<'_>) -> Option<Cause> {
    let rules = [addresses, quota, fargate, instances];
    rules.into_iter().find_map(|rule| rule(view, said))
}

fn cause(sentence: String, advice: &str) -> Cause {
    let (kind, advice) = (Kind::NoCapacity, advice.to_owned());
    Cause {
        kind,
        sentence,
        advice,
    }
}

/// `InsufficientFreeAddressesInSubnet`.
fn addresses(_: View<'_>, said: &Said<'_>) -> Option<Cause> {
    let words = [
        "insufficientfreeaddresses",
        "enough free addresses",
        "no free addresses",
    ];
    if !said.has_one_of(&words) {
        return None;
    }
    let subnet = said
        .word_after("in subnet ")
        .map(|it| format!(" {}", shown(it)));
    Some(cause(
        format!(
            "the subnet{} has no free addresses for tasks",
            subnet.unwrap_or_default()
        ),
        "Free addresses there, or give the service more or larger subnets.",
    ))
}

/// "You've reached the limit on the number of vCPUs you can run concurrently".
fn quota(_: View<'_>, said: &Said<'_>) -> Option<Cause> {
    let words = [
        "reached the limit on the number of",
        "configuration is above your limit",
        "tasks provisioning capacity limit",
        "quota",
    ];
    let placing = [
        "unable to place",
        "could not launch",
        "reached the limit",
        "above your limit",
    ];
    if !said.has_one_of(&words) || !said.has_one_of(&placing) {
        return None;
    }
    Some(cause(
        format!(
            "a quota of the account leaves no room for the tasks: {}",
            reason(said)
        ),
        "Ask for a higher quota in the Service Quotas console (AWS Fargate, Amazon ECS), or run \
         fewer or smaller tasks; a deployment needs room for old and new ones together, as \
         `maximumPercent` says.",
    ))
}

/// "Capacity is unavailable at this time. Please try again later or in a different availability
/// zone."
fn fargate(view: View<'_>, said: &Said<'_>) -> Option<Cause> {
    let words = [
        "capacity is unavailable",
        "insufficient capacity",
        "insufficientcapacity",
    ];
    if !said.has_one_of(&words) {
        return None;
    }
    let subnets = view.scene.network.as_ref().map(|it| it.subnets.join(", "));
    let subnets = subnets.filter(|subnets| !subnets.is_empty());
    let subnets = subnets.map(|subnets| format!(" in {}", shown(&subnets)));
    Some(cause(
        format!(
            "AWS has no capacity for the tasks{} now",
            subnets.unwrap_or_default()
        ),
        "Deploy again later, or give the service subnets in more availability zones; FARGATE_SPOT \
         alone has no capacity more often than FARGATE.",
    ))
}

/// "was unable to place a task because no container instance met all of its requirements."
fn instances(_: View<'_>, said: &Said<'_>) -> Option<Cause> {
    let words = [
        "no container instance met all of its requirements",
        "no container instances were found",
        "could not launch",
        "resource:cpu",
        "resource:memory",
        "resource:eni",
        "resource:ports",
    ];
    if !said.has_one_of(&words) {
        return None;
    }
    Some(cause(
        format!(
            "no container instance has room for the tasks: {}",
            reason(said)
        ),
        instance_advice(said),
    ))
}

fn instance_advice(said: &Said<'_>) -> &'static str {
    if said.has_one_of(&["using a port required", "resource:ports", "ports"]) {
        return "The host port is taken on every instance: use dynamic host ports (`hostPort: 0`) \
                or `awsvpc`, or add instances.";
    }
    if said.has_one_of(&["agent", "disconnected"]) {
        return "The ECS agent of the instances is not connected: restart it, or replace them.";
    }
    if said.has("attribute") {
        return "No instance has an attribute that the task definition needs (log driver, network \
                mode, platform): update the instances, or the task definition.";
    }
    if said.has("no container instances were found") {
        return "The cluster has no container instances: check the capacity provider and its \
                auto-scaling group.";
    }
    "Add container instances or larger ones, or let the task ask for less; a deployment needs room \
     for old and new tasks together, as `maximumPercent` says."
}

/// What AWS gives as the reason, without the service's name before it.
fn reason(said: &Said<'_>) -> String {
    let labels = ["Reason: ", "because ", ") could not launch "];
    let told = labels
        .iter()
        .find_map(|label| said.text.split_once(label).map(|(_, rest)| rest));
    let told = told.unwrap_or(said.text).trim().trim_end_matches('.');
    shown(told)
}
