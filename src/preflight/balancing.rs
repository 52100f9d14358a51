//! Whether traffic gets to the tasks: target groups and listeners.

use super::task::Task;
use super::{Check, network};
use crate::failure::{Code, Failure};
use crate::model::arn::short;
use crate::model::target_group::{Destination, Listener};

/// What the checks are called.
pub const GROUP: &str = "target group";
/// The listener's.
pub const LISTENER: &str = "listener";

/// The rule's.
pub const RULE: &str = "listener rule";

/// A target group that the service or the deployment group names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name or ARN.
    pub name: String,
    /// Whether a load balancer has to forward to it already, as ECS demands.
    pub used: bool,
}

/// The target groups that are `named`, among those that were `found`.
pub fn groups(named: &[Named], found: &[Destination], task: Option<&Task>) -> Vec<Check> {
    let each = named.iter().map(|Named { name, used }| {
        let group = found.iter().find(|it| it.name == *name || it.arn == *name);
        let failure = match group {
            None => Some(no_group(name)),
            Some(group) if *used && group.load_balancers.is_empty() => Some(not_used(group)),
            Some(group) => task.and_then(|task| {
                network::targets(task, std::slice::from_ref(group))
                    .into_iter()
                    .next()
            }),
        };
        Check::judged(GROUP, group_name(name), "", failure)
    });
    each.collect()
}

/// The rule `arn` by which ECS moves the `traffic` between the target groups of the `pair`; `found`: those
/// that it forwards to, by ARN, absent where it is not there
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html>).
pub fn rule(arn: &str, traffic: &str, found: Option<&[String]>, pair: [&str; 2]) -> Check {
    let name = short(arn);
    let unfit = |what: String, help: &str| {
        let failure = Failure::new(Code::BalancingUnfit, what, help).because(arn.to_owned());
        Check::failed(RULE, name, failure)
    };
    let Some(found) = found else {
        let what = format!("listener rule {name} of the service is not there");
        return unfit(
            what,
            "Create it, or name another one in the service's load balancer.",
        );
    };
    let lacking = pair
        .iter()
        .find(|group| !found.iter().any(|it| it == *group));
    match lacking {
        None => Check::ok(RULE, name, traffic),
        Some(group) => {
            let group = group_name(group);
            let what = format!("listener rule {name} does not forward to target group {group}");
            let help = "Let the rule forward to both target groups of the service, to the one that \
                        serves with the weight 100 and to the other one with 0: ECS only changes \
                        the weights.";
            unfit(what, help)
        }
    }
}

/// The `group` of a service that is to be deployed in stages has no other one to move traffic to
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html>).
pub fn alone(group: &str) -> Check {
    let name = group_name(group);
    let failure = Failure::new(
        Code::BalancingUnfit,
        format!("target group {name} of the service has no alternate one to move the traffic to"),
        "Give the service's load balancer an `advancedConfiguration`: an alternate target group, the \
         listener rule that forwards to both, and the role that lets ECS change it. `aws ecs \
         update-service --load-balancers` sets it; \
         the page on strategies has the way.",
    );
    Check::failed(RULE, name, failure)
}

/// A target group's name, of its name or its ARN.
pub fn group_name(name: &str) -> &str {
    let named = name.split_once(":targetgroup/").map(|(_, rest)| rest);
    named.and_then(|it| it.split('/').next()).unwrap_or(name)
}

fn no_group(name: &str) -> Failure {
    Failure::new(
        Code::BalancingUnfit,
        format!("target group {} is not there", group_name(name)),
        "Create it, or name another one in the service or the deployment group.",
    )
}

fn not_used(group: &Destination) -> Failure {
    Failure::new(
        Code::BalancingUnfit,
        format!("no load balancer forwards to target group {}", group.name),
        "Add a listener or a rule that forwards to it: ECS refuses the service's tasks otherwise.",
    )
}

/// A listener of a deployment group, as far as it must be there.
pub fn listener(arn: &str, found: Option<&Listener>) -> Check {
    let failure = found.is_none().then(|| {
        Failure::new(
            Code::BalancingUnfit,
            format!(
                "listener {} of the deployment group is not there",
                short(arn)
            ),
            "Create it, or name another one in the deployment group.",
        )
        .because(arn.to_owned())
    });
    let note = found
        .map(|it| format!("port {}", it.port))
        .unwrap_or_default();
    Check::judged(LISTENER, short(arn), note, failure)
}

