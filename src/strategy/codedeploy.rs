//! CodeDeploy's blue/green: one CreateDeployment, followed by its own id, and by the id of the
//! rollback that it may lead to.

pub mod look;

use super::{Rollout, Start};
use crate::aws::codedeploy::CodeDeploy;
use crate::aws::ecs::Ecs;
use crate::aws::once::once;
use crate::clock::Clock;
use crate::events::Events;
use crate::model::arn::short;
use crate::model::codedeploy::{Creation, Deployment, DeploymentGroup, NewDeployment, Target};
use crate::model::service::Service;
use crate::model::stop::StopAnswer;
use crate::rollout::snapshot::{Pause, Snapshot};
use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use look::Seen;
use std::cell::RefCell;

/// A blue/green deployment of one service.
pub struct BlueGreen {
    /// The way to CodeDeploy.
    pub codedeploy: CodeDeploy,
    /// The way to ECS.
    pub ecs: Ecs,
    /// Whose time counts.
    pub clock: Clock,
    /// The service as it was before.
    pub service: Service,
    /// The deployment group that deploys it.
    pub group: DeploymentGroup,
    /// The task definition's ARN to bring.
    pub revision: String,
    /// What to ask CodeDeploy for.
    pub deployment: NewDeployment,
    /// Deploy even when the revision serves already.
    pub force: bool,
    /// The deployment that an earlier attempt of this run has left under way, by id.
    pub left_running: Option<String>,
    /// What had production traffic beside the PRIMARY task set before.
    pub left_traffic: Vec<LeftTraffic>,
    events: Events,
    looks: RefCell<Looks>,
}

/// Production traffic on a task set that is not the service's PRIMARY one: a deployment that was
/// stopped and not rolled back leaves it where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftTraffic {
    /// The task set's id.
    pub task_set: String,
    /// Whether it is all the production traffic.
    pub is_all: bool,
}

/// What the last look saw, and whether the deployment was told to stop.
#[derive(Debug, Default)]
struct Looks {
    last: Option<(Deployment, Option<Target>)>,
    service: Option<(Timestamp, Service)>,
    told_to_stop: bool,
}

/// How old what is known of the service may be while the deployment stands still: it tells no more
/// than service events then.
const STILL: SignedDuration = SignedDuration::from_secs(15);

/// How many of the group's newest deployments are looked through for one of ours.
const NEWEST: usize = 10;

impl BlueGreen {
    /// Brings `revision` to `service` by what `deployment` asks for.
    pub fn new(
        (codedeploy, ecs): (CodeDeploy, Ecs),
        (clock, events): (Clock, Events),
        service: Service,
        group: DeploymentGroup,
        revision: String,
        deployment: NewDeployment,
    ) -> Self {
        Self {
            codedeploy,
            ecs,
            clock,
            service,
            group,
            revision,
            deployment,
            force: false,
            left_running: None,
            left_traffic: Vec::new(),
            events,
            looks: RefCell::default(),
        }
    }

    /// The deployment that brings the old revision back, once CodeDeploy has made it.
    async fn rollback_of(&self, deployment: &Deployment) -> Result<Option<Deployment>> {
        let info = deployment.rollback.as_ref();
        match info.and_then(|info| info.rollback_deployment.as_deref()) {
            Some(id) => self.codedeploy.brisk().deployment(id).await,
            None => Ok(None),
        }
    }

    /// The service as it is, or as it was moments ago when nothing moves.
    async fn service_beside(
        &self,
        deployment: &Deployment,
        target: Option<&Target>,
    ) -> Result<Option<Service>> {
        if let Some(known) = self.still_known(deployment, target) {
            return Ok(Some(known));
        }
        let name = [self.service.name.clone()];
        let ecs = self.ecs.brisk();
        let read = ecs.services(&self.service.cluster_arn, &name).await?;
        let service = read.into_iter().flatten().next();
        let mut looks = self.looks.borrow_mut();
        looks.last = Some((deployment.clone(), target.cloned()));
        looks.service = service.clone().map(|service| (self.clock.now(), service));
        Ok(service)
    }

