//! One service to deploy to, as it was found, and the way it is deployed.

use crate::inputs::Gate;
use crate::model::appspec::AppSpec;
use crate::model::codedeploy::{DeploymentGroup, Routing};
use crate::model::service::Service;
use crate::rollout::timeout::Pace;
use std::time::Duration;

/// A service to deploy to.
#[derive(Debug)]
pub struct Target {
    /// The service as it was before.
    pub service: Service,
    /// How it is deployed.
    pub way: Way,
}

/// How a service is deployed.
#[derive(Debug)]
pub enum Way {
    /// ECS's rolling update.
    Rolling,
    /// CodeDeploy's blue/green.
    CodeDeploy(Box<CodeDeployWay>),
}

/// What CodeDeploy's blue/green needs.
#[derive(Debug)]
pub struct CodeDeployWay {
    /// The deployment group.
    pub group: DeploymentGroup,
    /// The deployment config that the inputs name; absent: the group's.
    pub config: Option<String>,
    /// How traffic moves.
    pub routing: Routing,
    /// The AppSpec before the revision is put in.
    pub app_spec: AppSpec,
}

impl Target {
    /// `cluster/service`, as users see it.
    pub fn label(&self) -> String {
        format!("{}/{}", self.service.cluster_name(), self.service.name)
    }

    /// Whether the service has all the tasks it should have.
    pub fn is_healthy(&self) -> bool {
        let counts = self.service.serving_counts();
        counts.desired > 0 && counts.running >= counts.desired
    }
}

impl Way {
    /// The strategy's name in inputs and events.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rolling => "rolling",
            Self::CodeDeploy(_) => "codedeploy",
        }
    }

    /// `gate` when the inputs leave it open.
    pub fn gate(&self) -> Gate {
        match self {
            Self::Rolling => Gate::None,
            Self::CodeDeploy(_) => Gate::Approved,
        }
    }

    /// How long it takes, as far as its settings say.
    pub fn pace(&self) -> Pace {
        let Self::CodeDeploy(way) = self else {
            return Pace::Rolling;
        };
        let minutes = |minutes: u32| Duration::from_mins(minutes.into());
        let ready = way
            .group
            .ready
            .as_ref()
            .map_or(0, |ready| ready.wait_minutes);
        Pace::BlueGreen {
            ready_wait: minutes(ready),
            shifting: minutes(way.routing.minutes()),
            termination_wait: minutes(way.group.termination_wait_minutes),
        }
    }
}
