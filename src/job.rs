//! The job this process runs in: what GitHub and its runner say about it in the environment.
//!
//! Only facts the runner sets are here (<https://docs.github.com/actions/reference/workflows-and-actions/variables>);
//! what the user asked for is in [`crate::inputs`]. Proxy variables are the HTTP stack's own
//! business.

mod left_running;
mod secrets;
pub mod variables;

pub use left_running::LeftRunning;
pub use secrets::secrets;
pub use variables::Variables;

use crate::failure::{Code, Failure};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The facts of a job.
#[derive(Debug)]
pub struct Job {
    /// `GITHUB_REPOSITORY`: `owner/name`.
    pub repository: String,
    /// `GITHUB_SHA`: the commit.
    pub sha: String,
    /// `GITHUB_REF`: `refs/heads/main`.
    pub git_ref: String,
    /// `GITHUB_WORKFLOW_REF` without the ref: `owner/name/.github/workflows/plan.yml`; empty where the
    /// runner does not say.
    pub workflow: String,
    /// `GITHUB_EVENT_PATH`: the file with the event that started the run.
    pub event_file: Option<PathBuf>,
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
    /// `GITHUB_STATE`: the file that the post step's values are appended to.
    pub state_file: Option<PathBuf>,
    /// `STATE_deployment`, in a post step: the deployment that the step has left behind.
    pub left_running: Option<LeftRunning>,
    /// `RUNNER_TEMP` where it can be written to, else the system's temporary directory.
    pub temp: PathBuf,
    /// `RUNNER_DEBUG=1`: the user wants to see how it works inside.
    pub debug: bool,
    /// Where to ask for an OIDC token; absent without `id-token: write`.
    pub oidc: Option<OidcRequest>,
    /// Where Greengate's documents are, at the version that runs; a path in its repository where
    /// the runner does not say which repository that is.
    pub docs: String,
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
    /// Reads the job from the environment.
    ///
    /// # Errors
    ///
    /// [`Code::NotInAJob`], naming every variable that is missing or malformed.
    pub fn read(variables: &Variables) -> Result<Self, Failure> {
        let mut wrong = Vec::new();
        let mut text = |name: &str| required(variables, name, &mut wrong);
        let actor: String = text("GITHUB_ACTOR");
        let (repository, sha) = (text("GITHUB_REPOSITORY"), text("GITHUB_SHA"));
        let workspace = PathBuf::from(text("GITHUB_WORKSPACE"));
        let run_id = required(variables, "GITHUB_RUN_ID", &mut wrong);
        let run_attempt = match variables.get("GITHUB_RUN_ATTEMPT") {
            Some(_) => required(variables, "GITHUB_RUN_ATTEMPT", &mut wrong),
            None => 1,
        };
        if !wrong.is_empty() {
            return Err(not_in_a_job(wrong));
        }
        let optional = |name: &str| variables.get(name).map(str::to_owned);
        Ok(Self {
            repository,
            sha,
            git_ref: optional("GITHUB_REF").unwrap_or_default(),
            workflow: optional("GITHUB_WORKFLOW_REF")
                .and_then(|it| Some(it.split_once('@')?.0.to_owned()))
                .unwrap_or_default(),
            event_file: optional("GITHUB_EVENT_PATH").map(PathBuf::from),
            run_id,
            run_attempt,
            triggering_actor: optional("GITHUB_TRIGGERING_ACTOR").unwrap_or_else(|| actor.clone()),
            actor,
            server_url: server_url(variables),
            api_url: url(variables, "GITHUB_API_URL", "https://api.github.com"),
            workspace,
            output_file: optional("GITHUB_OUTPUT").map(PathBuf::from),
            summary_file: optional("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            state_file: optional("GITHUB_STATE").map(PathBuf::from),
            left_running: left_running(variables),
            temp: temp(variables.get("RUNNER_TEMP")),
            debug: variables.get("RUNNER_DEBUG") == Some("1"),
            oidc: oidc(variables),
            docs: docs(variables),
        })
    }

    /// The run's page.
    pub fn run_url(&self) -> String {
        format!(
            "{}/{}/actions/runs/{}",
            self.server_url, self.repository, self.run_id
        )
    }

    /// Where the file is that an input names: relative to the workspace, or as it stands when it
    /// is absolute.
    pub fn path(&self, named: &Path) -> PathBuf {
        self.workspace.join(named)
    }
}

/// The value, or the type's default with the name noted in `wrong`.
fn required<T: FromStr + Default>(variables: &Variables, name: &str, wrong: &mut Vec<String>) -> T {
    let value = variables.get(name);
    if value.is_none() {
        wrong.push(format!("{name} is not set"));
    }
    let value = value.unwrap_or_default();
    value.parse().unwrap_or_else(|_| {
        if !value.is_empty() {
            wrong.push(format!("{name} is `{value}`, which is not a number"));
        }
        T::default()
    })
}

fn not_in_a_job(wrong: Vec<String>) -> Failure {
    let what = "this process does not run in a job of GitHub Actions";
    let help = "Use Greengate as a step of a workflow (`uses:`); to try it elsewhere, set these \
                variables as a runner does.";
    wrong
        .into_iter()
        .fold(Failure::new(Code::NotInAJob, what, help), Failure::because)
}

fn url(variables: &Variables, name: &str, default: &str) -> String {
    let url = variables.get(name).unwrap_or(default);
    url.trim_end_matches('/').to_owned()
}

fn server_url(variables: &Variables) -> String {
    url(variables, "GITHUB_SERVER_URL", "https://github.com")
}

fn oidc(variables: &Variables) -> Option<OidcRequest> {
    Some(OidcRequest {
        url: variables.get("ACTIONS_ID_TOKEN_REQUEST_URL")?.to_owned(),
        token: variables.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")?.into(),
    })
}

fn left_running(variables: &Variables) -> Option<LeftRunning> {
    let state = format!("STATE_{}", LeftRunning::STATE);
    LeftRunning::from_text(variables.get(&state)?)
}

/// The action's repository is known where it is used as `owner/name@ref`, not as `./`.
fn docs(variables: &Variables) -> String {
    let repository = variables.get("GITHUB_ACTION_REPOSITORY");
    match (repository, variables.get("GITHUB_ACTION_REF")) {
        (Some(repository), Some(git_ref)) => {
            format!("{}/{repository}/blob/{git_ref}/docs", server_url(variables))
        }
        _ => "docs".to_owned(),
    }
}

/// Older runners name a directory of the host that is not in the container.
fn temp(runner: Option<&str>) -> PathBuf {
    let writable = |dir: &&str| tempfile::tempfile_in(dir).is_ok();
    runner
        .filter(writable)
        .map_or_else(tempfile::env::temp_dir, PathBuf::from)
}

#[cfg(test)]
mod tests;
