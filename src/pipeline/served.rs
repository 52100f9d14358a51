//! What serves before a run changes anything: what it is compared with, and what it goes back to.

use super::active::Active;
use super::target::Way;
use crate::aws::Aws;
use crate::model::service::{InService, Service, ServiceDeployment};
use crate::strategy::codedeploy::LeftTraffic;
use anyhow::Result;

/// What serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The revision.
    pub by: InService,
    /// What has production traffic beside the service's PRIMARY task set.
    pub beside: Vec<LeftTraffic>,
}

impl Served {
    /// As far as `service` alone tells.
    pub fn told_by(service: &Service) -> Self {
        Self {
            by: service.serving(),
            beside: Vec::new(),
        }
    }

    /// Whether all the tasks there should be run, and all traffic goes to them as far as is known.
    pub fn is_healthy(&self) -> bool {
        self.by.has_all() && self.beside.iter().all(|left| left.is_all)
    }
}

/// What serves `service`, which is deployed by `way`; `active` is the deployment that runs.
///
/// # Errors
/// As AWS fails.
pub(super) async fn served(
    aws: &Aws,
    service: &Service,
    way: &Way,
    active: Option<&Active>,
) -> Result<Served> {
    let mut served = Served::told_by(service);
    match way {
        Way::Rolling => return Ok(served),
        Way::Native => {
            served.by = by_weights(aws, service).await?.unwrap_or(served.by);
            return Ok(served);
        }
        Way::CodeDeploy(_) => {}
    }
    let codedeploy = aws.codedeploy();
    for set in service.task_sets.iter().filter(|it| it.status == "ACTIVE") {
        let Some(id) = &set.external_id else {
            continue;
        };
        // One that succeeded has had its traffic taken since; one that runs still moves it.
        if active.is_some_and(|active| active.id == *id) {
            continue;
        }
        let by = codedeploy.deployment(id).await?;
        if !by.is_some_and(|by| matches!(by.status.as_str(), "Stopped" | "Failed")) {
            continue;
        }
        let (cluster, name) = (service.cluster_name(), &service.name);
        let target = codedeploy.target(id, cluster, name).await?;
        let mut seen = target.iter().flat_map(|target| &target.task_sets);
        let seen = seen.find(|it| it.id == set.id);
        let percent = seen.map_or(0.0, |seen| seen.traffic_weight);
        if percent <= 0.0 {
            continue;
        }
        served.beside.push(LeftTraffic {
            task_set: set.id.clone(),
            is_all: percent >= 100.0,
        });
        if percent >= 100.0 {
            served.by = InService {
                task_definition: set.task_definition.clone(),
                counts: set.counts,
            };
        }
    }
    Ok(served)
}

/// What ECS is bringing, or could not bring, once it has all of production's traffic: it is not done
/// then for as long as it bakes, and the tasks of the one before run on.
async fn by_weights(aws: &Aws, service: &Service) -> Result<Option<InService>> {
    let is_done = service
        .primary()
        .is_none_or(ServiceDeployment::is_completed);
    let Some(id) = service.current_deployment.as_ref().filter(|_| !is_done) else {
        return Ok(None);
    };
    let ids = std::slice::from_ref(id);
    let described = aws.ecs().describe_service_deployments(ids).await?;
    let percent = described.first().and_then(|status| status.production);
    let all = percent.is_some_and(|percent| percent >= 100.0);
    Ok(service.being_brought().filter(|_| all))
}
