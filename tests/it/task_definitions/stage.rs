//! A world, and steps in it that deploy a task definition to staging.

use crate::in_process;
use crate::run::{fill, role, scenario};
use crate::shop::{ADDRESS, REPOSITORY, Shop};
use greengate::events::{Event, EventKind, Events, Sink, Stage as Part};
use greengate::failure::Failure;
use greengate::job::Job;
use greengate::report::log::Log;
use greengate::run::{Surroundings, told};
use greengate_sandbox::runner::{self, Files, Inputs};
use greengate_sandbox::world::World;
use greengate_sandbox::world::ecs::task_definition::New;
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::run::rerun;
use serde_json::Value;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const START: &str = "2026-11-23T10:00:00Z";

/// A world, and a workspace with a commit of the shop in it.
pub(crate) struct Stage {
    pub(crate) shop: Shop,
    folder: TempDir,
    /// What others do when the registration is about to begin.
    pub(crate) before_registration: Option<fn(&mut World)>,
}

/// What came of a step.
pub(crate) struct Ran {
    pub(crate) exit: u8,
    pub(crate) log: String,
    pub(crate) events: Vec<EventKind>,
    /// The bodies of its registrations, as they were sent.
    pub(crate) registered: Vec<String>,
}

impl Stage {
    /// The world of the tests, with parts of it replaced.
    pub(crate) fn with(replaced: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        fill(&folder.path().join("workspace"));
        Self {
            shop: Shop::of(&scenario(replaced), START.parse().unwrap(), 1.0),
            folder,
            before_registration: None,
        }
    }

    /// Puts a file into the workspace.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join("workspace").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A step that deploys to staging with these inputs, in a new run.
    pub(crate) async fn deploy(&self, inputs: &[(&str, &str)]) -> Ran {
        self.attempt(self.shop.run("hubot"), inputs).await
    }

    /// The same, in another attempt of `run`.
    pub(crate) async fn deploy_again(&self, run: u64, inputs: &[(&str, &str)]) -> Ran {
        let again = |world: &mut World| rerun(world, REPOSITORY, run, "hubot");
        self.shop.sandbox.with_world(again).unwrap();
        self.attempt(run, inputs).await
    }

    /// An attempt of `run`.
    pub(crate) async fn attempt(&self, run: u64, inputs: &[(&str, &str)]) -> Ran {
        let given = [
            ("command", "deploy"),
            ("aws-region", "eu-west-1"),
            ("role-to-assume", &role("staging")),
            ("cluster", "staging"),
            ("service", "shop"),
        ];
        let before = self.registrations().len();
        let key = self.shop.job(run, Some("staging"));
        let surroundings = self.surroundings(key, &[&given, inputs].concat());
        let job = Job::read(&surroundings.variables).unwrap();
        let heard = Heard::default();
        let log = Log::new(heard.clone(), "docs".to_owned());
        let others = Others(self.shop.clone(), self.before_registration);
        let sinks: Vec<Box<dyn Sink>> =
            vec![Box::new(log), Box::new(heard.clone()), Box::new(others)];
        let events = Events::into_sinks(sinks, self.shop.clock.clone());
        let exit = told(&surroundings, &job, &events).await;
        let (log, events) = heard.take();
        Ran {
            exit,
            log,
            events,
            registered: self.registrations().split_off(before),
        }
    }

    /// The revision that the service in staging is on: `shop-staging:1`.
    pub(crate) fn runs(&self) -> String {
        self.shop.sandbox.with_world(|world| {
            let service = world.ecs.service("staging", "shop").unwrap();
            let arn = &service.deployments[0].launch.task_definition;
            arn.rsplit('/').next().unwrap().to_owned()
        })
    }

    /// Registers a revision, as others do.
    pub(crate) fn register(&self, document: &str) {
        self.shop
            .sandbox
            .with_world(|world| register(world, document));
    }

    fn surroundings(&self, key: JobKey, inputs: &[(&str, &str)]) -> Surroundings {
        let root = self.folder.path();
        let job = self
            .shop
            .sandbox
            .with_world(|world| runner::Job::of(world, key));
        let job = job.expect("a running job");
        let files = Files::create(root, &root.join("workspace"), &job).unwrap();
        let declared = Inputs::declared(include_str!("../../../action.yml")).unwrap();
        let inputs = inputs.iter();
        let inputs = inputs.fold(declared, |inputs, (name, value)| inputs.with(name, value));
        Surroundings {
            variables: job.environment(&inputs, &files).into_iter().collect(),
            clock: self.shop.clock.clone(),
            http: in_process::client(&self.shop.sandbox),
            cancel: CancellationToken::new(),
            endpoint: Some(format!("http://{ADDRESS}")),
        }
    }

    /// The bodies of all registrations, key order and number literals kept.
    fn registrations(&self) -> Vec<String> {
        self.shop.sandbox.with_world(|world| {
            let calls = world.calls.iter();
            let ours = calls.filter(|call| call.operation == "RegisterTaskDefinition");
            ours.map(|call| call.request.to_string()).collect()
        })
    }
}

impl Ran {
    pub(crate) fn failures(&self) -> Vec<&Failure> {
        let failures = self.events.iter().filter_map(|kind| match kind {
            EventKind::Failed { failure } => Some(failure),
            _ => None,
        });
        failures.collect()
    }

    pub(crate) fn warnings(&self) -> Vec<&str> {
        let warnings = self.events.iter().filter_map(|kind| match kind {
            EventKind::Warned { text } => Some(text.as_str()),
            _ => None,
        });
        warnings.collect()
    }
}

/// A log and a sink that keep what they are told.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<(Vec<u8>, Vec<EventKind>)>>);

impl Heard {
    fn take(&self) -> (String, Vec<EventKind>) {
        let (log, events) = std::mem::take(&mut *self.0.lock().unwrap());
        (String::from_utf8(log).unwrap(), events)
    }
}

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
        self.0.lock().unwrap().1.push(event.kind.clone());
    }

    fn mask(&mut self, _: &str) {}
}

/// What others do once the run is about to register.
struct Others(Shop, Option<fn(&mut World)>);

impl Sink for Others {
    fn on(&mut self, event: &Event) {
        let begins = matches!(
            event.kind,
            EventKind::StageStarted {
                stage: Part::Register
            }
        );
        if let Some(deed) = self.1.take_if(|_| begins) {
            self.0.sandbox.with_world(deed);
        }
    }

    fn mask(&mut self, _: &str) {}
}

/// Puts a revision into the world.
pub(crate) fn register(world: &mut World, document: &str) {
    let mut document: Value = serde_json::from_str(document).unwrap();
    let document = document.as_object_mut().unwrap();
    let tags = document.shift_remove("tags");
    let tags = tags.and_then(|tags| tags.as_array().cloned());
    let family = document["family"].as_str().unwrap().to_owned();
    let now = world.now;
    world.ecs.task_definitions.register(New {
        arn_prefix: "arn:aws:ecs:eu-west-1:123456789012",
        family: &family,
        document: document.clone(),
        tags: tags.unwrap_or_default(),
        now,
        by: "arn:aws:iam::123456789012:user/ops",
    });
}
