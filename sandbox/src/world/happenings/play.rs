//! How what others do is done: the call that each deed comes to.

use super::deed::{
    Because, CreateDeployment, Deed, Deny, EndSessions, PutTag, Renewal, Service, StopDeployment,
    StopTasks, Tag, UpdateService,
};
use crate::wire::aws::{Caller, Service as Api};
use crate::wire::body::compact;
use crate::wire::{codedeploy, ecr, ecs};
use crate::world::alarms::State;
use crate::world::codedeploy::appspec::AppSpec;
use crate::world::ecs::stop::Stop;
use crate::world::identity::policy::{Effect, Policy};
use crate::world::identity::{Revoked, Role};
use crate::world::{Call, World};
use serde_json::{Value, json};

/// Lets `deed` happen now, by who has the ARN `by`.
pub fn play(world: &mut World, by: &str, deed: &Deed) {
    match deed {
        Deed::StopDeployment(it) => stop_deployment(world, by, it),
        Deed::CreateDeployment(it) => create_deployment(world, by, it),
        Deed::StopServiceDeployment(it) => stop_service_deployment(world, by, it),
        Deed::UpdateService(it) => update_service(world, by, it),
        Deed::DeleteService(it) => {
            let body = json!({"service": it.service, "cluster": it.cluster, "force": true});
            call(world, by, &ecs::SERVICE, "DeleteService", body);
        }
        Deed::StopTasks(it) => stop_tasks(world, it),
        Deed::Deny(it) => deny(world, it),
        Deed::EndSessions(it) => end_sessions(world, it),
        Deed::RaiseAlarm(name) => set_alarm(world, name, State::Alarm),
        Deed::ClearAlarm(name) => set_alarm(world, name, State::Ok),
        Deed::RemoveImage(it) => remove_image(world, by, it),
        Deed::PutTag(it) => put_tag(world, by, it),
        Deed::EndScans(repository) => end_scans(world, repository),
    }
}

/// Calls `api` in the name of `by`, and puts that on record.
fn call(world: &mut World, by: &str, api: &Api, operation: &str, body: Value) {
    let caller = Caller { arn: by.to_owned() };
    let error = (api.call)(world, &caller, operation, &body).err();
    world.calls.push(Call {
        at: world.now,
        service: api.prefix.to_owned(),
        operation: operation.to_owned(),
        caller: caller.arn,
        status: error.as_ref().map_or(200, |error| error.status.as_u16()),
        error: error.map(|error| error.code),
        request: body,
    });
}

fn stop_deployment(world: &mut World, by: &str, it: &StopDeployment) {
    let group = world.codedeploy.group(&it.application, &it.group);
    let active = group.and_then(|group| world.codedeploy.active_of(group));
    if let Some(id) = active.map(|it| it.id.clone()) {
        let body = json!({"deploymentId": id, "autoRollbackEnabled": it.rollback});
        call(
            world,
            by,
            &codedeploy::SERVICE,
            "StopDeployment",
            compact(body),
        );
    }
}

fn create_deployment(world: &mut World, by: &str, it: &CreateDeployment) {
    let definition = world.ecs.task_definitions.find(&it.task_definition);
    let definition = definition.map_or(&it.task_definition, |found| &found.arn);
    let group = world.codedeploy.group(&it.application, &it.group);
    let service = group.and_then(|it| world.ecs.service(&it.cluster, &it.service));
    let primary = service.and_then(|it| it.primary_task_set());
    let balancer = primary.and_then(|it| it.launch.load_balancer.as_ref());
    let container = balancer.and_then(|it| it.get("containerName")?.as_str());
    let port = balancer.and_then(|it| it.get("containerPort")?.as_u64());
    let content = AppSpec::write(definition, container.unwrap_or_default(), port.unwrap_or(0));
    let body = compact(json!({
        "applicationName": it.application,
        "deploymentGroupName": it.group,
        "description": it.description,
        "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
    }));
    call(world, by, &codedeploy::SERVICE, "CreateDeployment", body);
}

fn stop_service_deployment(world: &mut World, by: &str, it: &Service) {
    let service = world.ecs.service(&it.cluster, &it.service);
    let newest = service.and_then(|it| it.history.last());
    if let Some(arn) = newest.map(|it| it.arn.clone()) {
        let body = json!({"serviceDeploymentArn": arn, "stopType": "ROLLBACK"});
        call(world, by, &ecs::SERVICE, "StopServiceDeployment", body);
    }
}

fn update_service(world: &mut World, by: &str, it: &UpdateService) {
    let body = compact(json!({
        "service": it.service,
        "cluster": it.cluster,
        "taskDefinition": it.task_definition,
        "desiredCount": it.desired_count,
        "forceNewDeployment": it.force.then_some(true),
    }));
    call(world, by, &ecs::SERVICE, "UpdateService", body);
}

fn stop_tasks(world: &mut World, it: &StopTasks) {
    let stop = match it.because {
        Because::User => Stop::by_user(it.reason.as_deref()),
        Because::Spot => Stop::interrupted(),
    };
    if let Some(position) = world.ecs.position(&it.cluster, &it.service) {
        let most = it.count.unwrap_or(usize::MAX);
        crate::world::ecs::stop_tasks(world, position, most, &stop);
    }
}

fn deny(world: &mut World, it: &Deny) {
    let Some(role) = world.identity.roles.get_mut(&it.role) else {
        return;
    };
    if it.explicit {
        let denial = Policy::of(Effect::Deny, &it.actions, &it.resources);
        role.policies.push(denial);
    } else {
        role.revoked.push(Revoked {
            actions: it.actions.clone(),
            resources: it.resources.clone(),
        });
    }
}

fn end_sessions(world: &mut World, it: &EndSessions) {
    let now = world.now;
    let part = format!(":assumed-role/{}/", it.role);
    let sessions = world.identity.sessions.values_mut();
    for session in sessions.filter(|session| session.arn.contains(&part)) {
        session.expires = session.expires.min(now);
    }
    let role: Option<&mut Role> = world.identity.roles.get_mut(&it.role);
    if let Some(role) = role.filter(|_| it.renewal == Renewal::Refused) {
        role.trust.statement.clear();
    }
}

fn set_alarm(world: &mut World, name: &str, state: State) {
    let alarm = world.alarms.by_name.entry(name.to_owned()).or_default();
    alarm.state = state;
}

fn remove_image(world: &mut World, by: &str, it: &Tag) {
    let body = json!({"repositoryName": it.repository, "imageIds": [{"imageTag": it.tag}]});
    call(world, by, &ecr::SERVICE, "BatchDeleteImage", body);
}

fn end_scans(world: &mut World, repository: &str) {
    if let Some(repository) = world.ecr.repositories.get_mut(repository) {
        repository.scanner.seconds = 0;
    }
}

fn put_tag(world: &mut World, by: &str, it: &PutTag) {
    let repository = world.ecr.repositories.get(&it.repository);
    let image = repository.and_then(|repository| {
        let digest = repository.tags.get(&it.of)?;
        repository.images.get(digest)
    });
    let Some(image) = image else {
        return;
    };
    let body = json!({
        "repositoryName": it.repository,
        "imageManifest": String::from_utf8_lossy(&image.manifest.0),
        "imageManifestMediaType": image.media_type,
        "imageTag": it.tag,
    });
    call(world, by, &ecr::SERVICE, "PutImage", body);
}
