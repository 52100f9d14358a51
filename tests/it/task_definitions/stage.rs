//! A world, and steps in it that deploy a task definition to staging.

use crate::in_process;
use crate::run::{fill, role, scenario};
use crate::shop::{ADDRESS, Shop};
use greengate::events::{Event, EventKind, Events, Sink};
use greengate::failure::Failure;
use greengate::job::Job;
use greengate::report::log::Log;
use greengate::run::{Surroundings, told};
use greengate_sandbox::runner::{self, Files, Inputs};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const START: &str = "2026-11-23T10:00:00Z";

/// A world, and a workspace with a commit of the shop in it.
pub(crate) struct Stage {
    pub(crate) shop: Shop,
    folder: TempDir,
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
        let given = [
            ("command", "deploy"),
            ("aws-region", "eu-west-1"),
            ("role-to-assume", &role("staging")),
            ("cluster", "staging"),
            ("service", "shop"),
        ];
        let before = self.registrations().len();
        let key = self.shop.job(self.shop.run("hubot"), Some("staging"));
        let surroundings = self.surroundings(key, &[&given, inputs].concat());
        let job = Job::read(&surroundings.variables).unwrap();
        let heard = Heard::default();
        let log = Log::new(heard.clone(), "docs".to_owned());
        let sinks: Vec<Box<dyn Sink>> = vec![Box::new(log), Box::new(heard.clone())];
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

    fn surroundings(
        &self,
        key: greengate_sandbox::world::github::JobKey,
        inputs: &[(&str, &str)],
    ) -> Surroundings {
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
