//! The sinks of a step, and one that keeps what it is told.

use greengate::events::{Event, Sink};
use greengate::job::Job;
use greengate::report::annotations::Annotations;
use greengate::report::log::Log;
use greengate::report::outputs::Outputs;
use greengate::report::record::Record;
use greengate::report::state::State;
use greengate::report::summary::Summary;
use greengate_sandbox::Sandbox;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// What tells of a step, where a runner's files are: the log goes to `out`.
pub(super) fn of_step(job: &Job, out: &Text) -> [Box<dyn Sink>; 6] {
    let docs = &job.docs;
    [
        Box::new(Log::new(out.clone(), docs.clone())),
        Box::new(Annotations::new(out.clone(), docs.clone())),
        Box::new(Record::new(job.workspace.clone())),
        Box::new(Summary::new(
            job.summary_file.clone().unwrap(),
            docs.clone(),
        )),
        Box::new(Outputs::new(job.output_file.clone().unwrap())),
        Box::new(State::new(job.state_file.clone().unwrap())),
    ]
}

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
