//! The tasks' subnets have no way to AWS
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html>).

use super::words::{Said, shown};
use super::{About, Cause, Kind, View};

/// What a task asks for before its containers run: in AWS's words, in ours, and the VPC endpoints
/// that stand for it where there is no way out.
const SERVICES: [(&[&str], &str, &[&str]); 5] = [
    (
        &["secrets manager", "from asm", "secretsmanager."],
        "AWS Secrets Manager",
        &["secretsmanager"],
    ),
    (
        &["ssm", "systems manager", "parameter store"],
        "AWS Systems Manager",
        &["ssm"],
    ),
    (
        &[
            "registry auth from amazon ecr",
            "ecr registry auth",
            "api.ecr",
            "amazon ecr",
        ],
        "Amazon ECR",
        &["ecr.api", "ecr.dkr", "s3"],
    ),
    (
        &["cloudwatch", "logs."],
        "Amazon CloudWatch Logs",
        &["logs"],
    ),
    (&["s3"], "Amazon S3", &["s3"]),
];

/// Something of AWS's could not be reached from the task.
pub(super) fn of(view: View<'_>, said: &Said<'_>, _: About<'_>) -> Option<Cause> {
    let from_a_task = said.has_one_of(&["resourceinitializationerror", "between the task and"]);
    if !from_a_task || !said.is_unreachable() {
        return None;
    }
    let asked = SERVICES.iter().find(|(words, ..)| said.has_one_of(words));
    let (service, endpoints) =
        asked.map_or(("AWS", &["…"][..]), |(_, name, ends)| (*name, *ends));
    Some(Cause {
        kind: Kind::NoRoute,
        sentence: format!("{service} could not be reached from {}", subnets(view)),
        advice: way_out(view, endpoints),
    })
}

/// Unreachable without a sign of whom: nothing else is wrong with what was asked.
pub(super) fn unreachable(view: View<'_>, service: &str, endpoints: &[&str]) -> Cause {
    Cause {
        kind: Kind::NoRoute,
        sentence: format!("{service} could not be reached from {}", subnets(view)),
        advice: way_out(view, endpoints),
    }
}

/// `the tasks' subnets (subnet-1, subnet-2)`.
fn subnets(view: View<'_>) -> String {
    let subnets = view.scene.network.as_ref().map(|it| it.subnets.join(", "));
    match subnets.filter(|subnets| !subnets.is_empty()) {
        Some(subnets) => format!("the tasks' subnets ({})", shown(&subnets)),
        None => "the tasks' subnets".to_owned(),
    }
}

/// What a task without a way to AWS needs; `endpoints` are the VPC endpoints that would do.
pub(super) fn way_out(view: View<'_>, endpoints: &[&str]) -> String {
    let network = view.scene.network.as_ref();
    let public = network.and_then(|it| it.assign_public_ip.as_deref());
    let public = public.map(|public| format!(", which is {public} now"));
    let groups = network.map(|it| it.security_groups.join(", "));
    let groups = groups.filter(|groups| !groups.is_empty());
    let groups = groups.map(|groups| format!(" ({})", shown(&groups)));
    format!(
        "Give the subnets a route out: in public subnets `assignPublicIp: ENABLED`{}; in private \
         ones a NAT gateway, or VPC endpoints for {}. The security groups of the tasks{} must let \
         TCP 443 out, and those of the endpoints must let it in.",
        public.unwrap_or_default(),
        endpoints.join(", "),
        groups.unwrap_or_default(),
    )
}
