//! Service deployments as ECS lists and describes them, in our own words.

use super::moment;
use crate::model::service_deployment::{
    Alarms, CircuitBreaker, Hook, Rollback, ServiceDeploymentBrief, ServiceDeploymentStatus,
    ServiceRevision,
};
use aws_sdk_ecs::types as sdk;

/// One entry of ListServiceDeployments.
pub(super) fn brief(entry: &sdk::ServiceDeploymentBrief) -> ServiceDeploymentBrief {
    ServiceDeploymentBrief {
        arn: text(entry.service_deployment_arn()),
        status: text(entry.status().map(sdk::ServiceDeploymentStatus::as_str)),
        status_reason: entry.status_reason().map(str::to_owned),
        created_at: entry.created_at().and_then(moment),
        target_revision: entry.target_service_revision_arn().map(str::to_owned),
    }
}

/// One entry of DescribeServiceDeployments.
pub(super) fn status(entry: &sdk::ServiceDeployment) -> ServiceDeploymentStatus {
    let target = entry.target_service_revision();
    let sources = entry.source_service_revisions().iter();
    ServiceDeploymentStatus {
        arn: text(entry.service_deployment_arn()),
        status: text(entry.status().map(sdk::ServiceDeploymentStatus::as_str)),
        status_reason: entry.status_reason().map(str::to_owned),
        stage: entry
            .lifecycle_stage()
            .map(|stage| stage.as_str().to_owned()),
        created_at: entry.created_at().and_then(moment),
        started_at: entry.started_at().and_then(moment),
        finished_at: entry.finished_at().and_then(moment),
        target_revision: target
            .and_then(sdk::ServiceRevisionSummary::arn)
            .map(str::to_owned),
        production: target
            .and_then(sdk::ServiceRevisionSummary::requested_production_traffic_weight),
        test: target.and_then(sdk::ServiceRevisionSummary::requested_test_traffic_weight),
        hooks: entry.lifecycle_hook_details().iter().map(hook).collect(),
        source_revisions: sources
            .filter_map(|revision| revision.arn().map(str::to_owned))
            .collect(),
        circuit_breaker: entry.deployment_circuit_breaker().map(circuit_breaker),
        alarms: entry.alarms().map(alarms),
        rollback: entry.rollback().map(|rollback| Rollback {
            reason: rollback.reason().map(str::to_owned),
            revision: rollback.service_revision_arn().map(str::to_owned),
        }),
    }
}

/// One entry of DescribeServiceRevisions.
pub(super) fn revision(entry: &sdk::ServiceRevision) -> ServiceRevision {
    ServiceRevision {
        arn: text(entry.service_revision_arn()),
        task_definition: text(entry.task_definition()),
    }
}

fn hook(hook: &sdk::DeploymentLifecycleHookDetail) -> Hook {
    let pause = sdk::DeploymentLifecycleHookTargetType::Pause;
    Hook {
        id: text(hook.hook_id()),
        is_pause: hook.target_type() == Some(&pause),
        function: hook.target_arn().map(str::to_owned),
        status: text(
            hook.status()
                .map(sdk::DeploymentLifecycleHookStatus::as_str),
        ),
        expires_at: hook.expires_at().and_then(moment),
        timeout_action: text(
            hook.timeout_action()
                .map(sdk::DeploymentLifecycleHookAction::as_str),
        ),
    }
}

fn circuit_breaker(breaker: &sdk::ServiceDeploymentCircuitBreaker) -> CircuitBreaker {
    CircuitBreaker {
        status: monitor(breaker.status()),
        failures: breaker.failure_count(),
        threshold: breaker.threshold(),
    }
}

fn alarms(alarms: &sdk::ServiceDeploymentAlarms) -> Alarms {
    Alarms {
        status: monitor(alarms.status()),
        names: alarms.alarm_names().to_vec(),
        triggered: alarms.triggered_alarm_names().to_vec(),
    }
}

fn monitor(status: Option<&sdk::ServiceDeploymentRollbackMonitorsStatus>) -> String {
    text(status.map(sdk::ServiceDeploymentRollbackMonitorsStatus::as_str))
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}
