//! `StopDeployment` and `ContinueDeployment`.

use super::{deployment, id};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{flag, text};
use crate::world::World;
use crate::world::codedeploy::deployment::{Deployment, Stage, Status, Stop};
use crate::world::ecs::later;
use serde_json::{Value, json};

/// The deployment that a call names, to change it; one that is over is refused.
fn active<'a>(world: &'a mut World, body: &Value) -> Result<&'a mut Deployment, AwsError> {
    deployment(world, body)?;
    let id = id(body)?;
    let mut active = world.codedeploy.active.iter_mut();
    active.find(|it| it.id == id).ok_or_else(|| {
        let words = format!("Deployment {id} has already completed.");
        AwsError::client("DeploymentAlreadyCompletedException", words)
    })
}

/// `StopDeployment`. Without `autoRollbackEnabled` the rollback events decide.
pub(super) fn stop(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    let now = world.now;
    let asked = flag(body, "autoRollbackEnabled");
    let it = active(world, body)?;
    if it.current() == Some(Stage::Terminate) {
        return Ok(
            json!({"status": "Succeeded", "statusMessage": "No more commands will be scheduled for execution in the deployment."}),
        );
    }
    let own = it
        .auto_rollback
        .iter()
        .any(|it| it == "DEPLOYMENT_STOP_ON_REQUEST");
    let at = later(now, it.group.script.stop);
    it.stop = Some(Stop {
        at: it.stop.map_or(at, |stop| stop.at),
        rollback: asked.unwrap_or(own),
    });
    Ok(json!({"status": "Pending", "statusMessage": "Deployment is stopping."}))
}

/// `ContinueDeployment`: `READY_WAIT` unless the call says `TERMINATION_WAIT`.
pub(super) fn go_on(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    let now = world.now;
    let wait = match text(body, "deploymentWaitType") {
        None | Some("READY_WAIT") => Stage::ReadyWait,
        Some("TERMINATION_WAIT") => Stage::TerminationWait,
        Some(other) => {
            let words = format!("The wait type {other} is not valid.");
            return Err(AwsError::client(
                "InvalidDeploymentWaitTypeException",
                words,
            ));
        }
    };
    let it = active(world, body)?;
    match (wait, it.status, it.current()) {
        (Stage::ReadyWait, Status::Ready, _) => it.status = Status::InProgress,
        (Stage::TerminationWait, _, Some(Stage::TerminationWait)) => {}
        (Stage::ReadyWait, ..) => {
            let words = "The deployment does not have a status of Ready and can't continue yet.";
            return Err(AwsError::client(
                "DeploymentIsNotInReadyStateException",
                words,
            ));
        }
        _ => {
            let words =
                "The deployment is not waiting for the termination of the original task set.";
            return Err(AwsError::client("InvalidDeploymentStatusException", words));
        }
    }
    it.due = Some(now);
    Ok(json!({}))
}
