//! Plans, whole: what they show, that they read nothing twice and write nothing, and that a policy of
//! reads is enough for them.

mod comment;
mod golden;
mod reads;

use crate::in_process;
use crate::run::{fill, role, scenario};
use crate::shop::{ADDRESS, REPOSITORY, Shop};
use greengate::events::{Event, Events, Sink};
use greengate::report::chronicle::Chronicle;
use greengate::report::log::Log;
use greengate::report::redact::Redactor;
use greengate::report::{outputs, summary};
use greengate::run::{Surroundings, told};
use greengate_sandbox::runner::{Files, Inputs, Job};
use greengate_sandbox::world::World;
use greengate_sandbox::world::github::permissions::Permissions;
use greengate_sandbox::world::github::pull_request::Comment;
use greengate_sandbox::world::github::run::{self, NewJob, NewRun};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// The role of plans, beside those of the scenario: a pull request is all that it trusts.
const ROLE: &str = "    greengate-plan:
      documented:
        trust: pull-request
        policies: [plan, preflight]
        with:
          OWNER: acme
          NAME: shop
          DEPLOYING_ROLE: greengate-plan
          SECRET: shop/database
          REPOSITORY: shop
          CLUSTER: CLUSTER_OF_THE_PLAN
          SERVICE: shop
          TASK_ROLE: shop-task
          EXECUTION_ROLE: shop-execution
          APPLICATION: AppECS-production-shop
          GROUP: DgpECS-production-shop
        without: []
";

/// A world with a pull request, and a workspace with the commit of it.
pub(crate) struct Stage {
    pub(crate) shop: Shop,
    cluster: &'static str,
    folder: TempDir,
}

/// What came of a plan.
pub(crate) struct Ran {
    pub(crate) exit: u8,
    pub(crate) log: String,
    pub(crate) chronicle: Chronicle,
}

impl Stage {
    /// For the service in `cluster`, with parts of the scenario replaced.
    pub(crate) fn of(cluster: &'static str, replaced: &[(&str, &str)]) -> Self {
        let role = ROLE.replace("CLUSTER_OF_THE_PLAN", cluster);
        let roles = format!("{role}\n    shop-execution:\n");
        let ours = [
            ("    shop-execution:\n", roles.as_str()),
            (
                "    acme/shop:\n",
                "    acme/shop:\n      pull-requests: [7]\n",
            ),
        ];
        let text = scenario(&[&ours, replaced].concat());
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let folder = TempDir::new().unwrap();
        fill(&folder.path().join("workspace"));
        Self {
            shop: Shop::of(&text, start, 1.0),
            cluster,
            folder,
        }
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join("workspace").join(name), text).unwrap();
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        self.shop.sandbox.with_world(look)
    }

    /// Plans on the pull request.
    pub(crate) async fn plan(&self, inputs: &[(&str, &str)]) -> Ran {
        let by = ("pull_request", "refs/pull/7/merge");
        self.plan_by(by, Permissions::planning(), inputs).await
    }

    /// Plans in a run of that event and ref, in a job with these permissions.
    pub(crate) async fn plan_by(
        &self,
        (event, git_ref): (&str, &str),
        permissions: Permissions,
        inputs: &[(&str, &str)],
    ) -> Ran {
        let root = self.folder.path();
        let job = self.look(|world| {
            let new = NewRun {
                workflow: "plan".to_owned(),
                path: ".github/workflows/plan.yml".to_owned(),
                event: event.to_owned(),
                sha: "a".repeat(40),
                git_ref: git_ref.to_owned(),
                actor: "hubot".to_owned(),
            };
            let run = run::start(world, REPOSITORY, new).unwrap();
            let new = NewJob {
                name: "plan".to_owned(),
                environment: None,
                permissions,
            };
            let key = run::start_job(world, REPOSITORY, run, new).unwrap();
            Job::of(world, key).unwrap()
        });
        let files = Files::create(root, &root.join("workspace"), &job).unwrap();
        let given = [
            ("command", "plan"),
            ("aws-region", "eu-west-1"),
            ("role-to-assume", &role("plan")),
            ("cluster", self.cluster),
            ("service", "shop"),
        ];
        let declared = Inputs::declared(include_str!("../../action.yml")).unwrap();
        let inputs = given.iter().chain(inputs);
        let inputs = inputs.fold(declared, |inputs, (name, value)| inputs.with(name, value));
        let surroundings = Surroundings {
            variables: job.environment(&inputs, &files).into_iter().collect(),
            clock: self.shop.clock.clone(),
            http: in_process::client(&self.shop.sandbox),
            cancel: CancellationToken::new(),
            endpoint: Some(format!("http://{ADDRESS}")),
        };
        self.ran(&surroundings).await
    }

    async fn ran(&self, surroundings: &Surroundings) -> Ran {
        let before = self.look(|world| world.calls.len());
        let job = greengate::job::Job::read(&surroundings.variables).unwrap();
        let heard = Heard::default();
        let log = Log::new(heard.clone(), "docs".to_owned());
        let sinks: Vec<Box<dyn Sink>> = vec![Box::new(log), Box::new(heard.clone())];
        let events = Events::into_sinks(sinks, surroundings.clock.clone());
        let exit = told(surroundings, &job, &events).await;
        let (log, chronicle) = std::mem::take(&mut *heard.0.lock().unwrap());
        let ran = Ran {
            exit,
            log: String::from_utf8(log).unwrap(),
            chronicle,
        };
        self.look(|world| reads::once_and_nothing_written(world, before, &ran.log));
        ran
    }

    /// What is said on the pull request.
    pub(crate) fn comments(&self) -> Vec<Comment> {
        self.look(|world| {
            let repository = world.github.repository(REPOSITORY).unwrap();
            repository.pull_requests[0].comments.clone()
        })
    }
}

impl Ran {
    pub(crate) fn summary(&self) -> String {
        summary::render(&self.chronicle, "docs", &Redactor::default())
    }

    pub(crate) fn output(&self, name: &str) -> String {
        let mut values = outputs::values(&self.chronicle).into_iter();
        values.find(|(it, _)| *it == name).unwrap().1
    }

    /// The outputs that hold something.
    pub(crate) fn outputs(&self) -> String {
        let values = outputs::values(&self.chronicle).into_iter();
        let values = values.filter(|(_, value)| !value.is_empty());
        let lines: Vec<_> = values
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        lines.join("\n")
    }

    /// The codes of what failed.
    pub(crate) fn codes(&self) -> BTreeSet<&'static str> {
        let failures = self.chronicle.failures.iter();
        failures.map(|failure| failure.code.id()).collect()
    }
}

/// A log and a chronicle that are kept.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<(Vec<u8>, Chronicle)>>);

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Heard {
    fn on(&mut self, event: &Event) {
        self.0.lock().unwrap().1.take(event);
    }
}
