//! How load balancers are spelled in XML.

use super::list;
use crate::wire::query::element;
use crate::world::World;
use crate::world::ecs::task::TargetHealth;
use crate::world::elb::{Forward, Listener, LoadBalancer, TargetGroup};

const VPC: &str = "vpc-0a1b2c3d4e5f60718";

pub(super) fn load_balancer(it: &LoadBalancer) -> String {
    [
        element("LoadBalancerArn", &it.arn),
        element("DNSName", &it.dns_name),
        element("LoadBalancerName", &it.name),
        element("Scheme", "internet-facing"),
        element("VpcId", VPC),
        format!("<State>{}</State>", element("Code", "active")),
        element("Type", &it.kind),
        element("IpAddressType", "ipv4"),
    ]
    .concat()
}

pub(super) fn listener(it: &Listener) -> String {
    [
        element("ListenerArn", &it.arn),
        element("LoadBalancerArn", &it.load_balancer_arn),
        element("Port", &it.port.to_string()),
        element("Protocol", &it.protocol),
        list("DefaultActions", [action(&it.forward)]),
    ]
    .concat()
}

fn action(forward: &Forward) -> String {
    let groups = forward.iter().map(|(arn, weight)| {
        let weight = element("Weight", &weight.to_string());
        [element("TargetGroupArn", arn), weight].concat()
    });
    let single = match forward.as_slice() {
        [(arn, _)] => element("TargetGroupArn", arn),
        _ => String::new(),
    };
    let groups = list("TargetGroups", groups);
    format!("<Type>forward</Type>{single}<ForwardConfig>{groups}</ForwardConfig>")
}

/// The rules of a listener by priority, its default action last.
pub(super) fn rules(it: &Listener) -> Vec<String> {
    let rules = rules_by_arn(it).into_iter();
    rules.map(|(_, rule)| rule).collect()
}

/// The same, each beside its ARN.
pub(super) fn rules_by_arn(it: &Listener) -> Vec<(String, String)> {
    let mut rules: Vec<_> = it.rules.iter().collect();
    rules.sort_by_key(|rule| rule.priority);
    let own = rules.into_iter().map(|rule| {
        let paths = rule
            .paths
            .iter()
            .map(|path| crate::wire::query::escape(path));
        let values = list("Values", paths);
        let condition =
            format!("<Field>path-pattern</Field><PathPatternConfig>{values}</PathPatternConfig>");
        let priority = rule.priority.to_string();
        let rendered = self::rule(&rule.arn, &priority, vec![condition], &rule.forward);
        (rule.arn.clone(), rendered)
    });
    let arn = crate::world::elb::default_rule(&it.arn);
    let default = rule(&arn, "default", Vec::new(), &it.forward);
    own.chain([(arn, default)]).collect()
}

fn rule(arn: &str, priority: &str, conditions: Vec<String>, forward: &Forward) -> String {
    [
        element("RuleArn", arn),
        element("Priority", priority),
        list("Conditions", conditions),
        list("Actions", [action(forward)]),
        element(
            "IsDefault",
            if priority == "default" {
                "true"
            } else {
                "false"
            },
        ),
    ]
    .concat()
}

pub(super) fn target_group(world: &World, it: &TargetGroup) -> String {
    let balancers = world.elb.load_balancers_of(&it.arn);
    let balancers = balancers
        .iter()
        .map(|it| crate::wire::query::escape(&it.arn));
    [
        element("TargetGroupArn", &it.arn),
        element("TargetGroupName", &it.name),
        element("Protocol", &it.protocol),
        element("Port", &it.port.to_string()),
        element("VpcId", VPC),
        element("HealthCheckProtocol", &it.protocol),
        element("HealthCheckPort", "traffic-port"),
        element("HealthCheckEnabled", "true"),
        element("HealthCheckIntervalSeconds", "30"),
        element("HealthCheckTimeoutSeconds", "5"),
        element("HealthyThresholdCount", "5"),
        element("UnhealthyThresholdCount", "2"),
        element("HealthCheckPath", &it.health_check_path),
        format!("<Matcher>{}</Matcher>", element("HttpCode", "200")),
        list("LoadBalancerArns", balancers),
        element("TargetType", "ip"),
        element("ProtocolVersion", "HTTP1"),
        element("IpAddressType", "ipv4"),
    ]
    .concat()
}

/// `used`: does a listener forward to the target group? No health: it is not registered.
pub(super) fn health(health: Option<TargetHealth>, used: bool) -> String {
    let found;
    let (state, reason, words) = match health {
        None => (
            "unused",
            "Target.NotRegistered",
            "Target is not registered to the target group",
        ),
        Some(_) if !used => (
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        ),
        Some(TargetHealth::Healthy) => ("healthy", "", ""),
        Some(TargetHealth::Registering) => (
            "initial",
            "Elb.RegistrationInProgress",
            "Target registration is in progress",
        ),
        Some(TargetHealth::Initial) => (
            "initial",
            "Elb.InitialHealthChecking",
            "Initial health checks in progress",
        ),
        Some(TargetHealth::Unhealthy(finding)) => {
            found = finding.words();
            ("unhealthy", finding.reason(), found.as_str())
        }
        Some(TargetHealth::Draining) => (
            "draining",
            "Target.DeregistrationInProgress",
            "Target deregistration is in progress",
        ),
    };
    let optional = |name: &str, text: &str| match text {
        "" => String::new(),
        text => element(name, text),
    };
    format!(
        "<TargetHealth>{}{}{}</TargetHealth>",
        element("State", state),
        optional("Reason", reason),
        optional("Description", words)
    )
}
