//! Deployments that go through stages: their traffic and hooks described, and the end of a pause.

use super::error::invalid;
use super::history::{find, missing};
use crate::wire::aws_error::AwsError;
use crate::wire::body::{compact, epoch, text, with};
use crate::world::World;
use crate::world::ecs::native::hook::{Action, Hook, Status as HookStatus};
use crate::world::ecs::service_deployment::{ServiceDeployment, Status};
use crate::world::ecs::wake;
use serde_json::{Value, json};

/// The revision that `it` goes to, with its traffic.
pub(super) fn target(it: &ServiceDeployment, counts: Value) -> Value {
    match &it.native {
        Some(native) => with_traffic(counts, native.production, native.test),
        None => counts,
    }
}

/// A revision that ran when `it` began, with its traffic: the last one that was completed has what
/// the target has not.
pub(super) fn source(it: &ServiceDeployment, arn: &str, counts: Value) -> Value {
    match &it.native {
        Some(native) if native.blue == arn => {
            with_traffic(counts, 1000 - native.production, 1000 - native.test)
        }
        Some(_) => with_traffic(counts, 0, 0),
        None => counts,
    }
}

fn with_traffic(counts: Value, production: u32, test: u32) -> Value {
    let percent = |share: u32| json!(f64::from(share) / 10.0);
    with(
        counts,
        [
            ("requestedProductionTrafficWeight", percent(production)),
            ("requestedTestTrafficWeight", percent(test)),
        ],
    )
}

/// `lifecycleHookDetails`; none where no hook was asked.
pub(super) fn hooks(it: &ServiceDeployment) -> Option<Vec<Value>> {
    let asked = it.native.as_ref()?.hooks.iter();
    let described: Vec<_> = asked.map(hook).collect();
    (!described.is_empty()).then_some(described)
}

fn hook(it: &Hook) -> Value {
    compact(json!({
        "hookId": it.id,
        "targetType": if it.function.is_some() { "AWS_LAMBDA" } else { "PAUSE" },
        "targetArn": it.function,
        "status": it.status.word(),
        "expiresAt": epoch(it.expires),
        "timeoutAction": it.on_timeout.word(),
    }))
}

/// `ContinueServiceDeployment`: ends a pause, one way or the other.
pub(super) fn go_on(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    let arn = text(body, "serviceDeploymentArn").unwrap_or_default();
    let (position, nth) = find(world, arn).ok_or_else(missing)?;
    let service = world.ecs.services.get_mut(position).ok_or_else(missing)?;
    let deployment = service.history.get_mut(nth).ok_or_else(missing)?;
    let action = match text(body, "action") {
        None | Some("CONTINUE") => Action::Continue,
        Some("ROLLBACK") => Action::Rollback,
        Some(other) => return Err(invalid(format!("Unknown action {other}."))),
    };
    if deployment.status != Status::InProgress {
        return Err(invalid(format!(
            "Service deployment is in {} state and cannot be continued.",
            deployment.status.word()
        )));
    }
    let id = text(body, "hookId").unwrap_or_default();
    let hooks = deployment.native.iter_mut().flat_map(|it| &mut it.hooks);
    let hook = hooks.into_iter().find(|it| it.id == id);
    let hook = hook.ok_or_else(|| invalid("The lifecycle hook was not found."))?;
    if hook.status != HookStatus::AwaitingAction {
        return Err(invalid("The lifecycle hook does not await an action."));
    }
    hook.act(action);
    wake(world, position);
    Ok(json!({"serviceDeploymentArn": arn}))
}
