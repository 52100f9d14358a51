//! The log groups a scenario starts with, under `logs:`.

use super::super::World;
use super::awslogs::Awslogs;
use serde::Deserialize;
use serde_json::Value;

/// Log groups besides those that the scenario's task definitions name, which are there unless they
/// stand under `missing`.
///
/// ```yaml
/// groups: [/ecs/shop]
/// missing: [/ecs/shop-next]
/// ```
///
/// A task whose `awslogs` driver writes to a group that is not there does not start, unless the
/// driver's option `awslogs-create-group` is `true`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Seed {
    /// Groups that are there.
    pub groups: Vec<String>,
    /// Groups that are not there, though a task definition of the scenario names them.
    pub missing: Vec<String>,
}

impl Seed {
    /// Puts the groups into `world`. Task definitions must be seeded after them.
    ///
    /// # Errors
    /// A sentence about a group that both is there and is missing.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        world.logs.missing.extend(self.missing);
        for group in self.groups {
            if world.logs.missing.contains(&group) {
                return Err(format!("group {group} is among `groups` and `missing`"));
            }
            world.logs.create(&group, world.now);
        }
        Ok(())
    }
}

/// Makes the groups that the containers of a seeded task definition write to.
pub fn groups_of(world: &mut World, containers: &[Value]) {
    for log in containers.iter().filter_map(Awslogs::of) {
        if log.is_in(&world.region) && !world.logs.missing.contains(log.group) {
            world.logs.create(log.group, world.now);
        }
    }
}
