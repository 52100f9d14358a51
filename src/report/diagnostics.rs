//! What `RUNNER_DEBUG` shows of the inside, for whoever mends Greengate.
//!
//! It is no part of the event stream, and only Greengate's own diagnostics are shown: the libraries'
//! may hold requests with secrets in them.

use super::workflow_command::one_line;
use std::io::{self, Write, stderr};
use tracing::Level;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Shows diagnostics on standard error from now on. Does nothing when they are shown already.
pub fn show() {
    let own = Targets::new().with_target("greengate", Level::DEBUG);
    let lines = tracing_subscriber::fmt::layer()
        .without_time()
        .with_ansi(false)
        .with_writer(|| Harmless);
    let shown = tracing_subscriber::registry().with(lines.with_filter(own));
    // Only a second call fails.
    drop(shown.try_init());
}

/// Standard error, one harmless line at a time: the text of an error is somebody else's.
struct Harmless;

impl Write for Harmless {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = one_line(String::from_utf8_lossy(bytes).trim_end());
        writeln!(stderr(), "debug: {line}")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::Harmless;
    use std::io::Write as _;

    #[test]
    fn every_byte_is_taken_whatever_it_is() {
        let foreign = b"::set-output name=x::y\n##[error]z \xff\n";
        assert_eq!(Harmless.write(foreign).expect("written"), foreign.len());
    }
}
