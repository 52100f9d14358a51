//! The rows of what the deployment itself needs: read before all else, and told in the same table.

use super::super::Run;
use super::super::active::policy;
use super::super::target::{Target, Way};
use crate::failure::{Code, Failure};
use crate::inputs::OnActive;
use crate::model::service::Service;
use crate::preflight::Check;

/// What a service that was found says by itself.
pub(super) fn service(service: &Service) -> Vec<Check> {
    let counts = service.serving().counts;
    let tasks = format!("{} of {} tasks running", counts.running, counts.desired);
    vec![
        Check::ok("cluster", service.cluster_name(), ""),
        Check::ok("service", &service.name, tasks),
    ]
}

/// What a target says that is fit to be deployed to. `mapped`: container and port of its load
/// balancers were looked for in the task definition.
pub(super) fn target(run: &Run<'_>, target: &Target, mapped: bool) -> Vec<Check> {
    let mut checks = vec![Check::ok("strategy", target.way.name(), controller(target))];
    if let Way::CodeDeploy(way) = &target.way {
        let group = format!("{}/{}", way.group.application, way.group.name);
        checks.push(Check::ok("deployment group", group, "for this service"));
        let config = way.config.as_ref().or(way.group.config.as_ref());
        checks.extend(config.map(|config| Check::ok("deployment config", config, "")));
    }
    checks.push(Check::ok("running deployment", "", running(run, target)));
    let ports = target.service.load_balancers.iter().filter(|_| mapped);
    checks.extend(ports.map(|entry| {
        let port = format!("{}:{}", entry.container, entry.port);
        Check::ok("container port", port, "in the task definition")
    }));
    checks
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
        Code::NoCluster => "cluster",
        Code::NoService => "service",
        Code::WrongController => "strategy",
        Code::CodeDeployMismatch => "deployment group",
        Code::UnknownContainer => "container port",
        Code::DeploymentRunning => "running deployment",
        Code::OlderCommit => "commit",
        Code::NoRepository => "repository",
        Code::NoImage => "image",
        Code::NoDocker => "Docker",
        Code::UnreadableFile => "file",
        Code::NoCredentials => "credentials",
        Code::AccessDenied => "permission",
        _ => "AWS",
    };
    Check::failed(name, "", failure)
}
