//! What ECS starts with in a scenario, under `ecs:`.

use super::super::World;
use super::behaviour::{Behaviour, Timing};
use super::create;
use super::service::{Controller, Script};
use super::task_definition;
use super::{Cluster, arn};
use crate::world::elb::seed::rule_arn;
use crate::world::logs;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Clusters, task definitions, services, and how workloads behave.
///
/// ```yaml
/// clusters: [{ name: default }]
/// task-definitions:
///   - family: shop
///     containerDefinitions: [{ name: web, image: "shop:1", portMappings: [{ containerPort: 8080 }] }]
/// services:
///   - name: shop
///     task-definition: shop
///     desired-count: 2
/// behaviours:
///   - match: { service: shop, nth-revision: 1 }
///     ends: { exits: { code: 1 } }
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Seed {
    /// Clusters; `default` is there in any case.
    pub clusters: Vec<ClusterSeed>,
    /// Bodies of `RegisterTaskDefinition`, registered in this order.
    pub task_definitions: Vec<Map<String, Value>>,
    /// Services that have been steady for a day.
    pub services: Vec<ServiceSeed>,
    /// How tasks behave; the first that matches counts.
    pub behaviours: Vec<Behaviour>,
    /// How long things take.
    pub timing: Timing,
}

/// A cluster.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClusterSeed {
    /// Its name.
    pub name: String,
    /// Tags, as `{key, value}` objects.
    #[serde(default)]
    pub tags: Vec<Value>,
}

/// A service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceSeed {
    /// Its name.
    pub name: String,
    /// The name of its cluster (`default`).
    #[serde(default = "default_cluster")]
    pub cluster: String,
    /// A family, `family:revision` or ARN.
    pub task_definition: String,
    /// How many tasks it has (1).
    #[serde(default = "one")]
    pub desired_count: u32,
    /// Who replaces its tasks (`ECS`).
    #[serde(default)]
    pub deployment_controller: ControllerSeed,
    /// The container, its port, and the target group (by name) it is registered in.
    #[serde(default)]
    pub load_balancer: Option<LoadBalancerSeed>,
    /// Everything else, in the names of `CreateService` (`networkConfiguration`,
    /// `deploymentConfiguration`, …).
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// Tags, as `{key, value}` objects.
    #[serde(default)]
    pub tags: Vec<Value>,
    /// What is scripted for it: `{ rollback-fails: true }`.
    #[serde(default)]
    pub script: Script,
}

/// Where a service is registered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LoadBalancerSeed {
    /// The name of the target group.
    pub target_group: String,
    /// The container.
    pub container: String,
    /// Its port.
    pub port: u16,
    /// What a deployment needs that moves traffic by itself.
    #[serde(default)]
    pub advanced: Option<AdvancedSeed>,
}

/// The other target group and the rules behind a service that ECS moves traffic for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AdvancedSeed {
    /// The name of the other target group.
    pub alternate: String,
    /// The rule for production.
    pub production: RuleSeed,
    /// The rule for tests.
    #[serde(default)]
    pub test: Option<RuleSeed>,
}

/// A rule of a listener.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleSeed {
    /// The name of the load balancer.
    pub load_balancer: String,
    /// The listener's port.
    pub port: u16,
    /// The rule's priority; the listener's default action where it is left out.
    #[serde(default)]
    pub priority: Option<u32>,
}

/// Who replaces a service's tasks, in the words of the API.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ControllerSeed {
    /// ECS itself.
    #[default]
    Ecs,
    /// CodeDeploy.
    CodeDeploy,
}

fn default_cluster() -> String {
    "default".to_owned()
}
fn one() -> u32 {
    1
}

impl Seed {
    /// Puts everything into `world`; load balancers must be there before. Fails where a service
    /// names something that is not there.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        world.ecs.timing = self.timing;
        world.ecs.behaviours.extend(self.behaviours);
        add_cluster(world, &default_cluster(), Vec::new());
        for cluster in self.clusters {
            add_cluster(world, &cluster.name, cluster.tags);
        }
        for document in self.task_definitions {
            register(world, document)?;
        }
        let mut services = self.services.into_iter();
        services.try_for_each(|service| service.seed(world))
    }
}

