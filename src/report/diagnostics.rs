//! What `RUNNER_DEBUG` shows of the inside, for whoever mends Greengate.
//!
//! It is no part of the event stream, and only Greengate's own diagnostics are shown: the libraries'
//! may hold requests with secrets in them.

use super::foreign;
use super::redact::Redactor;
use super::workflow_command::one_line;
use crate::events::{Event, Sink};
use std::io::{self, Write, stderr};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::Level;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The characters of one diagnostic.
const LONGEST: usize = 4000;

/// Shows diagnostics on standard error from now on; what comes back has to be told the secrets that
/// they are to be without. Shows nothing more when they are shown already.
pub fn show() -> Box<dyn Sink> {
    let known = Known::default();
    let own = Targets::new().with_target("greengate", Level::DEBUG);
    let writer = known.clone();
    let lines = tracing_subscriber::fmt::layer()
        .without_time()
        .with_ansi(false)
        .with_writer(move || Harmless {
            out: stderr(),
            known: writer.clone(),
        });
    let shown = tracing_subscriber::registry().with(lines.with_filter(own));
    // Only a second call fails.
    drop(shown.try_init());
    Box::new(known)
}

/// Says that Greengate panicked at `place`, a line of its own or of a library's source.
pub fn panicked(place: &str) {
    // Where standard error cannot be written, nobody can be told.
    let _ = writeln!(stderr(), "Greengate panicked at {}", one_line(place));
}

/// The secrets that diagnostics are without.
#[derive(Clone, Default)]
struct Known(Arc<Mutex<Redactor>>);

impl Sink for Known {
    /// Diagnostics are no part of the stream.
    fn on(&mut self, _: &Event) {}

    fn mask(&mut self, secret: &str) {
        self.lock().learn(secret);
    }
}

impl Known {
    fn lock(&self) -> std::sync::MutexGuard<'_, Redactor> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes one harmless line at a time: the text of an error is somebody else's.
struct Harmless<W> {
    out: W,
    known: Known,
}

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let line = foreign::line(&self.known.lock(), text.trim_end(), LONGEST);
        writeln!(self.out, "debug: {line}")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{Harmless, Known};
    use crate::events::Sink as _;
    use std::io::Write as _;

    #[test]
    fn every_byte_is_taken_and_none_acts_or_is_a_secret() {
        let mut known = Known::default();
        known.mask("hunter2");
        let mut shown = Harmless {
            out: Vec::new(),
            known,
        };
        let foreign = b"::set-output name=x::y\n##[error]z hunter2 \xff\n";
        assert_eq!(shown.write(foreign).expect("written"), foreign.len());
        let text = String::from_utf8(shown.out).expect("text");
        assert_eq!(
            text,
            "debug: : :set-output name=x::y ## [error]z *** \u{fffd}\n"
        );
    }
}
