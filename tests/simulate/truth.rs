//! How the service really stands at a moment, for one who sees everything.

use crate::plan::Way;
use greengate_sandbox::world::World;
use greengate_sandbox::world::ecs::Service;
use greengate_sandbox::world::ecs::service::{Counts, Status};
use jiff::Timestamp;

/// The service at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Truth {
    /// Neither deleted nor on the way there.
    pub(crate) active: bool,
    pub(crate) desired: usize,
    /// Deployments or task sets that have tasks or should have.
    pub(crate) parts: Vec<Part>,
}

/// The tasks of one deployment or task set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The ARN of the task definition.
    pub(crate) revision: String,
    /// The id of the deployment of ECS, or of CodeDeploy where one made it.
    pub(crate) deployment: String,
    pub(crate) primary: bool,
    /// Percent of production's traffic; none where ECS does not route it.
    pub(crate) traffic: Option<u8>,
    pub(crate) running: usize,
    pub(crate) healthy: usize,
    pub(crate) live: usize,
}

/// What a call could have seen.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) at: Timestamp,
    pub(crate) truth: Truth,
}

impl Truth {
    pub(crate) fn of(world: &World, way: Way) -> Self {
        let Some(service) = world.ecs.service(way.environment(), "shop") else {
            return Self::default();
        };
        Self {
            active: service.status == Status::Active,
            desired: service.desired as usize,
            parts: match way {
                Way::Rolling => deployments(service),
                Way::BlueGreen => task_sets(world, service),
                Way::Native => staged(world, service),
            },
        }
    }

    /// All that there is is `revision`.
    pub(crate) fn is_on(&self, revision: &str) -> bool {
        let mut others = self.parts.iter().filter(|part| part.revision != revision);
        self.is_at(revision) && others.all(Part::is_idle)
    }

    /// The service is set to `revision`, and sends it all the traffic that it routes.
    pub(crate) fn is_at(&self, revision: &str) -> bool {
        self.primary(revision).is_some()
    }

    /// The same, with all the tasks there should be.
    pub(crate) fn serves(&self, revision: &str) -> bool {
        let primary = self.primary(revision);
        self.active && primary.is_some_and(|part| part.running >= self.desired)
    }

    fn primary(&self, revision: &str) -> Option<&Part> {
        let has_all = |part: &&Part| part.traffic.is_none_or(|percent| percent == 100);
        let mut own = self.parts.iter().filter(|part| part.revision == revision);
        own.find(|part| part.primary && has_all(part))
    }

    /// The one revision that has all its tasks, healthy, and all the traffic.
    pub(crate) fn sole(&self) -> Option<&str> {
        let serves = |part: &&Part| {
            part.traffic.is_none_or(|percent| percent == 100)
                && self.desired > 0
                && part.healthy >= self.desired
        };
        let mut serving = self.parts.iter().filter(serves);
        let sole = serving.next().filter(|_| self.active)?;
        serving.next().is_none().then_some(sole.revision.as_str())
    }

    /// What none of the deployments `ours` has brought has tasks enough and, where traffic is
    /// routed, all of it. As seen by who counts tasks that run.
    pub(crate) fn another_may_serve(&self, ours: &[String]) -> bool {
        self.another(ours, |part| part.running)
    }

    /// The same with healthy tasks only, and nothing of `ours` takes traffic.
    pub(crate) fn another_surely_serves(&self, ours: &[String]) -> bool {
        let mut own = self
            .parts
            .iter()
            .filter(|part| ours.contains(&part.deployment));
        self.another(ours, |part| part.healthy) && own.all(Part::is_idle)
    }

    fn another(&self, ours: &[String], tasks: impl Fn(&Part) -> usize) -> bool {
        let serves = |part: &&Part| {
            part.traffic.is_none_or(|percent| percent == 100) && tasks(part) >= self.desired
        };
        let others = self.parts.iter();
        let mut others = others.filter(|part| !ours.contains(&part.deployment));
        self.active && self.desired > 0 && others.any(|part| serves(&part))
    }
}

impl Part {
    fn is_idle(&self) -> bool {
        match self.traffic {
            Some(percent) => percent == 0,
            None => self.live == 0,
        }
    }
}

fn deployments(service: &Service) -> Vec<Part> {
    let deployments = service.deployments.iter().enumerate();
    deployments
        .map(|(at, it)| {
            let launch = &it.launch;
            part(
                &launch.task_definition,
                &launch.id,
                at == 0,
                None,
                service.counts_of(&launch.id),
            )
        })
        .collect()
}

/// The deployments of a service that ECS moves traffic for.
fn staged(world: &World, service: &Service) -> Vec<Part> {
    let rule = service.load_balancer();
    let rule = rule.and_then(|it| it["advancedConfiguration"]["productionListenerRule"].as_str());
    let forward = rule.and_then(|rule| world.elb.forward_of(rule)).unwrap();
    let all: u32 = forward.iter().map(|(_, weight)| weight).sum();
    let deployments = service.deployments.iter().enumerate();
    deployments
        .map(|(at, it)| {
            let launch = &it.launch;
            let group = &launch.load_balancer.as_ref().unwrap()["targetGroupArn"];
            let weight = forward.iter().find(|(arn, _)| group == arn.as_str());
            let thousandths = weight.map_or(0, |(_, weight)| weight * 1000 / all);
            // A little is not nothing, and almost all not all.
            let percent = match thousandths {
                0 => 0,
                1000 => 100,
                some => u8::try_from(some / 10).unwrap().clamp(1, 99),
            };
            let counts = service.counts_of(&launch.id);
            let (revision, id) = (&launch.task_definition, &launch.id);
            part(revision, id, at == 0, Some(percent), counts)
        })
        .collect()
}

fn task_sets(world: &World, service: &Service) -> Vec<Part> {
    let group = &world.codedeploy.applications[0].groups[0];
    let primary = service.primary_task_set().map(|set| &set.launch.id);
    let sets = service.task_sets.iter();
    sets.map(|set| {
        let launch = &set.launch;
        let target = set.target_group().unwrap_or_default();
        let traffic = world.elb.percent(&group.production_listener, target);
        let by = set.external_id.as_deref().unwrap_or_default();
        let counts = service.counts_of(&launch.id);
        part(
            &launch.task_definition,
            by,
            primary == Some(&launch.id),
            Some(traffic),
            counts,
        )
    })
    .collect()
}

fn part(
    revision: &str,
    deployment: &str,
    primary: bool,
    traffic: Option<u8>,
    counts: Counts,
) -> Part {
    Part {
        revision: revision.to_owned(),
        deployment: deployment.to_owned(),
        primary,
        traffic,
        running: counts.running,
        healthy: counts.healthy,
        live: counts.live(),
    }
}
