//! Whether the network mode of the task fits where the service runs it
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html>).

use super::Check;
use super::task::Task;
use crate::failure::{Code, Failure};
use crate::model::service::Service;
use crate::model::target_group::Destination;

/// What the check is called.
const NAME: &str = "network mode";

/// Whether `task` can be run as `service` is set up. `fargate`: it runs its tasks there.
pub fn check(task: &Task, service: &Service, fargate: bool) -> Check {
    let mode = task.network_mode.as_deref().unwrap_or("bridge");
    let own = mode == "awsvpc";
    let configured = service.network.is_some();
    let help = |help: &str| help.to_owned();
    let wrong = if (fargate || task.on_fargate()) && !own {
        Some((
            format!(
                "the task definition has the network mode {mode}, and Fargate takes awsvpc only"
            ),
            help("Set `networkMode` to `awsvpc` in the task definition."),
        ))
    } else if own && !configured {
        Some((
            format!(
                "service {} has no subnets for tasks with the network mode awsvpc",
                service.name
            ),
            help(
                "Give the service a networkConfiguration, or the task definition the network mode \
                  that it had before.",
            ),
        ))
    } else if !own && configured {
        Some((
            format!(
                "service {} has subnets, and a task with the network mode {mode} takes none",
                service.name
            ),
            help(
                "Set `networkMode` to `awsvpc` in the task definition, or create the service \
                  without a networkConfiguration.",
            ),
        ))
    } else {
        None
    };
    let failure = wrong.map(|(what, help)| Failure::new(Code::TaskUnfit, what, help));
    Check::judged(NAME, mode, "", failure)
}

/// Target groups that take other targets than tasks of this network mode are: an address for
/// `awsvpc`, an instance for the others.
pub fn targets(task: &Task, groups: &[Destination]) -> Vec<Failure> {
    let mode = task.network_mode.as_deref().unwrap_or("bridge");
    let wanted = if mode == "awsvpc" { "ip" } else { "instance" };
    let unfit = groups.iter().filter_map(|group| {
        let kind = Some(group.target_type.as_str()).filter(|kind| *kind != wanted)?;
        let what = format!(
            "target group {} takes targets of the type {kind}, and tasks with the network mode \
             {mode} are of the type {wanted}",
            group.name
        );
        let help =
            "Make a target group of that type and the service with it: neither can be changed.";
        Some(Failure::new(Code::BalancingUnfit, what, help))
    });
    unfit.collect()
}

#[cfg(test)]
mod tests {
    use super::{check, targets};
    use crate::model::service::tests::shop;
    use crate::model::service::{Network, Service};
    use crate::model::target_group::Destination;
    use crate::preflight::task::Task;

    fn with(network: bool) -> Service {
        let network = network.then(|| Network {
            subnets: vec!["subnet-1".to_owned()],
            security_groups: Vec::new(),
            assign_public_ip: None,
        });
        Service { network, ..shop() }
    }

    #[test]
    fn the_mode_fits_the_service_and_where_it_runs() {
        for (mode, network, fargate, says) in [
            (Some("awsvpc"), true, true, None),
            (Some("awsvpc"), true, false, None),
            (Some("awsvpc"), false, false, Some("has no subnets")),
            (Some("bridge"), false, false, None),
            (Some("host"), true, false, Some("takes none")),
            (None, false, true, Some("Fargate takes awsvpc only")),
            (None, false, false, None),
        ] {
            let task = Task {
                network_mode: mode.map(str::to_owned),
                ..Task::default()
            };
            let checked = check(&task, &with(network), fargate);
            let said = checked.failure().map(|failure| failure.what.clone());
            match says {
                None => assert_eq!(said, None, "{mode:?} {network} {fargate}"),
                Some(says) => assert!(said.unwrap().contains(says), "{mode:?} {network}"),
            }
        }
    }

    #[test]
    fn a_target_group_takes_what_the_tasks_are() {
        let group = |name: &str, target_type: &str| Destination {
            arn: name.to_owned(),
            name: name.to_owned(),
            target_type: target_type.to_owned(),
            load_balancers: Vec::new(),
        };
        let groups = [group("a", "ip"), group("b", "instance")];
        let awsvpc = Task {
            network_mode: Some("awsvpc".to_owned()),
            ..Task::default()
        };
        let told = |task: &Task| {
            let failures = targets(task, &groups);
            failures.into_iter().map(|it| it.what).collect::<Vec<_>>()
        };
        assert_eq!(told(&awsvpc).len(), 1);
        assert!(told(&awsvpc)[0].starts_with("target group b takes"));
        assert!(told(&Task::default())[0].starts_with("target group a takes"));
    }
}