    fn still_known(&self, deployment: &Deployment, target: Option<&Target>) -> Option<Service> {
        let looks = self.looks.borrow();
        let (last, last_target) = looks.last.as_ref()?;
        let (at, service) = looks.service.as_ref()?;
        let still = last == deployment && last_target.as_ref() == target;
        let fresh = self.clock.now().duration_since(*at) < STILL;
        // Whether all its tasks run decides then.
        let decides = look::is_over(&deployment.status)
            || look::is_shifted(deployment, target) && !service.runs_all();
        (still && fresh && !decides).then(|| service.clone())
    }

    /// The deployment that an earlier attempt has left under way, when it brings our revision.
    async fn taken_up(&self) -> Result<Option<Start>> {
        let Some(id) = &self.left_running else {
            return Ok(None);
        };
        let Some(running) = self.codedeploy.deployment(id).await? else {
            return Ok(None);
        };
        let brings = self.codedeploy.revision_of(&running).await?;
        let ours = brings.is_some_and(|it| short(&it) == short(&self.revision));
        Ok(
            (ours && !look::is_over(&running.status)).then(|| Start::Deployment {
                id: id.clone(),
                followed: true,
            }),
        )
    }

    /// CodeDeploy knows no client token: what was there before the request and what it is described
    /// with tell whether it was taken in.
    async fn create(&self) -> Result<Start> {
        let known = self.newest().await?;
        let created = once(
            &self.clock,
            &self.events,
            async || self.codedeploy.create_deployment(&self.deployment).await,
            async || {
                self.made_since(&known)
                    .await
                    .map(|made| made.map(Creation::Created))
            },
        );
        let (active, message) = match created.await? {
            Creation::Created(id) => return Ok(started(id)),
            Creation::LimitExceeded { active, message } => (active, message),
        };
        // The one in the way may be what this very request made before its answer was lost.
        match self.made_since(&known).await? {
            Some(id) if Some(&id) == active.as_ref() => Ok(started(id)),
            _ => Ok(Start::Busy { active, message }),
        }
    }

    async fn newest(&self) -> Result<Vec<String>> {
        let group = &self.group;
        self.codedeploy
            .deployments(&group.application, &group.name, &[], NEWEST)
            .await
    }

    /// The deployment that was made for us and is not among the `known`.
    async fn made_since(&self, known: &[String]) -> Result<Option<String>> {
        for id in self.newest().await? {
            if known.contains(&id) {
                continue;
            }
            let made = self.codedeploy.deployment(&id).await?;
            let description = made.and_then(|made| made.description);
            if description.as_deref() == Some(self.deployment.description.as_str()) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}

fn started(id: String) -> Start {
    Start::Deployment {
        id,
        followed: false,
    }
}

impl Rollout for BlueGreen {
    async fn start(&self) -> Result<Start> {
        if let Some(taken_up) = self.taken_up().await? {
            return Ok(taken_up);
        }
        let has_all_traffic = self.left_traffic.is_empty();
        if !self.force && has_all_traffic && look::serves(&self.service, &self.revision) {
            return Ok(Start::Unchanged);
        }
        self.create().await
    }

    async fn observe(&self, id: &str) -> Result<Snapshot> {
        let cluster = self.service.cluster_name();
        let codedeploy = self.codedeploy.brisk();
        let (deployment, target) = tokio::try_join!(
            codedeploy.deployment(id),
            codedeploy.target(id, cluster, &self.service.name),
        )?;
        let deployment = deployment.with_context(|| format!("CodeDeploy does not know {id}"))?;
        let service = self.service_beside(&deployment, target.as_ref()).await?;
        let rollback = self.rollback_of(&deployment).await?;
        let told_to_stop = self.looks.borrow().told_to_stop;
        Ok(look::snapshot(&Seen {
            deployment: &deployment,
            target: target.as_ref(),
            rollback: rollback.as_ref(),
            service: service.as_ref(),
            group: &self.group,
            left_traffic: &self.left_traffic,
            revision: &self.revision,
            told_to_stop,
            at: self.clock.now(),
        }))
    }

    async fn stop(&self, id: &str) -> Result<StopAnswer> {
        let answer = self.codedeploy.stop_deployment(id, true).await?;
        self.looks.borrow_mut().told_to_stop = true;
        Ok(answer)
    }

    async fn go_on(&self, id: &str, _: &Pause) -> Result<()> {
        self.codedeploy.continue_deployment(id).await
    }
}
