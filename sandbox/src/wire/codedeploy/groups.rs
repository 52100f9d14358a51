//! Applications, deployment groups and deployment configurations.

use super::error;
use super::revisions::location;
use super::{application as named_application, group, page_of};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{compact, epoch, texts};
use crate::world::World;
use crate::world::codedeploy::config::{Config, Routing};
use crate::world::codedeploy::deployment::Deployment;
use crate::world::codedeploy::group::{Alarms, Application, Group};
use serde_json::{Value, json};

/// `GetDeploymentGroup`.
pub(super) fn get(world: &World, body: &Value) -> Result<Value, AwsError> {
    let found = group(world, body)?;
    Ok(json!({"deploymentGroupInfo": render(world, found)}))
}

/// `BatchGetDeploymentGroups`: at most 100; unknown ones are in `errorMessage`.
pub(super) fn batch_get(world: &World, body: &Value) -> Result<Value, AwsError> {
    let application = named_application(world, body)?;
    let names = texts(body, "deploymentGroupNames");
    error::batch(names.len(), 100)?;
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in names {
        match application.groups.iter().find(|it| it.name == name) {
            Some(group) => found.push(render(world, group)),
            None => missing.push(name),
        }
    }
    let words = format!("No Deployment Group found for name: {}", missing.join(", "));
    Ok(compact(json!({
        "deploymentGroupsInfo": found,
        "errorMessage": (!missing.is_empty()).then_some(words),
    })))
}

/// `ListDeploymentGroups`.
pub(super) fn list(world: &World, body: &Value) -> Result<Value, AwsError> {
    let application = named_application(world, body)?;
    let names = application.groups.iter().map(|it| json!(it.name)).collect();
    let mut page = page_of(body, "deploymentGroups", names)?;
    if let Some(page) = page.as_object_mut() {
        page.insert("applicationName".to_owned(), json!(application.name));
    }
    Ok(page)
}

/// `GetApplication`.
pub(super) fn application(world: &World, body: &Value) -> Result<Value, AwsError> {
    let found = named_application(world, body)?;
    Ok(json!({"application": render_application(found)}))
}

/// `BatchGetApplications`: at most 100.
pub(super) fn batch_applications(world: &World, body: &Value) -> Result<Value, AwsError> {
    let names = texts(body, "applicationNames");
    error::batch(names.len(), 100)?;
    let each = names.iter().map(|name| {
        let found = named_application(world, &json!({"applicationName": name}));
        found.map(render_application)
    });
    Ok(json!({"applicationsInfo": each.collect::<Result<Vec<_>, _>>()?}))
}

/// `ListApplications`.
pub(super) fn applications(world: &World, body: &Value) -> Result<Value, AwsError> {
    let names = world
        .codedeploy
        .applications
        .iter()
        .map(|it| json!(it.name));
    page_of(body, "applications", names.collect())
}

fn render_application(it: &Application) -> Value {
    json!({
        "applicationId": it.id,
        "applicationName": it.name,
        "createTime": epoch(it.created),
        "linkedToGitHub": false,
        "computePlatform": "ECS",
    })
}

/// `GetDeploymentConfig`.
pub(super) fn config(world: &World, body: &Value) -> Result<Value, AwsError> {
    let name = error::name(body, "deploymentConfigName", "DeploymentConfigName")?;
    let Some(found) = world.codedeploy.config(name) else {
        let words = format!("No deployment configuration found for name: {name}");
        return Err(AwsError::client(
            "DeploymentConfigDoesNotExistException",
            words,
        ));
    };
    Ok(json!({"deploymentConfigInfo": render_config(found)}))
}

/// `ListDeploymentConfigs`.
pub(super) fn configs(world: &World, body: &Value) -> Result<Value, AwsError> {
    let names = world.codedeploy.configs.iter().map(|it| json!(it.name));
    page_of(body, "deploymentConfigsList", names.collect())
}

fn render_config(it: &Config) -> Value {
    let routing = match it.routing {
        Routing::AllAtOnce => json!({"type": "AllAtOnce"}),
        Routing::Canary {
            percentage,
            interval,
        } => json!({
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": percentage, "canaryInterval": interval},
        }),
        Routing::Linear {
            percentage,
            interval,
        } => json!({
            "type": "TimeBasedLinear",
            "timeBasedLinear": {"linearPercentage": percentage, "linearInterval": interval},
        }),
    };
    json!({
        "deploymentConfigId": it.id,
        "deploymentConfigName": it.name,
        "createTime": epoch(it.created),
        "computePlatform": "ECS",
        "trafficRoutingConfig": routing,
    })
}

/// A deployment group as CodeDeploy describes it.
fn render(world: &World, it: &Group) -> Value {
    let all = world.codedeploy.deployments_of(it);
    let successful = world.codedeploy.last_successful(it);
    compact(json!({
        "applicationName": it.application,
        "deploymentGroupId": it.id,
        "deploymentGroupName": it.name,
        "deploymentConfigName": it.config,
        "ec2TagFilters": [],
        "onPremisesInstanceTagFilters": [],
        "autoScalingGroups": [],
        "serviceRoleArn": it.service_role,
        "targetRevision": all.first().map(|it| location(&it.revision)),
        "triggerConfigurations": [],
        "alarmConfiguration": alarms(&it.alarms),
        "autoRollbackConfiguration": auto_rollback(&it.auto_rollback),
        "deploymentStyle": style(),
        "outdatedInstancesStrategy": "UPDATE",
        "blueGreenDeploymentConfiguration": blue_green(it),
        "loadBalancerInfo": load_balancer(it),
        "lastSuccessfulDeployment": successful.map(last),
        "lastAttemptedDeployment": all.first().map(|it| last(it)),
        "computePlatform": "ECS",
        "ecsServices": [{"serviceName": it.service, "clusterName": it.cluster}],
        "terminationHookEnabled": false,
    }))
}

fn last(it: &Deployment) -> Value {
    compact(json!({
        "deploymentId": it.id,
        "status": it.status.word(),
        "endTime": it.completed.map(epoch),
        "createTime": epoch(it.created),
    }))
}

pub(super) fn alarms(it: &Alarms) -> Value {
    let names = it.names.iter().map(|name| json!({"name": name}));
    json!({
        "enabled": it.enabled,
        "ignorePollAlarmFailure": it.ignore_poll_failure,
        "alarms": names.collect::<Vec<_>>(),
    })
}

pub(super) fn auto_rollback(events: &[String]) -> Value {
    json!({"enabled": !events.is_empty(), "events": events})
}

pub(super) fn style() -> Value {
    json!({"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"})
}

pub(super) fn blue_green(it: &Group) -> Value {
    json!({
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE",
            "terminationWaitTimeInMinutes": it.termination_wait_minutes,
        },
        "deploymentReadyOption": {
            "actionOnTimeout": it.on_ready.word(),
            "waitTimeInMinutes": it.ready_wait_minutes,
        },
    })
}

pub(super) fn load_balancer(it: &Group) -> Value {
    let names = it.target_groups.iter().map(|name| json!({"name": name}));
    let test = it.test_listener.as_ref();
    let pair = compact(json!({
        "targetGroups": names.collect::<Vec<_>>(),
        "prodTrafficRoute": {"listenerArns": [it.production_listener]},
        "testTrafficRoute": test.map(|arn| json!({"listenerArns": [arn]})),
    }));
    json!({"targetGroupPairInfoList": [pair]})
}
