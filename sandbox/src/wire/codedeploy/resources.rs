//! The ARNs that an operation touches, for the policy check.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html>

use crate::wire::body::{text, texts};
use crate::world::World;
use serde_json::Value;

/// The ARNs that an operation touches; `*` where IAM knows no resource for it.
pub(super) fn of(world: &World, operation: &str, body: &Value) -> Vec<String> {
    let application = text(body, "applicationName").unwrap_or("*");
    let group = |name: &str| arn(world, &format!("deploymentgroup:{application}/{name}"));
    match operation {
        // IAM knows no resource for those that go on with a deployment or look at its targets.
        "ListApplications"
        | "ListDeploymentConfigs"
        | "StopDeployment"
        | "ContinueDeployment"
        | "GetDeploymentTarget"
        | "BatchGetDeploymentTargets"
        | "ListDeploymentTargets" => vec!["*".to_owned()],
        "GetApplication" | "GetApplicationRevision" | "ListDeploymentGroups" => {
            vec![arn(world, &format!("application:{application}"))]
        }
        "BatchGetApplications" => {
            let names = texts(body, "applicationNames").into_iter();
            names
                .map(|name| arn(world, &format!("application:{name}")))
                .collect()
        }
        "BatchGetDeploymentGroups" => texts(body, "deploymentGroupNames")
            .into_iter()
            .map(group)
            .collect(),
        "GetDeploymentConfig" => {
            let name = text(body, "deploymentConfigName").unwrap_or("*");
            vec![arn(world, &format!("deploymentconfig:{name}"))]
        }
        "BatchGetDeployments" => {
            let ids = texts(body, "deploymentIds").into_iter();
            ids.map(|id| group_of(world, id)).collect()
        }
        "CreateDeployment" | "ListDeployments" | "GetDeploymentGroup" => {
            vec![group(text(body, "deploymentGroupName").unwrap_or("*"))]
        }
        _ => vec![group_of(
            world,
            text(body, "deploymentId").unwrap_or_default(),
        )],
    }
}

/// The ARN of a CodeDeploy resource, such as `application:shop`.
pub(super) fn arn(world: &World, resource: &str) -> String {
    let World {
        region, account, ..
    } = world;
    format!("arn:aws:codedeploy:{region}:{account}:{resource}")
}

/// The group of a deployment; any group where there is no such deployment.
fn group_of(world: &World, deployment: &str) -> String {
    let found = world.codedeploy.deployment(deployment);
    let (application, group) = found.map_or(("*", "*"), |it| {
        (it.group.application.as_str(), it.group.name.as_str())
    });
    arn(world, &format!("deploymentgroup:{application}/{group}"))
}