/// Adds a cluster unless there is one of that name.
pub fn add_cluster(world: &mut World, name: &str, tags: Vec<Value>) {
    if world.ecs.cluster(Some(name)).is_none() {
        let cluster = Cluster {
            arn: arn(world, &format!("cluster/{name}")),
            name: name.to_owned(),
            tags,
        };
        world.ecs.clusters.push(cluster);
    }
}

fn register(world: &mut World, mut document: Map<String, Value>) -> Result<(), String> {
    let family = document.get("family").and_then(Value::as_str);
    let family = family
        .ok_or("a task definition has no `family`")?
        .to_owned();
    let tags = document.shift_remove("tags");
    let containers = document.get("containerDefinitions").cloned();
    let containers = containers.as_ref().and_then(Value::as_array);
    logs::seed::groups_of(world, containers.map_or(&[], Vec::as_slice));
    let by = format!("arn:aws:iam::{}:root", world.account);
    let prefix = arn(world, "");
    world.ecs.task_definitions.register(task_definition::New {
        arn_prefix: prefix.trim_end_matches(':'),
        family: &family,
        document,
        tags: tags
            .and_then(|tags| tags.as_array().cloned())
            .unwrap_or_default(),
        now: world.now,
        by: &by,
    });
    Ok(())
}

impl ServiceSeed {
    fn seed(self, world: &mut World) -> Result<(), String> {
        let missing = |what: &str| format!("service {}: there is no {what}", self.name);
        let Some(definition) = world.ecs.task_definitions.find(&self.task_definition) else {
            return Err(missing(&format!(
                "task definition {}",
                self.task_definition
            )));
        };
        let task_definition = definition.arn.clone();
        if world.ecs.cluster(Some(&self.cluster)).is_none() {
            return Err(missing(&format!("cluster {}", self.cluster)));
        }
        let mut settings = defaults();
        if let Some(balancer) = &self.load_balancer {
            let entry = balancer.read(world).map_err(|what| missing(&what))?;
            settings.insert("loadBalancers".to_owned(), serde_json::json!([entry]));
        }
        settings.extend(self.settings);
        let by = format!("arn:aws:iam::{}:root", world.account);
        let position = create::service(
            world,
            create::New {
                name: self.name,
                cluster: self.cluster,
                controller: match self.deployment_controller {
                    ControllerSeed::Ecs => Controller::Ecs,
                    ControllerSeed::CodeDeploy => Controller::CodeDeploy,
                },
                desired: self.desired_count,
                task_definition,
                settings,
                tags: self.tags,
                script: self.script,
                by,
            },
        );
        create::run_long(world, position);
        Ok(())
    }
}

impl LoadBalancerSeed {
    /// The entry of `loadBalancers`, or what is missing for it.
    fn read(&self, world: &World) -> Result<Value, String> {
        let group = |name: &String| {
            let group = world.elb.target_group(name);
            let group = group.ok_or_else(|| format!("target group {name}"));
            group.map(|group| group.arn.clone())
        };
        let mut entry = serde_json::json!({
            "targetGroupArn": group(&self.target_group)?,
            "containerName": self.container,
            "containerPort": self.port,
        });
        if let (Some(advanced), Some(entry)) = (&self.advanced, entry.as_object_mut()) {
            let rule = |it: &RuleSeed| rule_arn(world, &it.load_balancer, it.port, it.priority);
            let described = serde_json::json!({
                "alternateTargetGroupArn": group(&advanced.alternate)?,
                "productionListenerRule": rule(&advanced.production),
                "testListenerRule": advanced.test.as_ref().map(rule),
                "roleArn": format!("arn:aws:iam::{}:role/ecs-infrastructure", world.account),
            });
            let described = crate::wire::body::compact(described);
            entry.insert("advancedConfiguration".to_owned(), described);
        }
        Ok(entry)
    }
}

/// The settings a service has where nobody says otherwise: Fargate, in two subnets.
fn defaults() -> Map<String, Value> {
    let settings = serde_json::json!({
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "networkConfiguration": {"awsvpcConfiguration": {
            "subnets": ["subnet-0a1b2c3d4e5f60718", "subnet-0f9e8d7c6b5a40312"],
            "securityGroups": ["sg-0123456789abcdef0"],
            "assignPublicIp": "DISABLED",
        }},
    });
    settings.as_object().cloned().unwrap_or_default()
}
