//! How runs and jobs start and end.

use super::super::{JobKey, Repository, gate};
use super::{Attempt, Conclusion, Job, NewJob, NewRun, Run, State};
use crate::world::World;

/// Starts a run of `repository` (`owner/name`). Answers its id, or what is not there.
pub fn start(world: &mut World, repository: &str, new: NewRun) -> Result<u64, String> {
    known(world, &new.actor)?;
    let (now, id) = (world.now, world.github.next_id());
    let repository = repository_mut(world, repository)?;
    repository.push(&new.sha, &new.actor, now);
    let same = repository.runs.iter().filter(|run| run.path == new.path);
    let number = same.count() as u64 + 1;
    let attempt = Attempt {
        number: 1,
        triggering_actor: new.actor.clone(),
        started_at: now,
        jobs: Vec::new(),
    };
    repository.runs.push(Run {
        id,
        number,
        workflow: new.workflow,
        path: new.path,
        event: new.event,
        sha: new.sha,
        git_ref: new.git_ref,
        actor: new.actor,
        created_at: now,
        attempts: vec![attempt],
        reviews: Vec::new(),
    });
    Ok(id)
}

/// Starts the next attempt of a run, by `user`. Answers its number.
pub fn rerun(world: &mut World, repository: &str, run: u64, user: &str) -> Result<u64, String> {
    known(world, user)?;
    let now = world.now;
    let run = run_mut(world, repository, run)?;
    let number = run.attempts.len() as u64 + 1;
    run.attempts.push(Attempt {
        number,
        triggering_actor: user.to_owned(),
        started_at: now,
        jobs: Vec::new(),
    });
    Ok(number)
}

/// Starts a job in the latest attempt of a run. It waits if its environment has it wait.
pub fn start_job(
    world: &mut World,
    repository: &str,
    run: u64,
    new: NewJob,
) -> Result<JobKey, String> {
    run_mut(world, repository, run)?;
    let environment = match &new.environment {
        Some(name) => Some(gate::environment(world, repository, name)?),
        None => None,
    };
    let (now, id) = (world.now, world.github.next_id());
    let job = Job {
        id,
        name: new.name,
        environment,
        deployment: None,
        state: State::Waiting,
        let_through: false,
        created_at: now,
        started_at: None,
        completed_at: None,
        permissions: new.permissions,
        token: None,
        request_token: None,
        identity_tokens: 0,
    };
    let attempts = &mut run_mut(world, repository, run)?.attempts;
    let attempt = attempts.last_mut().ok_or("the run has no attempt")?;
    attempt.jobs.push(job);
    let key = JobKey {
        repository: repository_mut(world, repository)?.id,
        run,
        job: id,
    };
    gate::arrive(world, key);
    Ok(key)
}

/// Ends a job: its tokens die, its deployment gets its last status.
pub fn finish(world: &mut World, key: JobKey, conclusion: Conclusion) -> Result<(), String> {
    let now = world.now;
    let job = job_mut(world, key).ok_or_else(|| format!("there is no job {}", key.job))?;
    if let State::Completed(_) = job.state {
        return Err(format!("job {} has ended already", key.job));
    }
    job.state = State::Completed(conclusion);
    job.completed_at = Some(now);
    job.token = None;
    job.request_token = None;
    let state = match conclusion {
        Conclusion::Success => "success",
        Conclusion::Failure => "failure",
        Conclusion::Cancelled => "inactive",
    };
    gate::say(world, key, state);
    Ok(())
}

/// The job, to change it.
pub(in crate::world::github) fn job_mut(world: &mut World, key: JobKey) -> Option<&mut Job> {
    let mut repositories = world.github.repositories.iter_mut();
    let repository = repositories.find(|r| r.id == key.repository)?;
    repository.run_mut(key.run)?.job_mut(key.job)
}

/// The repository, to change it, or a sentence.
pub(in crate::world::github) fn repository_mut<'a>(
    world: &'a mut World,
    name: &str,
) -> Result<&'a mut Repository, String> {
    let found = world.github.repository_mut(name);
    found.ok_or_else(|| format!("there is no repository {name}"))
}

/// The run, to change it, or a sentence.
pub(in crate::world::github) fn run_mut<'a>(
    world: &'a mut World,
    repository: &str,
    run: u64,
) -> Result<&'a mut Run, String> {
    let found = repository_mut(world, repository)?.run_mut(run);
    found.ok_or_else(|| format!("{repository} has no run {run}"))
}

fn known(world: &World, login: &str) -> Result<(), String> {
    let user = world.github.user(login);
    user.map(|_| ())
        .ok_or_else(|| format!("there is no user {login}"))
}
