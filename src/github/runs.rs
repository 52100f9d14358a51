//! Runs, jobs and their approvals.
//!
//! <https://docs.github.com/rest/actions/workflow-runs>

use super::{GitHub, GitHubFailure};
use serde::Deserialize;

/// One attempt of a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// The run's id.
    pub id: u64,
    /// Which attempt of it this is, from 1.
    pub run_attempt: u64,
    /// `queued`, `in_progress`, `waiting`, `completed`, or a newer word.
    pub status: String,
    /// The commit it runs on.
    pub head_sha: String,
    /// The repository the commit is from; absent when a fork is gone.
    #[serde(default)]
    pub head_repository: Option<Repository>,
    /// Whose privileges the run has.
    #[serde(default)]
    pub actor: Option<User>,
    /// Who started this attempt.
    #[serde(default)]
    pub triggering_actor: Option<User>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// `owner/name`.
    pub full_name: String,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The login, which can change hands.
    pub login: String,
    /// The id, which cannot.
    pub id: u64,
    /// `User`, `Bot`, `Organization`, or a newer word.
    #[serde(rename = "type", default)]
    pub kind: String,
}

/// A job of a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JobFacts {
    /// Its run.
    pub run_id: u64,
    /// The attempt it belongs to; absent on old servers.
    #[serde(default)]
    pub run_attempt: Option<u64>,
    /// The commit it runs on.
    pub head_sha: String,
}

/// What a reviewer said about environments of a run. GitHub does not say when, nor in which
/// attempt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Review {
    /// `approved`, `rejected`, `pending` (a comment), or a newer word.
    pub state: String,
    /// What was said; empty for nothing.
    #[serde(default)]
    pub comment: Option<String>,
    /// The environments it is about.
    #[serde(default)]
    pub environments: Vec<EnvironmentId>,
    /// Who said it; absent when the account is gone.
    #[serde(default)]
    pub user: Option<User>,
}

/// An environment, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EnvironmentId {
    /// The id.
    pub id: u64,
}

impl GitHub {
    /// Reads one attempt of a run. Needs `actions: read`.
    pub async fn run_attempt(&self, run: u64, attempt: u32) -> Result<Run, GitHubFailure> {
        self.get(&format!("/actions/runs/{run}/attempts/{attempt}"))
            .await
    }

    /// Reads a job. Needs `actions: read`.
    pub async fn job(&self, id: u64) -> Result<JobFacts, GitHubFailure> {
        self.get(&format!("/actions/jobs/{id}")).await
    }

    /// Reads every review of a run, of all its attempts. Needs `actions: read`.
    pub async fn reviews(&self, run: u64) -> Result<Vec<Review>, GitHubFailure> {
        self.get(&format!("/actions/runs/{run}/approvals")).await
    }
}
