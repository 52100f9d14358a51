//! `GET /_sandbox/state`: the whole world, to be read by people and tests.
//!
//! AWS's part is in AWS's own words: the services are asked as a client would ask them, without the
//! checks that a client meets.

use crate::wire::aws::{Caller, Service};
use crate::wire::{codedeploy, ecr, ecs};
use crate::world::World;
use crate::world::github::Repository;
use crate::world::github::run::{Attempt, Conclusion, Run};
use serde_json::{Value, json};

/// Everything, with secrets left out.
pub(super) fn whole(world: &mut World) -> Value {
    json!({
        "now": world.now,
        "ecs": clusters(world),
        "codedeploy": deployments(world),
        "ecr": repositories(world),
        "elb": listeners(world),
        "alarms": alarms(world),
        "github": world.github.repositories.iter().map(repository).collect::<Value>(),
        "sessions": sessions(world),
        "calls": world.calls.len(),
    })
}

/// What `service` answers to an operation; null where it refuses.
fn ask(world: &mut World, service: &Service, operation: &str, input: &Value) -> Value {
    let arn = format!("arn:aws:iam::{}:root", world.account);
    (service.call)(world, &Caller { arn }, operation, input).unwrap_or_default()
}

fn strings(answer: &Value, name: &str) -> Vec<String> {
    let list = answer.get(name).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn field(answer: Value, name: &str) -> Value {
    match answer {
        Value::Object(mut fields) => fields.shift_remove(name).unwrap_or_default(),
        _ => Value::Null,
    }
}

/// The services of every cluster, as `DescribeServices` shows them.
fn clusters(world: &mut World) -> Value {
    let services: Vec<(String, String)> = world
        .ecs
        .services
        .iter()
        .map(|service| (service.cluster.clone(), service.name.clone()))
        .collect();
    services
        .into_iter()
        .map(|(cluster, name)| {
            let input = json!({"cluster": cluster, "services": [name]});
            let answer = ask(world, &ecs::SERVICE, "DescribeServices", &input);
            match field(answer, "services") {
                Value::Array(mut services) => services.pop().unwrap_or_default(),
                _ => Value::Null,
            }
        })
        .collect()
}

/// Every deployment, as `GetDeployment` shows it, oldest first.
fn deployments(world: &mut World) -> Value {
    let listed = ask(world, &codedeploy::SERVICE, "ListDeployments", &json!({}));
    let mut ids = strings(&listed, "deployments");
    ids.reverse();
    ids.into_iter()
        .map(|id| {
            let input = json!({"deploymentId": id});
            let answer = ask(world, &codedeploy::SERVICE, "GetDeployment", &input);
            field(answer, "deploymentInfo")
        })
        .collect()
}

/// The images of every repository, as `DescribeImages` shows them.
fn repositories(world: &mut World) -> Value {
    let names: Vec<String> = world.ecr.repositories.keys().cloned().collect();
    names
        .into_iter()
        .map(|name| {
            let input = json!({"repositoryName": name});
            let answer = ask(world, &ecr::SERVICE, "DescribeImages", &input);
            (name, field(answer, "imageDetails"))
        })
        .collect()
}

/// Where every listener's traffic goes, in percent.
fn listeners(world: &World) -> Value {
    let listeners = world.elb.listeners.iter();
    listeners
        .map(|listener| {
            let groups = world.elb.target_groups.iter();
            let percent: Value = groups
                .map(|group| {
                    let percent = world.elb.percent(&listener.arn, &group.arn);
                    (group.name.clone(), Value::from(percent))
                })
                .collect();
            json!({"listener": listener.arn, "port": listener.port, "percent": percent})
        })
        .collect()
}

fn alarms(world: &World) -> Value {
    let alarms = world.alarms.by_name.iter();
    alarms
        .map(|(name, alarm)| (name.clone(), json!(alarm.state)))
        .collect()
}

fn repository(repository: &Repository) -> Value {
    json!({
        "repository": repository.full_name(),
        "environments": repository
            .environments
            .iter()
            .map(|e| json!({"id": e.id, "name": e.name, "reviewers": e.reviewers.len()}))
            .collect::<Value>(),
        "runs": repository.runs.iter().map(run).collect::<Value>(),
        "deployments": repository
            .deployments
            .iter()
            .map(|d| json!({
                "id": d.id,
                "environment": d.environment,
                "sha": d.sha,
                "states": d.statuses.iter().map(|s| s.state.clone()).collect::<Value>(),
            }))
            .collect::<Value>(),
    })
}

fn run(run: &Run) -> Value {
    json!({
        "id": run.id,
        "sha": run.sha,
        "actor": run.actor,
        "attempts": run.attempts.iter().map(attempt).collect::<Value>(),
        "reviews": run
            .reviews
            .iter()
            .map(|r| json!({"user": r.user, "approved": r.approved, "comment": r.comment}))
            .collect::<Value>(),
    })
}

fn attempt(attempt: &Attempt) -> Value {
    json!({
        "number": attempt.number,
        "triggering_actor": attempt.triggering_actor,
        "status": attempt.status(),
        "jobs": attempt
            .jobs
            .iter()
            .map(|job| json!({
                "id": job.id,
                "name": job.name,
                "environment": job.environment,
                "status": job.state.status(),
                "conclusion": job.state.conclusion().map(Conclusion::name),
            }))
            .collect::<Value>(),
    })
}

fn sessions(world: &World) -> Value {
    let sessions = world.identity.sessions.values();
    sessions
        .map(|session| json!({"arn": session.arn, "expires": session.expires}))
        .collect()
}
