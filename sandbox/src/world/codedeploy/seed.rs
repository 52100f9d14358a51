//! What CodeDeploy starts with in a scenario, under `codedeploy:`.

use super::super::World;
use super::config::{Config, Routing};
use super::group::{Alarms, Application, Group, OnReady};
use super::script::Script;
use crate::world::ecs::ids;
use serde::Deserialize;

/// Applications with their deployment groups, and configurations of one's own.
///
/// ```yaml
/// applications:
///   - name: AppECS-default-shop
///     groups:
///       - name: DgpECS-default-shop
///         service: shop
///         target-groups: [shop-blue, shop-green]
///         production-listener: { load-balancer: shop, port: 443 }
///         deployment-config: CodeDeployDefault.ECSCanary10Percent5Minutes
///         termination-wait-minutes: 60
///         auto-rollback: [DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM]
///         alarms: [shop-5xx]
/// configs:
///   - name: half-and-half
///     routing: { canary: { percentage: 50, interval: 10 } }
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Seed {
    /// Applications of the compute platform ECS.
    pub applications: Vec<ApplicationSeed>,
    /// Deployment configurations besides the predefined ones.
    pub configs: Vec<ConfigSeed>,
}

/// A deployment configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigSeed {
    /// Its name.
    pub name: String,
    /// How traffic moves.
    pub routing: Routing,
}

/// An application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApplicationSeed {
    /// Its name.
    pub name: String,
    /// Its deployment groups.
    #[serde(default)]
    pub groups: Vec<GroupSeed>,
}

/// A listener, by its load balancer's name and its port.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListenerSeed {
    /// The name of the load balancer.
    pub load_balancer: String,
    /// The listener's port.
    pub port: u16,
}

/// A deployment group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GroupSeed {
    /// Its name.
    pub name: String,
    /// The name of the ECS service.
    pub service: String,
    /// The name of its cluster (`default`).
    #[serde(default = "default_cluster")]
    pub cluster: String,
    /// The names of the two target groups.
    pub target_groups: [String; 2],
    /// Where production traffic comes in.
    pub production_listener: ListenerSeed,
    /// Where test traffic comes in; without one there are no test traffic events.
    #[serde(default)]
    pub test_listener: Option<ListenerSeed>,
    /// The deployment configuration (`CodeDeployDefault.ECSAllAtOnce`).
    #[serde(default = "all_at_once")]
    pub deployment_config: String,
    /// What happens when the replacement is ready (`CONTINUE_DEPLOYMENT`).
    #[serde(default)]
    pub on_ready: OnReady,
    /// Minutes to wait for `ContinueDeployment` with `STOP_DEPLOYMENT` (0).
    #[serde(default)]
    pub ready_wait_minutes: u32,
    /// Minutes until the original task set is terminated (5).
    #[serde(default = "five")]
    pub termination_wait_minutes: u32,
    /// `DEPLOYMENT_FAILURE`, `DEPLOYMENT_STOP_ON_ALARM`, `DEPLOYMENT_STOP_ON_REQUEST`; none: no
    /// automatic rollback.
    #[serde(default)]
    pub auto_rollback: Vec<String>,
    /// Names of the alarms that stop a deployment.
    #[serde(default)]
    pub alarms: Vec<String>,
    /// The name of the service role (`codedeploy`).
    #[serde(default = "codedeploy")]
    pub service_role: String,
    /// What becomes of its deployments.
    #[serde(default)]
    pub script: Script,
}

fn default_cluster() -> String {
    "default".to_owned()
}
fn all_at_once() -> String {
    "CodeDeployDefault.ECSAllAtOnce".to_owned()
}
fn codedeploy() -> String {
    "codedeploy".to_owned()
}
fn five() -> u32 {
    5
}

impl Seed {
    /// Puts everything into `world`; load balancers and services must be there before. Fails where
    /// a group names something that is not there.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        let now = world.now;
        for config in self.configs {
            let config = Config::new(&config.name, config.routing, now);
            world.codedeploy.configs.push(config);
        }
        for application in self.applications {
            let mut groups = Vec::new();
            for group in application.groups {
                groups.push(group.read(world, &application.name)?);
            }
            world.codedeploy.applications.push(Application {
                id: ids::uuid(&format!("application {}", application.name)),
                name: application.name,
                created: now,
                groups,
            });
        }
        Ok(())
    }
}

impl GroupSeed {
    fn read(self, world: &World, application: &str) -> Result<Group, String> {
        let missing = |what: String| format!("deployment group {}: there is no {what}", self.name);
        if world.ecs.service(&self.cluster, &self.service).is_none() {
            return Err(missing(format!(
                "service {} in cluster {}",
                self.service, self.cluster
            )));
        }
        if world.codedeploy.config(&self.deployment_config).is_none() {
            return Err(missing(format!(
                "deployment config {}",
                self.deployment_config
            )));
        }
        for group in &self.target_groups {
            let found = world.elb.target_group(group);
            found.ok_or_else(|| missing(format!("target group {group}")))?;
        }
        let listener = |seed: &ListenerSeed| {
            let arn = crate::world::elb::seed::listener_arn(world, &seed.load_balancer, seed.port);
            let found = world.elb.listener(&arn).map(|it| it.arn.clone());
            found.ok_or_else(|| missing(format!("listener {}:{}", seed.load_balancer, seed.port)))
        };
        let production_listener = listener(&self.production_listener)?;
        let test_listener = self.test_listener.as_ref().map(listener).transpose()?;
        Ok(Group {
            id: ids::uuid(&format!("group {application} {}", self.name)),
            application: application.to_owned(),
            service_role: format!("arn:aws:iam::{}:role/{}", world.account, self.service_role),
            name: self.name,
            cluster: self.cluster,
            service: self.service,
            target_groups: self.target_groups,
            production_listener,
            test_listener,
            config: self.deployment_config,
            on_ready: self.on_ready,
            ready_wait_minutes: self.ready_wait_minutes,
            termination_wait_minutes: self.termination_wait_minutes,
            auto_rollback: self.auto_rollback,
            alarms: Alarms {
                enabled: !self.alarms.is_empty(),
                ignore_poll_failure: false,
                names: self.alarms,
            },
            script: self.script,
        })
    }
}
