//! The job this process runs in: what GitHub and its runner say about it in the environment.
//!
//! Only facts the runner sets are here (<https://docs.github.com/actions/reference/workflows-and-actions/variables>);
//! what the user asked for is in [`crate::inputs`].

use secrecy::SecretString;
use std::path::PathBuf;

/// The facts of a job.
#[derive(Debug)]
pub struct Job {
    /// `GITHUB_REPOSITORY`: `owner/name`.
    pub repository: String,
    /// `GITHUB_SHA`: the commit.
    pub sha: String,
    /// `GITHUB_REF`: `refs/heads/main`.
    pub git_ref: String,
    /// `GITHUB_RUN_ID`.
    pub run_id: u64,
    /// `GITHUB_RUN_ATTEMPT`: from 1.
    pub run_attempt: u32,
    /// `GITHUB_ACTOR`: whose privileges the run has.
    pub actor: String,
    /// `GITHUB_TRIGGERING_ACTOR`: who started this attempt; the actor where the runner does not
    /// say.
    pub triggering_actor: String,
    /// `GITHUB_SERVER_URL`: `https://github.com`.
    pub server_url: String,
    /// `GITHUB_API_URL`: `https://api.github.com`.
    pub api_url: String,
    /// `GITHUB_WORKSPACE`: where the repository is checked out.
    pub workspace: PathBuf,
    /// `GITHUB_OUTPUT`: the file that outputs are appended to.
    pub output_file: Option<PathBuf>,
    /// `GITHUB_STEP_SUMMARY`: the file that the summary is written to.
    pub summary_file: Option<PathBuf>,
    /// `RUNNER_TEMP` where it can be written to, else the system's temporary directory.
    pub temp: PathBuf,
    /// `RUNNER_DEBUG=1`: the user wants to see how it works inside.
    pub debug: bool,
    /// Where to ask for an OIDC token; absent without `id-token: write`.
    pub oidc: Option<OidcRequest>,
}

/// `ACTIONS_ID_TOKEN_REQUEST_URL` and `_TOKEN`.
#[derive(Debug, Clone)]
pub struct OidcRequest {
    /// The URL, with a query string already.
    pub url: String,
    /// The bearer token to ask with.
    pub token: SecretString,
}

impl Job {
    /// The run's page.
    pub fn run_url(&self) -> String {
        format!(
            "{}/{}/actions/runs/{}",
            self.server_url, self.repository, self.run_id
        )
    }
}
