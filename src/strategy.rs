//! The strategies that carry deployments out, behind one trait.
//!
//! A strategy starts a deployment and looks at it; it never waits, words or judges: that is the
//! same for all of them ([`crate::pipeline::drive`], [`crate::rollout`]).

pub mod codedeploy;
pub mod ecs;
mod failing;

use crate::aws::ecs::Ecs;
use crate::clock::Clock;
use crate::model::service::Service;
use crate::model::stop::StopAnswer;
use crate::rollout::snapshot::{Pause, Snapshot};
use anyhow::Result;
use codedeploy::BlueGreen;
use ecs::ByEcs;
use failing::Failing;
use std::future::Future;

/// One deployment of one service by one strategy.
pub trait Rollout {
    /// Starts the deployment, once, or finds that there is nothing to start. An answer that is
    /// lost is looked up before anything is asked again.
    ///
    /// # Errors
    /// AWS's refusal, as an [`crate::aws::error::AwsFailure`] or a [`crate::failure::Failure`];
    /// nothing was started then.
    fn start(&self) -> impl Future<Output = Result<Start>>;

    /// Looks at the deployment that was started. AWS's failures in passing come back within seconds:
    /// whoever looks looks again.
    ///
    /// # Errors
    /// An [`crate::aws::error::AwsFailure`] when AWS did not say; the deployment runs on.
    fn observe(&self, deployment: &str) -> impl Future<Output = Result<Snapshot>>;

    /// Asks AWS to give up the deployment and to bring the revision before it back; whether there
    /// was anything to give up.
    ///
    /// # Errors
    /// AWS's refusal, as an [`crate::aws::error::AwsFailure`]; the deployment runs on.
    fn stop(&self, deployment: &str) -> impl Future<Output = Result<StopAnswer>>;

    /// Lets the deployment go on that is in the pause. One that is not in it any more is no error: the
    /// next look tells.
    ///
    /// # Errors
    /// AWS's refusal, as an [`crate::aws::error::AwsFailure`]; the deployment waits on.
    fn go_on(&self, deployment: &str, pause: &Pause) -> impl Future<Output = Result<()>>;
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
    /// Another deployment is in the way: nothing was started.
    Busy {
        /// Its id, where AWS names it.
        active: Option<String>,
        /// AWS's sentence.
        message: String,
    },
}

/// What brings one revision to one service.
pub struct Strategy {
    by: By,
    edges: (Ecs, Clock),
    service: Service,
    revision: String,
    failing: Failing,
}

/// The strategy that a service is deployed by.
pub enum By {
    /// ECS itself: rolling, blue/green, linear, canary.
    Ecs(Box<ByEcs>),
    /// CodeDeploy's blue/green.
    CodeDeploy(Box<BlueGreen>),
}

impl Strategy {
    /// Brings the task definition `revision` to `service` in the way of `by`.
    pub fn new(by: By, edges: (Ecs, Clock), service: Service, revision: String) -> Self {
        Self {
            by,
            edges,
            service,
            revision,
            failing: Failing::default(),
        }
    }

    async fn look(&self, deployment: &str) -> Result<Snapshot> {
        match &self.by {
            By::Ecs(by_ecs) => by_ecs.observe(deployment).await,
            By::CodeDeploy(blue_green) => blue_green.observe(deployment).await,
        }
    }
}

impl Rollout for Strategy {
    async fn start(&self) -> Result<Start> {
        match &self.by {
            By::Ecs(by_ecs) => by_ecs.start().await,
            By::CodeDeploy(blue_green) => blue_green.start().await,
        }
    }

    async fn observe(&self, deployment: &str) -> Result<Snapshot> {
        let now = self.look(deployment).await?;
        let (ecs, clock) = &self.edges;
        let failing = self
            .failing
            .alike((ecs, clock), &self.service, &self.revision, &now);
        Ok(Snapshot {
            failed_alike: Box::pin(failing).await,
            ..now
        })
    }

    async fn stop(&self, deployment: &str) -> Result<StopAnswer> {
        match &self.by {
            By::Ecs(by_ecs) => by_ecs.stop(deployment).await,
            By::CodeDeploy(blue_green) => blue_green.stop(deployment).await,
        }
    }

    async fn go_on(&self, deployment: &str, pause: &Pause) -> Result<()> {
        match &self.by {
            By::Ecs(by_ecs) => by_ecs.go_on(deployment, pause).await,
            By::CodeDeploy(blue_green) => blue_green.go_on(deployment, pause).await,
        }
    }
}
