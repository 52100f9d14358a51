//! Why a deployment failed: the evidence that was gathered, and the cause that it names.
//!
//! Decides what a failed task is, which failures are the same, and what well-known causes look like
//! in AWS's words. Reads nothing itself: `crate::pipeline::diagnose` gathers.

pub mod cause;
pub mod evidence;
pub mod failures;
pub mod suspect;
pub mod workload;

pub use cause::{Cause, Kind};
pub use evidence::{Evidence, LogTail, Unread};
pub use suspect::Suspect;

use cause::Scene;
use serde::Serialize;

/// Why a deployment failed, as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Diagnosis {
    cause: Option<Cause>,
    #[serde(flatten)]
    evidence: Evidence,
}

impl Diagnosis {
    /// What `evidence` says; `scene` gives the names of things.
    pub fn of(evidence: Evidence, scene: &Scene) -> Self {
        let evidence = evidence.bounded();
        let cause = cause::of(&evidence, scene);
        Self { cause, evidence }
    }

    /// The cause, where the evidence names one.
    pub fn cause(&self) -> Option<&Cause> {
        self.cause.as_ref()
    }

    /// What was found.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }
}
