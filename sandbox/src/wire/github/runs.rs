//! Runs, attempts, jobs, approvals and pending deployments, as GitHub shows them.
//!
//! <https://docs.github.com/en/rest/actions/workflow-runs>

use super::page::page;
use super::request::{Asked, Refusal};
use super::{Answered, deployments, environments, shape};
use crate::world::World;
use crate::world::github::environment::Environment;
use crate::world::github::gate::{self, review as gate_review};
use crate::world::github::run::{Attempt, Conclusion, Job, Run};
use crate::world::github::{Holder, JobKey, Repository};
use serde_json::{Value, json};

pub(super) fn get(world: &World, asked: &Asked, rest: &[&str]) -> Result<Answered, Refusal> {
    let repository = asked.repository(world)?;
    match *rest {
        ["jobs", id] => job(world, repository, id),
        ["runs", id, ref rest @ ..] => {
            let run = find(repository, id)?;
            in_run(world, asked, repository, run, rest)
        }
        _ => Err(Refusal::not_found()),
    }
}

fn find<'a>(repository: &'a Repository, id: &str) -> Result<&'a Run, Refusal> {
    let id = id.parse().map_err(|_| Refusal::not_found())?;
    repository.run(id).ok_or_else(Refusal::not_found)
}

fn in_run(
    world: &World,
    asked: &Asked,
    repository: &Repository,
    run: &Run,
    rest: &[&str],
) -> Result<Answered, Refusal> {
    let latest = run.attempts.last().ok_or_else(Refusal::not_found)?;
    let numbered = |number: &str| {
        let mut attempts = run.attempts.iter();
        let found = attempts.find(|attempt| attempt.number.to_string() == number);
        found.ok_or_else(Refusal::not_found)
    };
    match *rest {
        [] => Ok(Answered::ok(whole(world, repository, run, latest))),
        ["jobs"] => Ok(jobs(world, asked, repository, run, latest)),
        ["attempts", number] => {
            let attempt = numbered(number)?;
            Ok(Answered::ok(whole(world, repository, run, attempt)))
        }
        ["attempts", number, "jobs"] => Ok(jobs(world, asked, repository, run, numbered(number)?)),
        ["approvals"] => Ok(Answered::ok(approvals(world, repository, run))),
        ["pending_deployments"] => Ok(Answered::ok(pending(world, asked, repository, run))),
        _ => Err(Refusal::not_found()),
    }
}

fn whole(world: &World, repository: &Repository, run: &Run, attempt: &Attempt) -> Value {
    let url = format!(
        "{}/actions/runs/{}",
        shape::repository_url(world, repository),
        run.id
    );
    let mut shape = json!({
        "id": run.id,
        "name": run.workflow,
        "node_id": shape::node_id("WFR", run.id),
        "head_branch": run.branch(),
        "head_sha": run.sha,
        "path": run.path,
        "display_title": run.workflow,
        "run_number": run.number,
        "event": run.event,
        "status": attempt.status(),
        "conclusion": attempt.conclusion().map(Conclusion::name),
        "workflow_id": repository.id * 10,
        "check_suite_id": run.id,
        "check_suite_node_id": shape::node_id("CS", run.id),
        "pull_requests": [],
        "created_at": shape::time(run.created_at),
        "updated_at": shape::time(world.now),
        "actor": shape::user(world, &run.actor),
        "run_attempt": attempt.number,
        "referenced_workflows": [],
        "run_started_at": shape::time(attempt.started_at),
        "triggering_actor": shape::user(world, &attempt.triggering_actor),
        "head_commit": commit(run),
        "repository": shape::repository(world, repository),
        "head_repository": shape::repository(world, repository),
    });
    links(&mut shape, &url, world, repository, run, attempt);
    shape
}

fn links(
    shape: &mut Value,
    url: &str,
    world: &World,
    repository: &Repository,
    run: &Run,
    attempt: &Attempt,
) {
    let root = shape::repository_url(world, repository);
    let before = attempt.number.checked_sub(1).filter(|number| *number > 0);
    let web = format!("{}/{}", shape::web(world), repository.full_name());
    let links = json!({
        "url": url,
        "html_url": format!("{web}/actions/runs/{}", run.id),
        "jobs_url": format!("{url}/jobs"),
        "logs_url": format!("{url}/logs"),
        "check_suite_url": format!("{root}/check-suites/{}", run.id),
        "artifacts_url": format!("{url}/artifacts"),
        "cancel_url": format!("{url}/cancel"),
        "rerun_url": format!("{url}/rerun"),
        "previous_attempt_url": before.map(|number| format!("{url}/attempts/{number}")),
        "workflow_url": format!("{root}/actions/workflows/{}", repository.id * 10),
    });
    if let (Value::Object(shape), Value::Object(links)) = (shape, links) {
        shape.extend(links);
    }
}

fn commit(run: &Run) -> Value {
    let who = json!({"name": run.actor, "email": format!("{}@example.com", run.actor)});
    json!({
        "id": run.sha,
        "tree_id": run.sha,
        "message": run.workflow,
        "timestamp": shape::time(run.created_at),
        "author": who,
        "committer": who,
    })
}

fn jobs(
    world: &World,
    asked: &Asked,
    repository: &Repository,
    run: &Run,
    attempt: &Attempt,
) -> Answered {
    let all = attempt.jobs.iter();
    let all: Vec<Value> = all
        .map(|job| job_shape(world, repository, run, attempt, job))
        .collect();
    let total = all.len();
    let (jobs, link) = page(world, asked, all);
    Answered {
        link,
        ..Answered::ok(json!({"total_count": total, "jobs": jobs}))
    }
}

