//! A scenario: the file that says what a world starts with and what goes wrong in it.
//!
//! Knows the file's outline only; every part of the world reads its own section. Keys that nobody
//! knows are refused, with line and column.

mod file;
mod story;

pub use story::Story;

use crate::world::{
    World, alarms, codedeploy, ecr, ecs, elb, github, happenings, identity, logs, script, secrets,
};
use jiff::Timestamp;
use serde::Deserialize;

/// A scenario as its file says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// What it is called, and what happens in it.
    pub title: String,
    /// The twelve-digit account id.
    pub account: String,
    /// The region of everything.
    pub region: String,
    /// Roles, users and the OpenID Connect provider.
    #[serde(default)]
    pub identity: identity::Seed,
    /// People, teams and repositories.
    #[serde(default)]
    pub github: github::Seed,
    /// Image repositories.
    #[serde(default)]
    pub ecr: ecr::Seed,
    /// Alarms.
    #[serde(default)]
    pub alarms: alarms::Seed,
    /// Log groups.
    #[serde(default)]
    pub logs: logs::Seed,
    /// Secrets and parameters.
    #[serde(default)]
    pub secrets: secrets::Seed,
    /// Load balancers and target groups.
    #[serde(default)]
    pub elb: elb::Seed,
    /// Clusters, task definitions, services and how workloads behave.
    #[serde(default)]
    pub ecs: ecs::Seed,
    /// Applications, deployment groups and configurations.
    #[serde(default)]
    pub codedeploy: codedeploy::Seed,
    /// What others do meanwhile.
    #[serde(default)]
    pub happenings: happenings::Seed,
    /// What goes wrong.
    #[serde(default)]
    pub faults: script::Seed,
    /// What the demo plays.
    #[serde(default)]
    pub story: Story,
}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// What is wrong, with line and column.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_saphyr::from_str(text).map_err(|error| error.to_string())
    }

    /// The world that it describes, at `now`.
    ///
    /// # Errors
    /// A sentence that names the section and what makes no sense in it.
    pub fn world(self, now: Timestamp) -> Result<World, String> {
        let digits = self.account.bytes().all(|byte| byte.is_ascii_digit());
        if self.account.len() != 12 || !digits {
            return Err("account: must be twelve digits, in quotes".to_owned());
        }
        let mut world = World::new(now, &self.account, &self.region);
        world.title = self.title;
        let section = |name: &'static str| move |why: String| format!("{name}: {why}");
        self.identity
            .seed(&mut world)
            .map_err(section("identity"))?;
        self.github.seed(&mut world).map_err(section("github"))?;
        self.ecr.seed(&mut world).map_err(section("ecr"))?;
        self.alarms.seed(&mut world).map_err(section("alarms"))?;
        self.logs.seed(&mut world).map_err(section("logs"))?;
        self.secrets.seed(&mut world).map_err(section("secrets"))?;
        self.elb.seed(&mut world).map_err(section("elb"))?;
        self.ecs.seed(&mut world).map_err(section("ecs"))?;
        self.codedeploy
            .seed(&mut world)
            .map_err(section("codedeploy"))?;
        self.happenings
            .seed(&mut world)
            .map_err(section("happenings"))?;
        self.faults.seed(&mut world).map_err(section("faults"))?;
        Ok(world)
    }
}

#[cfg(test)]
mod tests;
