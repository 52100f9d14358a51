//! Elastic Load Balancing: load balancers, listeners with their rules, target groups.
//!
//! Only the routing lives here. Which targets a group has and how they are is read from the ECS
//! tasks ([`targets`]), so that the two can never disagree.

pub mod seed;

pub use seed::Seed;

use super::World;
use super::ecs::task::{Placement, TargetHealth, Task};
use jiff::{SignedDuration, Timestamp};

/// Everything ELBv2 knows.
#[derive(Debug, Default)]
pub struct Elb {
    /// Load balancers, in the order of creation.
    pub load_balancers: Vec<LoadBalancer>,
    /// Listeners of all load balancers.
    pub listeners: Vec<Listener>,
    /// Target groups.
    pub target_groups: Vec<TargetGroup>,
}

/// A load balancer.
#[derive(Debug, Clone)]
pub struct LoadBalancer {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `application` or `network`.
    pub kind: String,
    /// The name clients connect to.
    pub dns_name: String,
}

/// A listener; its default action forwards.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Its ARN.
    pub arn: String,
    /// The load balancer it belongs to.
    pub load_balancer_arn: String,
    /// The port it listens on.
    pub port: u16,
    /// `HTTP`, `HTTPS`, `TCP`, …
    pub protocol: String,
    /// What the default action forwards to.
    pub forward: Forward,
    /// The rules before the default action.
    pub rules: Vec<Rule>,
}

/// A rule of a listener.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its ARN.
    pub arn: String,
    /// Lower goes first.
    pub priority: u32,
    /// The path patterns it matches.
    pub paths: Vec<String>,
    /// What it forwards to.
    pub forward: Forward,
}

/// Target group ARNs with their weights. Weights are shares, as in a forward action.
pub type Forward = Vec<(String, u32)>;

/// A target group.
#[derive(Debug, Clone)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The port of its targets.
    pub port: u16,
    /// `HTTP`, `HTTPS`, `TCP`, …
    pub protocol: String,
    /// Where health checks go.
    pub health_check_path: String,
    /// How long a target that is taken out keeps its connections.
    pub deregistration_delay: SignedDuration,
}

/// One target of a group with its health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The task's private address.
    pub address: String,
    /// The port that is checked and served.
    pub port: u16,
    /// How it is.
    pub health: TargetHealth,
}

impl Elb {
    /// The target group with this ARN or name.
    pub fn target_group(&self, arn_or_name: &str) -> Option<&TargetGroup> {
        let is = |group: &&TargetGroup| group.arn == arn_or_name || group.name == arn_or_name;
        self.target_groups.iter().find(is)
    }

    /// The listener with this ARN.
    pub fn listener(&self, arn: &str) -> Option<&Listener> {
        self.listeners.iter().find(|listener| listener.arn == arn)
    }

    /// The share of the listener's default traffic that goes to a target group, in percent.
    pub fn percent(&self, listener_arn: &str, target_group_arn: &str) -> u8 {
        let Some(listener) = self.listener(listener_arn) else {
            return 0;
        };
        let of = |(_, weight): &(String, u32)| *weight;
        let total: u32 = listener.forward.iter().map(of).sum();
        let ours = listener.forward.iter();
        let ours: u32 = ours
            .filter(|(arn, _)| arn == target_group_arn)
            .map(of)
            .sum();
        let percent = (ours * 100).checked_div(total).unwrap_or(0);
        u8::try_from(percent).unwrap_or(100)
    }

    /// Makes the default action of a listener, and each rule that forwards to one of these target
    /// groups, forward to them with these weights.
    pub fn forward(&mut self, listener_arn: &str, to: &[(String, u32)]) {
        let listeners = self.listeners.iter_mut();
        for listener in listeners.filter(|listener| listener.arn == listener_arn) {
            to.clone_into(&mut listener.forward);
            for rule in &mut listener.rules {
                let ours = |(arn, _): &(String, u32)| to.iter().any(|(group, _)| group == arn);
                if rule.forward.iter().any(ours) {
                    to.clone_into(&mut rule.forward);
                }
            }
        }
    }

    /// What a listener rule forwards to, or a listener by its default action: both by ARN.
    pub fn forward_of(&self, arn: &str) -> Option<&Forward> {
        let of_rule = |listener: &Listener| listener.rules.iter().position(|it| it.arn == arn);
        self.listeners.iter().find_map(|listener| {
            if is_default(listener, arn) {
                return Some(&listener.forward);
            }
            Some(&listener.rules.get(of_rule(listener)?)?.forward)
        })
    }

    /// Makes a listener rule, or a listener's default action, forward with these weights.
    pub fn weigh(&mut self, arn: &str, to: &[(String, u32)]) {
        for listener in &mut self.listeners {
            if is_default(listener, arn) {
                to.clone_into(&mut listener.forward);
            }
            for rule in listener.rules.iter_mut().filter(|rule| rule.arn == arn) {
                to.clone_into(&mut rule.forward);
            }
        }
    }

    /// The load balancers that forward to a target group.
    pub fn load_balancers_of(&self, target_group_arn: &str) -> Vec<&LoadBalancer> {
        let serves = |listener: &&Listener| {
            let rules = listener.rules.iter().flat_map(|rule| &rule.forward);
            let mut forwards = listener.forward.iter().chain(rules);
            forwards.any(|(arn, _)| arn == target_group_arn)
        };
        let arns: Vec<&str> = self
            .listeners
            .iter()
            .filter(serves)
            .map(|listener| listener.load_balancer_arn.as_str())
            .collect();
        let used = |balancer: &&LoadBalancer| arns.contains(&balancer.arn.as_str());
        self.load_balancers.iter().filter(used).collect()
    }
}

/// The ARN of the rule that a listener's default action is.
pub fn default_rule(listener_arn: &str) -> String {
    rule_arn(listener_arn, "default")
}

/// The ARN of a rule of a listener.
pub fn rule_arn(listener_arn: &str, rule: impl std::fmt::Display) -> String {
    format!(
        "{}/{rule}",
        listener_arn.replace(":listener/", ":listener-rule/")
    )
}

fn is_default(listener: &Listener, arn: &str) -> bool {
    listener.arn == arn || default_rule(&listener.arn) == arn
}

/// How long a target is about to be registered.
const REGISTRATION: SignedDuration = SignedDuration::from_secs(5);

/// The targets of a target group: one for each task that is registered in it or was until its
/// connections are drained.
pub fn targets(world: &World, target_group_arn: &str) -> Vec<Target> {
    let services = world.ecs.services.iter();
    let tasks = services.flat_map(|service| &service.tasks);
    let target = |task: &Task| {
        let target = task.target.as_ref()?;
        (target.group == target_group_arn).then_some(())?;
        Some(Target {
            address: task.address(),
            port: target.port,
            health: health(task, target, world.now)?,
        })
    };
    tasks.filter_map(target).collect()
}

fn health(task: &Task, target: &Placement, now: Timestamp) -> Option<TargetHealth> {
    let since = |moment: Option<Timestamp>| moment.map(|moment| now.duration_since(moment));
    if since(task.stopped).is_some_and(|gone| gone >= target.drain) {
        return None;
    }
    match target.health? {
        TargetHealth::Initial if since(task.started)? < REGISTRATION => {
            Some(TargetHealth::Registering)
        }
        health => Some(health),
    }
}
