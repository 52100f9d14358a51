//! The service: there, active, and deployed in a way that this run can drive.

use super::super::Run;
use super::super::active::{self, Look};
use super::super::documents::Documents;
use super::super::overtaking;
use super::super::served::{Served, served};
use super::super::target::{Target, Way};
use super::codedeploy;
use super::controller::{By, by};
use super::mendable;
use crate::aws::Aws;
use crate::aws::ecs::Ecs;
use crate::failure::{Code, Failure, Failures};
use crate::inputs::{Command, OnActive};
use crate::model::arn::short;
use crate::model::service::{LoadBalancer, Service};
use crate::model::task_definition::TaskDefinition;
use anyhow::{Context as _, Result};

/// The service that the inputs name, and how it is deployed.
pub(in crate::pipeline) async fn look(
    run: &Run<'_>,
    aws: &Aws,
    documents: &Documents,
) -> Result<Target> {
    let service = look_for(run, aws).await?;
    let service = service.to_have(documents.configuration.as_ref());
    let (target, unfit) = drivable(run, aws, documents, service).await?;
    Failures::none(unfit)?;
    Ok(target)
}

/// The same, to deploy to it: refused when a newer commit than the run's is deployed, and when a
/// deployment runs that the inputs neither wait for nor stop.
pub(in crate::pipeline) async fn look_to_deploy(
    run: &Run<'_>,
    aws: &Aws,
    documents: &Documents,
) -> Result<Target> {
    let service = look_for(run, aws).await?;
    let service = service.to_have(documents.configuration.as_ref());
    let (target, wrong) = look_to_deploy_to(run, aws, documents, service).await?;
    Failures::none(wrong)?;
    target.context("a refusal without a reason")
}

/// The service that the inputs name, told.
pub(in crate::pipeline) async fn look_for(run: &Run<'_>, aws: &Aws) -> Result<Service> {
    let service = found(run, &aws.ecs()).await?;
    tell(run, &service);
    Ok(service)
}

/// How `service` is deployed to, as far as that can be told, and all that is wrong with it: among it
/// a newer commit than the run's that is deployed.
pub(super) async fn look_to_deploy_to(
    run: &Run<'_>,
    aws: &Aws,
    documents: &Documents,
    service: Service,
) -> Result<(Option<Target>, Vec<Failure>)> {
    // Boxed: side by side, they would be too much for a small stack.
    let newer = Box::pin(overtaking::look(run, aws, &service));
    let target = Box::pin(drivable(run, aws, documents, service.clone()));
    let (target, newer) = tokio::join!(target, newer);
    let (target, mut wrong) = match target {
        Ok((target, mut unfit)) => {
            unfit.extend(denied(run, &target));
            unfit.extend(refused(run, &target));
            (Some(target), unfit)
        }
        Err(error) => (None, mendable(error)?),
    };
    wrong.extend(newer);
    Ok((target, wrong))
}

/// The service as it is deployed, and what of that does not fit the documents.
async fn drivable(
    run: &Run<'_>,
    aws: &Aws,
    documents: &Documents,
    service: Service,
) -> Result<(Target, Vec<Failure>)> {
    let inputs = &run.inputs.deploy;
    let by = by(&service, inputs)?;
    let (way, unfit) = if let By::CodeDeploy = by {
        let (way, unfit) = codedeploy::look(inputs, aws, documents, &service).await?;
        (Way::CodeDeploy(Box::new(way)), unfit)
    } else {
        let problems = documents.trial().map(|it| unmapped(&service, it));
        let way = match by {
            By::Native => Way::Native,
            _ => Way::Rolling,
        };
        (way, problems.unwrap_or_default())
    };
    let Look { active, denied } = active::look(run, aws, &service, &way).await?;
    let serves = served(aws, &service, &way, active.as_ref()).await?;
    warn_of_left_traffic(run, &service, &serves);
    let target = Target {
        service,
        way,
        active,
        active_denied: denied,
        serves,
    };
    Ok((target, unfit))
}

fn warn_of_left_traffic(run: &Run<'_>, service: &Service, serves: &Served) {
    for set in serves
        .beside
        .iter()
        .filter_map(|left| service.task_set(&left.task_set))
    {
        run.events.warn(format!(
            "{}/{}: {} has production traffic and is not the PRIMARY task set: a deployment of it was \
             stopped and not rolled back.",
            service.cluster_name(),
            service.name,
            short(&set.task_definition)
        ));
    }
}

