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

/// The target groups that the service or the deployment group `names` (names or ARNs), among those
/// that were `found`. `used`: a load balancer has to forward to each already, as ECS demands.
pub fn groups(
    names: &[String],
    found: &[Destination],
    task: Option<&Task>,
    used: bool,
) -> Vec<Check> {
    let each = names.iter().map(|name| {
        let group = found.iter().find(|it| it.name == *name || it.arn == *name);
        let failure = match group {
            None => Some(no_group(name)),
            Some(group) if used && group.load_balancers.is_empty() => Some(not_used(group)),
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
    use super::{group_name, groups, listener, production};
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
        assert_eq!(told(&groups(&names, &found, None, false)), [absent]);
        let unused = "no load balancer forwards to target group blue";
        assert_eq!(told(&groups(&names, &found, None, true)), [unused, absent]);
        let used = [group(BLUE, &["arn:lb"]), group("green", &["arn:lb"])];
        assert_eq!(told(&groups(&names, &used, None, true)), [""; 0]);
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
}
