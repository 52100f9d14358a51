//! Runs the action's binary as a runner runs a container action, against a sandbox behind a port,
//! and gives back all that came of it.
//!
//! The environment of the tests does not reach the binary: it gets what the runner gives, a `PATH`
//! to find BuildKit's client on, and the way to the engine where a test builds.

use crate::shop::Shop;
use greengate_sandbox::runner::{Files, Inputs, Job};
use greengate_sandbox::server::{Running, Server};
use greengate_sandbox::world::World;
use greengate_sandbox::world::codedeploy::group::Group;
use greengate_sandbox::world::ecs::Service;
use greengate_sandbox::world::github::JobKey;
use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

pub(crate) const SCENARIO: &str = include_str!("../data/shop.yaml");
pub(crate) const ACTION: &str = include_str!("../../action.yml");

/// Simulated seconds in a real one.
const SPEED: f64 = 300.0;

/// The image that both services run at the beginning, and another one that is there.
pub(crate) const V1: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1";
pub(crate) const V2: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v2";

/// A world behind a port, and a workspace with a commit of the shop in it.
pub(crate) struct Stand {
    pub(crate) shop: Shop,
    server: Running,
    folder: TempDir,
    steps: AtomicUsize,
}

impl Stand {
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With parts of the scenario replaced.
    pub(crate) async fn with(replaced: &[(&str, &str)]) -> Self {
        Self::of(&scenario(replaced), SPEED).await
    }

    pub(crate) async fn of(scenario: &str, speed: f64) -> Self {
        let start = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap();
        let shop = Shop::of(scenario, start, speed);
        let server = Server::start(shop.sandbox.clone(), 0).await.unwrap();
        let stand = Self {
            shop,
            server,
            folder: TempDir::new().unwrap(),
            steps: AtomicUsize::new(0),
        };
        fill(&stand.path("workspace"));
        stand
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the workspace.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path("workspace").join(name), text).unwrap();
    }

    pub(crate) fn address(&self) -> String {
        self.server.address.to_string()
    }

    /// A job for staging, which waits for nobody.
    pub(crate) fn staging_job(&self) -> JobKey {
        self.shop.job(self.shop.run("hubot"), Some("staging"))
    }

    /// A job for production that mona has approved.
    pub(crate) fn production_job(&self) -> JobKey {
        let run = self.shop.run("hubot");
        let job = self.shop.job(run, Some("production"));
        self.shop.review(run, "production", "mona", true);
        job
    }

    /// A step of `job` that deploys `image` to staging.
    pub(crate) fn staging(&self, job: JobKey) -> Step<'_> {
        self.step(job)
            .input("command", "deploy")
            .input("role-to-assume", &role("staging"))
            .input("task-definition", "staging.json")
            .input("image", V2)
            .input("cluster", "staging")
            .input("service", "shop")
    }

    /// A step of `job` that deploys `image` to production.
    pub(crate) fn production(&self, job: JobKey) -> Step<'_> {
        self.step(job)
            .input("command", "deploy")
            .input("role-to-assume", &role("production"))
            .input("task-definition", "production.json")
            .input("image", V2)
            .input("cluster", "production")
            .input("service", "shop")
    }

    /// A step of `job` with nothing but the region.
    pub(crate) fn step(&self, job: JobKey) -> Step<'_> {
        let job = self.shop.sandbox.with_world(|world| Job::of(world, job));
        let path = std::env::var("PATH").unwrap_or_default();
        Step {
            stand: self,
            job: job.expect("a running job"),
            inputs: Inputs::declared(ACTION)
                .unwrap()
                .with("aws-region", "eu-west-1"),
            variables: vec![("PATH".to_owned(), Some(path))],
        }
    }

    /// Every call to AWS or the registry that is not a read, and its error.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.look(|world| {
            let calls = world.calls.iter();
            let writes = calls.filter(|call| {
                !["github", "oidc", "sts"].contains(&call.service.as_str())
                    && !READS.iter().any(|read| call.operation.starts_with(read))
            });
            writes
                .map(|call| format!("{}:{}", call.service, call.operation))
                .collect()
        })
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        self.shop.sandbox.with_world(look)
    }

    /// How often this was called and answered well.
    pub(crate) fn count(&self, operation: &str) -> usize {
        let (all, failed) = self.shop.calls(operation);
        all - failed
    }

    /// The images of the revision that the service in `cluster` is on, as it stands in ECS.
    pub(crate) fn image(&self, cluster: &str) -> String {
        self.look(|world| {
            let arn = primary(world.ecs.service(cluster, "shop").unwrap());
            image_of(world, &arn)
        })
    }

    /// The revision that serves in `cluster`: `shop-staging:2`.
    pub(crate) fn revision(&self, cluster: &str) -> String {
        self.look(|world| {
            let arn = primary(world.ecs.service(cluster, "shop").unwrap());
            arn.rsplit('/').next().unwrap().to_owned()
        })
    }

    /// Percent of production's traffic by target group: blue, green.
    pub(crate) fn traffic(&self) -> (u8, u8) {
        self.look(|world| {
            let group: &Group = &world.codedeploy.applications[0].groups[0];
            let percent = |name: &str| {
                let target = &world.elb.target_group(name).unwrap().arn;
                world.elb.percent(&group.production_listener, target)
            };
            (percent("shop-blue"), percent("shop-green"))
        })
    }

    /// How many deployments the production group has had, rollbacks included.
    pub(crate) fn deployments(&self) -> usize {
        self.look(|world| world.codedeploy.deployments().len())
    }
}

/// How the operations begin that change nothing.
const READS: [&str; 8] = [
    "Get",
    "Describe",
    "List",
    "BatchGet",
    "BatchCheck",
    "Filter",
    "GET ",
    "HEAD ",
];

