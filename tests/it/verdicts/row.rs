//! A row of the table: a world, a run in it, and what must come of it.

use crate::in_process;
use crate::run::{fill, role, scenario};
use crate::shop::{ADDRESS, Shop};
use greengate::events::{EventKind, Events, Sink};
use greengate::job::Job;
use greengate::report::log::Log;
use greengate::run::{Surroundings, told};
use greengate_sandbox::runner::{self, Files, Inputs};
use greengate_sandbox::world::World;
use greengate_sandbox::world::ecs::Service;
use greengate_sandbox::world::github::JobKey;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const START: &str = "2026-11-23T10:00:00Z";

/// What must come of a run.
pub(super) struct Verdict {
    /// The exit code.
    pub(super) exit: u8,
    /// The `outcome` output.
    pub(super) outcome: &'static str,
    /// The code of the first failure; empty when the run is green.
    pub(super) code: &'static str,
    /// The revision that is PRIMARY afterwards.
    pub(super) serves: &'static str,
    /// A part of what the log says.
    pub(super) says: &'static str,
}

/// A run of a world.
pub(super) struct Row {
    environment: &'static str,
    shop: Shop,
    job: JobKey,
    run: u64,
    inputs: Vec<(&'static str, String)>,
    cancel_after: Option<Duration>,
    folder: TempDir,
}

/// What came of it.
pub(super) struct Ran {
    exit: u8,
    events: Vec<EventKind>,
    pub(super) log: String,
}

impl Row {
    /// A deployment of `v2` to staging, which is updated by rolling.
    pub(super) fn rolling(replaced: &[(&str, &str)]) -> Self {
        Self::of("staging", replaced)
    }

    /// A deployment of `v2` to production by CodeDeploy, approved by mona.
    pub(super) fn codedeploy(replaced: &[(&str, &str)]) -> Self {
        Self::of("production", replaced)
    }

    fn of(environment: &'static str, replaced: &[(&str, &str)]) -> Self {
        let shop = Shop::of(&scenario(replaced), START.parse().unwrap(), 1.0);
        let folder = TempDir::new().unwrap();
        fill(&folder.path().join("workspace"));
        let run = shop.run("hubot");
        let job = shop.job(run, Some(environment));
        if environment == "production" {
            shop.review(run, "production", "mona", true);
        }
        let row = Self {
            environment,
            shop,
            job,
            run,
            inputs: Vec::new(),
            cancel_after: None,
            folder,
        };
        row.input("command", "deploy")
            .input("aws-region", "eu-west-1")
            .input("role-to-assume", &role(environment))
            .input("task-definition", &format!("{environment}.json"))
            .input("image", &format!("{ADDRESS}/shop:v2"))
            .input("cluster", environment)
            .input("service", "shop")
    }

    /// With an input more, or another.
    pub(super) fn input(mut self, name: &'static str, value: &str) -> Self {
        self.inputs.push((name, value.to_owned()));
        self
    }

    /// The run is cancelled so long after its start.
    pub(super) fn cancelled_after(mut self, seconds: u64) -> Self {
        self.cancel_after = Some(Duration::from_secs(seconds));
        self
    }

    /// The same world and run, which nobody cancels.
    pub(super) fn cancelled_never(mut self) -> Self {
        self.cancel_after = None;
        self
    }

    /// The same world and inputs, in another run of the workflow.
    pub(super) fn in_another_run(mut self) -> Self {
        self.run = self.shop.run("hubot");
        self.job = self.shop.job(self.run, Some(self.environment));
        if self.environment == "production" {
            self.shop.review(self.run, "production", "mona", true);
        }
        self
    }

