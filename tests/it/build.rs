//! Building, pushing and reusing images with a real engine against the sandbox's registry.
//!
//! These tests need an engine at `DOCKER_HOST` or at the default socket, and `docker-buildx` on the
//! path; `setup/engine.sh` and `eval "$(setup/env.sh)"` give them.

mod failures;
mod reuse;
mod secrecy;
mod stores;

use anyhow::Result;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_types::SdkConfig;
use aws_types::region::Region;
use greengate::aws::Aws;
use greengate::aws::ecr::Ecr;
use greengate::clock::Clock;
use greengate::docker::Docker;
use greengate::events::{Event, EventKind, Events, Sink};
use greengate::failure::{Code, Failure};
use greengate::http;
use greengate::inputs::{BuildInputs, Cache};
use greengate::job::Job;
use greengate::job::Variables;
use greengate::pipeline::build::{Built, Edges, build, check};
use greengate_sandbox::Sandbox;
use greengate_sandbox::clock::Clock as SandboxClock;
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::server::{Running, Server};
use greengate_sandbox::world::ecr::Repository;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

const SCENARIO: &str = r#"
title: images
account: "123456789012"
region: eu-west-1
identity:
  users:
    ops:
      documented: { policies: [build, create-repository], with: { REPOSITORY: "*" } }
      access-key-id: AKIAIOSFODNN7EXAMPLE
      secret-access-key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
ecr:
  repositories:
    - name: team/shop
    - {name: sealed, mutability: IMMUTABLE}
    - {name: cached, mutability: IMMUTABLE_WITH_EXCLUSION, exclusions: ["buildcache*"]}
"#;

const DOCKERFILE: &str = "FROM scratch\nARG NAME\nLABEL name=$NAME\nCOPY hello.txt /\n";

/// A commit in a workspace, a registry, an engine, and what was said and kept secret.
struct Bench {
    sandbox: Sandbox,
    server: Running,
    folder: TempDir,
    environment: BTreeMap<OsString, OsString>,
    inputs: BuildInputs,
    run_id: u64,
    cancel: CancellationToken,
    heard: Heard,
}

#[derive(Clone, Default)]
struct Heard {
    events: Arc<Mutex<Vec<EventKind>>>,
    secrets: Arc<Mutex<Vec<String>>>,
    stepped: Arc<Notify>,
}

impl Sink for Heard {
    fn on(&mut self, event: &Event) {
        self.events.lock().unwrap().push(event.kind.clone());
        if matches!(event.kind, EventKind::BuildStepFinished { .. }) {
            self.stepped.notify_one();
        }
    }

    fn mask(&mut self, secret: &str) {
        self.secrets.lock().unwrap().push(secret.to_owned());
    }
}

impl Bench {
    async fn new() -> Self {
        let now = "2026-11-23T10:00:00Z".parse().unwrap();
        let world = Scenario::parse(SCENARIO).unwrap().world(now).unwrap();
        let sandbox = Sandbox::new(world, SandboxClock::start(now, 1.0));
        let server = Server::start(sandbox.clone(), 0).await.unwrap();
        let folder = TempDir::new().unwrap();
        for directory in ["workspace", "temp"] {
            std::fs::create_dir(folder.path().join(directory)).unwrap();
        }
        let bench = Self {
            sandbox,
            server,
            folder,
            environment: std::env::vars_os().collect(),
            inputs: inputs(),
            run_id: 77,
            cancel: CancellationToken::new(),
            heard: Heard::default(),
        };
        bench.write("Dockerfile", DOCKERFILE);
        bench.write("hello.txt", "hello");
        bench
    }

