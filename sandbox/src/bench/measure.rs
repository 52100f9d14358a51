//! One run of the action's program: what it took.

use anyhow::{Context, Result};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use wait4::Wait4;

/// Often enough to see the peak, and no load to speak of.
const SAMPLE: Duration = Duration::from_millis(5);

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    /// The most memory that the process itself had at once, in KiB, without its children.
    pub(crate) peak_kib: u64,
    /// Processor time, user and system, with children that it waited for.
    pub(crate) processor: Duration,
    /// Whether the exit code was zero.
    pub(crate) succeeded: bool,
}

/// Runs `command` to its end. Blocks.
pub(crate) fn run(mut command: Command) -> Result<Taken> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("the program cannot be started")?;
    let output = child.stdout.take().context("the program has no output")?;
    let mut output = BufReader::new(output);
    output.read_until(b'\n', &mut Vec::new())?;
    let peak = watched(format!("/proc/{}/status", child.id()))?;
    output.read_to_end(&mut Vec::new())?;
    let ended = child.wait4()?;
    Ok(Taken {
        peak_kib: peak.join().unwrap_or(0),
        processor: ended.rusage.utime + ended.rusage.stime,
        succeeded: ended.status.success(),
    })
}

/// Watches the mark of `/proc/<pid>/status`, and returns once it was looked at: a process that has
/// more to say than a pipe takes is there until then.
fn watched(status: String) -> Result<thread::JoinHandle<u64>> {
    let (looked, has_looked) = mpsc::channel();
    let peak = thread::spawn(move || {
        let first = peak_now(&status);
        // The other end is gone only where the run was given up.
        let _ = looked.send(());
        peak(&status).max(first.unwrap_or(0))
    });
    has_looked.recv()?;
    Ok(peak)
}

/// The highest mark of `/proc/<pid>/status` until the process has no memory any more. What
/// `getrusage` tells is no good here: it begins with the peak of the process that started this one.
fn peak(status: &str) -> u64 {
    let mut peak = 0;
    while let Some(mark) = peak_now(status) {
        peak = peak.max(mark);
        thread::sleep(SAMPLE);
    }
    peak
}

fn peak_now(status: &str) -> Option<u64> {
    mark(&fs::read_to_string(status).ok()?)
}

fn mark(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_measured() {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "echo one; head -c 200000 /dev/zero; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done",
        ]);
        let taken = run(command).unwrap();
        assert!(taken.succeeded && taken.peak_kib > 100, "{taken:?}");
        assert!(taken.processor > Duration::ZERO, "{taken:?}");
    }

    #[test]
    fn the_mark_of_a_process_without_memory_is_missing() {
        assert_eq!(mark("Name:\tx\nVmHWM:\t    5120 kB\n"), Some(5120));
        assert_eq!(mark("Name:\tx\nState:\tZ (zombie)\n"), None);
    }
}