/// The listener that production traffic comes by: one of the deployment group's target groups must
/// have it. `rules` are the target groups, by ARN, that its rules forward to; absent where the
/// default action was enough.
pub fn production(listener: &Listener, pair: &[Destination], rules: Option<&[String]>) -> Check {
    let forwards = listener.forwards.iter().chain(rules.unwrap_or_default());
    let ours = |arn: &&String| pair.iter().any(|group| group.arn == **arn);
    let found = forwards.clone().any(|arn| ours(&arn));
    let failure = (!found).then(|| {
        let theirs: Vec<_> = forwards.map(|arn| group_name(arn)).collect();
        let pair: Vec<_> = pair.iter().map(|it| it.name.as_str()).collect();
        let what = format!(
            "the production listener on port {} forwards to neither target group of the \
             deployment group",
            listener.port
        );
        let help =
            "Let the listener, or a rule of it, forward to the target group that serves now.";
        Failure::new(Code::BalancingUnfit, what, help)
            .because(format!("it forwards to {}", listed(&theirs)))
            .because(format!("the deployment group has {}", listed(&pair)))
    });
    let note = format!("port {}", listener.port);
    Check::judged(LISTENER, short(&listener.arn), note, failure)
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, group_name, groups, listener, production, rule};
    use crate::model::target_group::{Destination, Listener};

    const BLUE: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/4fe7";

    fn group(arn: &str, load_balancers: &[&str]) -> Destination {
        Destination {
            arn: arn.to_owned(),
            name: group_name(arn).to_owned(),
            target_type: "ip".to_owned(),
            load_balancers: load_balancers.iter().map(|&it| it.to_owned()).collect(),
        }
    }

    fn told(checks: &[super::Check]) -> Vec<&str> {
        let failures = checks.iter().filter_map(super::Check::failure);
        failures.map(|it| it.what.as_str()).collect()
    }

    #[test]
    fn target_groups_are_there_and_used() {
        let names = [BLUE, "green"].map(str::to_owned);
        let found = [group(BLUE, &[])];
        let absent = "target group green is not there";
        let wanted = |used| names.clone().map(|name| Named { name, used });
        assert_eq!(told(&groups(&wanted(false), &found, None)), [absent]);
        let unused = "no load balancer forwards to target group blue";
        assert_eq!(told(&groups(&wanted(true), &found, None)), [unused, absent]);
        let used = [group(BLUE, &["arn:lb"]), group("green", &["arn:lb"])];
        assert_eq!(told(&groups(&wanted(true), &used, None)), [""; 0]);
    }

    #[test]
    fn the_production_listener_leads_to_the_pair() {
        let leads = |to: &str| Listener {
            arn: "arn:l/1".to_owned(),
            port: 443,
            forwards: vec![to.to_owned()],
        };
        let pair = [group(BLUE, &[]), group("green", &[])];
        let judged = |to, rules: Option<&[String]>| {
            let check = production(&leads(to), &pair, rules);
            check.failure().map(|it| it.why.clone())
        };
        assert_eq!(judged(BLUE, None), None);
        let rules = ["other".to_owned(), "green".to_owned()];
        assert_eq!(judged("other", Some(&rules)), None);
        let why = judged("other", Some(&[])).unwrap();
        assert_eq!(
            why,
            [
                "it forwards to other",
                "the deployment group has blue, green"
            ]
        );
        assert!(listener("arn:l/1", None).failure().is_some());
        assert!(listener("arn:l/1", Some(&leads(BLUE))).failure().is_none());
    }

    #[test]
    fn a_rule_leads_to_both_target_groups() {
        let told = |found: Option<&[&str]>| {
            let found = found.map(|all| all.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
            let check = rule(
                "arn:r/1",
                "production traffic",
                found.as_deref(),
                ["blue", "green"],
            );
            check.failure().map(|it| it.what.clone())
        };
        assert_eq!(told(Some(&["green", "blue"])), None);
        let lacks = "listener rule 1 does not forward to target group green";
        assert_eq!(told(Some(&["blue", "other"])).as_deref(), Some(lacks));
        let absent = "listener rule 1 of the service is not there";
        assert_eq!(told(None).as_deref(), Some(absent));
    }
}