    /// The same, with the engine of the classic image store, if there is one.
    async fn classic() -> Option<Self> {
        let engine = std::env::var_os("GREENGATE_CLASSIC_DOCKER_HOST")?;
        let mut bench = Self::new().await;
        bench.environment.insert("DOCKER_HOST".into(), engine);
        Some(bench)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path("workspace").join(name), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn job(&self) -> Job {
        let run_id = self.run_id.to_string();
        let workspace = self.path("workspace").display().to_string();
        let temp = self.path("temp").display().to_string();
        let variables = Variables::of(
            [
                ("GITHUB_ACTOR", "mona"),
                ("GITHUB_REPOSITORY", "acme/shop"),
                ("GITHUB_SHA", "0123abc"),
                ("GITHUB_RUN_ID", &run_id),
                ("GITHUB_RUN_ATTEMPT", "2"),
                ("GITHUB_WORKSPACE", &workspace),
                ("RUNNER_TEMP", &temp),
            ]
            .map(|(name, value)| (name.into(), value.into())),
        );
        Job::read(&variables).unwrap()
    }

    fn ecr(&self) -> Ecr {
        let key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", key, None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .endpoint_url(self.server.url())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http::client())
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .time_source(Clock::real());
        Aws::over(config.build(), Clock::real()).ecr()
    }

    async fn build(&self) -> Result<Built> {
        let clock = Clock::real();
        let events = Events::into_sinks(vec![Box::new(self.heard.clone())], clock.clone());
        let (ecr, docker) = (self.ecr(), Docker::new(self.environment.clone()));
        let edges = Edges {
            ecr: &ecr,
            docker: &docker,
            events: &events,
            clock: &clock,
        };
        let job = self.job();
        let ready = check(edges, &self.inputs, &job).await?;
        build(edges, &self.inputs, &job, &ready, &self.cancel).await
    }

    async fn built(&self) -> Built {
        let built = self.build().await;
        built.map_err(|error| self.described(&error)).unwrap()
    }

    fn described(&self, error: &anyhow::Error) -> String {
        let failures = Failure::all_of(error);
        format!("{error:#}\n{failures:#?}\n{:#?}", self.events())
    }

    /// The one failure that building comes to.
    async fn failure(&self) -> Failure {
        let error = self.build().await.expect_err("it was built");
        let failures = Failure::all_of(&error);
        assert_eq!(failures.len(), 1, "{error:#}");
        failures[0].clone()
    }

    /// The digest that a tag of `repository` is on in the registry.
    fn digest(&self, repository: &str, tag: &str) -> Option<String> {
        self.in_repository(repository, |repository| {
            let digest = repository.resolve(tag);
            digest.map(|digest| digest.as_str().to_owned())
        })
    }

    fn tags(&self, repository: &str) -> Vec<String> {
        self.in_repository(repository, |repository| {
            repository.tags.keys().map(ToString::to_string).collect()
        })
    }

    fn in_repository<T>(&self, name: &str, look: impl FnOnce(&Repository) -> T) -> T {
        self.sandbox
            .with_world(|world| look(&world.ecr.repositories[name]))
    }

    fn events(&self) -> Vec<EventKind> {
        self.heard.events.lock().unwrap().clone()
    }

    /// All remarks and warnings so far.
    fn remarks(&self) -> String {
        let events = self.events().into_iter();
        let text = events.filter_map(|event| match event {
            EventKind::Noted { text } | EventKind::Warned { text } => Some(text + "\n"),
            _ => None,
        });
        text.collect()
    }

    /// The names of the steps that were told.
    fn steps(&self) -> Vec<String> {
        let events = self.events().into_iter();
        let names = events.filter_map(|event| match event {
            EventKind::BuildStepFinished { name, .. } => Some(name),
            _ => None,
        });
        names.collect()
    }

    /// What is left in the job's temporary directory.
    fn leftovers(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path("temp")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

fn inputs() -> BuildInputs {
    BuildInputs {
        repository: Some("team/shop".to_owned()),
        context: ".".into(),
        file: None,
        args: Vec::new(),
        secrets: Vec::new(),
        target: None,
        platforms: Vec::new(),
        labels: Vec::new(),
        tags: Vec::new(),
        cache: Cache::None,
        provenance: false,
        sbom: false,
        rebuild: false,
        create_repository: false,
        scan_fail_on: None,
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
