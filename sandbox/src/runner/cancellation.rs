//! How a runner ends a step when its job is cancelled or out of time.
//!
//! <https://github.com/actions/runner/blob/main/src/Runner.Sdk/ProcessInvoker.cs>

use rustix::process::{Pid, Signal, kill_process};
use std::time::Duration;
use tokio::process::Child;
use tokio::time::timeout;

/// After the interruption.
const INTERRUPTED: Duration = Duration::from_millis(7500);
/// After the termination.
const TERMINATED: Duration = Duration::from_millis(2500);

/// What a step's process ended at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// SIGINT.
    Interrupted,
    /// SIGTERM, seven and a half seconds later.
    Terminated,
    /// SIGKILL, two and a half seconds after that.
    Killed,
}

/// Ends `child`, in real time. A container action's is the docker client: what the client does not
/// pass on, the container never hears of.
pub async fn cancel(child: &mut Child) -> Cancelled {
    if ends_at(child, Signal::INT, INTERRUPTED).await {
        return Cancelled::Interrupted;
    }
    if ends_at(child, Signal::TERM, TERMINATED).await {
        return Cancelled::Terminated;
    }
    // It may have ended just now.
    let _ = child.kill().await;
    Cancelled::Killed
}

async fn ends_at(child: &mut Child, signal: Signal, patience: Duration) -> bool {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    let Some(id) = id.and_then(Pid::from_raw) else {
        return true;
    };
    // Nobody has waited for it yet, so that the number is still its own.
    let _ = kill_process(id, signal);
    timeout(patience, child.wait()).await.is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Cancelled, cancel};
    use std::process::Stdio;
    use std::time::{Duration, Instant};
    use tokio::io::AsyncReadExt;
    use tokio::process::Command;

    /// A process that heeds no signal of `ignored`, when it is cancelled; and how long that took.
    async fn cancelled(ignored: &str) -> (Cancelled, Duration) {
        let script = format!("trap '' {ignored}; echo; exec tail -f /dev/null");
        let mut child = Command::new("bash")
            .args(["-c", &script])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        // Not before the signals are ignored.
        let output = child.stdout.as_mut().unwrap();
        output.read_u8().await.unwrap();
        let started = Instant::now();
        (cancel(&mut child).await, started.elapsed())
    }

    #[tokio::test]
    async fn each_signal_has_its_time() {
        let (heeds, heeds_second, heeds_none) =
            tokio::join!(cancelled("USR1"), cancelled("INT"), cancelled("INT TERM"),);
        assert_eq!(heeds.0, Cancelled::Interrupted);
        assert_eq!(heeds_second.0, Cancelled::Terminated);
        assert!(heeds_second.1 >= Duration::from_millis(7500));
        assert_eq!(heeds_none.0, Cancelled::Killed);
        assert!(heeds_none.1 >= Duration::from_secs(10));
    }
}
