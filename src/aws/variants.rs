//! The words of AWS that a verdict hangs on. A test fails here when the SDK learns one more: then
//! somebody decides what it means in `crate::strategy` or `crate::diagnosis`, and adds it.

use aws_sdk_codedeploy::types as codedeploy;
use aws_sdk_ecs::types as ecs;

#[track_caller]
fn are(known: &[&str], expected: &[&str]) {
    let mut known = known.to_vec();
    known.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(known, expected, "what does the new one mean for a verdict?");
}

#[test]
fn of_service_deployments() {
    are(
        ecs::ServiceDeploymentStatus::values(),
        &[
            "PENDING",
            "IN_PROGRESS",
            "SUCCESSFUL",
            "STOP_REQUESTED",
            "STOPPED",
            "ROLLBACK_REQUESTED",
            "ROLLBACK_IN_PROGRESS",
            "ROLLBACK_SUCCESSFUL",
            "ROLLBACK_FAILED",
        ],
    );
    are(
        ecs::DeploymentRolloutState::values(),
        &["IN_PROGRESS", "COMPLETED", "FAILED"],
    );
    are(
        ecs::ServiceDeploymentRollbackMonitorsStatus::values(),
        &["TRIGGERED", "MONITORING", "MONITORING_COMPLETE", "DISABLED"],
    );
}

#[test]
fn of_services() {
    are(
        ecs::DeploymentControllerType::values(),
        &["ECS", "CODE_DEPLOY", "EXTERNAL"],
    );
    are(
        ecs::DeploymentStrategy::values(),
        &["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"],
    );
}

/// Which of them count as failures of the revision is said in `crate::diagnosis::failures`.
#[test]
fn of_stopped_tasks() {
    are(
        ecs::TaskStopCode::values(),
        &[
            "EssentialContainerExited",
            "InfrastructureHealth",
            "ServiceSchedulerInitiated",
            "SpotInterruption",
            "TaskFailedToStart",
            "TerminationNotice",
            "UserInitiated",
        ],
    );
}

#[test]
fn of_codedeploy() {
    are(
        codedeploy::DeploymentStatus::values(),
        &[
            "Created",
            "Queued",
            "InProgress",
            "Baking",
            "Ready",
            "Succeeded",
            "Failed",
            "Stopped",
        ],
    );
    are(
        codedeploy::LifecycleEventStatus::values(),
        &[
            "Pending",
            "InProgress",
            "Succeeded",
            "Failed",
            "Skipped",
            "Unknown",
        ],
    );
    are(
        codedeploy::LifecycleErrorCode::values(),
        &[
            "Success",
            "ScriptMissing",
            "ScriptNotExecutable",
            "ScriptTimedOut",
            "ScriptFailed",
            "UnknownError",
        ],
    );
    are(codedeploy::TargetLabel::values(), &["Blue", "Green"]);
    are(
        codedeploy::AutoRollbackEvent::values(),
        &[
            "DEPLOYMENT_FAILURE",
            "DEPLOYMENT_STOP_ON_ALARM",
            "DEPLOYMENT_STOP_ON_REQUEST",
        ],
    );
}

/// Of all of them only `MANUAL_STOP` is somebody's doing and only `ALARM_ACTIVE` an alarm's; what any
/// other says is a failure of the deployment.
#[test]
fn of_codedeploys_errors() {
    are(
        codedeploy::ErrorCode::values(),
        &[
            "AGENT_ISSUE",
            "ALARM_ACTIVE",
            "APPLICATION_MISSING",
            "AUTOSCALING_VALIDATION_ERROR",
            "AUTO_SCALING_CONFIGURATION",
            "AUTO_SCALING_IAM_ROLE_PERMISSIONS",
            "CLOUDFORMATION_STACK_FAILURE",
            "CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND",
            "CUSTOMER_APPLICATION_UNHEALTHY",
            "DEPLOYMENT_GROUP_MISSING",
            "ECS_UPDATE_ERROR",
            "ELASTIC_LOAD_BALANCING_INVALID",
            "ELB_INVALID_INSTANCE",
            "HEALTH_CONSTRAINTS",
            "HEALTH_CONSTRAINTS_INVALID",
            "HOOK_EXECUTION_FAILURE",
            "IAM_ROLE_MISSING",
            "IAM_ROLE_PERMISSIONS",
            "INTERNAL_ERROR",
            "INVALID_ECS_SERVICE",
            "INVALID_LAMBDA_CONFIGURATION",
            "INVALID_LAMBDA_FUNCTION",
            "INVALID_REVISION",
            "MANUAL_STOP",
            "MISSING_BLUE_GREEN_DEPLOYMENT_CONFIGURATION",
            "MISSING_ELB_INFORMATION",
            "MISSING_GITHUB_TOKEN",
            "NO_EC2_SUBSCRIPTION",
            "NO_INSTANCES",
            "OVER_MAX_INSTANCES",
            "RESOURCE_LIMIT_EXCEEDED",
            "REVISION_MISSING",
            "THROTTLED",
            "TIMEOUT",
        ],
    );
}
