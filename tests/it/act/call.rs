//! How act is called: for one workflow of a checkout, with the release in the place of what GitHub would
//! give for Greengate's commits, and with no network but this machine's.

use super::VARIABLES;
use super::identity::Identity;
use super::stage::Stage;
use crate::workflows::installed;
use greengate_sandbox::runner::Job;
use greengate_sandbox::world::github::JobKey;
use std::fs;
use std::process::Command;

/// What stands for Greengate's commit in the examples.
const NO_RELEASE: &str = "greengate/greengate@0000000000000000000000000000000000000000";
/// The image that jobs run in: it has a shell and `tail`, which is all that act asks for.
const RUNNER: &str = "python:3.13-slim";

/// What of an event a workflow here looks at: that of a pull request, which is from no fork.
const EVENT: &str = r#"{
  "number": 7,
  "pull_request": {
    "number": 7,
    "head": { "ref": "feature", "repo": { "full_name": "acme/shop" } },
    "base": { "ref": "main" }
  }
}"#;

impl Stage {
    /// The call, without what is new in every run.
    pub(super) fn act(&self, workflow: &str, event: &str, inputs: &[(&str, &str)]) -> Command {
        let mut act = Command::new(installed("act/bin/act", "setup/act.sh"));
        let file = format!(".github/workflows/{workflow}");
        act.args([event, "--json", "--rm", "--workflows", &file])
            .args(["--platform", &format!("ubuntu-24.04={RUNNER}")])
            .args(["--pull=false", "--action-offline-mode", "--no-cache-server"])
            .current_dir(&self.workspace);
        let release = self.published.folder().display().to_string();
        let action = format!("greengate/greengate@{}", self.published.action);
        for reference in [NO_RELEASE, &action] {
            act.args(["--local-repository", &format!("{reference}={release}")]);
        }
        if event == "pull_request" {
            let file = self.folder.path().join("event.json");
            fs::write(&file, EVENT).unwrap();
            act.arg("--eventpath").arg(file);
        }
        if workflow == "ci.yml" {
            act.args(["--job", "action"]);
        }
        for (name, value) in inputs {
            act.args(["--input", &format!("{name}={value}")]);
        }
        for (name, value) in VARIABLES {
            act.args(["--var", &format!("{name}={value}")]);
        }
        act
    }

    /// What act does not know of a job, and where AWS and GitHub are.
    pub(super) fn give(
        &self,
        act: &mut tokio::process::Command,
        job: Option<JobKey>,
        identity: &Identity,
    ) {
        let home = self.folder.path().join("home");
        fs::create_dir_all(home.join("act")).unwrap();
        fs::write(home.join("act/actrc"), "").unwrap();
        let mut variables = vec![
            format!(
                "ACTIONS_ID_TOKEN_REQUEST_URL=http://{}/oidc/token?api-version=2.0",
                identity.address
            ),
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN=told-apart-by-container".to_owned(),
        ];
        let mut secrets = vec!["NETRC=machine example login ci password x".to_owned()];
        if let Some(key) = job {
            let told = self
                .shop
                .sandbox
                .with_world(|world| Job::of(world, key))
                .expect("a job");
            let told = told.variables.into_iter().filter(|(name, _)| {
                let per_job = ["GITHUB_JOB", "GITHUB_ACTION", "GITHUB_ACTIONS"];
                let known = name.starts_with("GITHUB_") && !per_job.contains(&name.as_str());
                known || ["AWS_ENDPOINT_URL", "GREENGATE_CLOCK"].contains(&name.as_str())
            });
            variables.extend(told.map(|(name, value)| format!("{name}={value}")));
            let token = self.look(key, |job| job.token.clone()).expect("a token").0;
            secrets.push(format!("GITHUB_TOKEN={token}"));
        }
        fs::write(home.join("variables"), variables.join("\n")).unwrap();
        fs::write(home.join("secrets"), secrets.join("\n")).unwrap();
        let socket =
            std::env::var("DOCKER_HOST").unwrap_or("unix:///var/run/docker.sock".to_owned());
        act.arg("--env-file")
            .arg(home.join("variables"))
            .arg("--secret-file")
            .arg(home.join("secrets"))
            .args(["--container-daemon-socket", &socket])
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", &home)
            .env("XDG_CACHE_HOME", home.join("cache"));
    }
}