/// What could not be looked at and what a deployment asks for again, after its first write: CodeDeploy
/// itself wants to see the config, and its deployments tell whether a request that got no answer was
/// taken in. A plan does without, and a rollback goes by another config.
fn denied(run: &Run<'_>, target: &Target) -> Vec<Failure> {
    if run.inputs.command == Command::Plan {
        return Vec::new();
    }
    let config = match &target.way {
        Way::CodeDeploy(way) if run.inputs.command != Command::Rollback => {
            way.config_denied.clone()
        }
        _ => None,
    };
    let active = target.active_denied.clone();
    let active = active.map(|denied| denied.about(RUNNING, ""));
    config.into_iter().chain(active).collect()
}

/// What the check for a deployment in the way is called.
pub(super) const RUNNING: &str = "running deployment";

/// `on-active-deployment: fail` and a deployment that is surely none of ours. ECS keeps no
/// description: what another attempt of this run has started shows in the revision, once the
/// images are known.
fn refused(run: &Run<'_>, target: &Target) -> Option<Failure> {
    let active = target.active.as_ref()?;
    let deploys = run.inputs.command.is_for_a_revision();
    if !deploys || active::policy(run, target) != OnActive::Fail {
        return None;
    }
    let may_be_ours = match target.way {
        Way::Rolling | Way::Native => run.job.run_attempt > 1,
        Way::CodeDeploy(_) => active.is_of(run.job),
    };
    (!may_be_ours).then(|| active::in_the_way(&target.label(), &active.name()))
}

fn tell(run: &Run<'_>, service: &Service) {
    let serves = service.serving();
    run.events.note(format!(
        "{}/{} runs {}, {} of {} tasks running.",
        service.cluster_name(),
        service.name,
        short(&serves.task_definition),
        serves.counts.running,
        serves.counts.desired,
    ));
}

async fn found(run: &Run<'_>, ecs: &Ecs) -> Result<Service> {
    let cluster = &run.inputs.deploy.cluster;
    let name = run
        .inputs
        .deploy
        .service
        .clone()
        .context("a deployment without a service")?;
    let service = ecs
        .services(cluster, std::slice::from_ref(&name))
        .await?
        .into_iter()
        .flatten()
        .next();
    let region = &run.inputs.aws.region;
    match service {
        Some(service) if service.status == "ACTIVE" => Ok(service),
        Some(service) => Err(not_active(&service).into()),
        None if ecs
            .cluster(cluster)
            .await?
            .is_none_or(|it| it.status == "INACTIVE") =>
        {
            Err(no_cluster(cluster, region).into())
        }
        None => Err(no_service(cluster, &name, region).into()),
    }
}

fn no_cluster(cluster: &str, region: &str) -> Failure {
    let what = format!("cluster {cluster} is not in {region}");
    let help = "Check `cluster`, `aws-region` and the account of the role; `aws ecs list-clusters` \
                shows the clusters that are there.";
    Failure::new(Code::NoCluster, what, help).about("cluster", short(cluster))
}

fn no_service(cluster: &str, service: &str, region: &str) -> Failure {
    let what = format!(
        "service {service} is not in cluster {} in {region}",
        short(cluster)
    );
    let help = format!(
        "Check `service` and `cluster`; `aws ecs list-services --cluster {}` shows the services \
         that are there.",
        short(cluster)
    );
    Failure::new(Code::NoService, what, help).about("service", service)
}

fn not_active(service: &Service) -> Failure {
    let what = format!("service {} is {}, not ACTIVE", service.name, service.status);
    let help = "It is being deleted or was deleted: create it again before deploying to it.";
    Failure::new(Code::NoService, what, help).about("service", &service.name)
}

/// What the check is called that container and port of a load balancer are there.
pub(super) const CONTAINER_PORT: &str = "container port";

/// `web:8080`.
pub(super) fn port(entry: &LoadBalancer) -> String {
    format!("{}:{}", entry.container, entry.port)
}

/// Load balancer entries of the service whose container or port is not in the task definition: ECS
/// would take the revision and refuse the service's update.
fn unmapped(service: &Service, document: &TaskDefinition) -> Vec<Failure> {
    let lacking = service.load_balancers.iter().filter(|entry| {
        let ports = document.ports(&entry.container);
        !ports.is_some_and(|ports| ports.contains(&entry.port.into()))
    });
    let told = lacking.map(|entry| {
        let what = format!(
            "the load balancer of service {} sends to {}:{}, which the task definition does not map",
            service.name, entry.container, entry.port
        );
        let help = "Give that container a portMappings entry with this containerPort, or correct \
                    the service.";
        Failure::new(Code::UnknownContainer, what, help)
            .about(CONTAINER_PORT, port(entry))
            .because(format!("its containers are {}", document.containers().join(", ")))
    });
    told.collect()
}
