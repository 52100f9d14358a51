//! How a run ends, in the words of the `outcome` output.

use crate::failure::{Code, Exit, Failure};
use serde::Serialize;
use std::fmt;

/// The `outcome` output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Our revision serves; for `build`: the image is in the registry.
    Succeeded,
    /// Our revision served already; nothing was deployed.
    Unchanged,
    /// All production traffic is on our revision.
    TrafficShifted,
    /// Our revision takes test traffic and waits.
    Ready,
    /// The deployment was created and not waited for.
    Created,
    /// The deployment failed; the previous revision serves again.
    RolledBack,
    /// A newer deployment took the place of ours.
    Superseded,
    /// Nothing was changed: inputs, gate or preflight said no.
    Refused,
    /// The deployment failed.
    Failed,
    /// The time-out passed; the deployment runs on.
    TimedOut,
    /// The run was cancelled.
    Cancelled,
}

impl Outcome {
    /// The word of the output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Unchanged => "unchanged",
            Self::TrafficShifted => "traffic-shifted",
            Self::Ready => "ready",
            Self::Created => "created",
            Self::RolledBack => "rolled-back",
            Self::Superseded => "superseded",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::TimedOut => "timed-out",
            Self::Cancelled => "cancelled",
        }
    }

    /// How a run ends that ends with `failure`: refused when nothing was changed.
    pub fn of(failure: &Failure) -> Self {
        match (failure.code, failure.exit) {
            (Code::RolledBack, _) => Self::RolledBack,
            (Code::Superseded, _) => Self::Superseded,
            (Code::TimedOut, _) => Self::TimedOut,
            (Code::Cancelled, _) => Self::Cancelled,
            (_, Exit::Inputs | Exit::Preflight | Exit::Gate) => Self::Refused,
            _ => Self::Failed,
        }
    }

    /// Whether the run is green.
    pub fn is_good(self) -> bool {
        matches!(
            self,
            Self::Succeeded | Self::Unchanged | Self::TrafficShifted | Self::Ready | Self::Created
        )
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
