//! Who may let a waiting job through, and what happens when they do.
//!
//! An approval lets through every job of the run that waits for that environment at that moment;
//! a job that comes later waits anew.
//!
//! <https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/review-deployments>

use super::super::environment::Environment;
use super::super::run::{Conclusion, Review, finish, run_mut};
use super::super::{JobKey, Repository, User};
use super::{let_through, pending};
use crate::world::World;

/// What a reviewer says.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The reviewer's login.
    pub user: String,
    /// Ids of the environments it is about.
    pub environments: Vec<u64>,
    /// Else rejected.
    pub approved: bool,
    /// In the reviewer's words.
    pub comment: String,
}

/// Takes a reviewer's word for a run. Fails with a sentence when the reviewer has no say, or when
/// nothing waits.
pub fn review(
    world: &mut World,
    repository: &str,
    run: u64,
    verdict: Verdict,
) -> Result<Vec<JobKey>, String> {
    let waiting = asked(world, repository, run, &verdict.environments)?;
    for id in &verdict.environments {
        entitled(world, repository, run, *id, &verdict.user)?;
    }
    run_mut(world, repository, run)?.reviews.push(Review {
        approved: verdict.approved,
        comment: verdict.comment,
        environments: verdict.environments,
        user: verdict.user,
    });
    for key in &waiting {
        if verdict.approved {
            let_through(world, *key);
        } else {
            finish(world, *key, Conclusion::Failure)?;
        }
    }
    Ok(waiting)
}

/// An administrator starts the waiting jobs of an environment without a review, which leaves no
/// trace among the approvals.
pub fn bypass(
    world: &mut World,
    repository: &str,
    run: u64,
    environment: u64,
    user: &str,
) -> Result<Vec<JobKey>, String> {
    let waiting = asked(world, repository, run, &[environment])?;
    let owner = found(world, repository)?;
    if !owner.admins.iter().any(|admin| admin == user) {
        return Err(format!("{user} is no administrator of {repository}"));
    }
    let mut environments = owner.environments.iter();
    if !environments.any(|e| e.id == environment && e.can_admins_bypass) {
        return Err("administrators may not bypass the rules of this environment".to_owned());
    }
    for key in &waiting {
        let_through(world, *key);
    }
    Ok(waiting)
}

/// Who waits in the latest attempt for one of these environments; an error if nobody does.
fn asked(
    world: &World,
    repository: &str,
    run: u64,
    environments: &[u64],
) -> Result<Vec<JobKey>, String> {
    let repository = found(world, repository)?;
    let wanted = |(environment, _): &(&Environment, JobKey)| environments.contains(&environment.id);
    let waiting = pending(repository, run).filter(wanted);
    let waiting: Vec<JobKey> = waiting.map(|(_, key)| key).collect();
    if waiting.is_empty() {
        return Err(format!(
            "no job of run {run} waits for this environment's approval"
        ));
    }
    Ok(waiting)
}

fn entitled(
    world: &World,
    repository: &str,
    run: u64,
    environment: u64,
    login: &str,
) -> Result<(), String> {
    let repository = found(world, repository)?;
    let user = world.github.user(login);
    let user = user.ok_or_else(|| format!("there is no user {login}"))?;
    let mut environments = repository.environments.iter();
    let environment = environments
        .find(|e| e.id == environment)
        .ok_or("there is no such environment")?;
    let run = repository.run(run).ok_or("there is no such run")?;
    let starter = run.attempts.last().map(|a| a.triggering_actor.as_str());
    if !environment.is_reviewer(&world.github, user) {
        return Err(format!("{login} is no reviewer of {}", environment.name));
    }
    if environment.prevent_self_review && [Some(run.actor.as_str()), starter].contains(&Some(login))
    {
        return Err(format!(
            "{login} started this run, and {} prevents self-review",
            environment.name
        ));
    }
    Ok(())
}

/// May `user` approve the jobs that wait for `environment` in this run?
pub fn may_review(
    world: &World,
    repository: &Repository,
    run: u64,
    environment: u64,
    user: &User,
) -> bool {
    let name = repository.full_name();
    entitled(world, &name, run, environment, &user.login).is_ok()
}

fn found<'a>(world: &'a World, name: &str) -> Result<&'a Repository, String> {
    let found = world.github.repository(name);
    found.ok_or_else(|| format!("there is no repository {name}"))
}
