//! The job log, plain text, one line a change.
//!
//! Every stage is a group, which GitHub folds once it is over; so failures and the stage's result
//! stand outside. What is written is made harmless here, and nothing else writes to the log but
//! [`super::annotations`].

use super::amounts::{between, count, time};
use super::chronicle::{Chronicle, Target};
use super::redact::{Redactor, parts};
use super::workflow_command::{command, one_line};
use super::{foreign, record, wording};
use crate::diagnosis::Diagnosis;
use crate::events::{Compared, Event, EventKind, Sink, StageEnd};
use crate::model::arn::short;
use crate::model::document::difference::Difference;
use crate::rollout::outcome::Outcome;
use jiff::Timestamp;
use std::io::Write;

/// As wide as the time of day and the space after it.
const INDENT: &str = "          ";

/// What is shown of one text: characters, lines, and characters of a line.
const TEXT: usize = 32 * 1024;
const LINES: usize = 200;
const LINE: usize = 2000;

/// The lines of a difference that are shown.
const DIFFERENCE: usize = 1000;

/// Writes the log.
pub struct Log<W> {
    out: W,
    docs: String,
    chronicle: Chronicle,
    redactor: Redactor,
    group_is_open: bool,
}

impl<W: Write + Send> Log<W> {
    /// A log into `out`; the documents are at `docs`.
    pub fn new(out: W, docs: String) -> Self {
        Self {
            out,
            docs,
            chronicle: Chronicle::default(),
            redactor: Redactor::default(),
            group_is_open: false,
        }
    }

    /// Nobody can be told that the log cannot be written.
    fn print(&mut self, line: &str) {
        let _ = writeln!(self.out, "{line}").and_then(|()| self.out.flush());
    }

    fn open_group(&mut self, title: &str) {
        self.close_group();
        self.print(&command("group", &[], title));
        self.group_is_open = true;
    }

    fn close_group(&mut self) {
        if std::mem::take(&mut self.group_is_open) {
            self.print(&command("endgroup", &[], ""));
        }
    }

    /// The first line after the time of day, the others below it.
    fn tell(&mut self, at: Timestamp, lines: &[String]) {
        let mut lead = format!("{}  ", time(at));
        for text in lines {
            let text = foreign::lines(&self.redactor, text, TEXT);
            for line in shown(&text) {
                self.print(&format!("{lead}{line}"));
                INDENT.clone_into(&mut lead);
            }
        }
    }

    fn stage_over(&mut self, ended: StageEnd, at: Timestamp) {
        self.close_group();
        if let Some(phase) = self.chronicle.phases.last() {
            let (title, took) = (wording::stage(phase.stage), between(phase.started, at));
            let how = wording::stage_end(ended);
            self.tell(at, &[format!("{title}: {how} in {took}")]);
        }
    }

    /// The cause in the open, what was found in a group of its own.
    fn diagnosed(&mut self, target: &str, diagnosis: &Diagnosis, at: Timestamp) {
        self.close_group();
        self.tell(at, &wording::diagnosis::cause(target, diagnosis));
        let found = wording::diagnosis::evidence(diagnosis.evidence());
        if !found.is_empty() {
            self.open_group("What was found");
            self.tell(at, &found);
            self.close_group();
        }
    }

    /// In a group of its own, which is folded at once.
    fn compared(&mut self, target: &str, what: Compared, difference: &Difference, at: Timestamp) {
        let title = wording::compared(target, what, difference);
        self.open_group(&foreign::line(&self.redactor, &title, LINE));
        self.tell(at, &wording::difference(difference, DIFFERENCE));
        self.close_group();
    }

    fn finish(&mut self, outcome: Outcome, at: Timestamp) {
        self.close_group();
        let mut lines = vec![result(&self.chronicle, outcome)];
        lines.extend(
            facts(&self.chronicle)
                .into_iter()
                .map(|(name, fact)| format!("{name:<12}{}", one_line(&fact))),
        );
        self.print("");
        self.tell(at, &lines);
    }
}

