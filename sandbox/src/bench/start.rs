//! How soon the action is at work: from the runner's `docker run` to the first line of output, and the
//! program's own share of that, up to its first call.
//!
//! What is called answers nothing: only when the program comes to it counts.

use super::read;
use super::table::Row;
use crate::demo::stage::Stage;
use anyhow::{Context, Result, ensure};
use greengate_sandbox::runner::{Container, Files, Inputs, Job};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Each kind is started so often.
const RUNS: usize = 10;
/// In milliseconds: what is promised of the program before its first call.
const LIMIT: f64 = 30.0;
/// For the first call of a program that has said something.
const PATIENCE: Duration = Duration::from_secs(10);
/// What `setup/image.sh` builds.
const IMAGE: &str = "greengate:test";

/// What says where to call.
const ADDRESSES: [&str; 3] = [
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "AWS_ENDPOINT_URL",
    "GITHUB_API_URL",
];

/// A started program and when that was.
struct Started {
    child: Child,
    at: Instant,
}

impl Started {
    fn of(command: &mut Command) -> Result<Self> {
        let at = Instant::now();
        let streams = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let child = streams.spawn().context("it cannot be started")?;
        Ok(Self { child, at })
    }

    /// Milliseconds to the first line of output. Blocks.
    fn first_line(&mut self) -> Result<f64> {
        let output = self.child.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let took = self.milliseconds(Instant::now());
        ensure!(!line.is_empty(), "it ended without a line of output");
        Ok(took)
    }

    fn milliseconds(&self, now: Instant) -> f64 {
        now.duration_since(self.at).as_secs_f64() * 1e3
    }

    fn end(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

/// The rows, side by side.
pub(super) async fn rows(repository: &Path) -> Result<Vec<Row>> {
    let scenario = read(&repository.join("sandbox/scenarios/demo.yaml"))?;
    let stage = Stage::set(scenario, 1.0, "bench").await?;
    let key = stage.start(stage.push()?, "staging")?;
    let (job, inputs) = stage.step(key, "staging")?;
    let measured = tokio::task::spawn_blocking(move || measured(&stage, &job, &inputs));
    measured.await?
}

fn measured(stage: &Stage, job: &Job, inputs: &Inputs) -> Result<Vec<Row>> {
    let (mut container, mut line, mut call) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        container.push(in_container(stage, job, inputs)?);
        let (first_line, first_call) = alone(stage, job, inputs)?;
        line.push(first_line);
        call.push(first_call);
    }
    let row = |what: &str, limit, values| Row {
        what: what.to_owned(),
        values,
        unit: "ms",
        limit,
    };
    Ok(vec![
        row("docker run to the first line of output", None, container),
        row("the program alone to the first line of output", None, line),
        row("the program alone to its first call", Some(LIMIT), call),
    ])
}

/// By the runner's own call of the docker client, with the engine's default network.
fn in_container(stage: &Stage, job: &Job, inputs: &Inputs) -> Result<f64> {
    let place = &stage.place;
    let files = Files::create(&place.folder.join("start"), &place.workspace, job)?;
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    let socket = host
        .strip_prefix("unix://")
        .unwrap_or("/var/run/docker.sock");
    let container = Container {
        image: IMAGE.to_owned(),
        entrypoint: None,
        network: None,
        socket: socket.into(),
        lends_temp: true,
    };
    let call = container.run(&files, &job.environment(inputs, &files));
    let mut command = Command::new("docker");
    command.args(&call.arguments).envs(&call.variables);
    let mut started = Started::of(command.stdin(Stdio::null()))?;
    let first_line = started.first_line();
    // Whatever came of it, nothing runs on.
    let mut kill = Command::new("docker");
    kill.args(["kill", &call.name]).stdout(Stdio::null());
    kill.stderr(Stdio::null()).status()?;
    started.child.wait()?;
    first_line.with_context(|| format!("{IMAGE}: see `docker run --rm {IMAGE}`"))
}

/// Milliseconds to the first line and to the first call.
fn alone(stage: &Stage, job: &Job, inputs: &Inputs) -> Result<(f64, f64)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/?x=1", listener.local_addr()?);
    let (_, mut command) = stage.place.command("start", job, inputs)?;
    command.envs(ADDRESSES.map(|name| (name, &address)));
    // Kept until the end: a program that is hung up on would call again.
    let (caller, calls) = mpsc::channel();
    thread::spawn(move || caller.send(listener.accept().map(|call| (Instant::now(), call))));
    let mut started = Started::of(&mut command)?;
    let first_line = started.first_line()?;
    let first = calls.recv_timeout(PATIENCE);
    let (first_call, _call) = first.context("it calls nobody")??;
    let first_call = started.milliseconds(first_call);
    started.end()?;
    Ok((first_line, first_call))
}
