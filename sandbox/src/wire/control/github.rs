//! Jobs and reviews: what GitHub's web page and its scheduler do.

use super::Outcome;
use crate::runner;
use crate::world::World;
use crate::world::github::gate::review::{self, Verdict};
use crate::world::github::permissions::Permissions;
use crate::world::github::run::{self, Conclusion, NewJob, NewRun};
use crate::world::github::{JobKey, Repository};
use serde::Deserialize;
use serde_json::{Value, json};

/// A reviewer's word, or an administrator's. Without a run, the newest one that waits for the
/// environment is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Word {
    /// The first repository of the world if absent.
    repository: Option<String>,
    run: Option<u64>,
    environment: String,
    user: String,
    #[serde(default)]
    comment: String,
}

/// A job to start, with its run unless there is one already.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    repository: Option<String>,
    /// An existing run; its latest attempt gets the job.
    run: Option<u64>,
    #[serde(default = "deploy")]
    job: String,
    environment: Option<String>,
    permissions: Option<Permissions>,
    #[serde(default = "deploy")]
    workflow: String,
    #[serde(default = "path")]
    path: String,
    #[serde(default = "push")]
    event: String,
    sha: Option<String>,
    #[serde(rename = "ref", default = "main")]
    git_ref: String,
    actor: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    conclusion: Conclusion,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rerun {
    user: String,
}

fn deploy() -> String {
    "deploy".to_owned()
}
fn path() -> String {
    ".github/workflows/deploy.yml".to_owned()
}
fn push() -> String {
    "push".to_owned()
}
fn main() -> String {
    "refs/heads/main".to_owned()
}

fn repository<'a>(world: &'a World, name: Option<&str>) -> Result<&'a Repository, String> {
    match name {
        Some(name) => world
            .github
            .repository(name)
            .ok_or_else(|| format!("there is no repository {name}")),
        None => world
            .github
            .repositories
            .first()
            .ok_or_else(|| "there is no repository".to_owned()),
    }
}

/// The repository's name, the run and the environment's id that a word is about.
fn target(world: &World, said: &Word) -> Result<(String, u64, u64), String> {
    let repository = repository(world, said.repository.as_deref())?;
    let environment = repository.environment(&said.environment).ok_or_else(|| {
        let names: Vec<&str> = repository
            .environments
            .iter()
            .map(|e| e.name.as_str())
            .collect();
        format!(
            "there is no environment {}; there are {}",
            said.environment,
            names.join(", ")
        )
    })?;
    let waits = |run: &u64| {
        let mut pending = crate::world::github::gate::pending(repository, *run);
        pending.any(|(waited, _)| waited.id == environment.id)
    };
    let newest = || repository.runs.iter().rev().map(|run| run.id).find(waits);
    let run = said.run.or_else(newest);
    let run = run.ok_or_else(|| format!("nothing waits for {}", environment.name))?;
    Ok((repository.full_name(), run, environment.id))
}

/// Approves or rejects.
pub(super) fn review(world: &mut World, said: Word, approved: bool) -> Outcome {
    let (repository, run, environment) = target(world, &said)?;
    let verdict = Verdict {
        user: said.user,
        environments: vec![environment],
        approved,
        comment: said.comment,
    };
    let jobs = review::review(world, &repository, run, verdict)?;
    Ok(reviewed(run, &jobs))
}

/// An administrator starts what waits.
pub(super) fn bypass(world: &mut World, said: &Word) -> Outcome {
    let (repository, run, environment) = target(world, said)?;
    let jobs = review::bypass(world, &repository, run, environment, &said.user)?;
    Ok(reviewed(run, &jobs))
}

fn reviewed(run: u64, jobs: &[JobKey]) -> Value {
    json!({"run": run, "jobs": jobs.iter().map(|key| key.job).collect::<Value>()})
}

/// Starts a job; answers it as [`job`] does.
pub(super) fn start(world: &mut World, start: Start) -> Outcome {
    let name = repository(world, start.repository.as_deref())?.full_name();
    let run = if let Some(run) = start.run {
        run
    } else {
        let new = new_run(world, &start)?;
        run::start(world, &name, new)?
    };
    let new = NewJob {
        name: start.job,
        environment: start.environment,
        permissions: start.permissions.unwrap_or_else(Permissions::deploying),
    };
    let key = run::start_job(world, &name, run, new)?;
    shown(world, key)
}

fn new_run(world: &World, start: &Start) -> Result<NewRun, String> {
    let somebody = world.github.users.iter().find(|user| user.kind == "User");
    let actor = start.actor.clone();
    let actor = actor.or_else(|| somebody.map(|user| user.login.clone()));
    let sha = start.sha.clone();
    Ok(NewRun {
        workflow: start.workflow.clone(),
        path: start.path.clone(),
        event: start.event.clone(),
        sha: sha.unwrap_or_else(|| "f".repeat(40)),
        git_ref: start.git_ref.clone(),
        actor: actor.ok_or("there is nobody to start a run")?,
    })
}

/// A job, and the variables that a runner gives it once it runs.
pub(super) fn job(world: &World, id: &str) -> Outcome {
    shown(world, key(world, id)?)
}

fn key(world: &World, id: &str) -> Result<JobKey, String> {
    let none = || format!("there is no job {id}");
    let job: u64 = id.parse().map_err(|_| none())?;
    let mut repositories = world.github.repositories.iter();
    let found = repositories.find_map(|repository| {
        let run = repository.runs.iter().find(|run| run.job(job).is_some())?;
        Some(JobKey {
            repository: repository.id,
            run: run.id,
            job,
        })
    });
    found.ok_or_else(none)
}

fn shown(world: &World, key: JobKey) -> Outcome {
    let found = world.github.job(key);
    let (_, run, attempt, job) = found.ok_or_else(|| format!("there is no job {}", key.job))?;
    Ok(json!({
        "run": run.id,
        "run_attempt": attempt.number,
        "job": job.id,
        "status": job.state.status(),
        "conclusion": job.state.conclusion().map(Conclusion::name),
        "environment": job.environment,
        "token": job.token.as_ref().map(|token| &token.0),
        "variables": runner::Job::of(world, key).map(|job| job.variables),
    }))
}

/// Ends a job.
pub(super) fn finish(world: &mut World, id: &str, end: &End) -> Outcome {
    let key = key(world, id)?;
    run::finish(world, key, end.conclusion)?;
    shown(world, key)
}

/// Starts the next attempt of a run.
pub(super) fn rerun(world: &mut World, id: &str, rerun: &Rerun) -> Outcome {
    let run: u64 = id.parse().map_err(|_| format!("{id} is no run"))?;
    let mut repositories = world.github.repositories.iter();
    let repository = repositories.find(|repository| repository.run(run).is_some());
    let repository = repository.ok_or_else(|| format!("there is no run {run}"))?;
    let name = repository.full_name();
    let attempt = run::rerun(world, &name, run, &rerun.user)?;
    Ok(json!({"run": run, "run_attempt": attempt}))
}
