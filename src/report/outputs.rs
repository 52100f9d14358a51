//! The action's outputs, written to the runner's file.
//!
//! All of them on every way out; what is not known is empty. Each is one line between two random
//! delimiters, so that no value can become another output
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#multiline-strings>).

use super::chronicle::{Chronicle, Target};
use super::file::Place;
use super::record;
use super::redact::Redactor;
use super::workflow_command::one_line;
use crate::events::{Event, EventKind, Sink};
use crate::rollout::outcome::Outcome;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use uuid::Uuid;

/// The names of the outputs, in the order of `action.yml`.
pub const NAMES: [&str; 10] = [
    "image",
    "image-digest",
    "image-pushed",
    "task-definition-arn",
    "previous-task-definition-arn",
    "deployment-id",
    "outcome",
    "url",
    "changes",
    "report",
];

/// The value of every output, in the order of [`NAMES`].
pub fn values(chronicle: &Chronicle) -> [(&'static str, String); 10] {
    let target = chronicle.targets.first();
    let deployment = target.and_then(|target| target.deployment.as_ref());
    let image = image(chronicle).unwrap_or_default();
    let digest = image.split_once('@').map_or("", |(_, digest)| digest);
    let pushed = chronicle.image.as_ref().is_some_and(|image| image.pushed);
    let of = |part: fn(&Target) -> &Option<String>| {
        target
            .and_then(|target| part(target).clone())
            .unwrap_or_default()
    };
    let changes = chronicle.sees_changes().map(|it| it.to_string());
    let values = [
        image.to_owned(),
        digest.to_owned(),
        pushed.to_string(),
        of(|target| &target.task_definition),
        of(|target| &target.previous),
        deployment
            .map(|deployment| deployment.id.clone())
            .unwrap_or_default(),
        chronicle.outcome.unwrap_or(Outcome::Failed).to_string(),
        target
            .map(|target| target.page().to_owned())
            .unwrap_or_default(),
        changes.unwrap_or_default(),
        record::file_name(chronicle),
    ];
    let mut names = NAMES.iter();
    values.map(|value| (names.next().copied().unwrap_or_default(), value))
}

/// The image that was built or found, or the only one in the revision.
fn image(chronicle: &Chronicle) -> Option<&str> {
    if let Some(image) = &chronicle.image {
        return Some(&image.reference);
    }
    match chronicle.targets.first()?.images.as_slice() {
        [only] => Some(only.split_once('=')?.1),
        _ => None,
    }
}

/// Outputs as the runner reads them; every `delimiter` is another one that nobody can guess.
pub fn render(
    chronicle: &Chronicle,
    redactor: &Redactor,
    delimiter: impl Fn() -> String,
) -> String {
    let values = values(chronicle).map(|(name, value)| {
        let (value, end) = (redactor.clean(&one_line(&value)), delimiter());
        format!("{name}<<{end}\n{value}\n{end}\n")
    });
    values.concat()
}

/// Writes the outputs when the run is over.
pub struct Outputs {
    place: Place,
    chronicle: Chronicle,
    redactor: Redactor,
}

impl Outputs {
    /// Outputs into the runner's file.
    pub fn new(file: PathBuf) -> Self {
        Self {
            place: Place::new(file, "the outputs"),
            chronicle: Chronicle::default(),
            redactor: Redactor::default(),
        }
    }
}

impl Sink for Outputs {
    fn on(&mut self, event: &Event) {
        self.chronicle.take(event);
        if matches!(event.kind, EventKind::Finished { .. }) {
            let delimiter = || format!("greengate-{}", Uuid::new_v4());
            let text = render(&self.chronicle, &self.redactor, delimiter);
            self.place.write(|path| {
                let mut file = OpenOptions::new().append(true).create(true).open(path)?;
                file.write_all(text.as_bytes())
            });
        }
    }

    fn mask(&mut self, secret: &str) {
        self.redactor.learn(secret);
    }
}
