//! What happens in a scenario, under `happenings:`.

use super::super::World;
use super::deed::{Deed, Service};
use super::{Happening, Trigger, When};
use crate::world::identity::User;
use crate::world::identity::policy::{Effect, OneOrMany, Policy};
use jiff::SignedDuration;
use serde::Deserialize;

/// What others do meanwhile. Each names what sets it off, `at` or `after`, and what is done.
///
/// ```yaml
/// - at: 2m
///   does: { stop-deployment: { application: shop, group: shop, rollback: true } }
/// - after: { operation: CreateDeployment, wait: 30s }
///   does: { raise-alarm: shop-5xx }
/// - after: { operation: UpdateService, wait: 1m }
///   by: maria
///   does: { update-service: { service: shop, cluster: staging, task-definition: "shop:1" } }
/// - at: 3m
///   does: { update-service: { service: shop, desired-count: 0 } }
/// - at: 3m
///   does: { update-service: { service: shop, force: true } }
/// - at: 4m
///   does: { stop-service-deployment: { service: shop, cluster: staging } }
/// - at: 4m
///   does: { create-deployment: { application: shop, group: shop, task-definition: shop, description: by hand } }
/// - at: 5m
///   does: { delete-service: { service: shop } }
/// - at: 5m
///   does: { stop-tasks: { service: shop, count: 1, reason: looks stuck } }
/// - at: 5m
///   does: { stop-tasks: { service: shop, because: spot } }
/// - at: 6m
///   does: { deny: { role: deploy, actions: [ecs:DescribeServices, "codedeploy:*"] } }
/// - at: 6m
///   does: { end-sessions: { role: deploy, renewal: refused } }
/// - at: 7m
///   does: { clear-alarm: shop-5xx }
/// - at: 8m
///   does: { remove-image: { repository: shop, tag: v1 } }
/// - at: 8m
///   does: { put-tag: { repository: shop, tag: v2, of: v1 } }
/// - after: { operation: DescribeImageScanFindings }
///   does: { end-scans: shop }
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub Vec<HappeningSeed>);

/// Something that somebody else does: exactly one of `at` and `after` sets it off.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HappeningSeed {
    /// So long after the world's start.
    #[serde(default)]
    pub at: Option<SignedDuration>,
    /// A client's call.
    #[serde(default)]
    pub after: Option<AfterSeed>,
    /// The name of the user who does it (`somebody`); who is not among the scenario's users may do
    /// everything.
    #[serde(default = "somebody")]
    pub by: String,
    /// What is done.
    pub does: Deed,
}

/// A call that sets something off, once it is carried out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AfterSeed {
    /// `ecs`, `codedeploy`, …, with `*` (every service).
    #[serde(default = "every")]
    pub service: String,
    /// The operation, with `*`.
    pub operation: String,
    /// The how-manieth such call it is (the first).
    #[serde(default = "one")]
    pub nth: u32,
    /// So long after it (at once, before the next call is answered).
    #[serde(default)]
    pub wait: SignedDuration,
}

fn somebody() -> String {
    "somebody".to_owned()
}
fn every() -> String {
    "*".to_owned()
}
fn one() -> u32 {
    1
}

impl Seed {
    /// Puts the happenings into `world`, after everything else; `at` counts from `world.now`.
    ///
    /// # Errors
    /// A sentence about one that is set off by nothing or that concerns what is not there.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        for happening in self.0 {
            check(world, &happening.does)?;
            let when = happening.when(world)?;
            let by = add_user(world, happening.by);
            let deed = happening.does;
            world.happenings.pending.push(Happening { when, by, deed });
        }
        Ok(())
    }
}

impl HappeningSeed {
    fn when(&self, world: &World) -> Result<When, String> {
        match (self.at, &self.after) {
            (Some(at), None) => Ok(When::At(crate::world::ecs::later(world.now, at))),
            (None, Some(after)) if after.nth > 0 => Ok(When::After(Trigger {
                service: after.service.clone(),
                operation: after.operation.clone(),
                nth: after.nth,
                wait: after.wait,
            })),
            (None, Some(_)) => Err("`nth` counts from 1".to_owned()),
            _ => Err("each needs either `at` or `after`".to_owned()),
        }
    }
}

/// Adds a user who may do everything, unless there is one of that name, and gives the user's ARN.
fn add_user(world: &mut World, name: String) -> String {
    let arn = format!("arn:aws:iam::{}:user/{name}", world.account);
    let all = Policy::of(Effect::Allow, &OneOrMany::from("*"), &OneOrMany::from("*"));
    let user = User {
        policies: vec![all],
    };
    world.identity.users.entry(name).or_insert(user);
    arn
}

/// Is there what the deed is about? What a run makes itself is not asked for.
fn check(world: &World, deed: &Deed) -> Result<(), String> {
    match deed {
        Deed::StopDeployment(it) => group(world, &it.application, &it.group),
        Deed::CreateDeployment(it) => group(world, &it.application, &it.group),
        Deed::StopServiceDeployment(it) | Deed::DeleteService(it) => service(world, it),
        Deed::UpdateService(it) => named(world, &it.cluster, &it.service),
        Deed::StopTasks(it) => named(world, &it.cluster, &it.service),
        Deed::Deny(it) => role(world, &it.role),
        Deed::EndSessions(it) => role(world, &it.role),
        Deed::RemoveImage(it) => repository(world, &it.repository),
        Deed::PutTag(it) => repository(world, &it.repository),
        Deed::EndScans(it) => repository(world, it),
        Deed::RaiseAlarm(_) | Deed::ClearAlarm(_) => Ok(()),
    }
}

fn there(is: bool, what: &str) -> Result<(), String> {
    is.then_some(()).ok_or(format!("there is no {what}"))
}

fn group(world: &World, application: &str, group: &str) -> Result<(), String> {
    let found = world.codedeploy.group(application, group).is_some();
    there(found, &format!("deployment group {group} of {application}"))
}

fn service(world: &World, it: &Service) -> Result<(), String> {
    named(world, &it.cluster, &it.service)
}

fn named(world: &World, cluster: &str, service: &str) -> Result<(), String> {
    let found = world.ecs.service(cluster, service).is_some();
    there(found, &format!("service {service} in cluster {cluster}"))
}

fn role(world: &World, name: &str) -> Result<(), String> {
    let found = world.identity.roles.contains_key(name);
    there(found, &format!("role {name}"))
}

fn repository(world: &World, name: &str) -> Result<(), String> {
    let found = world.ecr.repositories.contains_key(name);
    there(found, &format!("repository {name}"))
}
