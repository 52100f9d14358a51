//! A service as DescribeServices shows it, in our own words.

use super::configuration::Shown;
use super::moment;
use crate::model::service::{
    CapacityProvider, Controller, Counts, LoadBalancer, Network, Service, ServiceDeployment,
    ServiceEvent, TaskSet,
};
use aws_sdk_ecs::types as sdk;

/// The service. With CodeDeploy, what serves is the PRIMARY task set: where that says how it runs
/// (network, load balancers, capacity), the service's own, older words are not taken. The platform
/// version is the service's: a task set names the one that `LATEST` was when it began.
pub(super) fn from_sdk(service: &sdk::Service, raw: &Shown) -> Service {
    let controller = controller(service);
    let primary = primary_task_set(service).filter(|_| controller == Controller::CodeDeploy);
    Service {
        cluster_arn: text(service.cluster_arn()),
        arn: text(service.service_arn()),
        name: text(service.service_name()),
        status: text(service.status()),
        configuration: raw.configuration(service.service_arn()),
        reconfiguration: None,
        scheduling: service
            .scheduling_strategy()
            .map_or("REPLICA", |scheduling| scheduling.as_str())
            .to_owned(),
        task_definition: primary
            .and_then(sdk::TaskSet::task_definition)
            .or(service.task_definition())
            .unwrap_or_default()
            .to_owned(),
        counts: Counts {
            desired: service.desired_count(),
            running: service.running_count(),
            pending: service.pending_count(),
            failed: 0,
        },
        deployments: service.deployments().iter().map(deployment).collect(),
        task_sets: service.task_sets().iter().map(task_set).collect(),
        current_deployment: service.current_service_deployment().map(str::to_owned),
        load_balancers: load_balancers(service, primary),
        platform_version: service
            .platform_version()
            .or(primary.and_then(sdk::TaskSet::platform_version))
            .map(str::to_owned),
        network: primary
            .and_then(sdk::TaskSet::network_configuration)
            .or(service.network_configuration())
            .and_then(network),
        capacity_providers: capacity_providers(service, primary),
        events: service.events().iter().filter_map(event).collect(),
        controller,
    }
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

fn controller(service: &sdk::Service) -> Controller {
    match service.deployment_controller().map(|c| c.r#type().as_str()) {
        None | Some("ECS") => Controller::Ecs,
        Some("CODE_DEPLOY") => Controller::CodeDeploy,
        Some(other) => Controller::Other(other.to_owned()),
    }
}

fn primary_task_set(service: &sdk::Service) -> Option<&sdk::TaskSet> {
    let sets = service.task_sets();
    sets.iter().find(|set| set.status() == Some("PRIMARY"))
}

fn deployment(deployment: &sdk::Deployment) -> ServiceDeployment {
    ServiceDeployment {
        id: text(deployment.id()),
        status: text(deployment.status()),
        rollout_state: deployment
            .rollout_state()
            .map(|state| state.as_str().to_owned()),
        rollout_reason: deployment.rollout_state_reason().map(str::to_owned),
        created_at: deployment.created_at().and_then(moment),
        task_definition: text(deployment.task_definition()),
        counts: Counts {
            desired: deployment.desired_count(),
            running: deployment.running_count(),
            pending: deployment.pending_count(),
            failed: deployment.failed_tasks(),
        },
    }
}

fn task_set(set: &sdk::TaskSet) -> TaskSet {
    TaskSet {
        id: text(set.id()),
        status: text(set.status()),
        external_id: set.external_id().map(str::to_owned),
        task_definition: text(set.task_definition()),
        counts: Counts {
            desired: set.computed_desired_count(),
            running: set.running_count(),
            pending: set.pending_count(),
            failed: 0,
        },
    }
}

fn load_balancers(service: &sdk::Service, primary: Option<&sdk::TaskSet>) -> Vec<LoadBalancer> {
    let of_primary = primary.map(sdk::TaskSet::load_balancers);
    let entries = of_primary
        .filter(|entries| !entries.is_empty())
        .unwrap_or(service.load_balancers());
    entries.iter().filter_map(load_balancer).collect()
}

fn load_balancer(entry: &sdk::LoadBalancer) -> Option<LoadBalancer> {
    let pair = entry.advanced_configuration();
    let of_pair = |field: fn(&sdk::AdvancedConfiguration) -> Option<&str>| {
        pair.and_then(field).map(str::to_owned)
    };
    Some(LoadBalancer {
        container: entry.container_name()?.to_owned(),
        port: entry.container_port()?,
        target_group: entry.target_group_arn().map(str::to_owned),
        alternate: of_pair(sdk::AdvancedConfiguration::alternate_target_group_arn),
        production_rule: of_pair(sdk::AdvancedConfiguration::production_listener_rule),
        test_rule: of_pair(sdk::AdvancedConfiguration::test_listener_rule),
    })
}

fn network(configuration: &sdk::NetworkConfiguration) -> Option<Network> {
    let awsvpc = configuration.awsvpc_configuration()?;
    Some(Network {
        subnets: awsvpc.subnets().to_vec(),
        security_groups: awsvpc.security_groups().to_vec(),
        assign_public_ip: awsvpc
            .assign_public_ip()
            .map(|assign| assign.as_str().to_owned()),
    })
}

fn capacity_providers(
    service: &sdk::Service,
    primary: Option<&sdk::TaskSet>,
) -> Vec<CapacityProvider> {
    let strategy = primary.map_or(service.capacity_provider_strategy(), |set| {
        set.capacity_provider_strategy()
    });
    strategy
        .iter()
        .map(|item| CapacityProvider {
            name: item.capacity_provider().to_owned(),
            base: item.base(),
            weight: item.weight(),
        })
        .collect()
}

fn event(event: &sdk::ServiceEvent) -> Option<ServiceEvent> {
    Some(ServiceEvent {
        id: text(event.id()),
        at: event.created_at().and_then(moment)?,
        message: text(event.message()),
    })
}
