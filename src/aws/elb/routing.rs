//! How traffic gets to target groups: which listeners there are, and what they forward to.

use super::{Elb, text};
use crate::aws::answer::found;
use crate::aws::error::seen;
use crate::model::target_group::{Destination, Listener};
use anyhow::Result;
use aws_sdk_elasticloadbalancingv2::operation::describe_listeners::DescribeListenersError;
use aws_sdk_elasticloadbalancingv2::operation::describe_rules::DescribeRulesError;
use aws_sdk_elasticloadbalancingv2::operation::describe_target_groups::DescribeTargetGroupsError;
use aws_sdk_elasticloadbalancingv2::types as sdk;

impl Elb {
    /// Those of the target groups of these names or ARNs that are there. One that is not makes all
    /// of an answer a refusal, after which each is asked for alone.
    pub async fn destinations(&self, groups: &[String]) -> Result<Vec<Destination>> {
        let mut found = Vec::new();
        let of_arns = |group: &&String| group.starts_with("arn:");
        for by_arn in [true, false] {
            let some = groups.iter().filter(|it| of_arns(it) == by_arn);
            let some: Vec<String> = some.cloned().collect();
            if some.is_empty() {
                continue;
            }
            match self.described(&some, by_arn).await? {
                Some(all) => found.extend(all),
                None if some.len() > 1 => {
                    for one in some.chunks(1) {
                        found.extend(self.described(one, by_arn).await?.unwrap_or_default());
                    }
                }
                None => {}
            }
        }
        Ok(found)
    }

    async fn described(&self, groups: &[String], by_arn: bool) -> Result<Option<Vec<Destination>>> {
        const ACTION: &str = "elasticloadbalancing:DescribeTargetGroups";
        let call = self.client.describe_target_groups();
        let groups = Some(groups.to_vec());
        let call = if by_arn {
            call.set_target_group_arns(groups)
        } else {
            call.set_names(groups)
        };
        let not_there = DescribeTargetGroupsError::is_target_group_not_found_exception;
        let ask = async || found(ACTION, call.clone().send().await, not_there);
        let answer = self.asking.ask(ask).await?;
        Ok(answer.map(|it| it.target_groups().iter().map(destination).collect()))
    }

    /// The listener of this ARN; `None` when it is not there.
    pub async fn listener(&self, arn: &str) -> Result<Option<Listener>> {
        const ACTION: &str = "elasticloadbalancing:DescribeListeners";
        let call = self.client.describe_listeners().listener_arns(arn);
        let not_there = DescribeListenersError::is_listener_not_found_exception;
        let ask = async || found(ACTION, call.clone().send().await, not_there);
        let answer = self.asking.ask(ask).await?;
        let listener = answer.as_ref().and_then(|it| it.listeners().first());
        Ok(listener.map(listener_of))
    }

    /// The target groups, by ARN, that the rule of this ARN forwards to; `None` when it is not there.
    pub async fn rule(&self, arn: &str) -> Result<Option<Vec<String>>> {
        const ACTION: &str = "elasticloadbalancing:DescribeRules";
        let call = self.client.describe_rules().rule_arns(arn);
        let not_there = DescribeRulesError::is_rule_not_found_exception;
        let ask = async || found(ACTION, call.clone().send().await, not_there);
        let answer = self.asking.ask(ask).await?;
        let rule = answer.as_ref().and_then(|it| it.rules().first());
        Ok(rule.map(|rule| forwards(rule.actions())))
    }

    /// The target groups, by ARN, that the rules of the listener of this ARN forward to.
    pub async fn rules_forward_to(&self, listener: &str) -> Result<Vec<String>> {
        const ACTION: &str = "elasticloadbalancing:DescribeRules";
        let call = self.client.describe_rules().listener_arn(listener);
        let ask = async || call.clone().send().await.map_err(seen(ACTION));
        let answer = self.asking.ask(ask).await?;
        let rules = answer.rules().iter();
        Ok(rules.flat_map(|rule| forwards(rule.actions())).collect())
    }
}

fn destination(group: &sdk::TargetGroup) -> Destination {
    let kind = group.target_type().map(sdk::TargetTypeEnum::as_str);
    Destination {
        arn: text(group.target_group_arn()),
        name: text(group.target_group_name()),
        target_type: text(kind),
        load_balancers: group.load_balancer_arns().to_vec(),
    }
}

fn listener_of(listener: &sdk::Listener) -> Listener {
    Listener {
        arn: text(listener.listener_arn()),
        port: listener.port().unwrap_or_default(),
        forwards: forwards(listener.default_actions()),
    }
}

/// The target groups of actions, each once.
fn forwards(actions: &[sdk::Action]) -> Vec<String> {
    let weighted = actions.iter().filter_map(sdk::Action::forward_config);
    let weighted = weighted.flat_map(sdk::ForwardActionConfig::target_groups);
    let weighted = weighted.filter_map(sdk::TargetGroupTuple::target_group_arn);
    let single = actions.iter().filter_map(sdk::Action::target_group_arn);
    let mut all: Vec<_> = weighted.chain(single).map(str::to_owned).collect();
    all.sort_unstable();
    all.dedup();
    all
}
