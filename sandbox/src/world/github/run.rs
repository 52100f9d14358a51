//! Workflow runs, their attempts and their jobs.
//!
//! <https://docs.github.com/en/rest/actions/workflow-runs>

mod life;

pub use life::{finish, rerun, start, start_job};
pub(super) use life::{job_mut, repository_mut, run_mut};

use super::permissions::Permissions;
use crate::world::identity::Secret;
use jiff::Timestamp;

/// A run of a workflow.
#[derive(Debug, Clone)]
pub struct Run {
    /// Unique in GitHub.
    pub id: u64,
    /// Counts up in the workflow.
    pub number: u64,
    /// The workflow's name.
    pub workflow: String,
    /// The workflow's file: `.github/workflows/deploy.yml`.
    pub path: String,
    /// `push`, `workflow_dispatch`.
    pub event: String,
    /// The commit.
    pub sha: String,
    /// `refs/heads/main`.
    pub git_ref: String,
    /// The login of who started the first attempt.
    pub actor: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Oldest first; never empty.
    pub attempts: Vec<Attempt>,
    /// What reviewers said, of every attempt, oldest first.
    pub reviews: Vec<Review>,
}

/// One attempt of a run.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// 1 and up.
    pub number: u64,
    /// The login of who started this attempt.
    pub triggering_actor: String,
    /// When it started.
    pub started_at: Timestamp,
    /// In the order they were started.
    pub jobs: Vec<Job>,
}

/// A job of an attempt.
#[derive(Debug, Clone)]
pub struct Job {
    /// Unique in GitHub; also the id of its check run.
    pub id: u64,
    /// Its name in the workflow.
    pub name: String,
    /// The environment it is bound to, as the environment spells itself.
    pub environment: Option<String>,
    /// Its deployment, when it is bound to an environment.
    pub deployment: Option<u64>,
    /// Where it stands.
    pub state: State,
    /// A reviewer approved it, or an administrator let it pass.
    pub let_through: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a runner took it.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// What its token may do.
    pub permissions: Permissions,
    /// Its `GITHUB_TOKEN`, while it runs.
    pub token: Option<Secret>,
    /// What it asks for identity tokens with, while it runs and if it may.
    pub request_token: Option<Secret>,
    /// Identity tokens it was given so far.
    pub identity_tokens: u64,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Behind the protection rules of its environment.
    Waiting,
    /// On a runner.
    InProgress,
    /// Ended.
    Completed(Conclusion),
}

/// How a job or run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Green.
    Success,
    /// Red.
    Failure,
    /// Somebody stopped it.
    Cancelled,
}

/// What a reviewer said.
#[derive(Debug, Clone)]
pub struct Review {
    /// Else rejected.
    pub approved: bool,
    /// In the reviewer's words.
    pub comment: String,
    /// Ids of the environments it is about.
    pub environments: Vec<u64>,
    /// The reviewer's login.
    pub user: String,
}

/// What a new run is about.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// The workflow's name.
    pub workflow: String,
    /// The workflow's file.
    pub path: String,
    /// `push`, `workflow_dispatch`.
    pub event: String,
    /// The commit.
    pub sha: String,
    /// `refs/heads/main`.
    pub git_ref: String,
    /// The login of who starts it.
    pub actor: String,
}

/// What a new job is about.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its name in the workflow.
    pub name: String,
    /// The environment it names.
    pub environment: Option<String>,
    /// The `permissions:` of its workflow.
    pub permissions: Permissions,
}

impl State {
    /// `waiting`, `in_progress`, `completed`.
    pub fn status(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InProgress => "in_progress",
            Self::Completed(_) => "completed",
        }
    }

    /// How it ended, if it has.
    pub fn conclusion(self) -> Option<Conclusion> {
        match self {
            Self::Completed(conclusion) => Some(conclusion),
            _ => None,
        }
    }
}

impl Conclusion {
    /// `success`, `failure`, `cancelled`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Run {
    /// Every job of every attempt.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.attempts.iter().flat_map(|attempt| &attempt.jobs)
    }

    /// The job with that id, and its attempt.
    pub fn job(&self, id: u64) -> Option<(&Attempt, &Job)> {
        self.attempts.iter().find_map(|attempt| {
            let job = attempt.jobs.iter().find(|job| job.id == id)?;
            Some((attempt, job))
        })
    }

    /// The job with that id, to change it.
    pub fn job_mut(&mut self, id: u64) -> Option<&mut Job> {
        let attempts = self.attempts.iter_mut();
        attempts
            .flat_map(|attempt| &mut attempt.jobs)
            .find(|job| job.id == id)
    }

    /// The number of the pull request that it is of.
    pub fn pull_request(&self) -> Option<u64> {
        let rest = self.git_ref.strip_prefix("refs/pull/")?;
        rest.split('/').next()?.parse().ok()
    }

    /// The branch or tag without `refs/heads/`.
    pub fn branch(&self) -> &str {
        let short = self.git_ref.strip_prefix("refs/heads/");
        short
            .or_else(|| self.git_ref.strip_prefix("refs/tags/"))
            .unwrap_or(&self.git_ref)
    }
}

impl Attempt {
    /// The status of a run in this attempt: `queued`, `waiting`, `in_progress`, `completed`.
    pub fn status(&self) -> &'static str {
        let any = |status: &str| self.jobs.iter().any(|job| job.state.status() == status);
        if self.jobs.is_empty() {
            "queued"
        } else if any("in_progress") {
            "in_progress"
        } else if any("waiting") {
            "waiting"
        } else {
            "completed"
        }
    }

    /// The conclusion of a run in this attempt, once it is completed.
    pub fn conclusion(&self) -> Option<Conclusion> {
        if self.status() != "completed" {
            return None;
        }
        let ends = || self.jobs.iter().filter_map(|job| job.state.conclusion());
        let any = |wanted: Conclusion| ends().any(|end| end == wanted);
        Some(if any(Conclusion::Failure) {
            Conclusion::Failure
        } else if any(Conclusion::Cancelled) {
            Conclusion::Cancelled
        } else {
            Conclusion::Success
        })
    }
}