/// The PRIMARY one of a service's deployments or task sets.
fn primary(service: &Service) -> String {
    match service.primary_task_set() {
        Some(set) => set.launch.task_definition.clone(),
        None => service.deployments[0].launch.task_definition.clone(),
    }
}

fn image_of(world: &World, arn: &str) -> String {
    let definition = world.ecs.task_definitions.find(arn).unwrap();
    let image = &definition.document["containerDefinitions"][0]["image"];
    image.as_str().unwrap().to_owned()
}

/// The scenario with parts replaced.
pub(crate) fn scenario(replaced: &[(&str, &str)]) -> String {
    let mut text = SCENARIO.to_owned();
    for (old, new) in replaced {
        assert!(text.contains(old), "{old} is not in the scenario");
        text = text.replace(old, new);
    }
    text
}

/// What actions/checkout would leave: task definitions, an AppSpec and a Dockerfile.
pub(crate) fn fill(workspace: &Path) {
    std::fs::create_dir_all(workspace).unwrap();
    let write = |name: &str, text: &str| std::fs::write(workspace.join(name), text).unwrap();
    write("staging.json", &task_definition("shop-staging"));
    write("production.json", &task_definition("shop"));
    write(
        "appspec.yaml",
        include_str!("../../examples/shop/appspec.yaml"),
    );
    write("Dockerfile", "FROM scratch\nCOPY hello.txt /\n");
    write("hello.txt", "hello");
}

pub(crate) fn task_definition(family: &str) -> String {
    include_str!("../data/task-definition.json").replace("FAMILY", family)
}

pub(crate) fn role(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/greengate-{name}")
}

/// A step that is about to be run.
pub(crate) struct Step<'a> {
    stand: &'a Stand,
    job: Job,
    inputs: Inputs,
    variables: Vec<(String, Option<String>)>,
}

/// What came of a step.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) log: String,
    pub(crate) stderr: String,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) summary: String,
    /// The report's text; empty when there is none.
    pub(crate) report: String,
}

/// A step that runs.
pub(crate) struct UnderWay {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: String,
    files: Files,
    workspace: PathBuf,
}

impl Step<'_> {
    pub(crate) fn input(mut self, name: &str, value: &str) -> Self {
        self.inputs = self.inputs.with(name, value);
        self
    }

    /// With a variable of the environment set.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables
            .push((name.to_owned(), Some(value.to_owned())));
        self
    }

    /// With the way to the engine that the tests build with.
    pub(crate) fn with_engine(self) -> Self {
        match std::env::var("DOCKER_HOST") {
            Ok(host) => self.variable("DOCKER_HOST", &host),
            Err(_) => self,
        }
    }

    pub(crate) fn start(self) -> UnderWay {
        let number = self.stand.steps.fetch_add(1, Ordering::Relaxed);
        let workspace = self.stand.path("workspace");
        let root = self.stand.path(&format!("step-{number}"));
        let files = Files::create(&root, &workspace, &self.job).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_greengate"));
        command
            .env_clear()
            .envs(self.job.environment(&self.inputs, &files))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        UnderWay {
            child,
            lines,
            log: String::new(),
            files,
            workspace,
        }
    }

    pub(crate) async fn run(self) -> Ran {
        self.start().end().await
    }
}

impl UnderWay {
    /// Goes on until the log says `words`.
    pub(crate) async fn until(&mut self, words: &str) {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            let found = line.contains(words);
            self.log += &(line + "\n");
            if found {
                return;
            }
        }
        panic!("the log does not say {words}:\n{}", self.log);
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// Waits for the end of the process.
    pub(crate) async fn end(mut self) -> Ran {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            self.log += &(line + "\n");
        }
        let mut stderr = String::new();
        let mut errors = self.child.stderr.take().unwrap();
        errors.read_to_string(&mut stderr).await.unwrap();
        let status = self.child.wait().await.unwrap();
        let outputs = self.files.outputs().unwrap().unwrap();
        let outputs: BTreeMap<_, _> = outputs.into_iter().collect();
        let report = outputs.get("report").map(|name| self.workspace.join(name));
        let report = report.and_then(|path| std::fs::read_to_string(path).ok());
        Ran {
            code: status.code(),
            log: self.log,
            stderr,
            outputs,
            summary: self.files.summary().unwrap(),
            report: report.unwrap_or_default(),
        }
    }
}

impl Ran {
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.report).unwrap_or_else(|error| panic!("{error}: {}", self.log))
    }

    /// Ended like this, with everything written that is written on every way out.
    #[track_caller]
    pub(crate) fn ended(&self, code: i32, outcome: &str) -> &Self {
        let Self { log, stderr, .. } = self;
        assert_eq!(
            (self.code, self.output("outcome")),
            (Some(code), outcome),
            "{log}{stderr}"
        );
        assert_eq!(stderr, "", "{log}");
        assert_eq!(self.json()["outcome"], outcome);
        assert!(self.summary.starts_with('#'), "{}", self.summary);
        assert_eq!(self.outputs.len(), 9, "{:?}", self.outputs);
        self
    }

    /// The failures with their codes, causes and help, as the log shows them.
    pub(crate) fn failures(&self) -> String {
        let mut text = String::new();
        let mut within = false;
        for line in self.log.lines() {
            let said = line.get(10..).unwrap_or_default();
            within = (within || said.starts_with("GG0")) && !line.is_empty();
            if within && !line.starts_with("::") {
                text += &format!("{said}\n");
            }
        }
        text
    }

    /// The codes of the failures, in their order.
    pub(crate) fn codes(&self) -> Vec<String> {
        let report = self.json();
        let failures = report["events"].as_array().unwrap().iter();
        failures
            .filter_map(|event| event["failure"]["code"].as_str().map(str::to_owned))
            .collect()
    }
}

