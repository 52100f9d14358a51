//! The job summary, Markdown.
//!
//! The file is the step's own, so it is written as a whole each time: when something fails and
//! when the run is over.

mod diagnosis;
mod gantt;
mod plan;
mod preflight;
mod sections;
mod timeline;
mod traffic;

use super::chronicle::Chronicle;
use super::file::Place;
use super::redact::Redactor;
use crate::events::{Event, EventKind, Sink};
use sections::Page;
use std::fs;
use std::path::PathBuf;

/// GitHub drops summaries of more than 1 MiB
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>).
const MOST: usize = 1024 * 1024;

/// What stands in the place of what does not fit.
const LEFT_OUT: &str = "Some of this is left out, since it is longer than GitHub takes: the log and the \
                        report have all of it.\n";

/// The summary of the run so far; the documents are at `docs`.
pub fn render(chronicle: &Chronicle, docs: &str, redactor: &Redactor) -> String {
    let page = Page::new(chronicle, docs, redactor);
    joined(page.sections(), MOST)
}

/// What a plan says of it in at most so many bytes: what would be done, and what is in the way.
pub(super) fn of_a_plan(
    chronicle: &Chronicle,
    docs: &str,
    redactor: &Redactor,
    most: usize,
) -> String {
    let page = Page::new(chronicle, docs, redactor);
    joined(page.of_a_plan(), most)
}

/// The sections, as many as fit.
fn joined(sections: impl Iterator<Item = String>, most: usize) -> String {
    let (mut text, mut left_out) = (String::new(), false);
    for section in sections {
        // Texts and lists are cut where they are written; this only guards the limit.
        if text.len() + section.len() + LEFT_OUT.len() + 2 > most {
            left_out = true;
            continue;
        }
        text.push_str(&section);
        text.push_str("\n\n");
    }
    if left_out {
        text.push_str(LEFT_OUT);
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Writes the summary.
pub struct Summary {
    place: Place,
    docs: String,
    chronicle: Chronicle,
    redactor: Redactor,
}

impl Summary {
    /// A summary into the runner's file; the documents are at `docs`.
    pub fn new(file: PathBuf, docs: String) -> Self {
        Self {
            place: Place::new(file, "the job summary"),
            docs,
            chronicle: Chronicle::default(),
            redactor: Redactor::default(),
        }
    }
}

impl Sink for Summary {
    fn on(&mut self, event: &Event) {
        self.chronicle.take(event);
        if matches!(
            event.kind,
            EventKind::Failed { .. } | EventKind::Finished { .. }
        ) {
            let text = render(&self.chronicle, &self.docs, &self.redactor);
            self.place.write(|path| fs::write(path, text));
        }
    }

    fn mask(&mut self, secret: &str) {
        self.redactor.learn(secret);
    }
}
