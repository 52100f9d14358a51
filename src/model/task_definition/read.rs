//! From a file or an answer of ECS to a document: which shape it has, what is taken off, and what
//! must be in it.

use super::size::too_large;
use super::{TaskDefinition, name_of};
use crate::failure::{Code, Failure};
use crate::model::document;
use crate::model::document::check::{self, Findings};
use crate::model::document::keys::TASK_DEFINITION;
use serde_json::{Map, Value};

/// What DescribeTaskDefinition gives and RegisterTaskDefinition does not take
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html>).
const DESCRIBE_ONLY: [&str; 9] = [
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "deleteRequestedAt",
];

impl TaskDefinition {
    /// Reads a JSON or YAML file in the shape that RegisterTaskDefinition takes or that
    /// DescribeTaskDefinition gives. `file` is what a failure names.
    ///
    /// # Errors
    /// [`Code::MalformedFile`] with everything that ECS would refuse because it cannot read it.
    pub fn parse(text: &str, file: &str) -> Result<Self, Failure> {
        let mut read = Self::unchecked(document::read(text, file)?, file)?;
        let (problems, warnings) = findings(&read.document);
        refused(file, problems)?;
        read.warnings = check::told(warnings);
        Ok(read)
    }

    /// The document of `value`, in either shape, without a look at the types in it: what ECS answers
    /// it can read. `source` is what a failure names.
    ///
    /// # Errors
    /// [`Code::MalformedFile`] when it lacks what is needed to edit it and to find it again.
    pub fn of(value: Value, source: &str) -> Result<Self, Failure> {
        let read = Self::unchecked(value, source)?;
        let problems = lacking(&read.document).into_iter();
        refused(source, problems.map(|(_, sentence)| sentence).collect())?;
        Ok(read)
    }

    fn unchecked(value: Value, source: &str) -> Result<Self, Failure> {
        let Value::Object(object) = value else {
            return Err(malformed(source, "expected an object at the top"));
        };
        let (mut document, mut taken_off) = unwrapped(object, source)?;
        document.retain(|key, _| {
            let describe_only = DESCRIBE_ONLY.contains(&key.as_str());
            if describe_only {
                taken_off.push(key.clone());
            }
            !describe_only
        });
        Ok(Self {
            document,
            taken_off,
            warnings: Vec::new(),
        })
    }
}

/// What ECS would refuse in a document because it cannot read it, and what it may not know.
pub(super) fn findings(document: &Map<String, Value>) -> (Vec<String>, Vec<String>) {
    let Findings {
        mut problems,
        warnings,
    } = check::document(TASK_DEFINITION, document);
    problems.extend(too_large(document));
    let mut lacking = lacking(document);
    lacking.retain(|(at, _)| {
        let told = |(told, _): &(String, String)| !told.is_empty() && at.starts_with(told);
        !problems.iter().any(told)
    });
    let problems = problems.into_iter().chain(lacking);
    (problems.map(|(_, sentence)| sentence).collect(), warnings)
}

/// Takes the document out of the answer of DescribeTaskDefinition: its tags stand beside it there
/// and inside it in a request. What else stands beside it is taken off.
fn unwrapped(
    mut object: Map<String, Value>,
    source: &str,
) -> Result<(Map<String, Value>, Vec<String>), Failure> {
    let Some(inner) = object.shift_remove("taskDefinition") else {
        return Ok((object, Vec::new()));
    };
    let Value::Object(mut document) = inner else {
        return Err(malformed(source, "expected an object in `taskDefinition`"));
    };
    let tags = object.shift_remove("tags");
    let tags = tags.filter(|tags| tags.as_array().is_some_and(|tags| !tags.is_empty()));
    if let Some(tags) = tags {
        document.entry("tags").or_insert(tags);
    }
    let taken_off = object.into_iter().map(|(key, _)| key).collect();
    Ok((document, taken_off))
}

/// What must be there for a document to be registered, edited and found again: place and sentence.
fn lacking(document: &Map<String, Value>) -> Vec<(String, String)> {
    let expected = |at: String, what: &str| {
        let sentence = format!("expected `{at}`, {what}");
        (at, sentence)
    };
    let mut lacking = Vec::new();
    let family = document.get("family").and_then(Value::as_str);
    if family.is_none_or(str::is_empty) {
        lacking.push(expected("family".to_owned(), "a text"));
    }
    let at = "containerDefinitions";
    let Some(containers) = document.get(at).and_then(Value::as_array) else {
        lacking.push(expected(at.to_owned(), "a list of objects"));
        return lacking;
    };
    if containers.is_empty() {
        let sentence = format!("expected at least one container in `{at}`");
        lacking.push((at.to_owned(), sentence));
    }
    let mut names = Vec::new();
    for (index, container) in containers.iter().enumerate() {
        match name_of(container) {
            None => lacking.push(expected(format!("{at}[{index}].name"), "a text")),
            Some(name) if names.contains(&name) => {
                let sentence = format!("two containers have the name {name:?}");
                lacking.push((format!("{at}[{index}].name"), sentence));
            }
            Some(name) => names.push(name),
        }
    }
    lacking
}

/// Everything that is wrong with a document as one failure; fine when there is nothing.
fn refused(source: &str, problems: Vec<String>) -> Result<(), Failure> {
    let what = match problems.len() {
        0 => return Ok(()),
        1 => format!("{source} is no task definition that ECS takes"),
        count => format!("{source} is no task definition that ECS takes, for {count} reasons"),
    };
    let help = "Correct the file; `aws ecs register-task-definition --generate-cli-skeleton` shows \
                what a task definition looks like.";
    let failure = Failure::new(Code::MalformedFile, what, help);
    let problems = check::told(problems).into_iter();
    Err(problems.fold(failure, Failure::because))
}

fn malformed(source: &str, problem: &str) -> Failure {
    Failure::new(
        Code::MalformedFile,
        format!("{source} is no task definition: {problem}"),
        "Give a file in the shape of `aws ecs register-task-definition --generate-cli-skeleton`, \
         or of `aws ecs describe-task-definition`.",
    )
}
