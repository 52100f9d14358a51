//! The sandbox behind a port, the example checked out, and what GitHub does with its workflow.

use super::checkout;
use super::step::Place;
use super::workflow::{Contexts, Workflow};
use anyhow::{Context, Result, anyhow};
use greengate_sandbox::Sandbox;
use greengate_sandbox::clock::Clock;
use greengate_sandbox::runner::{Inputs, Job};
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::server::{Running, Server};
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::gate::review::{self, Verdict};
use greengate_sandbox::world::github::run::{self, Conclusion, NewJob, NewRun, State};
use std::fs;
use std::path::Path;

/// The repository of every scenario that is played.
pub(crate) const REPOSITORY: &str = "acme/shop";
/// Who pushes.
pub(crate) const AUTHOR: &str = "hubot";

/// The repository's secret of that name; there is no such index.
const NETRC: &str = "machine packages.acme.example login ci password not-used-for-anything";

/// All that a run of the example's workflow needs.
pub(crate) struct Stage {
    /// AWS and GitHub.
    pub(crate) sandbox: Sandbox,
    /// Their port.
    pub(crate) server: Running,
    /// Where steps run.
    pub(crate) place: Place,
    /// What expressions in the workflow stand for.
    pub(crate) contexts: Contexts,
    /// The example's workflow.
    pub(crate) workflow: Workflow,
    /// The commit that is pushed.
    pub(crate) commit: String,
    declared: Inputs,
}

impl Stage {
    /// Starts a sandbox whose time runs `speed` times as fast, and checks the example out into a
    /// new folder called `name` beside the program's own.
    pub(crate) async fn set(scenario: Scenario, speed: f64, name: &str) -> Result<Self> {
        let clock = Clock::start(jiff::Timestamp::now(), speed);
        let account = scenario.account.clone();
        let world = scenario.world(clock.now()).map_err(|why| anyhow!(why))?;
        let sandbox = Sandbox::new(world, clock);
        let server = Server::start(sandbox.clone(), 0).await?;
        let repository = checkout::repository()?;
        let place = place(name)?;
        let commit = checkout::check_out(&repository.join("examples/shop"), &place.workspace)?;
        let action = read(&repository.join("action.yml"))?;
        let workflow = Workflow::parse(&read(&place.workspace.join("deploy.yml"))?)?;
        Ok(Self {
            sandbox,
            server,
            contexts: contexts(&account, &commit),
            place,
            workflow,
            commit,
            declared: Inputs::declared(&action).map_err(|why| anyhow!("action.yml: {why}"))?,
        })
    }

    /// The author pushes: a run starts. Answers its id.
    pub(crate) fn push(&self) -> Result<u64> {
        let new = NewRun {
            workflow: self.workflow.name.clone(),
            path: ".github/workflows/deploy.yml".to_owned(),
            event: "push".to_owned(),
            sha: self.commit.clone(),
            git_ref: "refs/heads/main".to_owned(),
            actor: AUTHOR.to_owned(),
        };
        let started = self
            .sandbox
            .with_world(|world| run::start(world, REPOSITORY, new));
        started.map_err(|why| anyhow!(why))
    }

    /// The author has all jobs of a run run again.
    pub(crate) fn rerun(&self, id: u64) -> Result<u64> {
        let again = |world: &mut _| run::rerun(world, REPOSITORY, id, AUTHOR);
        self.sandbox.with_world(again).map_err(|why| anyhow!(why))
    }

    /// A job of a run comes to its turn; it may have to wait.
    pub(crate) fn start(&self, run: u64, id: &str) -> Result<JobKey> {
        let job = self.workflow.job(id)?;
        let new = NewJob {
            name: id.to_owned(),
            environment: Some(job.environment().to_owned()),
            permissions: job.permissions.clone(),
        };
        let start = |world: &mut _| run::start_job(world, REPOSITORY, run, new);
        self.sandbox.with_world(start).map_err(|why| anyhow!(why))
    }

    /// Does the job wait for a review?
    pub(crate) fn waits(&self, key: JobKey) -> bool {
        self.sandbox.with_world(|world| {
            let job = world.github.job(key);
            job.is_some_and(|(.., job)| job.state == State::Waiting)
        })
    }

    /// A reviewer approves or rejects what waits for an environment.
    pub(crate) fn review(
        &self,
        run: u64,
        environment: &str,
        (user, approved): (&str, bool),
    ) -> Result<()> {
        let verdict = |id| Verdict {
            user: user.to_owned(),
            environments: vec![id],
            approved,
            comment: if approved { "Ship it" } else { "Not now" }.to_owned(),
        };
        let said = self.sandbox.with_world(|world| {
            let repository = world.github.repository(REPOSITORY);
            let environment = repository.and_then(|it| it.environment(environment));
            let id = environment.map(|it| it.id).unwrap_or_default();
            review::review(world, REPOSITORY, run, verdict(id))
        });
        said.map(|_| ()).map_err(|why| anyhow!(why))
    }

    /// What the action is started with as the step of a running job.
    pub(crate) fn step(&self, key: JobKey, id: &str) -> Result<(Job, Inputs)> {
        let job = self.sandbox.with_world(|world| Job::of(world, key));
        let job = job.context("the job does not run")?;
        let step = self.workflow.job(id)?;
        Ok((job, step.inputs(self.declared.clone(), &self.contexts)?))
    }

    /// The job is over.
    pub(crate) fn finish(&self, key: JobKey, conclusion: Conclusion) -> Result<()> {
        let finish = |world: &mut _| run::finish(world, key, conclusion);
        self.sandbox.with_world(finish).map_err(|why| anyhow!(why))
    }
}

/// The repository's variables and secrets, and the commit.
fn contexts(account: &str, commit: &str) -> Contexts {
    let role = |name: &str| format!("arn:aws:iam::{account}:role/greengate-{name}");
    Contexts::from([
        ("vars.STAGING_ROLE_ARN".to_owned(), role("staging")),
        ("vars.PRODUCTION_ROLE_ARN".to_owned(), role("production")),
        ("github.sha".to_owned(), commit.to_owned()),
        ("github.run_number".to_owned(), "1".to_owned()),
        ("secrets.NETRC".to_owned(), NETRC.to_owned()),
    ])
}

/// The action's program is built beside this one; what a play leaves is put beside both.
fn place(name: &str) -> Result<Place> {
    let own = std::env::current_exe()?;
    let programs = own.parent().context("this program is in no folder")?;
    let folder = programs.parent().unwrap_or(programs).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    let program = programs.join("greengate");
    let there = program.is_file();
    there
        .then(|| Place {
            workspace: folder.join("workspace"),
            program: program.clone(),
            folder,
        })
        .with_context(|| format!("{} is not there: build it first", program.display()))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