    /// Runs it; the same world can be run in again.
    pub(super) async fn run(&self) -> Ran {
        fastrand::seed(7);
        let root = self.folder.path();
        let world = |world: &mut World| runner::Job::of(world, self.job);
        let job = self.shop.sandbox.with_world(world).expect("a running job");
        let files = Files::create(root, &root.join("workspace"), &job).unwrap();
        let declared = Inputs::declared(include_str!("../../../action.yml")).unwrap();
        let given = self.inputs.iter();
        let inputs = given.fold(declared, |inputs, (name, value)| inputs.with(name, value));
        let surroundings = Surroundings {
            variables: job.environment(&inputs, &files).into_iter().collect(),
            clock: self.shop.clock.clone(),
            http: in_process::client(&self.shop.sandbox),
            cancel: self.cancel(),
            endpoint: Some(format!("http://{ADDRESS}")),
        };
        let job = Job::read(&surroundings.variables).unwrap();
        let heard = Heard::default();
        let log = Log::new(heard.clone(), "docs".to_owned());
        let sinks: Vec<Box<dyn Sink>> = vec![Box::new(log), Box::new(heard.clone())];
        let events = Events::into_sinks(sinks, self.shop.clock.clone());
        let exit = told(&surroundings, &job, &events).await;
        heard.ran(exit)
    }

    fn cancel(&self) -> CancellationToken {
        let cancel = CancellationToken::new();
        if let Some(after) = self.cancel_after {
            let (clock, cancel) = (self.shop.clock.clone(), cancel.clone());
            tokio::spawn(async move {
                clock.sleep(after).await;
                cancel.cancel();
            });
        }
        cancel
    }

    /// Runs it and holds what came of it to `verdict`.
    pub(super) async fn comes_to(&self, verdict: Verdict) -> Ran {
        let ran = self.run().await;
        let came = (ran.exit, ran.outcome(), ran.code(), self.serves());
        let due = (
            verdict.exit,
            verdict.outcome.to_owned(),
            verdict.code.to_owned(),
            verdict.serves.to_owned(),
        );
        assert_eq!(came, due, "{}", ran.log);
        let says = verdict.says;
        assert!(ran.log.contains(says), "{says} is not in\n{}", ran.log);
        ran
    }

    /// The revision that is PRIMARY.
    pub(super) fn serves(&self) -> String {
        self.look(|service| match service.primary_task_set() {
            Some(set) => short(&set.launch.task_definition),
            None => short(&service.deployments[0].launch.task_definition),
        })
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&Service) -> T) -> T {
        let environment = self.environment;
        let world = |world: &mut World| look(world.ecs.service(environment, "shop").unwrap());
        self.shop.sandbox.with_world(world)
    }

    /// How often this was called and answered well.
    pub(super) fn count(&self, operation: &str) -> usize {
        let (all, failed) = self.shop.calls(operation);
        all - failed
    }

    pub(super) fn shop(&self) -> &Shop {
        &self.shop
    }

    /// So much time passes in the world.
    pub(super) async fn waits(&self, seconds: u64) {
        self.shop.clock.sleep(Duration::from_secs(seconds)).await;
    }
}

fn short(arn: &str) -> String {
    arn.rsplit('/').next().unwrap().to_owned()
}

impl Ran {
    pub(super) fn outcome(&self) -> String {
        let finished = self.events.iter().find_map(|kind| match kind {
            EventKind::Finished { outcome, .. } => Some(outcome.to_string()),
            _ => None,
        });
        finished.unwrap_or_default()
    }

    fn code(&self) -> String {
        let failed = self.events.iter().find_map(|kind| match kind {
            EventKind::Failed { failure } => Some(failure.code.id().to_owned()),
            _ => None,
        });
        failed.unwrap_or_default()
    }
}

/// The log and the events of a run.
#[derive(Clone, Default)]
struct Heard {
    text: Arc<Mutex<Vec<u8>>>,
    events: Arc<Mutex<Vec<EventKind>>>,
}

impl Heard {
    fn ran(&self, exit: u8) -> Ran {
        let log = String::from_utf8(self.text.lock().unwrap().clone()).unwrap();
        let events = self.events.lock().unwrap().clone();
        Ran { exit, events, log }
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Heard {
    fn on(&mut self, event: &greengate::events::Event) {
        self.events.lock().unwrap().push(event.kind.clone());
    }
}
