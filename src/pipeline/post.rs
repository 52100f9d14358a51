//! The post step: what the grace time of a cancelled step did not allow.
//!
//! A cancelled step has seconds to ask AWS for the way back, and may be killed before that;
//! the post step has minutes. It asks again where need be, follows the way back and says what
//! serves.

use super::documents::Documents;
use super::follow::{Left, take_up};
use super::preflight::service;
use super::{Run, connect};
use crate::events::{Stage, StageEnd};
use crate::inputs::After;
use crate::job::LeftRunning;
use crate::model::arn::short;
use crate::rollout::snapshot::Serving;
use anyhow::Result;

/// Sees to the deployment that the step left behind; says how that ended.
///
/// # Errors
/// As AWS fails, and with the failure that the end of the way back is.
pub async fn finish(run: &Run<'_>, left: &LeftRunning) -> Result<()> {
    let id = short(&left.id);
    let service = run.inputs.deploy.service.as_deref().unwrap_or_default();
    if run.inputs.waiting.on_cancel == After::Leave {
        run.events.warn(format!(
            "The step was cancelled while the deployment {id} of {service} ran, and left it \
             running (on-cancel: leave)."
        ));
        return Ok(());
    }
    run.events.note(format!(
        "The step was cancelled while the deployment {id} of {service} ran; seeing to its rollback."
    ));
    let aws = connect(run).await?;
    let target = service::look(run, &aws, &Documents::none()).await?;
    let following = take_up(run, &aws, &target, left);
    let end = |_: &Left| StageEnd::Done;
    let ended = run.stage(Stage::Deploy, following, end).await?;
    tell(run, id, &ended);
    Ok(())
}

fn tell(run: &Run<'_>, id: &str, ended: &Left) {
    let serves = match &ended.serving {
        Serving::Ours => "its revision serves".to_owned(),
        Serving::Other {
            task_definition, ..
        } => format!("{} serves", short(task_definition)),
        Serving::Divided {
            task_definition, ..
        } => format!("its revision and {} serve", short(task_definition)),
        Serving::Unknown => "what serves is not known: look at the console".to_owned(),
    };
    let label = &ended.label;
    let word = &ended.how;
    run.events
        .warn(format!("{label}: the deployment {id} {word}; {serves}."));
}
