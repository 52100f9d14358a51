//! Is the run what the job says it is: this commit, of this repository, still going?

use super::{Policy, Seen, same, unproven};
use crate::failure::Failure;
use crate::github::runs::{JobFacts, Run};

/// Words for a run that has not ended. A run that has a job running can be `waiting` for another.
const GOING: [&str; 5] = ["in_progress", "waiting", "queued", "pending", "requested"];

/// Every doubt.
pub(super) fn check(seen: &Seen, policy: &Policy<'_>) -> Vec<Failure> {
    let mut doubts = run(&seen.run, policy);
    match (seen.claims.check_run_id, &seen.job) {
        (None, _) => {}
        (Some(_), Some(facts)) => doubts.extend(job(facts, policy)),
        (Some(id), None) => doubts.push(unproven(
            "the job that the token names could not be read",
            format!("its id is {id}"),
        )),
    }
    doubts
}

fn run(run: &Run, policy: &Policy<'_>) -> Vec<Failure> {
    let job = policy.job;
    let from = run
        .head_repository
        .as_ref()
        .map(|repository| repository.full_name.as_str());
    let number = |found: u64| Some(found.to_string());
    let mut doubts = vec![
        same(
            "the run's id",
            number(run.id).as_deref(),
            &job.run_id.to_string(),
        ),
        same(
            "the run's attempt",
            number(run.run_attempt).as_deref(),
            &job.run_attempt.to_string(),
        ),
        same("the run's commit", Some(&run.head_sha), &job.sha),
        same(
            "the repository that the run's commit is from",
            from,
            &job.repository,
        ),
    ];
    if !GOING.contains(&run.status.as_str()) {
        let why = format!("GitHub says {}", run.status);
        doubts.push(Some(unproven("the run is not in progress", why)));
    }
    doubts.into_iter().flatten().collect()
}

fn job(facts: &JobFacts, policy: &Policy<'_>) -> Vec<Failure> {
    let job = policy.job;
    let attempt = facts.run_attempt.map(|attempt| attempt.to_string());
    let doubts = [
        same(
            "the job's run",
            Some(&facts.run_id.to_string()),
            &job.run_id.to_string(),
        ),
        same(
            "the job's attempt",
            attempt.as_deref(),
            &job.run_attempt.to_string(),
        ),
        same("the job's commit", Some(&facts.head_sha), &job.sha),
    ];
    doubts.into_iter().flatten().collect()
}
