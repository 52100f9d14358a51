//! The files that the inputs name, read and checked before anything else is looked at.

use crate::events::Events;
use crate::failure::{Code, Failure, Failures};
use crate::inputs::Inputs;
use crate::job::Job;
use crate::model::appspec::AppSpec;
use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::task_definition::source::Source;
use crate::model::task_definition::{Described, TaskDefinition};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// The most bytes of a file that are read: many times what ECS and CodeDeploy take.
const MOST: u64 = 4 * 1024 * 1024;

/// What is to be deployed, as far as files say.
#[derive(Debug, Clone)]
pub struct Documents {
    /// Where the task definition is taken from; absent when nothing is deployed.
    pub source: Option<Source>,
    /// The task definition; absent while ECS was not asked for it.
    pub draft: Option<Draft>,
    /// `codedeploy-appspec`; absent when it is to be generated.
    pub app_spec: Option<AppSpec>,
    /// `deployment-configuration`; absent: as the service has it.
    pub configuration: Option<DeploymentConfiguration>,
    /// What somebody should look at in it.
    pub doubts: Vec<String>,
}

/// A task definition before the image is known.
#[derive(Debug, Clone)]
pub struct Draft {
    /// As it was read.
    pub written: TaskDefinition,
    /// With the changes that the inputs ask for, and a word in the place of an image that is yet to
    /// be built: what is checked.
    pub trial: TaskDefinition,
    /// The revision that it was read from; absent when that was a file.
    pub from: Option<Described>,
}

impl Documents {
    /// No files.
    pub fn none() -> Self {
        Self {
            source: None,
            draft: None,
            app_spec: None,
            configuration: None,
            doubts: Vec::new(),
        }
    }

    /// The task definition that is checked.
    pub fn trial(&self) -> Option<&TaskDefinition> {
        self.draft.as_ref().map(|draft| &draft.trial)
    }
}

impl Draft {
    /// `written`, with the changes of `inputs` made on trial, so that a container that is not there is
    /// found now.
    ///
    /// # Errors
    /// [`Code::UnknownContainer`], [`Code::BadInputs`], [`Code::MalformedFile`].
    pub fn of(
        written: TaskDefinition,
        from: Option<Described>,
        inputs: &Inputs,
    ) -> Result<Self, Vec<Failure>> {
        let built = inputs.builds().then_some("image");
        let mut trial = written.clone();
        trial.edit(&inputs.task_definition.edits, built)?;
        Ok(Self {
            written,
            trial,
            from,
        })
    }
}

/// Tells what a reader should know of `documents` before anything is done with them.
pub fn tell(documents: &Documents, events: &Events) {
    for doubt in &documents.doubts {
        events.warn(format!("deployment-configuration: {doubt}"));
    }
    let Some(document) = documents.trial() else {
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

/// Reads the files that the inputs name. All that is wrong with them is told at once, those first
/// that are not there.
///
/// # Errors
/// [`Code::UnreadableFile`], [`Code::MalformedFile`], [`Code::UnknownContainer`],
/// [`Code::BadInputs`].
pub fn read(inputs: &Inputs, job: &Job) -> Result<Documents, Failures> {
    let mut problems = Vec::new();
    let mut documents = Documents::none();
    if inputs.command.is_for_a_revision() {
        match source(inputs, job) {
            Ok((source, draft)) => (documents.source, documents.draft) = (Some(source), draft),
            Err(failures) => problems.extend(failures),
        }
    }
    let configuration = inputs.deploy.deployment_configuration.as_deref();
    if let Some(given) = configuration.filter(|_| inputs.command.is_for_a_revision()) {
        match configuration_of(given, job) {
            Ok((configuration, doubts)) => {
                (documents.configuration, documents.doubts) = (Some(configuration), doubts);
            }
            Err(failure) => problems.push(failure),
        }
    }
    let app_spec = inputs.deploy.codedeploy_appspec.as_deref();
    if let Some(file) = app_spec.filter(|_| inputs.command.is_for_a_service()) {
        let text = text("codedeploy-appspec", file, job);
        match text.and_then(|text| AppSpec::parse(&text, &shown(file))) {
            Ok(parsed) => documents.app_spec = Some(parsed),
            Err(failure) => problems.push(failure),
        }
    }
    problems.sort_by_key(|problem| problem.code != Code::UnreadableFile);
    Failures::none(problems).map(|()| documents)
}

/// The document that is given, or the one in the file of this name: no name of a file has what every
/// document has, an object's brace, a line's end, or a colon and a space.
fn configuration_of(
    given: &str,
    job: &Job,
) -> Result<(DeploymentConfiguration, Vec<String>), Failure> {
    const INPUT: &str = "deployment-configuration";
    let written_out = given.trim_start().starts_with('{') || given.contains('\n');
    if written_out || given.contains(": ") {
        return DeploymentConfiguration::parse(given, INPUT);
    }
    let file = Path::new(given);
    DeploymentConfiguration::parse(&text(INPUT, file, job)?, &shown(file))
}

/// Where the task definition is taken from, and what it is where that is a file.
fn source(inputs: &Inputs, job: &Job) -> Result<(Source, Option<Draft>), Vec<Failure>> {
    let named = inputs.task_definition.named.as_deref();
    let is_file = named.is_some_and(|named| job.path(Path::new(named)).is_file());
    let source = Source::of(named, is_file);
    let source = source.map_err(|_| vec![neither(named.unwrap_or_default())])?;
    let Source::File(file) = &source else {
        return Ok((source, None));
    };
    let text = text("task-definition", file, job);
    let parsed = text.and_then(|text| TaskDefinition::parse(&text, &shown(file)));
    let draft = Draft::of(parsed.map_err(|failure| vec![failure])?, None, inputs)?;
    Ok((source, Some(draft)))
}

fn neither(named: &str) -> Failure {
    let what = format!("`task-definition`: {named} is neither a file nor a task definition");
    let help = "Name a file by its path from the workspace, or a family, `family:revision` (a \
                number) or an ARN.";
    Failure::new(Code::BadInputs, what, help)
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
