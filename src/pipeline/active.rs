//! The deployment that runs already when a run begins: whose it is and what is done about it.

use super::Run;
use super::target::{Target, Way};
use crate::aws::Aws;
use crate::aws::error::{AwsFailure, Kind, worded};
use crate::failure::{Code, Failure};
use crate::inputs::OnActive;
use crate::job::Job;
use crate::model::arn::short;
use crate::model::codedeploy::{Deployment, DeploymentGroup, description};
use crate::model::service::Service;
use anyhow::Result;

/// The statuses of a CodeDeploy deployment that is not over
/// (<https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html>).
const UNDER_WAY: [&str; 5] = ["Created", "Queued", "InProgress", "Baking", "Ready"];

/// A deployment that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Active {
    /// `d-ABC123`, a service deployment's ARN, or `ecs-svc/1234…` where ECS keeps none.
    pub id: String,
    /// AWS's word for how it stands.
    pub status: String,
    /// The task definition's ARN that it brings, where that is known without asking further.
    pub revision: Option<String>,
    /// What its creator wrote; ECS keeps nothing of the kind.
    pub description: Option<String>,
    /// Whether it brings an old revision back by itself, as CodeDeploy's rollbacks do: to stop one
    /// leaves the service in between.
    pub is_rollback: bool,
}

impl Active {
    /// Whether it was started by an attempt of the run that `job` belongs to, for the same commit.
    pub fn is_of(&self, job: &Job) -> bool {
        self.description.as_deref() == Some(described(job).as_str())
    }

    /// The commit that it brings, when a run of the job's repository has started it.
    pub fn commit(&self, job: &Job) -> Option<&str> {
        let rest = self
            .description
            .as_deref()?
            .strip_prefix(&*job.repository)?;
        let (commit, _) = rest.strip_prefix('@')?.split_once(' ')?;
        Some(commit)
    }

    /// How it is named to users.
    pub fn name(&self) -> String {
        let status = if self.status.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.status)
        };
        let brings = self.revision.as_deref().map(short);
        let brings = brings.map(|it| format!(" of {it}")).unwrap_or_default();
        format!("{}{brings}{status}", short(&self.id))
    }
}

/// What every deployment of a run is described with: the same for all its attempts.
pub fn described(job: &Job) -> String {
    let whole = format!("{}@{} {}", job.repository, job.sha, job.run_url());
    description(&whole).to_owned()
}

/// What a look for a running deployment came to.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// The deployment that is under way.
    pub active: Option<Active>,
    /// The denial that is the reason why nobody knows whether there is one.
    pub denied: Option<Failure>,
}

/// The deployment of `service` that is under way. Where the role may not list CodeDeploy's, none is
/// seen, which is told.
///
/// # Errors
/// As AWS fails.
pub async fn look(run: &Run<'_>, aws: &Aws, service: &Service, way: &Way) -> Result<Look> {
    let seen = match way {
        Way::Rolling | Way::Native => Ok(of_ecs(service)),
        Way::CodeDeploy(way) => of_codedeploy(aws, &way.group).await,
    };
    let denied = seen.as_ref().err().and_then(AwsFailure::of);
    let Some(denied) = denied.filter(|failure| failure.kind == Kind::Denied) else {
        return seen.map(|active| Look {
            active,
            denied: None,
        });
    };
    run.events.note(format!(
        "Whether a deployment is already running was not looked at: the role may not call {}.",
        denied.action
    ));
    Ok(Look {
        active: None,
        denied: Some(worded(denied)),
    })
}

async fn of_codedeploy(aws: &Aws, group: &DeploymentGroup) -> Result<Option<Active>> {
    let codedeploy = aws.codedeploy();
    let ids = codedeploy.deployments(&group.application, &group.name, &UNDER_WAY, 1);
    let Some(id) = ids.await?.into_iter().next() else {
        return Ok(None);
    };
    let running = codedeploy.deployment(&id).await?;
    Ok(running.map(|running| Active {
        id,
        is_rollback: running.is_rollback(),
        status: running.status,
        revision: None,
        description: running.description,
    }))
}

/// What the service itself says.
fn of_ecs(service: &Service) -> Option<Active> {
    let primary = service.primary()?;
    let under_way = service.is_deployed_to();
    let id = service.current_deployment.as_ref().unwrap_or(&primary.id);
    under_way.then(|| Active {
        id: id.clone(),
        status: primary.rollout_state.clone().unwrap_or_default(),
        revision: Some(primary.task_definition.clone()),
        description: None,
        is_rollback: false,
    })
}

/// The one of this id, which AWS says is in the way.
///
/// # Errors
/// As AWS fails.
pub async fn of_id(aws: &Aws, way: &Way, id: String) -> Result<Active> {
    let known = match way {
        Way::Rolling | Way::Native => None,
        Way::CodeDeploy(_) => aws.codedeploy().deployment(&id).await?,
    };
    Ok(Active {
        id,
        is_rollback: known.as_ref().is_some_and(Deployment::is_rollback),
        status: known.map(|known| known.status).unwrap_or_default(),
        revision: None,
        description: None,
    })
}

/// Whether a rolling deployment of the very revision is no reason to make none, as
/// `force-new-deployment` asks: ECS keeps no description that would tell whose it is. Another
/// attempt of a run takes it for its own.
pub fn deploys_anew(run: &Run<'_>) -> bool {
    run.inputs.deploy.force_new_deployment && run.job.run_attempt == 1
}

/// What is to be done about the deployment that is in the way of `target`.
pub fn policy(run: &Run<'_>, target: &Target) -> OnActive {
    run.inputs
        .waiting
        .on_active
        .unwrap_or_else(|| target.way.on_active())
}

/// `on-active-deployment: fail` met one.
pub fn in_the_way(target: &str, active: &str) -> Failure {
    let what = format!("a deployment of {target} is already running: {active}");
    let help = "Wait for it to end and run this job again, or set `on-active-deployment` to `wait` \
                or `stop`. What was built and registered is used again.";
    Failure::new(Code::DeploymentRunning, what, help)
}

#[cfg(test)]
mod tests {
    use super::{Active, described};
    use crate::github::tests::job;

    #[test]
    fn a_description_tells_the_commit_of_the_same_repository() {
        let job = job();
        let commit = |description: Option<&str>| {
            let active = Active {
                id: "d-1".to_owned(),
                status: "InProgress".to_owned(),
                revision: None,
                description: description.map(str::to_owned),
                is_rollback: false,
            };
            active.commit(&job).map(str::to_owned)
        };
        assert_eq!(commit(Some(&described(&job))), Some(job.sha.clone()));
        assert_eq!(
            commit(Some("shop/web@abc https://x")),
            Some("abc".to_owned())
        );
        for foreign in ["shop/web2@abc https://x", "by hand", "shop/web@abc", ""] {
            assert_eq!(commit(Some(foreign)), None, "{foreign}");
        }
        assert_eq!(commit(None), None);
    }
}
