//! The protection rules at work: which jobs wait, and when they start.
//!
//! Who lets them through stands in [`review`].

pub mod review;

use super::deployment::{Deployment, Status};
use super::environment::Environment;
use super::permissions::{Level, Scope};
use super::run::{Conclusion, Job, State, finish, job_mut, repository_mut};
use super::{JobKey, Repository, new_token};
use crate::world::World;
use jiff::{SignedDuration, Timestamp};

/// The environment that a job named `name` is bound to, as it spells itself; made on the spot,
/// without any rule, if there is none.
pub(super) fn environment(
    world: &mut World,
    repository: &str,
    name: &str,
) -> Result<String, String> {
    let (now, id) = (world.now, world.github.next_id());
    let repository = repository_mut(world, repository)?;
    if let Some(there) = repository.environment(name) {
        return Ok(there.name.clone());
    }
    let made = Environment::unprotected(id, name, now);
    repository.environments.push(made);
    Ok(name.to_owned())
}

/// A new job is at the gate: it is turned away, waits, or starts.
pub(super) fn arrive(world: &mut World, key: JobKey) {
    deploy(world, key);
    if refused(world, key) {
        let _ = finish(world, key, Conclusion::Failure);
    } else if held_until(world, key).is_some_and(|held| held <= world.now) {
        start(world, key);
    } else {
        say(world, key, "waiting");
    }
}

/// GitHub makes a deployment for a job that is bound to an environment.
fn deploy(world: &mut World, key: JobKey) {
    let (now, id) = (world.now, world.github.next_id());
    let Some((_, run, _, job)) = world.github.job(key) else {
        return;
    };
    let Some(environment) = job.environment.clone() else {
        return;
    };
    let deployment = Deployment {
        id,
        environment,
        sha: run.sha.clone(),
        git_ref: run.branch().to_owned(),
        creator: run.actor.clone(),
        description: None,
        job: Some((key.run, key.job)),
        created_at: now,
        statuses: Vec::new(),
    };
    if let Some(job) = job_mut(world, key) {
        job.deployment = Some(id);
    }
    let mut repositories = world.github.repositories.iter_mut();
    if let Some(repository) = repositories.find(|r| r.id == key.repository) {
        repository.deployments.push(deployment);
    }
}

fn refused(world: &World, key: JobKey) -> bool {
    world
        .github
        .job(key)
        .is_some_and(|(repository, run, _, job)| {
            let name = job.environment.as_deref().unwrap_or_default();
            let environment = repository.environment(name);
            environment.is_some_and(|e| !e.admits(repository, run.branch()))
        })
}

/// When the job may start; nobody knows while a review is missing.
fn held_until(world: &World, key: JobKey) -> Option<Timestamp> {
    let (repository, _, _, job) = world.github.job(key)?;
    let bound = job.environment.as_deref();
    let Some(environment) = bound.and_then(|name| repository.environment(name)) else {
        return Some(job.created_at);
    };
    let reviewed = job.let_through || environment.reviewers.is_empty();
    let wait = SignedDuration::from_mins(environment.wait_timer);
    reviewed.then(|| job.created_at + wait)
}

fn let_through(world: &mut World, key: JobKey) {
    if let Some(job) = job_mut(world, key) {
        job.let_through = true;
    }
    if held_until(world, key).is_some_and(|held| held <= world.now) {
        start(world, key);
    }
}

/// A runner takes the job, which gets its tokens.
fn start(world: &mut World, key: JobKey) {
    let token = new_token(world, "ghs_");
    let request_token = new_token(world, "ghr_");
    let now = world.now;
    let Some(job) = job_mut(world, key) else {
        return;
    };
    job.state = State::InProgress;
    job.started_at = Some(now);
    job.token = Some(token);
    let may_ask = job.permissions.give(Scope::IdToken, Level::Write);
    job.request_token = may_ask.then_some(request_token);
    say(world, key, "in_progress");
}

/// Gives the job's deployment a status, if it has one.
pub(super) fn say(world: &mut World, key: JobKey, state: &str) {
    let (now, id) = (world.now, world.github.next_id());
    let address = world.address.clone();
    let Some((repository, run, _, job)) = world.github.job(key) else {
        return;
    };
    let Some(deployment) = job.deployment else {
        return;
    };
    let status = Status {
        id,
        state: state.to_owned(),
        description: String::new(),
        log_url: format!(
            "http://{address}/{}/actions/runs/{}/job/{}",
            repository.full_name(),
            key.run,
            key.job
        ),
        environment_url: String::new(),
        creator: run.actor.clone(),
        created_at: now,
    };
    let mut repositories = world.github.repositories.iter_mut();
    let repository = repositories.find(|r| r.id == key.repository);
    if let Some(deployment) = repository.and_then(|r| r.deployment_mut(deployment)) {
        deployment.statuses.push(status);
    }
}

/// The next moment at which a wait timer ends.
pub fn next_due(world: &World) -> Option<Timestamp> {
    timed(world).map(|(held, _)| held).min()
}

/// Starts the jobs whose wait timer has ended.
pub fn settle(world: &mut World) {
    let now = world.now;
    let due = timed(world).filter(|(held, _)| *held <= now);
    let due: Vec<JobKey> = due.map(|(_, key)| key).collect();
    for key in due {
        start(world, key);
    }
}

/// The jobs of a run's latest attempt that wait for somebody to let them through.
pub fn pending(
    repository: &Repository,
    run: u64,
) -> impl Iterator<Item = (&Environment, JobKey)> + use<'_> {
    let latest = repository.run(run).and_then(|run| run.attempts.last());
    let jobs = latest.map_or(&[] as &[Job], |attempt| &attempt.jobs);
    jobs.iter()
        .filter(|job| job.state == State::Waiting)
        .filter_map(move |job| {
            let environment = repository.environment(job.environment.as_deref()?)?;
            let key = JobKey {
                repository: repository.id,
                run,
                job: job.id,
            };
            Some((environment, key))
        })
}

/// The jobs that wait for nothing but time.
fn timed(world: &World) -> impl Iterator<Item = (Timestamp, JobKey)> {
    let repositories = world.github.repositories.iter();
    repositories.flat_map(move |repository| {
        let runs = repository.runs.iter();
        runs.flat_map(move |run| pending(repository, run.id))
            .filter_map(move |(_, key)| Some((held_until(world, key)?, key)))
    })
}
