//! The action as a step of a job: the shipped program, started as a runner starts a container
//! action, with that environment and nothing else but where programs and the Docker engine are.

use anyhow::{Context, Result};
use greengate_sandbox::runner::{Annotation, Files, Inputs, Job, Log};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};
use tokio::process::{Child, Command};
use tokio::signal::unix::Signal;

/// So long a runner leaves an interrupted step to end by itself.
const GRACE: Duration = Duration::from_secs(10);

/// Where steps run.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The action's program.
    pub(crate) program: PathBuf,
    /// The checkout.
    pub(crate) workspace: PathBuf,
    /// A folder for the runner's own files; each step has one in it.
    pub(crate) folder: PathBuf,
}

/// What a step came to.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; none if it was killed.
    pub(crate) code: Option<i32>,
    /// Its outputs.
    pub(crate) outputs: BTreeMap<String, String>,
    /// Its job summary, in Markdown.
    pub(crate) summary: String,
    /// What it said beside the log.
    pub(crate) annotations: Vec<Annotation>,
    /// From its start to its end, in real time.
    pub(crate) took: Duration,
    /// Whether it was interrupted.
    pub(crate) interrupted: bool,
}

impl Ended {
    /// An output, empty if it is not there.
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }
}

impl Place {
    /// The files of a step called `name`, and its command.
    pub(crate) fn command(
        &self,
        name: &str,
        job: &Job,
        inputs: &Inputs,
    ) -> Result<(Files, std::process::Command)> {
        let files = Files::create(&self.folder.join(name), &self.workspace, job)?;
        let mut command = std::process::Command::new(&self.program);
        command
            .env_clear()
            .envs(job.environment(inputs, &files))
            .current_dir(&self.workspace)
            .stdin(Stdio::null());
        for name in ["PATH", "DOCKER_HOST"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        Ok((files, command))
    }

    /// Runs a step to its end; `show` gets each line of its log. An interruption is passed on.
    pub(crate) async fn run(
        &self,
        name: &str,
        (job, inputs): (&Job, &Inputs),
        interrupts: &mut Signal,
        mut show: impl FnMut(&str),
    ) -> Result<Ended> {
        let (files, command) = self.command(name, job, inputs)?;
        let started = Instant::now();
        let mut child = spawn(command, &self.program)?;
        let mut log = Log::default();
        let output = child.stdout.take().context("the step has no output")?;
        let errors = child
            .stderr
            .take()
            .context("the step has no error output")?;
        let interrupted = {
            let lines = follow(output, errors, |line| {
                if let Some(line) = log.line(line) {
                    show(&line);
                }
            });
            tokio::pin!(lines);
            tokio::select! {
                () = &mut lines => false,
                _ = interrupts.recv() => {
                    interrupt(&child);
                    let _ = tokio::time::timeout(GRACE, lines).await;
                    true
                }
            }
        };
        if interrupted {
            let _ = tokio::time::timeout(GRACE, child.wait()).await;
            let _ = child.start_kill();
        }
        let code = child.wait().await?.code();
        Ok(Ended {
            code,
            outputs: files.outputs()??.into_iter().collect(),
            summary: files.summary()?,
            annotations: log.annotations().to_vec(),
            took: started.elapsed(),
            interrupted,
        })
    }
}

fn spawn(command: std::process::Command, program: &Path) -> Result<Child> {
    Command::from(command)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} cannot be started", program.display()))
}

/// Hands on every line of both streams until both have ended.
async fn follow(
    output: impl AsyncRead + Unpin,
    errors: impl AsyncRead + Unpin,
    mut line: impl FnMut(&str),
) {
    let (mut output, mut errors) = (
        Some(BufReader::new(output).lines()),
        Some(BufReader::new(errors).lines()),
    );
    while output.is_some() || errors.is_some() {
        tokio::select! {
            text = next(&mut output), if output.is_some() => {
                if let Some(text) = text { line(&text) } else { output = None }
            }
            text = next(&mut errors), if errors.is_some() => {
                if let Some(text) = text { line(&text) } else { errors = None }
            }
        }
    }
}

async fn next<R: AsyncRead + Unpin>(lines: &mut Option<Lines<BufReader<R>>>) -> Option<String> {
    lines.as_mut()?.next_line().await.ok()?
}

/// The signal that a runner sends first.
fn interrupt(child: &Child) {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(id) = id.and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::INT);
    }
}
