//! The way of the traffic: target groups, and the listeners or rules that lead to them.

use super::{Facts, Rows, side_by_side};
use crate::model::arn::short;
use crate::model::service::LoadBalancer;
use crate::model::target_group::Destination;
use crate::preflight::Check;
use crate::preflight::balancing::{self, Named};

impl Facts<'_> {
    /// The target groups of the deployment group's pair, or those that the service itself names.
    pub(super) async fn target_groups(&self) -> Vec<Check> {
        let all = self.named_target_groups();
        if all.is_empty() {
            return Vec::new();
        }
        let names: Vec<_> = all.iter().map(|it| it.name.clone()).collect();
        let elb = self.aws.elb();
        let found = self.reads.read(elb.destinations(&names)).await;
        let mut checks = match &found {
            Ok(found) => balancing::groups(&all, found, self.task),
            Err(why) => {
                let each = names.iter().map(|name| balancing::group_name(name));
                each.map(|it| Check::skipped(balancing::GROUP, it, why))
                    .collect()
            }
        };
        let Some(group) = self.group else {
            return checks;
        };
        let pair = found.as_deref().map_err(String::as_str);
        let production = group.production_listeners.iter();
        let test = group.test_listeners.iter();
        let listeners = production
            .map(|arn| (arn, Some(pair)))
            .chain(test.map(|arn| (arn, None)));
        let each = listeners.map(|(arn, pair)| -> Rows<'_> { Box::pin(self.listener(arn, pair)) });
        checks.extend(side_by_side(each.collect()).await.into_iter().flatten());
        checks
    }

    /// A service's own target group has its load balancer already, as ECS demands; the other one of
    /// a pair is looked at by the listener or the rule that leads to it.
    fn named_target_groups(&self) -> Vec<Named> {
        let named = |name: &String, used| Named {
            name: name.clone(),
            used,
        };
        if let Some(group) = self.group {
            let pair = group.target_groups.iter();
            return pair.map(|name| named(name, false)).collect();
        }
        let entries = self.load_balancers().iter();
        let own = entries.clone().filter_map(|it| it.target_group.as_ref());
        let other = entries.filter_map(|it| it.alternate.as_ref());
        let own = own.map(|name| named(name, true));
        let mut all: Vec<_> = own.chain(other.map(|name| named(name, false))).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all.dedup_by(|one, other| one.name == other.name);
        all
    }

    fn load_balancers(&self) -> &[LoadBalancer] {
        let service = self.service.filter(|_| self.group.is_none());
        service.map_or(&[], |service| service.load_balancers.as_slice())
    }

    /// The rules by which ECS moves traffic between two target groups.
    pub(super) async fn rules(&self) -> Vec<Check> {
        let pairs = self.load_balancers().iter().filter_map(|entry| {
            let (own, other) = (entry.target_group.as_ref()?, entry.alternate.as_ref()?);
            Some((entry, [own.as_str(), other.as_str()]))
        });
        let each = pairs.flat_map(|(entry, pair)| {
            let production = entry
                .production_rule
                .iter()
                .map(|arn| ("production traffic", arn));
            let test = entry.test_rule.iter().map(|arn| ("test traffic", arn));
            let rules = production.chain(test);
            rules.map(move |(of, arn)| -> Rows<'_> { Box::pin(self.rule(arn, of, pair)) })
        });
        let checks = side_by_side(each.collect()).await;
        let alone = self
            .load_balancers()
            .iter()
            .filter(|entry| entry.alternate.is_none());
        let alone = alone.filter(|_| self.service.is_some_and(|it| it.configuration.is_staged()));
        let alone = alone.filter_map(|entry| entry.target_group.as_deref());
        let checks = checks.into_iter().flatten();
        checks.chain(alone.map(balancing::alone)).collect()
    }

    async fn rule(&self, arn: &str, traffic: &str, pair: [&str; 2]) -> Vec<Check> {
        let elb = self.aws.elb();
        vec![match self.reads.read(elb.rule(arn)).await {
            Ok(found) => balancing::rule(arn, traffic, found.as_deref(), pair),
            Err(why) => Check::skipped(balancing::RULE, short(arn), why),
        }]
    }

    /// A listener; `pair`: one of these target groups must have its traffic, or why nobody knows them.
    async fn listener(&self, arn: &str, pair: Option<Result<&[Destination], &str>>) -> Vec<Check> {
        let name = short(arn);
        let skipped = |why: &str| vec![Check::skipped(balancing::LISTENER, name, why)];
        let elb = self.aws.elb();
        let found = match self.reads.read(elb.listener(arn)).await {
            Ok(found) => found,
            Err(why) => return skipped(&why),
        };
        let (Some(listener), Some(pair)) = (&found, pair) else {
            return vec![balancing::listener(arn, found.as_ref())];
        };
        let pair = match pair {
            Ok(pair) => pair,
            Err(why) => return skipped(&format!("there; where it leads is not known: {why}")),
        };
        let check = balancing::production(listener, pair, None);
        if check.failure().is_none() {
            return vec![check];
        }
        match self.reads.read(elb.rules_forward_to(arn)).await {
            Ok(rules) => vec![balancing::production(listener, pair, Some(&rules))],
            Err(why) => skipped(&why),
        }
    }
}
