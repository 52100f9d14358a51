//! What serves, for one who sees everything.

use greengate_sandbox::world::World;
use greengate_sandbox::world::ecs::Service;
use greengate_sandbox::world::ecs::service::Status;

/// `shop:2`; `shop:1 90 %, shop:2 10 %` where traffic is divided; `shop-staging:1, shop-staging:2`
/// where tasks of both run; with `(1 of 2)` where fewer are healthy than should be; `nothing`.
pub(super) fn now(world: &World, environment: &str) -> String {
    let service = world.ecs.service(environment, "shop");
    let runs = |it: &&Service| it.status == Status::Active && it.desired > 0;
    let Some(service) = service.filter(runs) else {
        return "nothing".to_owned();
    };
    let rule = service.load_balancer().and_then(|it| {
        let rule = &it["advancedConfiguration"]["productionListenerRule"];
        rule.as_str()
    });
    let (who, healthy) = match rule {
        Some(rule) => by_rule(world, service, rule),
        None if service.task_sets.is_empty() => by_tasks(service),
        None => by_traffic(world, service),
    };
    let desired = service.desired as usize;
    match who.as_slice() {
        [] => "nothing".to_owned(),
        who if healthy < desired => format!("{} ({healthy} of {desired})", who.join(", ")),
        who => who.join(", "),
    }
}

/// The revisions with healthy tasks, oldest first, and how many those are.
fn by_tasks(service: &Service) -> (Vec<String>, usize) {
    let mut who = Vec::new();
    let mut healthy = 0;
    for deployment in service.deployments.iter().rev() {
        let counts = service.counts_of(&deployment.launch.id);
        let name = short(&deployment.launch.task_definition);
        if counts.healthy > 0 && !who.contains(&name) {
            who.push(name);
        }
        healthy += counts.healthy;
    }
    (who, healthy)
}

/// The revisions whose target group a listener rule gives traffic to, and the healthy tasks of those.
fn by_rule(world: &World, service: &Service, rule: &str) -> (Vec<String>, usize) {
    let forward = world.elb.forward_of(rule).unwrap();
    let all: u32 = forward.iter().map(|(_, weight)| weight).sum();
    let mut who = Vec::new();
    let mut healthy = 0;
    for it in service.deployments.iter().rev() {
        let group = &it.launch.load_balancer.as_ref().unwrap()["targetGroupArn"];
        let weight = forward.iter().find(|(arn, _)| group == arn.as_str());
        let name = short(&it.launch.task_definition);
        match weight.map_or(0, |(_, weight)| weight * 100 / all) {
            0 => continue,
            100 => who.push(name),
            percent => who.push(format!("{name} {percent} %")),
        }
        healthy += service.counts_of(&it.launch.id).healthy;
    }
    (who, healthy)
}

/// The revisions with production traffic, and the healthy tasks of those.
fn by_traffic(world: &World, service: &Service) -> (Vec<String>, usize) {
    let group = &world.codedeploy.applications[0].groups[0];
    let mut who = Vec::new();
    let mut healthy = 0;
    for set in &service.task_sets {
        let target = set.target_group().unwrap_or_default();
        let name = short(&set.launch.task_definition);
        match world.elb.percent(&group.production_listener, target) {
            0 => continue,
            100 => who.push(name),
            percent => who.push(format!("{name} {percent} %")),
        }
        healthy += service.counts_of(&set.launch.id).healthy;
    }
    (who, healthy)
}

/// `shop:2` of the ARN.
pub(super) fn short(arn: &str) -> String {
    arn.rsplit('/').next().unwrap().to_owned()
}
