//! Child processes: a clean environment, no standard input, a process group of their own, and none
//! left behind.

use anyhow::{Context, Result};
use bytes::BytesMut;
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStderr, Command};
use tokio_util::sync::CancellationToken;

/// How long a child may take to end by itself after it was asked to.
const GRACE: Duration = Duration::from_secs(3);

/// How long a child that only answers a question may take.
const ANSWER: Duration = Duration::from_mins(1);

/// A command that is to be run.
pub struct Call {
    /// The arguments after `docker-buildx`.
    pub arguments: Vec<OsString>,
    /// The whole environment.
    pub environment: BTreeMap<OsString, OsString>,
    /// Where to run; absent: here.
    pub directory: Option<PathBuf>,
}

/// What a short command came to.
#[derive(Debug)]
pub struct Answer {
    /// Whether it exited with 0.
    pub good: bool,
    /// Its standard output.
    pub output: String,
    /// Its standard error.
    pub errors: String,
}

impl Call {
    /// The command as a child of ours that is killed at the latest when it is dropped.
    fn command(&self) -> Command {
        let mut command = Command::new("docker-buildx");
        command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command
    }

    /// Runs it to its end and gives what it printed. Fails when it cannot be started, which is
    /// [`std::io::ErrorKind::NotFound`] where there is no buildx, or when it takes over a minute.
    pub async fn answer(&self) -> Result<Answer> {
        let output = tokio::time::timeout(ANSWER, self.command().output());
        let output = output.await.context("docker-buildx does not answer")?;
        let output = output.context("starting docker-buildx")?;
        Ok(Answer {
            good: output.status.success(),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Starts it with its standard error to be read and its standard output dropped.
    pub fn start(&self) -> Result<Running> {
        let mut command = self.command();
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().context("starting docker-buildx")?;
        Ok(Running { child })
    }

    /// Runs it without the runtime, for the way out that cannot wait for anything else.
    pub fn run_blocking(&self) {
        let mut command = self.command().into_std();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // On this way out there is nobody left to tell.
        let _ = command.status();
    }
}

/// A child at work.
pub struct Running {
    child: Child,
}

impl Running {
    /// Hands what it prints to its standard error to `take`, piece by piece, until it ends; `None`
    /// when `cancel` came first, and then it and its children are gone.
    pub async fn follow(
        mut self,
        cancel: &CancellationToken,
        take: impl FnMut(&[u8]),
    ) -> Result<Option<ExitStatus>> {
        let errors = self.child.stderr.take();
        let ended = tokio::select! {
            ended = read_and_wait(errors, &mut self.child, take) => Some(ended?),
            () = cancel.cancelled() => None,
        };
        if ended.is_none() {
            self.stop().await;
        }
        Ok(ended)
    }

    /// Asks the whole group to end, waits a little, and ends it.
    async fn stop(&mut self) {
        self.signal(Signal::TERM);
        if tokio::time::timeout(GRACE, self.child.wait())
            .await
            .is_err()
        {
            self.signal(Signal::KILL);
            // A killed child ends; the error would be that it has already been waited for.
            let _ = self.child.wait().await;
        }
    }

    fn signal(&self, signal: Signal) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(group) = id.and_then(Pid::from_raw) {
            // A group that is gone needs no signal.
            let _ = kill_process_group(group, signal);
        }
    }
}

async fn read_and_wait(
    errors: Option<ChildStderr>,
    child: &mut Child,
    mut take: impl FnMut(&[u8]),
) -> Result<ExitStatus> {
    if let Some(mut errors) = errors {
        let mut buffer = BytesMut::with_capacity(16 * 1024);
        while errors
            .read_buf(&mut buffer)
            .await
            .context("reading from docker-buildx")?
            > 0
        {
            take(&buffer);
            buffer.clear();
        }
    }
    child.wait().await.context("waiting for docker-buildx")
}
