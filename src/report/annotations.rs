//! Errors and warnings as annotations of the run's page.
//!
//! The runner takes ten of each kind from a step and cuts their text
//! (<https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs>); the log has
//! what does not fit.

use super::foreign;
use super::redact::Redactor;
use super::wording::page;
use super::workflow_command::command;
use crate::events::{Event, EventKind, Sink};
use crate::failure::Failure;
use std::io::Write;

/// Of each kind.
const MOST: usize = 10;

/// Of a title and of a message, in the UTF-16 units that the runner counts.
const TITLE: usize = 200;
const MESSAGE: usize = 4096;

/// Writes annotations, as workflow commands.
pub struct Annotations<W> {
    out: W,
    docs: String,
    redactor: Redactor,
    errors: usize,
    warnings: usize,
}

impl<W: Write + Send> Annotations<W> {
    /// Annotations into `out`, which the runner reads; the documents are at `docs`.
    pub fn new(out: W, docs: String) -> Self {
        Self {
            out,
            docs,
            redactor: Redactor::default(),
            errors: 0,
            warnings: 0,
        }
    }

    fn annotate(&mut self, kind: &str, title: &str, message: &str) {
        let title = cut(&foreign::line(&self.redactor, title, TITLE), TITLE);
        let message = cut(&foreign::lines(&self.redactor, message, MESSAGE), MESSAGE);
        let line = command(kind, &[("title", &title)], &message);
        // Where the log cannot be written, nobody can be told.
        let _ = writeln!(self.out, "{line}").and_then(|()| self.out.flush());
    }
}

impl<W: Write + Send> Sink for Annotations<W> {
    fn on(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Failed { failure } if self.errors < MOST => {
                self.errors += 1;
                let title = format!("{}: {}", failure.code, failure.what);
                self.annotate("error", &title, &message(failure, &self.docs));
            }
            EventKind::Warned { text } if self.warnings < MOST => {
                self.warnings += 1;
                self.annotate("warning", "Greengate", text);
            }
            _ => {}
        }
    }

    fn mask(&mut self, secret: &str) {
        self.redactor.learn(secret);
    }
}

/// Why, then what to do. Where that is too long, what to do comes second: it must survive the cut.
fn message(failure: &Failure, docs: &str) -> String {
    let Failure { why, help, .. } = failure;
    let page = page(docs, failure.code);
    let whole: Vec<_> = why
        .iter()
        .chain([help, &page])
        .map(String::as_str)
        .collect();
    let whole = whole.join("\n");
    if whole.chars().count() <= MESSAGE {
        return whole;
    }
    let first = why.first().map(|first| cut(first, MESSAGE / 4));
    let rest = why.iter().skip(1).cloned();
    let lines = first.into_iter().chain([help.clone()]).chain(rest);
    lines.collect::<Vec<_>>().join("\n")
}

/// At most `most` UTF-16 units of `text`.
fn cut(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut left = most - 1;
    let fits = |c: &char| match left.checked_sub(c.len_utf16()) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::Annotations;
    use crate::events::{Event, EventKind, Sink};
    use crate::failure::{Code, Failure};
    use jiff::Timestamp;

    fn written(secrets: &[&str], kinds: Vec<EventKind>) -> String {
        let mut out = Vec::new();
        let mut sink = Annotations::new(&mut out, "docs".to_owned());
        for secret in secrets {
            sink.mask(secret);
        }
        for kind in kinds {
            sink.on(&Event {
                seq: 0,
                at: Timestamp::UNIX_EPOCH,
                kind,
            });
        }
        String::from_utf8(out).expect("text")
    }

    fn warned(text: &str) -> EventKind {
        EventKind::Warned {
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_failure_is_one_error_in_one_line() {
        let failure = Failure::new(Code::NoService, "service a, or b: gone", "Make it.")
            .because("ECS said 100%\r\n::error::x, token hunter2");
        insta::assert_snapshot!(
            written(&["hunter2"], vec![EventKind::Failed { failure }]),
            @"::error title=GG021%3A service a%2C or b%3A gone::ECS said 100%25%0A: :error::x, token ***%0AMake it.%0Adocs/errors.md#gg021"
        );
    }

    #[test]
    fn ten_of_a_kind_are_enough() {
        let text = written(&[], (0..12).map(|n| warned(&n.to_string())).collect());
        assert_eq!(text.lines().count(), 10);
    }

    #[test]
    fn cause_and_help_survive_the_cut() {
        let failure = Failure::new(Code::RolledBack, "it failed", "Mend it.")
            .because("the cause")
            .because("x".repeat(5000));
        let text = written(&[], vec![EventKind::Failed { failure }]);
        assert!(text.contains("::the cause%0AMend it.%0Axxx"), "{text}");
    }

    #[test]
    fn long_texts_are_cut() {
        let text = written(&[], vec![warned(&"é".repeat(5000))]);
        let message = text.trim().rsplit("::").next().expect("a message");
        assert_eq!(message.chars().count(), 4096);
        assert!(message.ends_with("é…"));
        let text = written(&[], vec![warned(&"🚢".repeat(5000))]);
        let message = text.trim().rsplit("::").next().expect("a message");
        assert_eq!(message.encode_utf16().count(), 4095);
    }
}
