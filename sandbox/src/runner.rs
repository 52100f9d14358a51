//! GitHub's runner, from the side of a container action: the environment it gives, and how it
//! reads back what the action wrote.
//!
//! Starts nothing itself: a test or a demo runs the action's binary, or its image, with what is made
//! here.
//!
//! <https://github.com/actions/runner>

mod cancellation;
mod container;
mod files;
mod inputs;
mod log;
mod outputs;
mod variables;

pub use cancellation::{Cancelled, cancel};
pub use container::{Container, DockerRun};
pub use files::Files;
pub use inputs::Inputs;
pub use log::{Annotation, Level, Log};
pub use outputs::{BadOutput, read_outputs};

use crate::world::World;
use crate::world::github::JobKey;
use crate::world::github::run::State;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;

/// A running job, as its runner knows it. Its variables hold secrets, so that `Debug` shows none.
#[derive(Clone)]
pub struct Job {
    /// The variables of every step, without those that name files.
    pub variables: BTreeMap<String, String>,
    /// The event that started the run, for the file that `GITHUB_EVENT_PATH` names.
    pub event: Value,
    /// The job's `GITHUB_TOKEN`, which is no variable: it reaches an action as an input.
    token: String,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.variables.keys();
        f.debug_struct("Job")
            .field("variables", &names.collect::<Vec<_>>())
            .field("event", &self.event)
            .finish_non_exhaustive()
    }
}

impl Job {
    /// The job as its runner knows it; none while it waits and after it ended.
    pub fn of(world: &World, key: JobKey) -> Option<Self> {
        let (repository, run, attempt, job) = world.github.job(key)?;
        if job.state != State::InProgress {
            return None;
        }
        let mut variables = variables::of_run(world, repository, run, attempt);
        variables.extend(variables::of_sandbox(world));
        variables.insert("GITHUB_JOB".to_owned(), job.name.clone());
        if let Some(token) = &job.request_token {
            let url = format!("http://{}/oidc/token?api-version=2.0", world.address);
            variables.insert("ACTIONS_ID_TOKEN_REQUEST_URL".to_owned(), url);
            variables.insert("ACTIONS_ID_TOKEN_REQUEST_TOKEN".to_owned(), token.0.clone());
        }
        let pull_request = run.pull_request();
        let event = json!({
            "ref": run.git_ref,
            "after": run.sha,
            "repository": {"id": repository.id, "full_name": repository.full_name()},
            "sender": {"login": run.actor},
            "number": pull_request,
            "pull_request": pull_request.map(|number| json!({"number": number, "state": "open"})),
        });
        Some(Self {
            variables,
            event,
            token: job.token.as_ref()?.0.clone(),
        })
    }

    /// Everything that a container action of this job is started with.
    pub fn environment(&self, inputs: &Inputs, files: &Files) -> BTreeMap<String, String> {
        let mut environment = self.variables.clone();
        environment.extend(files.variables());
        environment.extend(inputs.variables(&self.token));
        environment
    }
}
