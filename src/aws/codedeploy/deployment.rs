//! Deployments and their target, in our own words.

use super::moment;
use crate::model::codedeploy::{
    Deployment, DeploymentError, Diagnostics, LifecycleEvent, RollbackInfo, Target, TargetTaskSet,
};
use crate::model::service::Counts;
use aws_sdk_codedeploy::types as sdk;

/// A deployment as GetDeployment shows it.
pub(super) fn from_sdk(id: &str, info: &sdk::DeploymentInfo) -> Deployment {
    Deployment {
        id: info.deployment_id().unwrap_or(id).to_owned(),
        status: text(info.status().map(sdk::DeploymentStatus::as_str)),
        application: text(info.application_name()),
        group: text(info.deployment_group_name()),
        config: info.deployment_config_name().map(str::to_owned),
        error: info.error_information().map(|error| DeploymentError {
            code: text(error.code().map(sdk::ErrorCode::as_str)),
            message: text(error.message()),
        }),
        rollback: info.rollback_info().map(rollback),
        creator: info.creator().map(|creator| creator.as_str().to_owned()),
        revision: info.revision().and_then(app_spec_sum),
        description: info.description().map(str::to_owned),
        created_at: info.create_time().and_then(moment),
        started_at: info.start_time().and_then(moment),
        completed_at: info.complete_time().and_then(moment),
        termination_wait_started: info.instance_termination_wait_time_started(),
        messages: info.deployment_status_messages().to_vec(),
    }
}

/// The hash of an AppSpec that was given inline; CodeDeploy shows its text to
/// `GetApplicationRevision` only.
fn app_spec_sum(revision: &sdk::RevisionLocation) -> Option<String> {
    let content = revision.app_spec_content()?;
    content.sha256().map(str::to_owned)
}

/// The ECS target as GetDeploymentTarget shows it.
pub(super) fn target(target: &sdk::EcsTarget) -> Target {
    Target {
        status: text(target.status().map(sdk::TargetStatus::as_str)),
        lifecycle_events: target
            .lifecycle_events()
            .iter()
            .map(lifecycle_event)
            .collect(),
        task_sets: target.task_sets_info().iter().map(task_set).collect(),
    }
}

fn rollback(info: &sdk::RollbackInfo) -> RollbackInfo {
    RollbackInfo {
        rollback_deployment: info.rollback_deployment_id().map(str::to_owned),
        triggering_deployment: info.rollback_triggering_deployment_id().map(str::to_owned),
        message: info.rollback_message().map(str::to_owned),
    }
}

fn lifecycle_event(event: &sdk::LifecycleEvent) -> LifecycleEvent {
    LifecycleEvent {
        name: text(event.lifecycle_event_name()),
        status: text(event.status().map(sdk::LifecycleEventStatus::as_str)),
        started_at: event.start_time().and_then(moment),
        ended_at: event.end_time().and_then(moment),
        diagnostics: event.diagnostics().map(|diagnostics| Diagnostics {
            error_code: text(
                diagnostics
                    .error_code()
                    .map(sdk::LifecycleErrorCode::as_str),
            ),
            script: diagnostics.script_name().map(str::to_owned),
            message: diagnostics.message().map(str::to_owned),
            log_tail: diagnostics.log_tail().map(str::to_owned),
        }),
    }
}

fn task_set(set: &sdk::EcsTaskSet) -> TargetTaskSet {
    TargetTaskSet {
        // AWS's own spelling.
        id: text(set.identifer()),
        label: set.task_set_label().map(|label| label.as_str().to_owned()),
        status: text(set.status()),
        traffic_weight: set.traffic_weight(),
        counts: Counts {
            desired: count(set.desired_count()),
            running: count(set.running_count()),
            pending: count(set.pending_count()),
            failed: 0,
        },
        target_group: set
            .target_group()
            .and_then(|group| group.name())
            .map(str::to_owned),
    }
}

fn count(tasks: i64) -> i32 {
    i32::try_from(tasks).unwrap_or(i32::MAX)
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}
