//! Deployments: GitHub makes one for every job that is bound to an environment.
//!
//! <https://docs.github.com/en/rest/deployments/deployments>

use super::Repository;
use jiff::Timestamp;

/// A deployment.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Unique in GitHub.
    pub id: u64,
    /// The environment's name.
    pub environment: String,
    /// What is deployed.
    pub sha: String,
    /// `main`.
    pub git_ref: String,
    /// The login of who started the run, or made the deployment over the API.
    pub creator: String,
    /// A few words.
    pub description: Option<String>,
    /// The run and the job it belongs to; none if it was made over the API.
    pub job: Option<(u64, u64)>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Oldest first.
    pub statuses: Vec<Status>,
}

/// A status of a deployment.
#[derive(Debug, Clone)]
pub struct Status {
    /// Unique in GitHub.
    pub id: u64,
    /// `waiting`, `queued`, `in_progress`, `success`, `failure`, `error`, `inactive`, `pending`.
    pub state: String,
    /// At most 140 characters.
    pub description: String,
    /// Where the log is.
    pub log_url: String,
    /// Where the deployed thing is.
    pub environment_url: String,
    /// The login of who said so.
    pub creator: String,
    /// When.
    pub created_at: Timestamp,
}

impl Deployment {
    /// When it last changed.
    pub fn updated_at(&self) -> Timestamp {
        let last = self.statuses.last();
        last.map_or(self.created_at, |status| status.created_at)
    }
}

impl Repository {
    /// The deployment with that id.
    pub fn deployment(&self, id: u64) -> Option<&Deployment> {
        self.deployments.iter().find(|d| d.id == id)
    }

    /// The deployment with that id, to change it.
    pub fn deployment_mut(&mut self, id: u64) -> Option<&mut Deployment> {
        self.deployments.iter_mut().find(|d| d.id == id)
    }
}
