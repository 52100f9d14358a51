//! One service to deploy to, as it was found, and the way it is deployed.

use super::Run;
use super::active::{self, Active, described};
use super::follow::Purpose;
use super::served::{Served, served};
use crate::aws::Aws;
use crate::failure::Failure;
use crate::inputs::{Gate, OnActive, WaitFor};
use crate::job::Job;
use crate::model::appspec::AppSpec;
use crate::model::codedeploy::{DeploymentGroup, NewDeployment, Routing};
use crate::model::console;
use crate::model::service::Service;
use crate::rollout::timeout::Pace;
use crate::strategy::codedeploy::BlueGreen;
use crate::strategy::ecs::ByEcs;
use crate::strategy::{By, Strategy};
use anyhow::{Context as _, Result};
use std::time::Duration;

/// The deployment config that moves all traffic in one step
/// (<https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html>).
const AT_ONCE: &str = "CodeDeployDefault.ECSAllAtOnce";

/// A service to deploy to.
#[derive(Debug, Clone)]
pub struct Target {
    /// The service as it was before.
    pub service: Service,
    /// How it is deployed.
    pub way: Way,
    /// The deployment that runs already.
    pub active: Option<Active>,
    /// The denial that is the reason why nobody knows whether one does.
    pub active_denied: Option<Failure>,
    /// What served before.
    pub serves: Served,
}

/// How a service is deployed.
#[derive(Debug, Clone)]
pub enum Way {
    /// ECS's rolling update.
    Rolling,
    /// ECS's own blue/green, linear or canary deployment.
    Native,
    /// CodeDeploy's blue/green.
    CodeDeploy(Box<CodeDeployWay>),
}

/// What CodeDeploy's blue/green needs.
#[derive(Debug, Clone)]
pub struct CodeDeployWay {
    /// The deployment group.
    pub group: DeploymentGroup,
    /// The deployment config that the inputs name; absent: the group's.
    pub config: Option<String>,
    /// How traffic moves.
    pub routing: Routing,
    /// The denial for which nobody has looked at the config: the routing is what its name says then.
    pub config_denied: Option<Failure>,
    /// The AppSpec before the revision is put in.
    pub app_spec: AppSpec,
}

impl Target {
    /// `cluster/service`, as users see it.
    pub fn label(&self) -> String {
        self.service.label()
    }

    /// What must be proven before it is deployed to.
    pub fn gate(&self, run: &Run<'_>) -> Gate {
        run.inputs.github.gate.unwrap_or_else(|| self.usual_gate())
    }

    /// The same when the inputs leave it open. A service that is to be deployed task by task from now
    /// on has had a gate so far, which settings alone do not take away.
    pub fn usual_gate(&self) -> Gate {
        if self.service.is_or_was_staged() {
            return Gate::Approved;
        }
        self.way.gate()
    }

    /// What says how its traffic moves: the deployment config, or the service's own strategy.
    pub fn config(&self) -> Option<String> {
        match &self.way {
            Way::Rolling => None,
            Way::Native => Some(self.service.configuration.strategy().to_owned()),
            Way::CodeDeploy(way) => way.config.clone().or_else(|| way.group.config.clone()),
        }
    }

    /// The CloudWatch alarms that watch its deployments.
    pub fn alarms(&self) -> Vec<String> {
        match &self.way {
            Way::Rolling | Way::Native => self.service.configuration.alarms(),
            Way::CodeDeploy(way) => way.group.alarms.clone(),
        }
    }

    /// The service's page in the AWS console.
    pub fn url(&self, run: &Run<'_>) -> String {
        let (region, service) = (&run.inputs.aws.region, &self.service);
        console::service_deployments(region, &service.cluster_arn, &service.name)
    }

    /// The same target with the service as it is now.
    ///
    /// # Errors
    /// As AWS fails, and when the service is gone.
    pub async fn as_it_is(&self, aws: &Aws) -> Result<Self> {
        let name = [self.service.name.clone()];
        let read = aws.ecs().services(&self.service.cluster_arn, &name).await?;
        let service = read.into_iter().flatten().next();
        let service = service.with_context(|| format!("{} is gone", self.label()))?;
        let asked = self.service.reconfiguration.as_ref().map(|it| &it.asked);
        let service = service.to_have(asked);
        Ok(Self {
            serves: served(aws, &service, &self.way, None).await?,
            service,
            way: self.way.clone(),
            active: None,
            active_denied: None,
        })
    }

