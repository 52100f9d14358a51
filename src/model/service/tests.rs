use super::{Controller, Counts, Service, ServiceDeployment};
use crate::model::deployment_configuration::DeploymentConfiguration;

/// Task definition, rollout state, running tasks.
type Deployed<'a> = (&'a str, &'a str, i32);

fn counts(running: i32) -> Counts {
    Counts {
        desired: 2,
        running,
        pending: 0,
        failed: 0,
    }
}

fn deployment((task_definition, state, running): &Deployed<'_>, status: &str) -> ServiceDeployment {
    ServiceDeployment {
        id: format!("ecs-svc/{status}{task_definition}"),
        status: status.to_owned(),
        rollout_state: Some(*state).filter(|it| !it.is_empty()).map(str::to_owned),
        rollout_reason: None,
        created_at: None,
        task_definition: (*task_definition).to_owned(),
        counts: counts(*running),
    }
}

/// A service of ECS's own, rolling, without tasks: for tests to change what they are about.
pub(crate) fn shop() -> Service {
    Service {
        cluster_arn: "arn:aws:ecs:eu-west-1:123456789012:cluster/prod".to_owned(),
        arn: "arn:aws:ecs:eu-west-1:123456789012:service/prod/shop".to_owned(),
        name: "shop".to_owned(),
        status: "ACTIVE".to_owned(),
        controller: Controller::Ecs,
        configuration: DeploymentConfiguration::default(),
        reconfiguration: None,
        scheduling: "REPLICA".to_owned(),
        task_definition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:6".to_owned(),
        counts: Counts::default(),
        deployments: Vec::new(),
        task_sets: Vec::new(),
        current_deployment: None,
        load_balancers: Vec::new(),
        platform_version: None,
        network: None,
        capacity_providers: Vec::new(),
        events: Vec::new(),
    }
}

/// A service of two tasks; the first deployment is PRIMARY.
fn service(deployments: &[Deployed<'_>]) -> Service {
    let statuses = ["PRIMARY"].into_iter().chain(std::iter::repeat("ACTIVE"));
    let deployments = deployments.iter().zip(statuses);
    Service {
        task_definition: "shop:7".to_owned(),
        counts: counts(2),
        deployments: deployments
            .map(|(it, status)| deployment(it, status))
            .collect(),
        ..shop()
    }
}

#[test]
fn what_is_still_being_brought_does_not_serve_before_it_has_to() {
    let rows: [(&[Deployed<'_>], &str, bool); 10] = [
        (&[("shop:7", "COMPLETED", 2)], "shop:7", true),
        (&[("shop:7", "COMPLETED", 1)], "shop:7", false),
        (&[("shop:7", "", 2), ("shop:6", "", 2)], "shop:7", true),
        (
            &[("shop:7", "IN_PROGRESS", 0), ("shop:6", "COMPLETED", 2)],
            "shop:6",
            true,
        ),
        // Tasks run before they are healthy.
        (
            &[("shop:7", "IN_PROGRESS", 2), ("shop:6", "COMPLETED", 2)],
            "shop:6",
            true,
        ),
        (
            &[("shop:7", "IN_PROGRESS", 2), ("shop:6", "COMPLETED", 1)],
            "shop:7",
            true,
        ),
        (
            &[("shop:7", "IN_PROGRESS", 1), ("shop:6", "COMPLETED", 1)],
            "shop:6",
            false,
        ),
        (
            &[("shop:7", "IN_PROGRESS", 0), ("shop:6", "COMPLETED", 0)],
            "shop:7",
            false,
        ),
        (
            &[("shop:7", "FAILED", 0), ("shop:6", "COMPLETED", 2)],
            "shop:6",
            true,
        ),
        // One and the same by force.
        (
            &[("shop:7", "IN_PROGRESS", 1), ("shop:7", "COMPLETED", 1)],
            "shop:7",
            true,
        ),
    ];
    for (deployments, task_definition, has_all) in rows {
        let serving = service(deployments).serving();
        assert_eq!(
            (serving.task_definition.as_str(), serving.has_all()),
            (task_definition, has_all),
            "{deployments:?}"
        );
    }
}
