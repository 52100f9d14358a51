//! The load balancers a scenario starts with, under `elb:`.

use super::super::World;
use super::{Forward, Listener, LoadBalancer, Rule, TargetGroup};
use jiff::SignedDuration;
use serde::Deserialize;

/// Load balancers and target groups.
///
/// ```yaml
/// target-groups: [{ name: shop-blue, port: 8080 }, { name: shop-green, port: 8080 }]
/// load-balancers:
///   - name: shop
///     listeners:
///       - { port: 443, protocol: HTTPS, target-group: shop-blue }
///       - { port: 8443, protocol: HTTPS, target-group: shop-blue }
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Seed {
    /// Target groups; listeners name them.
    pub target_groups: Vec<TargetGroupSeed>,
    /// Load balancers with their listeners.
    pub load_balancers: Vec<LoadBalancerSeed>,
}

/// A target group; targets are the tasks of the services that name it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TargetGroupSeed {
    /// Its name, unique in the account.
    pub name: String,
    /// The port of its targets (80).
    #[serde(default = "eighty")]
    pub port: u16,
    /// `HTTP` unless told.
    #[serde(default = "http")]
    pub protocol: String,
    /// Where health checks go (`/`).
    #[serde(default = "slash")]
    pub health_check_path: String,
    /// How long connections drain (30 s here; 300 s is what AWS gives).
    #[serde(default = "half_a_minute")]
    pub deregistration_delay: SignedDuration,
}

/// A load balancer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LoadBalancerSeed {
    /// Its name.
    pub name: String,
    /// `application` unless told.
    #[serde(default = "application", rename = "type")]
    pub kind: String,
    /// Its listeners.
    #[serde(default)]
    pub listeners: Vec<ListenerSeed>,
}

/// A listener. Its ARN is made of the load balancer's name and its port: see [`listener_arn`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListenerSeed {
    /// The port it listens on.
    pub port: u16,
    /// `HTTP` unless told.
    #[serde(default = "http")]
    pub protocol: String,
    /// The name of the target group that the default action forwards to.
    pub target_group: String,
    /// The name of a second one, which gets nothing at first.
    #[serde(default)]
    pub alternate: Option<String>,
    /// Rules before the default action.
    #[serde(default)]
    pub rules: Vec<RuleSeed>,
}

/// A rule with path patterns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleSeed {
    /// Lower goes first.
    pub priority: u32,
    /// Path patterns.
    pub paths: Vec<String>,
    /// The name of the target group it forwards to.
    pub target_group: String,
    /// The name of a second one, which gets nothing at first.
    #[serde(default)]
    pub alternate: Option<String>,
}

fn eighty() -> u16 {
    80
}
fn http() -> String {
    "HTTP".to_owned()
}
fn slash() -> String {
    "/".to_owned()
}
fn application() -> String {
    "application".to_owned()
}
fn half_a_minute() -> SignedDuration {
    SignedDuration::from_secs(30)
}

/// The ARN of a seeded target group.
pub fn target_group_arn(world: &World, name: &str) -> String {
    arn(world, &format!("targetgroup/{name}/{}", hash(name)))
}

/// The ARN of a seeded listener.
pub fn listener_arn(world: &World, load_balancer: &str, port: u16) -> String {
    let (balancer, listener) = (
        hash(load_balancer),
        hash(&format!("{load_balancer}:{port}")),
    );
    arn(
        world,
        &format!("listener/app/{load_balancer}/{balancer}/{listener}"),
    )
}

fn arn(world: &World, rest: &str) -> String {
    let World {
        region, account, ..
    } = world;
    format!("arn:aws:elasticloadbalancing:{region}:{account}:{rest}")
}

/// Sixteen hexadecimal digits, as in the ARNs of load balancers; the same for the same name.
fn hash(name: &str) -> String {
    crate::world::ecs::ids::hex(name.as_bytes(), 16)
}

impl Seed {
    /// Puts the load balancers into `world`. Fails where a listener names an unknown target group.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        for group in self.target_groups {
            let arn = target_group_arn(world, &group.name);
            world.elb.target_groups.push(TargetGroup {
                arn,
                name: group.name,
                port: group.port,
                protocol: group.protocol,
                health_check_path: group.health_check_path,
                deregistration_delay: group.deregistration_delay,
            });
        }
        let mut balancers = self.load_balancers.into_iter();
        balancers.try_for_each(|balancer| balancer.seed(world))
    }
}

impl LoadBalancerSeed {
    fn seed(self, world: &mut World) -> Result<(), String> {
        let id = hash(&self.name);
        let balancer = LoadBalancer {
            arn: arn(world, &format!("loadbalancer/app/{}/{id}", self.name)),
            dns_name: format!("{}-{id}.{}.elb.amazonaws.com", self.name, world.region),
            kind: self.kind,
            name: self.name,
        };
        for listener in self.listeners {
            let listener = listener.read(world, &balancer)?;
            world.elb.listeners.push(listener);
        }
        world.elb.load_balancers.push(balancer);
        Ok(())
    }
}

impl ListenerSeed {
    fn read(self, world: &World, balancer: &LoadBalancer) -> Result<Listener, String> {
        let default = forward(world, &self.target_group, self.alternate.as_deref())?;
        let own = listener_arn(world, &balancer.name, self.port);
        let rules = self.rules.into_iter().map(|rule| {
            Ok(Rule {
                arn: super::rule_arn(&own, rule.priority),
                priority: rule.priority,
                paths: rule.paths,
                forward: forward(world, &rule.target_group, rule.alternate.as_deref())?,
            })
        });
        let rules = rules.collect::<Result<_, String>>()?;
        Ok(Listener {
            arn: own,
            load_balancer_arn: balancer.arn.clone(),
            port: self.port,
            protocol: self.protocol,
            forward: default,
            rules,
        })
    }
}

fn forward(world: &World, name: &str, alternate: Option<&str>) -> Result<Forward, String> {
    let weighed = [(Some(name), 1), (alternate, 0)];
    let weighed = weighed
        .into_iter()
        .filter_map(|(name, weight)| Some((name?, weight)));
    let found = weighed.map(|(name, weight)| {
        let group = world.elb.target_group(name);
        let group =
            group.ok_or_else(|| format!("there is no target group {name} to forward to"))?;
        Ok((group.arn.clone(), weight))
    });
    found.collect()
}

/// The ARN of a seeded rule; of a listener's default action where there is no priority.
pub fn rule_arn(world: &World, load_balancer: &str, port: u16, priority: Option<u32>) -> String {
    let listener = listener_arn(world, load_balancer, port);
    match priority {
        Some(priority) => super::rule_arn(&listener, priority),
        None => super::default_rule(&listener),
    }
}
