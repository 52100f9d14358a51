//! What users read of commits that are newer, and of those that nobody can tell.

use super::Deployed;
use crate::aws::error::{AwsFailure, Kind};
use crate::failure::{Code, Failure};
use crate::github::GitHubFailure;
use crate::github::commits::Comparison;
use crate::job::Job;
use crate::rollout::overtaking::Standing;

const HELP: &str = "Run the workflow of the newest commit. To go back on purpose, use `command: \
                    rollback`, or set `allow-older-commit: true`.";

/// The refusal to deploy `ours` where newer commits are deployed.
pub(super) fn overtakes(label: &str, ours: &str, deployed: &[(Deployed, Standing)]) -> Failure {
    let what = format!(
        "{label} runs commit {}, and this run is for the older {}",
        named(deployed),
        short(ours)
    );
    refused(what, ours, deployed)
}

/// The refusal to stop a deployment of a newer commit for `ours`.
pub(super) fn would_stop(label: &str, ours: &str, deployed: &[(Deployed, Standing)]) -> Failure {
    let what = format!(
        "commit {} is being deployed to {label}, and this run, which would stop that, is for the \
         older {}",
        named(deployed),
        short(ours)
    );
    refused(what, ours, deployed)
}

fn refused(what: String, ours: &str, deployed: &[(Deployed, Standing)]) -> Failure {
    let failure = Failure::new(Code::OlderCommit, what, HELP);
    newer(deployed).fold(failure, |failure, (deployed, by)| {
        failure.because(ahead(deployed, by, ours))
    })
}

fn named(deployed: &[(Deployed, Standing)]) -> String {
    let names: Vec<_> = newer(deployed).map(|(it, _)| short(&it.commit)).collect();
    names.join(" and ")
}

/// Those that are newer, and by how many commits.
fn newer(deployed: &[(Deployed, Standing)]) -> impl Iterator<Item = (&Deployed, u64)> {
    deployed.iter().filter_map(|(deployed, standing)| {
        let Standing::Newer(by) = standing else {
            return None;
        };
        Some((deployed, *by))
    })
}

fn ahead(deployed: &Deployed, by: u64, ours: &str) -> String {
    let Deployed {
        commit,
        known_by,
        pushed_at,
    } = deployed;
    let commits = if by == 1 { "commit" } else { "commits" };
    let pushed = pushed_at.map(|at| at.strftime(", pushed at %Y-%m-%d %H:%M:%S UTC").to_string());
    format!(
        "{} is {by} {commits} ahead of {}; it is known by {known_by}{}",
        short(commit),
        short(ours),
        pushed.unwrap_or_default()
    )
}

/// Why a comparison does not say which of the two commits is newer, if it does not.
pub(super) fn apart(commit: &str, ours: &str, compared: &Comparison) -> Option<String> {
    let (commit, ours) = (short(commit), short(ours));
    match Standing::of(&compared.status, compared.ahead_by) {
        Standing::Diverged => Some(format!(
            "neither of {commit}, which is deployed, and {ours} comes from the other"
        )),
        Standing::Unknown => {
            let status = &compared.status;
            Some(format!(
                "GitHub's word for {commit} beside {ours} is {status}"
            ))
        }
        Standing::Same | Standing::Older | Standing::Newer(_) => None,
    }
}

/// Why GitHub did not compare `commit` with the job's.
pub(super) fn unanswered(job: &Job, commit: &str, failure: &GitHubFailure) -> String {
    match failure.status {
        Some(404) => format!(
            "GitHub does not find commit {} in {}, as if it were another repository's or were \
             gone after a force push",
            short(commit),
            job.repository
        ),
        Some(403) if failure.is_denied() => format!(
            "the job's token may not compare commits; add `contents: read` to the job's \
             `permissions:` ({failure})"
        ),
        _ => failure.to_string(),
    }
}

/// Why AWS did not say what is deployed.
pub(super) fn said(error: &anyhow::Error) -> String {
    match AwsFailure::of(error) {
        Some(failure) if failure.kind == Kind::Denied => {
            format!("the role may not call {}", failure.action)
        }
        Some(failure) => failure.to_string(),
        None => format!("{error:#}"),
    }
}

/// The first seven characters of a commit.
fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}
