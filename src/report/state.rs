//! What the post step of the action is told: the deployment that this step may leave behind.
//!
//! Written when a deployment starts, so that it is there whatever becomes of the process, and taken
//! back when the run ends in another way than by cancellation
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#sending-values-to-the-pre-and-post-actions>).

use super::file::Place;
use super::redact::Redactor;
use crate::events::{Event, EventKind, Sink};
use crate::job::LeftRunning;
use crate::rollout::outcome::Outcome;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

/// Writes the state into the runner's file.
pub struct State {
    place: Place,
    revision: Option<String>,
    redactor: Redactor,
}

impl State {
    /// State into the runner's file.
    pub fn new(file: PathBuf) -> Self {
        Self {
            place: Place::new(file, "the state for the post step"),
            revision: None,
            redactor: Redactor::default(),
        }
    }

    /// The last line of a name is the one that counts. The value holds ids only and is one line.
    fn write(&mut self, value: &str) {
        let line = format!("{}={}\n", LeftRunning::STATE, self.redactor.clean(value));
        self.place.write(|path| {
            let mut file = OpenOptions::new().append(true).create(true).open(path)?;
            file.write_all(line.as_bytes())
        });
    }
}

impl Sink for State {
    fn on(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RevisionReady {
                task_definition, ..
            } => self.revision = Some(task_definition.clone()),
            EventKind::DeploymentStarted { id, .. } => {
                let left = LeftRunning {
                    id: id.clone(),
                    revision: self.revision.clone().unwrap_or_default(),
                };
                self.write(&left.to_text());
            }
            EventKind::Finished { outcome, .. } if *outcome != Outcome::Cancelled => {
                self.write("");
            }
            _ => {}
        }
    }

    fn mask(&mut self, secret: &str) {
        self.redactor.learn(secret);
    }
}
