//! Sinks that keep what they are told.

use greengate::events::{Event, Sink};
use greengate_sandbox::Sandbox;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// Keeps every event, and how many calls there had been.
#[derive(Clone)]
pub(super) struct Kept {
    sandbox: Sandbox,
    events: Arc<Mutex<Vec<(usize, Event)>>>,
}

impl Kept {
    pub(super) fn of(sandbox: &Sandbox) -> Self {
        Self {
            sandbox: sandbox.clone(),
            events: Arc::default(),
        }
    }

    pub(super) fn take(&self) -> Vec<(usize, Event)> {
        std::mem::take(&mut self.events.lock().unwrap())
    }
}

impl Sink for Kept {
    fn on(&mut self, event: &Event) {
        let calls = self.sandbox.with_world(|world| world.calls.len());
        self.events.lock().unwrap().push((calls, event.clone()));
    }
}

/// Text that a sink writes.
#[derive(Clone, Default)]
pub(super) struct Text(Arc<Mutex<Vec<u8>>>);

impl Text {
    pub(super) fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
