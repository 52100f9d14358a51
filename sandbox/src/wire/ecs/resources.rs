//! The ARNs that an operation touches, for the policy check.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>

use crate::wire::body::{text, texts};
use crate::world::World;
use crate::world::ecs::arn;
use serde_json::Value;
use std::collections::BTreeSet;

/// The ARNs that an operation touches; `*` where IAM knows no resource for it.
pub(super) fn of(world: &World, operation: &str, body: &Value) -> Vec<String> {
    let in_cluster = |kind: &str, member: &str| {
        let names = match text(body, member) {
            Some(name) => vec![name],
            None => texts(body, member),
        };
        let arn = |name: &str| full(world, kind, body, name);
        names.into_iter().map(arn).collect::<Vec<_>>()
    };
    let resources = match operation {
        "CreateService" => in_cluster("service", "serviceName"),
        "UpdateService" | "DeleteService" | "ListServiceDeployments" => {
            in_cluster("service", "service")
        }
        "DescribeServices" => in_cluster("service", "services"),
        "DescribeTasks" => in_cluster("task", "tasks"),
        "DescribeTaskSets" => vec![task_sets(world, body)],
        "DescribeClusters" => match texts(body, "clusters") {
            names if names.is_empty() => vec![cluster(world, "default")],
            names => names.into_iter().map(|name| cluster(world, name)).collect(),
        },
        "DescribeServiceDeployments" => with_services(&texts(body, "serviceDeploymentArns")),
        "DescribeServiceRevisions" => with_services(&texts(body, "serviceRevisionArns")),
        "StopServiceDeployment" | "ContinueServiceDeployment" => {
            let arn: Vec<_> = text(body, "serviceDeploymentArn").into_iter().collect();
            with_services(&arn)
        }
        "TagResource" | "UntagResource" | "ListTagsForResource" => text(body, "resourceArn")
            .map(str::to_owned)
            .into_iter()
            .collect(),
        _ => Vec::new(),
    };
    if resources.is_empty() {
        vec!["*".to_owned()]
    } else {
        resources
    }
}

/// These, and the services that they are of: IAM asks for both.
fn with_services(arns: &[&str]) -> Vec<String> {
    let services: BTreeSet<_> = arns.iter().filter_map(|arn| service_of(arn)).collect();
    let own = arns.iter().map(|arn| (*arn).to_owned());
    own.chain(services).collect()
}

/// The service of `arn:aws:ecs:…:service-deployment/production/shop/…`.
fn service_of(arn: &str) -> Option<String> {
    let (kind, rest) = arn.split_once('/')?;
    let (kind, _) = kind.rsplit_once(':')?;
    let (service, _) = rest.rsplit_once('/')?;
    Some(format!("{kind}:service/{service}"))
}

fn cluster(world: &World, name: &str) -> String {
    if name.starts_with("arn:") {
        name.to_owned()
    } else {
        arn(world, &format!("cluster/{name}"))
    }
}

fn cluster_name(body: &Value) -> &str {
    let cluster = text(body, "cluster").unwrap_or("default");
    cluster.rsplit('/').next().unwrap_or(cluster)
}

fn full(world: &World, kind: &str, body: &Value, name: &str) -> String {
    if name.starts_with("arn:") {
        name.to_owned()
    } else {
        arn(world, &format!("{kind}/{}/{name}", cluster_name(body)))
    }
}

fn task_sets(world: &World, body: &Value) -> String {
    let service = text(body, "service").unwrap_or_default();
    let service = service.rsplit('/').next().unwrap_or(service);
    arn(
        world,
        &format!("task-set/{}/{service}/*", cluster_name(body)),
    )
}
