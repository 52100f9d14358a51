//! Production and test traffic of a deployment: the weights of its listeners.

use super::deployment::Deployment;
use crate::world::World;
use crate::world::alarms::State;
use crate::world::ecs::task_set;
use jiff::SignedDuration;

/// The share of production traffic that the replacement has, in percent.
pub(super) fn share(world: &World, it: &Deployment) -> u8 {
    let green = it.green.as_ref();
    green.map_or(0, |green| {
        world
            .elb
            .percent(&it.group.production_listener, &green.target_group)
    })
}

/// Sends test traffic to the replacement.
pub(super) fn test(world: &mut World, it: &Deployment) {
    if let (Some(listener), Some(green)) = (&it.group.test_listener, &it.green) {
        world
            .elb
            .forward(listener, &[(green.target_group.clone(), 100)]);
    }
}

/// Moves production traffic one step on; tells how long until the next one, if there is one. A
/// rollback moves all of it back at once.
pub(super) fn step(world: &mut World, it: &mut Deployment) -> Option<SignedDuration> {
    it.step += 1;
    let (percent, wait) = it.routing.step(it.step);
    let percent = if it.is_rollback { 0 } else { percent };
    send(world, it, percent);
    wait.map(|minutes| SignedDuration::from_mins(minutes.into()))
}

/// Gives the replacement `percent` of production traffic, and the original the rest.
fn send(world: &mut World, it: &Deployment, percent: u8) {
    let (Some(blue), Some(green)) = (&it.blue, &it.green) else {
        return;
    };
    let shares = [
        (blue.target_group.clone(), u32::from(100 - percent)),
        (green.target_group.clone(), u32::from(percent)),
    ];
    let shares: Vec<_> = shares.into_iter().filter(|(_, share)| *share > 0).collect();
    world.elb.forward(&it.group.production_listener, &shares);
    if let Some(listener) = it.group.test_listener.as_ref().filter(|_| it.is_rollback) {
        world.elb.forward(listener, &shares);
    }
    world.alarms.traffic_reached(&it.alarms.names, percent);
    let scripted = it.group.script.alarm.as_ref().filter(|_| it.scripted);
    if let Some(alarm) = scripted.filter(|alarm| alarm.percent <= percent) {
        let alarm = world.alarms.by_name.entry(alarm.name.clone()).or_default();
        alarm.state = State::Alarm;
    }
}

/// All production traffic is where it belongs: that task set is the PRIMARY one now.
pub(super) fn settle(world: &mut World, it: &Deployment) {
    let side = if it.is_rollback { &it.blue } else { &it.green };
    let position = world.ecs.position(&it.group.cluster, &it.group.service);
    if let Some((position, side)) = position.zip(side.as_ref()) {
        task_set::make_primary(world, position, &side.task_set);
    }
}