    /// What brings `revision` to it for `purpose`.
    pub fn strategy(&self, run: &Run<'_>, aws: &Aws, revision: &str, purpose: Purpose) -> Strategy {
        let service = self.service.clone();
        let told = (run.clock.clone(), run.events.clone());
        let edges = (aws.ecs(), run.clock.clone());
        let inputs = &run.inputs.deploy;
        let by = match &self.way {
            Way::Rolling | Way::Native => {
                let service = service.clone();
                let reconfiguration = service.reconfiguration.clone();
                let reconfiguration = reconfiguration.filter(|_| purpose == Purpose::Deploy);
                let mut by_ecs = ByEcs::new(aws.ecs(), told, service, revision.to_owned());
                by_ecs.desired_count = inputs.desired_count;
                by_ecs.force = inputs.force_new_deployment;
                by_ecs.anew = active::deploys_anew(run);
                by_ecs.configuration = reconfiguration.map(|it| it.asked);
                By::Ecs(Box::new(by_ecs))
            }
            Way::CodeDeploy(way) => {
                let asked = way.asked_for(run.job, &service, revision, purpose);
                let (aws, group) = ((aws.codedeploy(), aws.ecs()), way.group.clone());
                let service = service.clone();
                let mut blue_green =
                    BlueGreen::new(aws, told, service, group, revision.to_owned(), asked);
                blue_green.force = inputs.force_new_deployment;
                let left = self.active.as_ref().filter(|active| active.is_of(run.job));
                blue_green.left_running = left.map(|active| active.id.clone());
                let left_traffic = self.serves.beside.iter();
                blue_green.left_traffic = left_traffic.cloned().collect();
                By::CodeDeploy(Box::new(blue_green))
            }
        };
        Strategy::new(by, edges, service, revision.to_owned())
    }
}

impl CodeDeployWay {
    /// A revision that served before is brought back at once: who needs it does not want to wait
    /// for a canary.
    fn asked_for(
        &self,
        job: &Job,
        service: &Service,
        revision: &str,
        purpose: Purpose,
    ) -> NewDeployment {
        let app_spec = self.app_spec.clone().for_service(service, revision);
        let at_once = || Some(AT_ONCE.to_owned());
        let (config, app_spec) = match purpose {
            Purpose::Deploy => (self.config.clone(), app_spec),
            Purpose::Rollback => (self.config.clone().or_else(at_once), app_spec),
            Purpose::WayBack => (at_once(), app_spec.without_hooks()),
        };
        NewDeployment {
            application: self.group.application.clone(),
            group: self.group.name.clone(),
            config,
            description: described(job),
            app_spec: app_spec.content(),
        }
    }
}

impl Way {
    /// CodeDeploy's deployment group.
    pub fn group(&self) -> Option<&DeploymentGroup> {
        match self {
            Self::CodeDeploy(way) => Some(&way.group),
            Self::Rolling | Self::Native => None,
        }
    }

    /// The strategy's name in inputs and events.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rolling => "rolling",
            Self::Native => "native",
            Self::CodeDeploy(_) => "codedeploy",
        }
    }

    /// `gate` when the inputs leave it open.
    pub fn gate(&self) -> Gate {
        match self {
            Self::Rolling => Gate::None,
            Self::Native | Self::CodeDeploy(_) => Gate::Approved,
        }
    }

    /// `wait-for` when the inputs leave it open.
    pub fn wait_for(&self) -> WaitFor {
        match self {
            Self::Rolling => WaitFor::Succeeded,
            Self::Native | Self::CodeDeploy(_) => WaitFor::TrafficShifted,
        }
    }

    /// `on-active-deployment` when the inputs leave it open.
    pub fn on_active(&self) -> OnActive {
        match self {
            Self::Rolling => OnActive::Replace,
            Self::Native | Self::CodeDeploy(_) => OnActive::Wait,
        }
    }

    /// How long it takes to deploy `service`, as far as the settings say.
    pub fn pace(&self, service: &Service) -> Pace {
        let minutes = |minutes: u32| Duration::from_mins(minutes.into());
        let bake = minutes(service.configuration.bake_minutes());
        let way = match self {
            Self::CodeDeploy(way) => way,
            Self::Rolling => return Pace::Rolling { bake },
            Self::Native => {
                let steps = service.configuration.traffic_steps().into_iter();
                return Pace::BlueGreen {
                    ready_wait: Duration::ZERO,
                    shifting: minutes(steps.map(|step| step.minutes).sum()),
                    termination_wait: bake,
                };
            }
        };
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
