//! The strategies that carry deployments out, behind one trait.
//!
//! A strategy starts a deployment and looks at it; it never waits, words or judges: that is the
//! same for all of them ([`crate::pipeline::drive`], [`crate::rollout`]).

pub mod codedeploy;
pub mod rolling;

use crate::rollout::snapshot::Snapshot;
use anyhow::Result;
use std::future::Future;

/// One deployment of one service by one strategy.
pub trait Rollout {
    /// Starts the deployment, once, or finds that there is nothing to start.
    ///
    /// # Errors
    /// AWS's refusal, as an [`crate::aws::error::AwsFailure`] or a [`crate::failure::Failure`];
    /// nothing was started then.
    fn start(&self) -> impl Future<Output = Result<Start>>;

    /// Looks at the deployment that was started.
    ///
    /// # Errors
    /// An [`crate::aws::error::AwsFailure`] when AWS did not say; the deployment runs on.
    fn observe(&self, deployment: &str) -> impl Future<Output = Result<Snapshot>>;
}

/// What came of [`Rollout::start`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// A deployment runs: AWS's id of it.
    Deployment {
        /// `d-ABC123`, or a service deployment's ARN.
        id: String,
        /// Whether it was running already and is only followed.
        followed: bool,
    },
    /// The revision serves already, and nothing else was asked for.
    Unchanged,
}
