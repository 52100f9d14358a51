//! What came of a run, and whether it is what had to come of it.

use super::row::{Row, Verdict};
use super::serving::short;
use super::stage::Stage;
use greengate::events::{Event, EventKind, Sink};
use greengate::failure::Failure;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// What came of a run.
pub(super) struct Ran {
    exit: u8,
    events: Vec<EventKind>,
    log: String,
}

impl Row {
    /// Plays it and holds what came of its last run to `verdict`. The log is there to be read.
    pub(super) async fn comes_to(&self, verdict: &Verdict) {
        self.played(verdict).await;
    }

    /// The same, and gives back where it was played.
    #[expect(
        clippy::print_stdout,
        reason = "shown by `cargo nextest run --no-capture`"
    )]
    pub(super) async fn played(&self, verdict: &Verdict) -> Stage {
        let mut stage = Stage::of(self);
        for attempt in &self.before {
            stage.play(attempt).await;
        }
        let ran = stage.play(&self.attempt).await;
        println!("{}", ran.log);
        let serves = stage.serves();
        ran.is_told(verdict, &serves);
        ran.is_true(&serves);
        for (operation, times) in &self.calls {
            assert_eq!(stage.count(operation), *times, "{operation}\n{}", ran.log);
        }
        assert_eq!(
            stage.unpermitted(),
            self.unpermitted,
            "is not in docs/permissions.md\n{}",
            ran.log
        );
        if let Some((after, serves)) = self.later {
            stage.pass(after).await;
            assert_eq!(stage.serves(), serves, "after {after:?}\n{}", ran.log);
        }
        stage
    }
}

impl Ran {
    /// The run ends as the table says, in its words.
    fn is_told(&self, verdict: &Verdict, serves: &str) {
        let failures = self.failures();
        let code = failures.first().map_or("", |failure| failure.code.id());
        let came = (self.exit, self.outcome(), code, serves);
        let due = (verdict.exit, verdict.outcome, verdict.code, verdict.serves);
        assert_eq!(came, due, "\n{}", self.log);
        assert_eq!(self.exit == 0, failures.is_empty(), "{}", self.log);
        let told = self.told();
        for says in verdict.says {
            let said = told.iter().any(|line| line.contains(says));
            assert!(said, "{says:?} is not in\n{}", told.join("\n"));
        }
    }

    /// Whatever the table says: green means that ours serves, 5 that a healthy one serves that is
    /// not ours, and 6 that this cannot be said.
    fn is_true(&self, serves: &str) {
        let ours = self.revision();
        let another = !serves.contains(&[' ', ','][..]) && serves != "nothing" && serves != ours;
        let lost = self.failures().iter().any(|it| it.code.id() == "GG054");
        let is_true = match (self.exit, self.outcome()) {
            (0, "succeeded" | "traffic-shifted" | "unchanged") => {
                ours.is_empty()
                    || serves == ours
                    || serves == "nothing" && self.log.contains("nothing runs")
            }
            (5, _) => another,
            (6, _) => lost || !another,
            _ => true,
        };
        assert!(is_true, "{serves} serves, {ours} is ours\n{}", self.log);
    }

    /// The revision that the run was to bring: `shop:2`; empty where it was to take one back.
    fn revision(&self) -> String {
        let revision = self.events.iter().find_map(|kind| match kind {
            EventKind::RevisionReady {
                task_definition, ..
            } => Some(short(task_definition)),
            _ => None,
        });
        revision.unwrap_or_default()
    }

    fn outcome(&self) -> &'static str {
        let finished = self.events.iter().find_map(|kind| match kind {
            EventKind::Finished { outcome, .. } => Some(outcome.as_str()),
            _ => None,
        });
        finished.unwrap_or_default()
    }

    fn failures(&self) -> Vec<&Failure> {
        let failures = self.events.iter().filter_map(|kind| match kind {
            EventKind::Failed { failure } => Some(failure),
            _ => None,
        });
        failures.collect()
    }

    /// The lines that tell how it ended: of the first failure, or of the log when there is none.
    fn told(&self) -> Vec<&str> {
        let Some(failure) = self.failures().into_iter().next() else {
            return self.log.lines().collect();
        };
        let why = failure.why.iter().map(String::as_str);
        let what = std::iter::once(failure.what.as_str());
        what.chain(why).chain([failure.help.as_str()]).collect()
    }
}

/// The log and the events of a run.
#[derive(Clone, Default)]
pub(super) struct Heard {
    text: Arc<Mutex<Vec<u8>>>,
    events: Arc<Mutex<Vec<EventKind>>>,
}

impl Heard {
    /// What was heard of a run that ended with this exit code.
    pub(super) fn ran(&self, exit: u8) -> Ran {
        let log = String::from_utf8(self.text.lock().unwrap().clone()).unwrap();
        let events = self.events.lock().unwrap().clone();
        Ran { exit, events, log }
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Heard {
    fn on(&mut self, event: &Event) {
        self.events.lock().unwrap().push(event.kind.clone());
    }
}