impl<W: Write + Send> Sink for Log<W> {
    fn on(&mut self, event: &Event) {
        self.chronicle.take(event);
        match &event.kind {
            EventKind::StageStarted { stage } => self.open_group(wording::stage(*stage)),
            EventKind::StageFinished { ended, .. } => self.stage_over(*ended, event.at),
            EventKind::BuildFailed { .. } => {
                self.close_group();
                self.tell(event.at, &wording::lines(&event.kind));
            }
            EventKind::Failed { failure } => {
                self.close_group();
                let lines = wording::failure(failure, &self.docs);
                self.print("");
                self.tell(event.at, &lines);
            }
            EventKind::Compared {
                target,
                of,
                difference,
            } => self.compared(target, *of, difference, event.at),
            EventKind::Planned { .. } => {
                self.close_group();
                self.print("");
                self.tell(event.at, &wording::lines(&event.kind));
            }
            EventKind::Diagnosed { target, diagnosis } => {
                self.diagnosed(target, diagnosis, event.at);
            }
            EventKind::Finished { outcome, .. } => self.finish(*outcome, event.at),
            kind => self.tell(event.at, &wording::lines(kind)),
        }
    }

    /// The runner is told first, and hides the secret from every step after this one too.
    fn mask(&mut self, secret: &str) {
        for part in parts(secret) {
            self.print(&command("add-mask", &[], part));
        }
        self.redactor.learn(secret);
    }
}

/// The lines of `text`, as many and as long as a reader can use.
fn shown(text: &str) -> Vec<String> {
    let mut lines: Vec<_> = text.lines().take(LINES).collect();
    let more = text.lines().count() - lines.len();
    let said = format!(
        "… and {} more",
        count(i64::try_from(more).unwrap_or(i64::MAX), "line")
    );
    if more > 0 {
        lines.push(&said);
    }
    let lines = lines.into_iter();
    lines.map(|line| foreign::cut(line, LINE)).collect()
}

/// `release succeeded (after 14m 2s)`.
fn result(chronicle: &Chronicle, outcome: Outcome) -> String {
    let command = chronicle
        .run
        .as_ref()
        .map(|run| wording::command_name(run.command));
    let took = chronicle.started.zip(chronicle.last_event);
    let took = took.map(|(from, to)| format!(" (after {})", between(from, to)));
    let exit = chronicle
        .exit
        .map(|exit| format!("; exit code {}: {}", exit.code(), wording::exit(exit)));
    format!(
        "{} {}{}{}",
        command.unwrap_or("Greengate"),
        wording::verdict_of(chronicle.run.as_ref().map(|run| run.command), outcome),
        took.unwrap_or_default(),
        exit.unwrap_or_default()
    )
}

fn facts(chronicle: &Chronicle) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(image) = &chronicle.image {
        facts.push(("image", image.reference.clone()));
    }
    for target in &chronicle.targets {
        facts.push(("service", target.name.clone()));
        let revision = revision(target, chronicle.outcome);
        facts.extend(revision.map(|revision| ("revision", revision)));
        if let Some(deployment) = &target.deployment {
            facts.push(("deployment", deployment.id.clone()));
        }
        if !target.page().is_empty() {
            facts.push(("console", target.page().to_owned()));
        }
    }
    facts.push(("report", record::file_name(chronicle)));
    facts
}

/// `shop:6 -> shop:7`, where that is how it ended.
fn revision(target: &Target, outcome: Option<Outcome>) -> Option<String> {
    let new = short(target.task_definition.as_deref()?);
    let good = outcome.is_some_and(Outcome::is_good);
    Some(match target.previous.as_deref().map(short) {
        Some(old) if old == new => new.to_owned(),
        Some(old) if good => format!("{old} -> {new}"),
        Some(old) => format!("{new} was asked for, {old} served before"),
        None => new.to_owned(),
    })
}
