//! The reviewer: asked on a terminal, else as the variable `YES` says.

use super::tell;
use anyhow::Result;
use std::io::{IsTerminal, Write};
use std::time::Duration;
use tokio::signal::unix::Signal;
use tokio::sync::oneshot;

/// What the reviewer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// The job may start.
    Approve,
    /// The job must not start.
    Reject,
    /// Somebody pressed Ctrl-C.
    Interrupt,
}

/// Long enough to read what the job waits for.
const MOMENT: Duration = Duration::from_secs(3);

/// Waits for the reviewer's word.
pub(crate) async fn ask(reviewer: &str, interrupts: &mut Signal) -> Result<Word> {
    if std::env::var_os("YES").is_some_and(|yes| !yes.is_empty() && yes != "0") {
        tell(&format!("{reviewer} reads what is waiting …"));
        return Ok(tokio::select! {
            () = tokio::time::sleep(MOMENT) => Word::Approve,
            _ = interrupts.recv() => Word::Interrupt,
        });
    }
    if !std::io::stdin().is_terminal() {
        tell("There is no terminal to ask on, which counts as a no. Approve with: make demo YES=1");
        return Ok(Word::Reject);
    }
    let mut out = std::io::stdout();
    write!(out, "--- You are {reviewer}. Approve production? [y/N] ")?;
    out.flush()?;
    Ok(tokio::select! {
        answer = line() => if says_yes(&answer?) { Word::Approve } else { Word::Reject },
        _ = interrupts.recv() => Word::Interrupt,
    })
}

/// Read by a thread of its own: an abandoned read must not hold up the end of the program.
async fn line() -> Result<String> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line);
        let _ = sender.send(read.map(|_| line));
    });
    Ok(receiver.await??)
}

fn says_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::says_yes;

    #[test]
    fn only_yes_is_yes() {
        assert!(says_yes("y\n") && says_yes(" YES \n"));
        assert!(!says_yes("\n") && !says_yes("no") && !says_yes("yep") && !says_yes(""));
    }
}
