//! CodeDeploy's side of a service: application, deployment group, config and AppSpec fit it.

use super::super::documents::Documents;
use super::super::target::CodeDeployWay;
use super::service::CONTAINER_PORT;
use crate::aws::Aws;
use crate::aws::codedeploy::CodeDeploy;
use crate::aws::error::{AwsFailure, Kind, worded};
use crate::failure::{Code, Failure};
use crate::inputs::DeployInputs;
use crate::model::appspec::AppSpec;
use crate::model::codedeploy::{
    DeploymentGroup, GroupLookup, Routing, default_application, default_group,
};
use crate::model::service::Service;
use anyhow::Result;

/// What CodeDeploy needs to deploy `service`, and what is wrong with it.
///
/// # Errors
/// [`Code::CodeDeployMismatch`] where the deployment group is not there or not for the service, and as
/// AWS fails.
pub(in crate::pipeline) async fn look(
    inputs: &DeployInputs,
    aws: &Aws,
    documents: &Documents,
    service: &Service,
) -> Result<(CodeDeployWay, Vec<Failure>)> {
    let codedeploy = aws.codedeploy();
    let group = group(inputs, &codedeploy, service).await?;
    let config = inputs.codedeploy_deployment_config.clone();
    let named = config.as_ref().or(group.config.as_ref());
    let Read {
        routing,
        denied,
        wrong,
    } = routing(&codedeploy, named).await?;
    let app_spec = documents
        .app_spec
        .clone()
        .unwrap_or_else(AppSpec::generated);
    let unfit = wrong
        .into_iter()
        .chain(unfit(&app_spec, documents, service));
    let unfit = unfit.collect();
    let way = CodeDeployWay {
        group,
        config,
        routing,
        config_denied: denied,
        app_spec,
    };
    Ok((way, unfit))
}

/// What was found of a deployment config.
struct Read {
    routing: Routing,
    /// Why nobody has looked: the routing is what the config's name says.
    denied: Option<Failure>,
    wrong: Option<Failure>,
}

fn mismatch(what: String, help: &str) -> Failure {
    Failure::new(Code::CodeDeployMismatch, what, help)
}

/// The rows of the table that this fills.
pub(super) const GROUP: &str = "deployment group";
pub(super) const CONFIG: &str = "deployment config";

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
    let unfit = |failure: Failure| failure.about(GROUP, format!("{application}/{group}"));
    let found = match codedeploy.deployment_group(&application, &group).await? {
        GroupLookup::Found(found) => found,
        GroupLookup::NoApplication => {
            let what = format!("CodeDeploy has no application {application}");
            return Err(unfit(mismatch(what, help)).into());
        }
        GroupLookup::NoGroup => {
            let what =
                format!("the CodeDeploy application {application} has no deployment group {group}");
            return Err(unfit(mismatch(what, help)).into());
        }
    };
    belongs(&found, service).map_err(unfit)?;
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

async fn routing(codedeploy: &CodeDeploy, config: Option<&String>) -> Result<Read> {
    let read = |routing, denied, wrong| Read {
        routing,
        denied,
        wrong,
    };
    let Some(name) = config else {
        return Ok(read(Routing::AllAtOnce, None, None));
    };
    let by_name = Routing::of_name(name);
    let found = match codedeploy.deployment_config(name).await {
        Ok(found) => found,
        Err(error) => {
            let denied = denied(&error).map(|it| it.about(CONFIG, name));
            return denied.map_or(Err(error), |it| Ok(read(by_name, Some(it), None)));
        }
    };
    Ok(match found {
        Some(config) if config.compute_platform == "ECS" => read(config.routing, None, None),
        Some(config) => {
            let wrong = not_for_ecs(name, &config.compute_platform);
            read(by_name, None, Some(wrong))
        }
        None => read(by_name, None, Some(no_config(name))),
    })
}

/// The denial that `error` is.
fn denied(error: &anyhow::Error) -> Option<Failure> {
    let failure = AwsFailure::of(error)?;
    (failure.kind == Kind::Denied).then(|| worded(failure))
}

fn not_for_ecs(name: &str, platform: &str) -> Failure {
    mismatch(
        format!("the deployment config {name} is for {platform}, not ECS"),
        "Name a config for ECS, such as CodeDeployDefault.ECSAllAtOnce.",
    )
    .about(CONFIG, name)
}

fn no_config(name: &str) -> Failure {
    mismatch(
        format!("CodeDeploy has no deployment config {name}"),
        "Check `codedeploy-deployment-config`; the names of the ready-made ones begin with \
         CodeDeployDefault.ECS.",
    )
    .about(CONFIG, name)
}

/// What is wrong with the AppSpec as it will be sent, but for the revision, against the task
/// definition.
fn unfit(app_spec: &AppSpec, documents: &Documents, service: &Service) -> Vec<Failure> {
    let Some(document) = documents.trial() else {
        return Vec::new();
    };
    let complete = app_spec
        .clone()
        .for_service(service, &service.task_definition);
    let problems = complete.problems(document).into_iter();
    let help = "CodeDeploy would fail on it: correct the AppSpec, the service's load balancer or \
                the task definition.";
    let wrong = problems.map(|what| mismatch(what, help).about(CONTAINER_PORT, ""));
    wrong.collect()
}
