//! The files that the inputs name, read and checked before anything else is looked at.

use crate::events::Events;
use crate::failure::{Code, Failure, Failures};
use crate::inputs::Inputs;
use crate::job::Job;
use crate::model::appspec::AppSpec;
use crate::model::task_definition::TaskDefinition;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// The most bytes of a file that are read: many times what ECS and CodeDeploy take.
const MOST: u64 = 4 * 1024 * 1024;

/// What the files say.
#[derive(Debug)]
pub struct Documents {
    /// `task-definition`; absent when nothing is deployed.
    pub task_definition: Option<TaskDefinition>,
    /// `codedeploy-appspec`; absent when it is to be generated.
    pub app_spec: Option<AppSpec>,
}

impl Documents {
    /// No files.
    pub fn none() -> Self {
        Self {
            task_definition: None,
            app_spec: None,
        }
    }
}

/// Tells what a reader should know of `documents` before anything is done with them.
pub fn tell(documents: &Documents, events: &Events) {
    let Some(document) = &documents.task_definition else {
        return;
    };
    if !document.taken_off().is_empty() {
        let fields = document.taken_off().join(", ");
        events.note(format!(
            "Taken off, because ECS gives these and does not take them: {fields}."
        ));
    }
    for warning in document.warnings() {
        events.warn(warning.clone());
    }
}

/// Reads the files and makes the changes that the inputs ask for on trial, so that a container that
/// is not there is found now. All that is wrong with them is told at once.
///
/// # Errors
/// [`Code::UnreadableFile`], [`Code::MalformedFile`], [`Code::UnknownContainer`],
/// [`Code::BadInputs`].
pub fn read(inputs: &Inputs, job: &Job) -> Result<Documents, Failures> {
    let mut problems = Vec::new();
    let mut keep =
        |result: Result<_, Failure>| result.map_err(|failure| problems.push(failure)).ok();
    let files = inputs.command.deploys();
    let file = inputs.task_definition.file.as_deref().filter(|_| files);
    let text = file.and_then(|file| keep(text("task-definition", file, job)));
    let app_spec_file = inputs
        .deploy
        .codedeploy_appspec
        .as_deref()
        .filter(|_| inputs.command.changes_a_service());
    let app_spec_text =
        app_spec_file.and_then(|file| keep(self::text("codedeploy-appspec", file, job)));
    let mut documents = Documents::none();
    if let Some((text, file)) = text.zip(file) {
        let parsed = TaskDefinition::parse(&text, &shown(file));
        let edits = &inputs.task_definition.edits;
        let built = inputs.command.builds().then_some("image");
        match parsed
            .map_err(|failure| vec![failure])
            .and_then(|parsed| parsed.on_trial(edits, built))
        {
            Ok(parsed) => documents.task_definition = Some(parsed),
            Err(failures) => problems.extend(failures),
        }
    }
    if let Some((text, file)) = app_spec_text.zip(app_spec_file) {
        match AppSpec::parse(&text, &shown(file)) {
            Ok(parsed) => documents.app_spec = Some(parsed),
            Err(failure) => problems.push(failure),
        }
    }
    Failures::none(problems).map(|()| documents)
}

fn text(input: &str, file: &Path, job: &Job) -> Result<String, Failure> {
    let mut text = String::new();
    let opened = File::open(job.path(file));
    let read = opened.and_then(|opened| opened.take(MOST + 1).read_to_string(&mut text));
    let length = read.map_err(|error| {
        let what = format!("{input}: {} cannot be read", shown(file));
        let help = "The path is relative to the workspace: check it, and that a step before this \
                    one (actions/checkout) puts the file there.";
        Failure::new(Code::UnreadableFile, what, help).because(error.to_string())
    })?;
    if length as u64 > MOST {
        let what = format!("{input}: {} is larger than 4 MiB", shown(file));
        let help = "Name the document that AWS is to get; it is a few KiB long.";
        return Err(Failure::new(Code::MalformedFile, what, help));
    }
    Ok(text)
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}
