//! The rows of what the deployment itself needs: read before all else, and told in the same table.

use super::super::Run;
use super::super::active::policy;
use super::super::target::{CodeDeployWay, Target, Way};
use super::codedeploy;
use super::service::{CONTAINER_PORT, RUNNING, port};
use crate::failure::{Code, Failure};
use crate::inputs::OnActive;
use crate::model::service::Service;
use crate::preflight::Check;

/// What the check is called that the strategy fits the service's controller.
const STRATEGY: &str = "strategy";

/// What is said of a container and port of a load balancer that are there.
const MAPPED: &str = "in the task definition";

/// What a service that was found says by itself.
pub(super) fn service(service: &Service) -> Vec<Check> {
    let counts = service.serving().counts;
    let tasks = format!("{} of {} tasks running", counts.running, counts.desired);
    vec![
        Check::ok("cluster", service.cluster_name(), ""),
        Check::ok("service", &service.name, tasks),
    ]
}

/// What a target says, but for what is `wrong` with it, which has rows of its own. `mapped`: container
/// and port of its load balancers were looked for in the task definition.
pub(super) fn target(
    run: &Run<'_>,
    target: &Target,
    mapped: bool,
    wrong: &[Failure],
) -> Vec<Check> {
    let mut checks = vec![Check::ok(STRATEGY, target.way.name(), controller(target))];
    if let Way::CodeDeploy(way) = &target.way {
        let group = format!("{}/{}", way.group.application, way.group.name);
        checks.push(Check::ok(codedeploy::GROUP, group, "for this service"));
        checks.extend(config(way));
    }
    checks.push(match &target.active_denied {
        None => Check::ok(RUNNING, "", running(run, target)),
        Some(denied) => Check::skipped(RUNNING, "", &*denied.what),
    });
    let ports = target.service.load_balancers.iter().filter(|_| mapped);
    checks.extend(ports.map(|entry| Check::ok(CONTAINER_PORT, port(entry), MAPPED)));
    let failing: Vec<_> = wrong.iter().cloned().map(failed).collect();
    checks.retain(|check| {
        let same = |it: &Check| {
            it.name == check.name && (it.subject.is_empty() || it.subject == check.subject)
        };
        !failing.iter().any(same)
    });
    checks
}

fn config(way: &CodeDeployWay) -> Option<Check> {
    const NAME: &str = codedeploy::CONFIG;
    let config = way.config.as_ref().or(way.group.config.as_ref())?;
    Some(match &way.config_denied {
        None => Check::ok(NAME, config, ""),
        Some(denied) => Check::skipped(NAME, config, &*denied.what),
    })
}

fn controller(target: &Target) -> &'static str {
    match target.way {
        Way::Rolling | Way::Native => "deployment controller ECS",
        Way::CodeDeploy(_) => "deployment controller CODE_DEPLOY",
    }
}

fn running(run: &Run<'_>, target: &Target) -> String {
    let Some(active) = &target.active else {
        return "none".to_owned();
    };
    let then = match policy(run, target) {
        OnActive::Replace => "is replaced",
        OnActive::Wait => "is waited for",
        OnActive::Stop => "is stopped",
        OnActive::Fail => "is this run's",
    };
    format!("{} {then}", active.name())
}

/// A failure of what the deployment needs, as a row.
pub(super) fn failed(failure: Failure) -> Check {
    let name = match failure.code {
        Code::WrongController => STRATEGY,
        Code::DeploymentRunning => RUNNING,
        Code::OlderCommit => "commit",
        Code::NoRepository => "repository",
        Code::NoImage => "image",
        Code::NoDocker => "Docker",
        Code::UnreadableFile => "file",
        Code::NoCredentials => "credentials",
        Code::AccessDenied => "permission",
        _ => "AWS",
    };
    let (name, which) = failure.about.clone().unwrap_or((name, String::new()));
    Check::failed(name, which, failure)
}
