//! Elastic Load Balancing's read operations (version 2015-12-01): load balancers, listeners, rules,
//! target groups and the health of their targets.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Operations.html>

mod render;

#[cfg(test)]
mod tests;

use super::aws::Caller;
use super::aws_error::AwsError;
use super::query::{Form, QueryService, element};
use crate::world::World;
use crate::world::ecs::task::TargetHealth;
use crate::world::elb::{self, Listener, TargetGroup};

/// ELBv2, as the protocol sees it.
pub const SERVICE: QueryService = QueryService {
    prefix: "elasticloadbalancing",
    signing: "elasticloadbalancing",
    version: "2015-12-01",
    namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    unsigned: &[],
    resources,
    call,
};

/// IAM knows no resources for reading.
fn resources(_world: &World, _operation: &str, _form: &Form) -> Vec<String> {
    vec!["*".to_owned()]
}

/// Carries an operation out.
pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    form: &Form,
) -> Result<String, AwsError> {
    match operation {
        "DescribeLoadBalancers" => load_balancers(world, form),
        "DescribeListeners" => listeners(world, form),
        "DescribeRules" => rules(world, form),
        "DescribeTargetGroups" => target_groups(world, form),
        "DescribeTargetHealth" => target_health(world, form),
        _ => Err(AwsError::client(
            "InvalidAction",
            format!(
                "Could not find operation {operation} for version {}",
                SERVICE.version
            ),
        )),
    }
}

/// `<name><member>…</member>…</name>`.
fn list(name: &str, members: impl IntoIterator<Item = String>) -> String {
    let members = members
        .into_iter()
        .map(|inside| format!("<member>{inside}</member>"));
    format!("<{name}>{}</{name}>", members.collect::<String>())
}

fn no_load_balancer(what: &str) -> AwsError {
    let words = format!("Load balancers '[{what}]' not found");
    AwsError::client("LoadBalancerNotFound", words)
}

fn no_listener() -> AwsError {
    AwsError::client("ListenerNotFound", "One or more listeners not found")
}

fn no_rule() -> AwsError {
    AwsError::client("RuleNotFound", "One or more rules not found")
}

fn no_target_group() -> AwsError {
    AwsError::client("TargetGroupNotFound", "One or more target groups not found")
}

/// Every item asked for, in this order; the error of the first that is not there.
fn each<'a, T>(
    wanted: &[&str],
    find: impl Fn(&str) -> Option<&'a T>,
    missing: impl Fn(&str) -> AwsError,
) -> Result<Vec<&'a T>, AwsError> {
    let found = wanted
        .iter()
        .map(|name| find(name).ok_or_else(|| missing(name)));
    found.collect()
}

fn load_balancers(world: &World, form: &Form) -> Result<String, AwsError> {
    let all = &world.elb.load_balancers;
    let (arns, names) = (form.list("LoadBalancerArns"), form.list("Names"));
    let wanted = if arns.is_empty() { names } else { arns };
    let by = |name: &str| all.iter().find(|it| it.arn == name || it.name == name);
    let found = if wanted.is_empty() {
        all.iter().collect()
    } else {
        each(&wanted, by, no_load_balancer)?
    };
    Ok(list(
        "LoadBalancers",
        found.into_iter().map(render::load_balancer),
    ))
}

fn listeners(world: &World, form: &Form) -> Result<String, AwsError> {
    let wanted = form.list("ListenerArns");
    let found: Vec<&Listener> = if let Some(arn) = form.get("LoadBalancerArn") {
        let there = world.elb.load_balancers.iter().any(|it| it.arn == arn);
        let all = world.elb.listeners.iter();
        there.then_some(()).ok_or_else(|| no_load_balancer(arn))?;
        all.filter(|it| it.load_balancer_arn == arn).collect()
    } else if wanted.is_empty() {
        let words = "You must specify either listener ARNs or a load balancer ARN";
        return Err(AwsError::client("ValidationError", words));
    } else {
        each(&wanted, |arn| world.elb.listener(arn), |_| no_listener())?
    };
    Ok(list("Listeners", found.into_iter().map(render::listener)))
}

fn rules(world: &World, form: &Form) -> Result<String, AwsError> {
    let arns = form.list("RuleArns");
    if !arns.is_empty() {
        let listeners = &world.elb.listeners;
        let rules: Vec<_> = listeners.iter().flat_map(render::rules_by_arn).collect();
        let of = |arn: &str| rules.iter().find(|(it, _)| it == arn);
        let found = each(&arns, of, |_| no_rule())?;
        return Ok(list(
            "Rules",
            found.into_iter().map(|(_, rule)| rule.clone()),
        ));
    }
    let arn = form.get("ListenerArn").unwrap_or_default();
    let listener = world.elb.listener(arn).ok_or_else(no_listener)?;
    Ok(list("Rules", render::rules(listener)))
}

fn target_groups(world: &World, form: &Form) -> Result<String, AwsError> {
    let all = &world.elb.target_groups;
    let (arns, names) = (form.list("TargetGroupArns"), form.list("Names"));
    let wanted = if arns.is_empty() { names } else { arns };
    let found: Vec<&TargetGroup> = if let Some(arn) = form.get("LoadBalancerArn") {
        let serves = |it: &&TargetGroup| {
            let balancers = world.elb.load_balancers_of(&it.arn);
            balancers.iter().any(|it| it.arn == arn)
        };
        all.iter().filter(serves).collect()
    } else if wanted.is_empty() {
        all.iter().collect()
    } else {
        each(
            &wanted,
            |name| world.elb.target_group(name),
            |_| no_target_group(),
        )?
    };
    let described = found.into_iter().map(|it| render::target_group(world, it));
    Ok(list("TargetGroups", described))
}

/// Every target of a group, or those that are asked for by id and port.
fn target_health(world: &World, form: &Form) -> Result<String, AwsError> {
    let arn = form.get("TargetGroupArn").unwrap_or_default();
    let group = world.elb.target_group(arn).ok_or_else(no_target_group)?;
    let targets = elb::targets(world, &group.arn);
    let used = !world.elb.load_balancers_of(&group.arn).is_empty();
    let asked = asked_targets(form, group.port)?;
    let described: Vec<String> = if asked.is_empty() {
        let each = targets.iter();
        each.map(|it| described_target(&it.address, it.port, Some(it.health), used))
            .collect()
    } else {
        let found = |(id, port): (&str, u16)| {
            let is = |it: &&elb::Target| it.address == id && it.port == port;
            let health = targets.iter().find(is).map(|it| it.health);
            described_target(id, port, health, used)
        };
        asked.into_iter().map(found).collect()
    };
    Ok(list("TargetHealthDescriptions", described))
}

/// `Targets.member.N.Id` and `.Port`; the group's port where none is given.
fn asked_targets(form: &Form, port: u16) -> Result<Vec<(&str, u16)>, AwsError> {
    let field = |number: u32, name: &str| form.get(&format!("Targets.member.{number}.{name}"));
    (1..)
        .map_while(|number| Some((number, field(number, "Id")?)))
        .map(|(number, id)| {
            let given = field(number, "Port").map(str::parse).transpose();
            let invalid = |_| AwsError::client("ValidationError", "A port must be a number");
            Ok((id, given.map_err(invalid)?.unwrap_or(port)))
        })
        .collect()
}

fn described_target(id: &str, port: u16, health: Option<TargetHealth>, used: bool) -> String {
    let port = port.to_string();
    let (id, number) = (element("Id", id), element("Port", &port));
    [
        format!("<Target>{id}{number}</Target>"),
        element("HealthCheckPort", &port),
        render::health(health, used),
    ]
    .concat()
}
