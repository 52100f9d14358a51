//! CodeDeploy's side of a service: application, deployment group, config and AppSpec fit it.

use super::super::documents::Documents;
use super::super::target::CodeDeployWay;
use crate::aws::Aws;
use crate::aws::codedeploy::CodeDeploy;
use crate::failure::{Code, Failure, Failures};
use crate::inputs::DeployInputs;
use crate::model::appspec::AppSpec;
use crate::model::codedeploy::{
    DeploymentGroup, GroupLookup, Routing, default_application, default_group,
};
use crate::model::service::Service;
use anyhow::Result;

/// What CodeDeploy needs to deploy `service`, checked.
pub(super) async fn look(
    inputs: &DeployInputs,
    aws: &Aws,
    documents: &Documents,
    service: &Service,
) -> Result<CodeDeployWay> {
    let codedeploy = aws.codedeploy();
    let group = group(inputs, &codedeploy, service).await?;
    let config = inputs.codedeploy_deployment_config.clone();
    let routing = routing(&codedeploy, config.as_ref().or(group.config.as_ref())).await;
    let app_spec = documents
        .app_spec
        .clone()
        .unwrap_or_else(AppSpec::generated);
    let routing = both(routing, fits(&app_spec, documents, service))?;
    Ok(CodeDeployWay {
        group,
        config,
        routing,
        app_spec,
    })
}

/// What was found, when nothing is wrong with either.
fn both(routing: Result<Routing>, fits: Result<(), Failures>) -> Result<Routing> {
    let (Err(error), Err(unfit)) = (&routing, &fits) else {
        fits?;
        return routing;
    };
    let mut all: Vec<_> = Failure::all_of(error).into_iter().cloned().collect();
    if all.is_empty() {
        return routing;
    }
    all.extend(unfit.all().iter().cloned());
    Failures::none(all)?;
    routing
}

fn mismatch(what: String, help: &str) -> Failure {
    Failure::new(Code::CodeDeployMismatch, what, help)
}

async fn group(
    inputs: &DeployInputs,
    codedeploy: &CodeDeploy,
    service: &Service,
) -> Result<DeploymentGroup> {
    let (cluster, name) = (service.cluster_name(), service.name.as_str());
    let application = inputs.codedeploy_application.clone();
    let application = application.unwrap_or_else(|| default_application(cluster, name));
    let group = inputs.codedeploy_deployment_group.clone();
    let group = group.unwrap_or_else(|| default_group(cluster, name));
    let help = "Without inputs, the names are those that the ECS console gives; set \
                `codedeploy-application` and `codedeploy-deployment-group` to yours.";
    let found = match codedeploy.deployment_group(&application, &group).await? {
        GroupLookup::Found(found) => found,
        GroupLookup::NoApplication => {
            let what = format!("CodeDeploy has no application {application}");
            return Err(mismatch(what, help).into());
        }
        GroupLookup::NoGroup => {
            let what =
                format!("the CodeDeploy application {application} has no deployment group {group}");
            return Err(mismatch(what, help).into());
        }
    };
    belongs(&found, service)?;
    Ok(*found)
}

fn belongs(group: &DeploymentGroup, service: &Service) -> Result<(), Failure> {
    if group.compute_platform != "ECS" {
        let what = format!(
            "the deployment group {} is for {}, not ECS",
            group.name, group.compute_platform
        );
        return Err(mismatch(
            what,
            "Name the deployment group that was made for the ECS service.",
        ));
    }
    if group.deploys(service.cluster_name(), &service.name) {
        return Ok(());
    }
    let label = format!("{}/{}", service.cluster_name(), service.name);
    let what = format!(
        "the deployment group {} does not deploy {label}",
        group.name
    );
    let theirs = group
        .services
        .iter()
        .map(|entry| format!("{}/{}", entry.cluster, entry.service));
    let theirs = theirs.collect::<Vec<_>>().join(", ");
    Err(mismatch(
        what,
        "Name the deployment group of this service, or the service of this group.",
    )
    .because(format!("it deploys {theirs}")))
}

async fn routing(codedeploy: &CodeDeploy, config: Option<&String>) -> Result<Routing> {
    let Some(name) = config else {
        return Ok(Routing::AllAtOnce);
    };
    match codedeploy.deployment_config(name).await? {
        Some(config) if config.compute_platform == "ECS" => Ok(config.routing),
        Some(config) => {
            let what = format!(
                "the deployment config {name} is for {}, not ECS",
                config.compute_platform
            );
            Err(mismatch(
                what,
                "Name a config for ECS, such as CodeDeployDefault.ECSAllAtOnce.",
            )
            .into())
        }
        None => {
            let what = format!("CodeDeploy has no deployment config {name}");
            Err(mismatch(
                what,
                "Check `codedeploy-deployment-config`; the names of the ready-made \
                                ones begin with CodeDeployDefault.ECS.",
            )
            .into())
        }
    }
}

/// The AppSpec as it will be sent, but for the revision, against the task definition.
fn fits(app_spec: &AppSpec, documents: &Documents, service: &Service) -> Result<(), Failures> {
    let Some(document) = documents.trial() else {
        return Ok(());
    };
    let complete = app_spec
        .clone()
        .for_service(service, &service.task_definition);
    let problems = complete.problems(document).into_iter();
    let help = "CodeDeploy would fail on it: correct the AppSpec, the service's load balancer or \
                the task definition.";
    Failures::none(problems.map(|what| mismatch(what, help)).collect())
}
