//! The demo's world, jobs in it, and what the action is told of them.

use crate::in_process;
use greengate::aws::Aws;
use greengate::clock::Clock;
use greengate::events::{Event, EventKind, Events, Sink};
use greengate::http::Http;
use greengate::inputs::{AwsInputs, Role};
use greengate::job::{Job, Variables};
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::gate::review::{self, Verdict};
use greengate_sandbox::world::github::permissions::Permissions;
use greengate_sandbox::world::github::run::{self, NewJob, NewRun};
use greengate_sandbox::{Sandbox, clock, runner};
use jiff::Timestamp;
use secrecy::SecretString;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const REPOSITORY: &str = "acme/shop";
pub(crate) const ADDRESS: &str = "127.0.0.1:4566";

/// The demo's world under a clock, and the events of one run in it.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Clock,
    told: Arc<Mutex<Vec<EventKind>>>,
    masked: Arc<Mutex<Vec<String>>>,
}

impl Sink for Shop {
    fn on(&mut self, event: &Event) {
        self.told.lock().unwrap().push(event.kind.clone());
    }

    fn mask(&mut self, secret: &str) {
        self.masked.lock().unwrap().push(secret.to_owned());
    }
}

impl Shop {
    /// As the demo is.
    pub(crate) fn open() -> Self {
        Self::with(&[], "")
    }

    /// With lines of the demo replaced and a section added.
    pub(crate) fn with(replaced: &[(&str, &str)], added: &str) -> Self {
        let mut text = include_str!("../../sandbox/scenarios/demo.yaml").to_owned();
        for (old, new) in replaced {
            assert!(text.contains(old), "{old} is not in the demo");
            text = text.replace(old, new);
        }
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        Self::of(&(text + added), start, 1.0)
    }

    /// The world of `scenario`, from `start` on at `speed`.
    pub(crate) fn of(scenario: &str, start: Timestamp, speed: f64) -> Self {
        let world = Scenario::parse(scenario).unwrap().world(start).unwrap();
        Self {
            sandbox: Sandbox::new(world, clock::Clock::start(start, speed)),
            clock: Clock::starting(start, speed),
            told: Arc::default(),
            masked: Arc::default(),
        }
    }

    /// Starts a run of the commit `aaaa…`.
    pub(crate) fn run(&self, actor: &str) -> u64 {
        self.run_of(actor, &"a".repeat(40))
    }

    /// Starts a run of a commit.
    pub(crate) fn run_of(&self, actor: &str, sha: &str) -> u64 {
        let new = NewRun {
            workflow: "deploy".to_owned(),
            path: ".github/workflows/deploy.yml".to_owned(),
            event: "push".to_owned(),
            sha: sha.to_owned(),
            git_ref: "refs/heads/main".to_owned(),
            actor: actor.to_owned(),
        };
        self.sandbox
            .with_world(|world| run::start(world, REPOSITORY, new).unwrap())
    }

    /// Starts a job in it.
    pub(crate) fn job(&self, run: u64, environment: Option<&str>) -> JobKey {
        self.job_with(run, environment, Permissions::deploying())
    }

    /// Starts a job with these permissions.
    pub(crate) fn job_with(
        &self,
        run: u64,
        environment: Option<&str>,
        permissions: Permissions,
    ) -> JobKey {
        let new = NewJob {
            name: "deploy".to_owned(),
            environment: environment.map(str::to_owned),
            permissions,
        };
        self.sandbox
            .with_world(|world| run::start_job(world, REPOSITORY, run, new).unwrap())
    }

    /// `user` reviews what waits for `environment`.
    pub(crate) fn review(&self, run: u64, environment: &str, user: &str, approved: bool) {
        let verdict = Verdict {
            user: user.to_owned(),
            environments: vec![self.environment(environment)],
            approved,
            comment: "as agreed".to_owned(),
        };
        self.sandbox
            .with_world(|world| review::review(world, REPOSITORY, run, verdict).unwrap());
    }

    /// `user`, an administrator, starts what waits for `environment`.
    pub(crate) fn bypass(&self, run: u64, environment: &str, user: &str) {
        let environment = self.environment(environment);
        self.sandbox
            .with_world(|world| review::bypass(world, REPOSITORY, run, environment, user).unwrap());
    }

    fn environment(&self, name: &str) -> u64 {
        self.sandbox.with_world(|world| {
            let repository = world.github.repository(REPOSITORY).unwrap();
            repository.environment(name).unwrap().id
        })
    }

    /// The job as its runner tells the action of it; it must be running.
    pub(crate) fn told_of(&self, key: JobKey) -> Job {
        let job = self.sandbox.with_world(|world| runner::Job::of(world, key));
        let mut variables = job.expect("a running job").variables;
        variables.insert(
            "GITHUB_WORKSPACE".to_owned(),
            "/github/workspace".to_owned(),
        );
        Job::read(&variables.into_iter().collect::<Variables>()).unwrap()
    }

    /// The job's `GITHUB_TOKEN`.
    pub(crate) fn token(&self, key: JobKey) -> SecretString {
        self.sandbox.with_world(|world| {
            let (.., job) = world.github.job(key).unwrap();
            job.token.as_ref().unwrap().0.clone().into()
        })
    }

    pub(crate) fn events(&self) -> Events {
        Events::into_sinks(vec![Box::new(self.clone())], self.clock.clone())
    }

    pub(crate) fn http(&self) -> Http {
        Http::new(in_process::client(&self.sandbox), self.clock.clone())
    }

    /// The way to AWS for a job, in the role of that name.
    pub(crate) async fn aws(&self, job: &Job, role: &Role) -> anyhow::Result<Aws> {
        let inputs = AwsInputs {
            region: "eu-west-1".to_owned(),
            role: Some(role.clone()),
        };
        let endpoint = format!("http://{ADDRESS}");
        let http = in_process::client(&self.sandbox);
        Aws::connect(
            &inputs,
            job,
            &http,
            &self.clock,
            &self.events(),
            Some(&endpoint),
        )
        .await
    }

    /// How often `operation` was called, and how often in vain.
    pub(crate) fn calls(&self, operation: &str) -> (usize, usize) {
        self.sandbox.with_world(|world| {
            let calls = world
                .calls
                .iter()
                .filter(|call| call.operation == operation);
            let failed = calls
                .clone()
                .filter(|call| !(200..300).contains(&call.status));
            (calls.count(), failed.count())
        })
    }

    /// What was told, and what was masked.
    pub(crate) fn told(&self) -> (Vec<EventKind>, Vec<String>) {
        (
            self.told.lock().unwrap().clone(),
            self.masked.lock().unwrap().clone(),
        )
    }
}

/// The demo's role of that name.
pub(crate) fn role(name: &str, duration: Duration) -> Role {
    Role {
        arn: format!("arn:aws:iam::123456789012:role/greengate-{name}"),
        session_name: "greengate-1".to_owned(),
        duration,
        audience: "sts.amazonaws.com".to_owned(),
    }
}
