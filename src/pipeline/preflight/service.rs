//! The service: there, active, and deployed in a way that this run can drive.

use super::super::Run;
use super::super::active;
use super::super::documents::Documents;
use super::super::overtaking;
use super::super::served::served;
use super::super::target::{Target, Way};
use super::codedeploy;
use super::controller::{By, by};
use crate::aws::Aws;
use crate::aws::ecs::Ecs;
use crate::failure::{Code, Failure, Failures};
use crate::inputs::OnActive;
use crate::model::arn::short;
use crate::model::service::Service;
use crate::model::task_definition::TaskDefinition;
use anyhow::{Context as _, Result, bail};

/// The service that the inputs name, and how it is deployed.
pub(in crate::pipeline) async fn look(
    run: &Run<'_>,
    aws: &Aws,
    documents: &Documents,
) -> Result<Target> {
    let service = look_for(run, aws).await?;
    drivable(run, aws, documents, service).await
}

/// The same, to deploy to it: refused when a newer commit than the run's is deployed, and when a
/// deployment runs that the inputs neither wait for nor stop.
pub(in crate::pipeline) async fn look_to_deploy(
    run: &Run<'_>,
    aws: &Aws,
    documents: &Documents,
) -> Result<Target> {
    let service = look_for(run, aws).await?;
    look_to_deploy_to(run, aws, documents, service).await
}

/// The service that the inputs name, told.
pub(in crate::pipeline) async fn look_for(run: &Run<'_>, aws: &Aws) -> Result<Service> {
    let service = found(run, &aws.ecs()).await?;
    tell(run, &service);
    Ok(service)
}

/// How `service` is deployed to: refused when a newer commit than the run's is deployed.
pub(super) async fn look_to_deploy_to(
    run: &Run<'_>,
    aws: &Aws,
    documents: &Documents,
    service: Service,
) -> Result<Target> {
    // Boxed: side by side, they would be too much for a small stack.
    let newer = Box::pin(overtaking::look(run, aws, &service));
    let target = Box::pin(drivable(run, aws, documents, service.clone()));
    let (target, newer) = tokio::join!(target, newer);
    let target = target.and_then(|target| match refused(run, &target) {
        Some(refused) => Err(refused.into()),
        None => Ok(target),
    });
    together(target, newer)
}

/// All that is wrong with a target, at once.
fn together(target: Result<Target>, newer: Option<Failure>) -> Result<Target> {
    let Some(newer) = newer else {
        return target;
    };
    let mut failures = Vec::new();
    if let Err(error) = target {
        failures.extend(Failure::all_of(&error).into_iter().cloned());
        if failures.is_empty() {
            return Err(error);
        }
    }
    failures.push(newer);
    Failures::none(failures)?;
    bail!("a refusal without a reason")
}

async fn drivable(
    run: &Run<'_>,
    aws: &Aws,
    documents: &Documents,
    service: Service,
) -> Result<Target> {
    let inputs = &run.inputs.deploy;
    let by = by(&service, inputs)?;
    let way = if let By::CodeDeploy = by {
        let way = codedeploy::look(inputs, aws, documents, &service).await?;
        Way::CodeDeploy(Box::new(way))
    } else {
        let problems = documents.trial().map(|it| unmapped(&service, it));
        Failures::none(problems.unwrap_or_default())?;
        match by {
            By::Native => Way::Native,
            _ => Way::Rolling,
        }
    };
    let active = active::look(run, aws, &service, &way).await?;
    let serves = served(aws, &service, &way, active.as_ref()).await?;
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
    Ok(Target {
        service,
        way,
        active,
        serves,
    })
}

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
    Failure::new(Code::NoCluster, what, help)
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
    Failure::new(Code::NoService, what, help)
}

fn not_active(service: &Service) -> Failure {
    let what = format!("service {} is {}, not ACTIVE", service.name, service.status);
    let help = "It is being deleted or was deleted: create it again before deploying to it.";
    Failure::new(Code::NoService, what, help)
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
            .because(format!("its containers are {}", document.containers().join(", ")))
    });
    told.collect()
}
