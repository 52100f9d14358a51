//! The JSON report: the whole run for machines, with every event.
//!
//! It is written to the workspace, so that later steps can read it; several runs in one job do not
//! overwrite each other's. A later step may print it, which is why the texts in it are harmless.

use super::chronicle::Chronicle;
use super::file::Place;
use super::foreign;
use super::redact::Redactor;
use super::wording::command_name;
use crate::events::{Event, EventKind, Sink};
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// The report's file in the workspace: `greengate-release-production-shop.json`.
pub fn file_name(chronicle: &Chronicle) -> String {
    let command = chronicle.run.as_ref().map(|run| command_name(run.command));
    let target = chronicle.targets.first().map(|target| target.name.as_str());
    let parts: Vec<_> = ["greengate"]
        .into_iter()
        .chain(command)
        .chain(target)
        .collect();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    };
    let stem: String = parts.join("-").chars().map(plain).take(200).collect();
    format!("{stem}.json")
}

#[derive(Serialize)]
struct Report<'a> {
    greengate: &'static str,
    #[serde(flatten)]
    chronicle: &'a Chronicle,
    events: &'a [Event],
}

/// The report of a run so far.
///
/// # Errors
/// Never for the events that there are; what `serde_json` says otherwise.
pub fn render(
    chronicle: &Chronicle,
    events: &[Event],
    redactor: &Redactor,
) -> serde_json::Result<String> {
    let report = Report {
        greengate: env!("CARGO_PKG_VERSION"),
        chronicle,
        events,
    };
    let mut report: Value = serde_json::to_value(report)?;
    foreign::values(redactor, &mut report);
    serde_json::to_string_pretty(&report)
}

/// Keeps every event and writes the report when the run fails or is over.
pub struct Record {
    workspace: PathBuf,
    place: Place,
    chronicle: Chronicle,
    events: Vec<Event>,
    redactor: Redactor,
}

impl Record {
    /// A report in the workspace.
    pub fn new(workspace: PathBuf) -> Self {
        Self {
            place: Place::new(workspace.clone(), "the report"),
            workspace,
            chronicle: Chronicle::default(),
            events: Vec::new(),
            redactor: Redactor::default(),
        }
    }
}

impl Sink for Record {
    fn on(&mut self, event: &Event) {
        self.chronicle.take(event);
        self.events.push(event.clone());
        if matches!(
            event.kind,
            EventKind::Failed { .. } | EventKind::Finished { .. }
        ) {
            let text = render(&self.chronicle, &self.events, &self.redactor);
            let workspace = &self.workspace;
            self.place
                .moved_to(workspace.join(file_name(&self.chronicle)));
            self.place.write(|path| put(workspace, path, &text?));
        }
    }

    fn mask(&mut self, secret: &str) {
        self.redactor.learn(secret);
    }
}

/// Puts a new file in place: what the workspace may hold under that name, such as a link to
/// elsewhere, is replaced and never written through.
fn put(workspace: &Path, path: &Path, text: &str) -> io::Result<()> {
    let everybody_reads = fs::Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new()
        .permissions(everybody_reads)
        .tempfile_in(workspace)?;
    file.write_all(text.as_bytes())?;
    belong_to_owner(workspace, file.path());
    file.persist(path)?;
    Ok(())
}

/// The container runs as root; the steps after it do not. Left as it is where that is not allowed.
fn belong_to_owner(workspace: &Path, file: &Path) {
    if let Ok(owner) = fs::metadata(workspace) {
        let _ = chown(file, Some(owner.uid()), Some(owner.gid()));
    }
}
