//! Deployment groups and configs, in our own words.

use crate::model::codedeploy::{
    DeploymentConfig, DeploymentGroup, GroupService, ReadyOption, Routing,
};
use aws_sdk_codedeploy::types as sdk;

/// A group as GetDeploymentGroup shows it.
pub(super) fn from_sdk(info: &sdk::DeploymentGroupInfo) -> DeploymentGroup {
    let blue_green = info.blue_green_deployment_configuration();
    let termination = blue_green.and_then(|it| it.terminate_blue_instances_on_deployment_success());
    DeploymentGroup {
        application: text(info.application_name()),
        name: text(info.deployment_group_name()),
        compute_platform: platform(info.compute_platform()),
        services: info.ecs_services().iter().map(service).collect(),
        config: info.deployment_config_name().map(str::to_owned),
        ready: blue_green
            .and_then(|it| it.deployment_ready_option())
            .map(ready),
        termination_wait_minutes: termination
            .map_or(0, |it| unsigned(it.termination_wait_time_in_minutes())),
        auto_rollback: auto_rollback(info),
        target_groups: target_groups(info),
        production_listeners: listeners(info, sdk::TargetGroupPairInfo::prod_traffic_route),
        test_listeners: listeners(info, sdk::TargetGroupPairInfo::test_traffic_route),
        alarms: alarms(info),
        last_attempted: info
            .last_attempted_deployment()
            .and_then(|last| last.deployment_id())
            .map(str::to_owned),
    }
}

/// The names of the pair; CodeDeploy may keep the ARN of one as its name.
fn target_groups(info: &sdk::DeploymentGroupInfo) -> Vec<String> {
    let pairs = info.load_balancer_info();
    let pairs = pairs.map(sdk::LoadBalancerInfo::target_group_pair_info_list);
    let pairs = pairs.unwrap_or_default().iter();
    let groups = pairs.flat_map(sdk::TargetGroupPairInfo::target_groups);
    groups
        .filter_map(|group| group.name().map(str::to_owned))
        .collect()
}

/// The listeners of one of the pair's routes.
fn listeners(
    info: &sdk::DeploymentGroupInfo,
    route: fn(&sdk::TargetGroupPairInfo) -> Option<&sdk::TrafficRoute>,
) -> Vec<String> {
    let pairs = info.load_balancer_info();
    let pairs = pairs.map(sdk::LoadBalancerInfo::target_group_pair_info_list);
    let routes = pairs.unwrap_or_default().iter().filter_map(route);
    let arns = routes.flat_map(sdk::TrafficRoute::listener_arns);
    arns.cloned().collect()
}

/// A config as GetDeploymentConfig shows it.
pub(super) fn config(info: &sdk::DeploymentConfigInfo) -> DeploymentConfig {
    DeploymentConfig {
        name: text(info.deployment_config_name()),
        compute_platform: platform(info.compute_platform()),
        routing: info
            .traffic_routing_config()
            .map_or(Routing::AllAtOnce, routing),
    }
}

fn routing(config: &sdk::TrafficRoutingConfig) -> Routing {
    let word = config.r#type().map_or("AllAtOnce", |word| word.as_str());
    let other = Routing::Other(word.to_owned());
    match word {
        "AllAtOnce" => Routing::AllAtOnce,
        "TimeBasedCanary" => config
            .time_based_canary()
            .map_or(other, |canary| Routing::Canary {
                percent: unsigned(canary.canary_percentage()),
                minutes: unsigned(canary.canary_interval()),
            }),
        "TimeBasedLinear" => config
            .time_based_linear()
            .map_or(other, |linear| Routing::Linear {
                percent: unsigned(linear.linear_percentage()),
                minutes: unsigned(linear.linear_interval()),
            }),
        _ => other,
    }
}

fn service(entry: &sdk::EcsService) -> GroupService {
    GroupService {
        cluster: text(entry.cluster_name()),
        service: text(entry.service_name()),
    }
}

fn ready(option: &sdk::DeploymentReadyOption) -> ReadyOption {
    let action = option.action_on_timeout();
    ReadyOption {
        action: action
            .map_or("CONTINUE_DEPLOYMENT", |action| action.as_str())
            .to_owned(),
        wait_minutes: unsigned(option.wait_time_in_minutes()),
    }
}

fn auto_rollback(info: &sdk::DeploymentGroupInfo) -> Vec<String> {
    let on = info
        .auto_rollback_configuration()
        .filter(|configuration| configuration.enabled());
    let events = on.map(sdk::AutoRollbackConfiguration::events);
    let events = events.unwrap_or_default().iter();
    events.map(|event| event.as_str().to_owned()).collect()
}

fn alarms(info: &sdk::DeploymentGroupInfo) -> Vec<String> {
    let on = info
        .alarm_configuration()
        .filter(|configuration| configuration.enabled());
    let alarms = on.map(sdk::AlarmConfiguration::alarms);
    let alarms = alarms.unwrap_or_default().iter();
    alarms
        .filter_map(|alarm| alarm.name().map(str::to_owned))
        .collect()
}

fn platform(platform: Option<&sdk::ComputePlatform>) -> String {
    text(platform.map(sdk::ComputePlatform::as_str))
}

/// What AWS never gives below zero.
fn unsigned(value: i32) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}
