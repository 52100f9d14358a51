//! The parts of a run that users see one after the other.

use serde::Serialize;

/// The stages of a run, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Getting AWS credentials.
    Credentials,
    /// Proving the approval.
    Gate,
    /// Reading what is there and checking that the rest can work.
    Preflight,
    /// Building and pushing the image.
    Build,
    /// Waiting for the scan of the image.
    Scan,
    /// Comparing what serves with what would be deployed.
    Plan,
    /// Waiting for a deployment that runs already.
    Clear,
    /// Registering the task definition.
    Register,
    /// Deploying and waiting.
    Deploy,
}

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageEnd {
    /// Done.
    Done,
    /// There was nothing to do.
    NothingToDo,
    /// Failed.
    Failed,
}

impl StageEnd {
    /// Done when something was `done`, else there was nothing to do.
    pub fn done_if(done: bool) -> Self {
        if done { Self::Done } else { Self::NothingToDo }
    }
}
