//! Deployments and their statuses, as GitHub shows and takes them.
//!
//! A deployment made over the API passes no protection rule, here as on GitHub.
//!
//! <https://docs.github.com/en/rest/deployments/deployments>

use super::page::page;
use super::request::{Asked, Refusal};
use super::{Answered, shape as shapes};
use crate::world::World;
use crate::world::github::deployment::{Deployment, Status};
use crate::world::github::{Holder, Repository};
use serde_json::{Value, json};

/// The states that a client may give.
const STATES: [&str; 7] = [
    "error",
    "failure",
    "inactive",
    "in_progress",
    "queued",
    "pending",
    "success",
];

pub(super) fn get(world: &World, asked: &Asked, rest: &[&str]) -> Result<Answered, Refusal> {
    let repository = asked.repository(world)?;
    match *rest {
        [] => Ok(list(world, asked, repository)),
        [id] => {
            let deployment = find(repository, id)?;
            Ok(Answered::ok(shape(world, repository, deployment)))
        }
        [id, "statuses"] => Ok(statuses(world, asked, repository, find(repository, id)?)),
        _ => Err(Refusal::not_found()),
    }
}

pub(super) fn post(world: &mut World, asked: &Asked, rest: &[&str]) -> Result<Answered, Refusal> {
    match *rest {
        [] => create(world, asked),
        [id, "statuses"] => create_status(world, asked, id),
        _ => Err(Refusal::not_found()),
    }
}

fn find<'a>(repository: &'a Repository, id: &str) -> Result<&'a Deployment, Refusal> {
    let id = id.parse().map_err(|_| Refusal::not_found())?;
    repository.deployment(id).ok_or_else(Refusal::not_found)
}

/// Newest first, as GitHub lists them.
fn list(world: &World, asked: &Asked, repository: &Repository) -> Answered {
    let wanted = |name: &str, value: &str| asked.parameter(name).is_none_or(|want| want == value);
    let all = repository
        .deployments
        .iter()
        .rev()
        .filter(|d| wanted("environment", &d.environment))
        .filter(|d| wanted("sha", &d.sha) && wanted("ref", &d.git_ref) && wanted("task", "deploy"))
        .map(|d| shape(world, repository, d))
        .collect();
    let (items, link) = page(world, asked, all);
    Answered {
        link,
        ..Answered::ok(items.into())
    }
}

fn url(world: &World, repository: &Repository, deployment: &Deployment) -> String {
    let root = shapes::repository_url(world, repository);
    format!("{root}/deployments/{}", deployment.id)
}

/// The schema `deployment`.
pub(super) fn shape(world: &World, repository: &Repository, deployment: &Deployment) -> Value {
    let url = url(world, repository, deployment);
    json!({
        "url": url,
        "id": deployment.id,
        "node_id": shapes::node_id("DE", deployment.id),
        "sha": deployment.sha,
        "ref": deployment.git_ref,
        "task": "deploy",
        "payload": {},
        "original_environment": deployment.environment,
        "environment": deployment.environment,
        "description": deployment.description,
        "creator": shapes::user(world, &deployment.creator),
        "created_at": shapes::time(deployment.created_at),
        "updated_at": shapes::time(deployment.updated_at()),
        "statuses_url": format!("{url}/statuses"),
        "repository_url": shapes::repository_url(world, repository),
        "transient_environment": false,
        "production_environment": deployment.environment == "production",
        "performed_via_github_app": null,
    })
}

fn statuses(
    world: &World,
    asked: &Asked,
    repository: &Repository,
    deployment: &Deployment,
) -> Answered {
    let newest_first = deployment.statuses.iter().rev();
    let all = newest_first
        .map(|status| status_shape(world, repository, deployment, status))
        .collect();
    let (items, link) = page(world, asked, all);
    Answered {
        link,
        ..Answered::ok(items.into())
    }
}

fn status_shape(
    world: &World,
    repository: &Repository,
    deployment: &Deployment,
    status: &Status,
) -> Value {
    let url = url(world, repository, deployment);
    json!({
        "url": format!("{url}/statuses/{}", status.id),
        "id": status.id,
        "node_id": shapes::node_id("DES", status.id),
        "state": status.state,
        "creator": shapes::user(world, &status.creator),
        "description": status.description,
        "environment": deployment.environment,
        "target_url": status.log_url,
        "created_at": shapes::time(status.created_at),
        "updated_at": shapes::time(status.created_at),
        "deployment_url": url,
        "repository_url": shapes::repository_url(world, repository),
        "environment_url": status.environment_url,
        "log_url": status.log_url,
        "performed_via_github_app": null,
    })
}

fn creator(holder: &Holder) -> String {
    match holder {
        Holder::User(login) => login.clone(),
        Holder::Job(_) => "github-actions[bot]".to_owned(),
    }
}

fn create(world: &mut World, asked: &Asked) -> Result<Answered, Refusal> {
    let git_ref = asked.text("ref");
    let git_ref = git_ref.ok_or_else(|| Refusal::unprocessable("\"ref\" wasn't supplied."))?;
    let (now, id) = (world.now, world.github.next_id());
    let runs = asked.repository(world)?.runs.iter();
    let known = runs
        .rev()
        .find(|run| run.branch() == git_ref || run.sha == git_ref);
    let deployment = Deployment {
        id,
        environment: asked.text("environment").unwrap_or("production").to_owned(),
        sha: known.map_or(git_ref, |run| &run.sha).to_owned(),
        git_ref: git_ref.to_owned(),
        creator: creator(&asked.holder),
        description: asked.text("description").map(str::to_owned),
        job: None,
        created_at: now,
        statuses: Vec::new(),
    };
    let repository = world.github.repository_mut(asked.full_name());
    let repository = repository.ok_or_else(Refusal::not_found)?;
    repository.deployments.push(deployment.clone());
    let shape = shape(world, asked.repository(world)?, &deployment);
    Ok(Answered::created(shape))
}

fn create_status(world: &mut World, asked: &Asked, id: &str) -> Result<Answered, Refusal> {
    let state = asked.text("state").unwrap_or_default();
    if !STATES.contains(&state) {
        return Err(Refusal::unprocessable(format!(
            "Validation Failed: \"state\" must be one of {}.",
            STATES.join(", ")
        )));
    }
    let text = |name: &str| asked.text(name).unwrap_or_default().to_owned();
    if text("description").chars().count() > 140 {
        return Err(Refusal::unprocessable(
            "Validation Failed: \"description\" is too long (maximum is 140 characters).",
        ));
    }
    let deployment = find(asked.repository(world)?, id)?.id;
    let status = Status {
        id: world.github.next_id(),
        state: state.to_owned(),
        description: text("description"),
        log_url: text("log_url"),
        environment_url: text("environment_url"),
        creator: creator(&asked.holder),
        created_at: world.now,
    };
    let repository = world.github.repository_mut(asked.full_name());
    let there = repository.and_then(|r| r.deployment_mut(deployment));
    there
        .ok_or_else(Refusal::not_found)?
        .statuses
        .push(status.clone());
    let repository = asked.repository(world)?;
    let deployment = find(repository, id)?;
    let shape = status_shape(world, repository, deployment, &status);
    Ok(Answered::created(shape))
}
