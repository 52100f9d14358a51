//! The edge to Elastic Load Balancing: target groups and the health of their targets.
//!
//! Never waits and never decides.

mod routing;

use crate::aws::Aws;
use crate::aws::answer::found;
use crate::aws::ask::Asking;
use crate::model::target_group::{TargetGroup, TargetHealth};
use anyhow::Result;
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::operation::describe_target_groups::DescribeTargetGroupsError;
use aws_sdk_elasticloadbalancingv2::operation::describe_target_health::DescribeTargetHealthError;
use aws_sdk_elasticloadbalancingv2::types as sdk;

/// Elastic Load Balancing in one account and region.
#[derive(Debug, Clone)]
pub struct Elb {
    client: Client,
    asking: Asking,
}

impl Elb {
    /// Elastic Load Balancing as `aws` reaches it.
    pub fn new(aws: &Aws) -> Self {
        Self {
            client: Client::new(&aws.config),
            asking: aws.asking.clone(),
        }
    }

    /// The target group of this name or ARN; `None` when it is not there.
    pub async fn target_group(&self, group: &str) -> Result<Option<TargetGroup>> {
        const ACTION: &str = "elasticloadbalancing:DescribeTargetGroups";
        let call = self.client.describe_target_groups();
        let call = if group.starts_with("arn:") {
            call.target_group_arns(group)
        } else {
            call.names(group)
        };
        let not_there = DescribeTargetGroupsError::is_target_group_not_found_exception;
        let ask = async || found(ACTION, call.clone().send().await, not_there);
        let answer = self.asking.ask(ask).await?;
        let group = answer.as_ref().and_then(|it| it.target_groups().first());
        Ok(group.map(target_group))
    }

    /// The targets of the group of this ARN and their health; none when it is not there.
    pub async fn target_health(&self, group: &str) -> Result<Vec<TargetHealth>> {
        const ACTION: &str = "elasticloadbalancing:DescribeTargetHealth";
        let call = self.client.describe_target_health();
        let call = call.target_group_arn(group);
        let not_there = DescribeTargetHealthError::is_target_group_not_found_exception;
        let ask = async || found(ACTION, call.clone().send().await, not_there);
        let answer = self.asking.ask(ask).await?;
        let targets = answer.and_then(|answer| answer.target_health_descriptions);
        let targets = targets.unwrap_or_default();
        let targets = targets.iter();
        Ok(targets.map(|target| target_health(group, target)).collect())
    }
}

fn target_group(group: &sdk::TargetGroup) -> TargetGroup {
    let protocol = group.health_check_protocol().map(sdk::ProtocolEnum::as_str);
    let matcher = group.matcher();
    let matcher = matcher.and_then(|it| it.http_code().or(it.grpc_code()));
    TargetGroup {
        arn: text(group.target_group_arn()),
        name: text(group.target_group_name()),
        protocol: protocol.map(str::to_owned),
        port: group.health_check_port().map(str::to_owned),
        path: group.health_check_path().map(str::to_owned),
        matcher: matcher.map(str::to_owned),
    }
}

fn target_health(group: &str, entry: &sdk::TargetHealthDescription) -> TargetHealth {
    let (target, health) = (entry.target(), entry.target_health());
    let state = health.and_then(|it| it.state());
    let reason = health.and_then(|it| it.reason());
    let description = health.and_then(sdk::TargetHealth::description);
    TargetHealth {
        group: group.to_owned(),
        id: text(target.and_then(sdk::TargetDescription::id)),
        port: target.and_then(sdk::TargetDescription::port),
        checked_port: entry.health_check_port().map(str::to_owned),
        state: text(state.map(sdk::TargetHealthStateEnum::as_str)),
        reason: reason.map(|reason| reason.as_str().to_owned()),
        description: description.map(str::to_owned),
    }
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