fn job(world: &World, repository: &Repository, id: &str) -> Result<Answered, Refusal> {
    let id = id.parse().map_err(|_| Refusal::not_found())?;
    let found = repository.runs.iter().find_map(|run| {
        let (attempt, job) = run.job(id)?;
        Some(job_shape(world, repository, run, attempt, job))
    });
    found.map(Answered::ok).ok_or_else(Refusal::not_found)
}

fn job_shape(
    world: &World,
    repository: &Repository,
    run: &Run,
    attempt: &Attempt,
    job: &Job,
) -> Value {
    let root = shape::repository_url(world, repository);
    let web = format!("{}/{}", shape::web(world), repository.full_name());
    json!({
        "id": job.id,
        "run_id": run.id,
        "workflow_name": run.workflow,
        "head_branch": run.branch(),
        "run_url": format!("{root}/actions/runs/{}", run.id),
        "run_attempt": attempt.number,
        "node_id": shape::node_id("CR", job.id),
        "head_sha": run.sha,
        "url": format!("{root}/actions/jobs/{}", job.id),
        "html_url": format!("{web}/actions/runs/{}/job/{}", run.id, job.id),
        "status": job.state.status(),
        "conclusion": job.state.conclusion().map(Conclusion::name),
        "created_at": shape::time(job.created_at),
        "started_at": shape::time(job.started_at.unwrap_or(job.created_at)),
        "completed_at": job.completed_at.map(shape::time),
        "name": job.name,
        "steps": [],
        "check_run_url": format!("{root}/check-runs/{}", job.id),
        "labels": ["ubuntu-latest"],
        "runner_id": job.started_at.map(|_| 1),
        "runner_name": job.started_at.map(|_| "GitHub Actions 1"),
        "runner_group_id": job.started_at.map(|_| 1),
        "runner_group_name": job.started_at.map(|_| "GitHub Actions"),
    })
}

fn approvals(world: &World, repository: &Repository, run: &Run) -> Value {
    let environment = |id: &u64| {
        let mut environments = repository.environments.iter();
        let found = environments.find(|e| e.id == *id)?;
        Some(environments::dated(world, repository, found))
    };
    run.reviews
        .iter()
        .map(|review| {
            let about = review.environments.iter();
            let about: Vec<Value> = about.filter_map(environment).collect();
            json!({
                "state": if review.approved { "approved" } else { "rejected" },
                "comment": review.comment,
                "environments": about,
                "user": shape::user(world, &review.user),
            })
        })
        .collect()
}

/// One entry an environment, however many jobs wait for it.
fn pending(world: &World, asked: &Asked, repository: &Repository, run: &Run) -> Value {
    let mut seen = Vec::new();
    gate::pending(repository, run.id)
        .filter(|(environment, _)| {
            let new = !seen.contains(&environment.id);
            seen.push(environment.id);
            new
        })
        .map(|(environment, key)| one_pending(world, asked, repository, environment, key))
        .collect()
}

fn one_pending(
    world: &World,
    asked: &Asked,
    repository: &Repository,
    environment: &Environment,
    key: JobKey,
) -> Value {
    let waits = environment.wait_timer > 0;
    let since = world.github.job(key).map(|(.., job)| job.created_at);
    let may = match &asked.holder {
        Holder::Job(_) => false,
        Holder::User(login) => world.github.user(login).is_some_and(|user| {
            gate_review::may_review(world, repository, key.run, environment.id, user)
        }),
    };
    json!({
        "environment": environments::short(world, repository, environment),
        "wait_timer": environment.wait_timer,
        "wait_timer_started_at": since.filter(|_| waits).map(shape::time),
        "current_user_can_approve": may,
        "reviewers": environments::reviewers(world, repository, environment),
    })
}

/// A reviewer's word over the API. A job's token is nobody's reviewer.
pub(super) fn review(world: &mut World, asked: &Asked, run: &str) -> Result<Answered, Refusal> {
    let Holder::User(user) = &asked.holder else {
        return Err(Refusal::inaccessible());
    };
    let run = find(asked.repository(world)?, run)?.id;
    let verdict = verdict(asked, user)?;
    let waited = gate_review::review(world, asked.full_name(), run, verdict)
        .map_err(Refusal::unprocessable)?;
    let repository = asked.repository(world)?;
    let deployments = waited.iter().filter_map(|key| {
        let deployment = world.github.job(*key)?.3.deployment?;
        let deployment = repository.deployment(deployment)?;
        Some(deployments::shape(world, repository, deployment))
    });
    Ok(Answered::ok(deployments.collect()))
}

fn verdict(asked: &Asked, user: &str) -> Result<gate_review::Verdict, Refusal> {
    let wrong = || {
        Refusal::unprocessable(
            "Invalid request.\n\nenvironment_ids, state (approved or rejected) and comment are \
             needed.",
        )
    };
    let ids = asked.body.get("environment_ids").and_then(Value::as_array);
    let ids = ids.ok_or_else(wrong)?.iter().map(Value::as_u64);
    let approved = match asked.text("state") {
        Some("approved") => true,
        Some("rejected") => false,
        _ => return Err(wrong()),
    };
    Ok(gate_review::Verdict {
        user: user.to_owned(),
        environments: ids.collect::<Option<_>>().ok_or_else(wrong)?,
        approved,
        comment: asked.text("comment").ok_or_else(wrong)?.to_owned(),
    })
}
