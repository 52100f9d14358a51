//! Names that are a variable and a secret of one container: ECS refuses them.

use super::super::edits::{Edits, Entry};
use super::super::name_of;
use super::CONTAINERS;
use crate::failure::{Code, Failure};
use serde_json::Value;

/// What was found, a sentence each.
#[derive(Default)]
pub(super) struct Clashes {
    /// At least one of the two comes from an input.
    pub(super) of_inputs: Vec<String>,
    /// Both stand in the document.
    pub(super) of_file: Vec<String>,
}

/// The clashes in a document in which `edits` were made.
pub(super) fn between(document: &Value, edits: &Edits) -> Clashes {
    let mut clashes = Clashes::default();
    let containers = document.get(CONTAINERS).and_then(Value::as_array);
    for container in containers.into_iter().flatten() {
        let Some(own) = name_of(container) else {
            continue;
        };
        let given = |entries: &[Entry], name: &str| {
            let ours = |entry: &Entry| entry.container.as_deref().is_none_or(|it| it == own);
            entries
                .iter()
                .any(|entry| entry.name == name && ours(entry))
        };
        let secrets = names(container, "secrets");
        for name in names(container, "environment") {
            if !secrets.contains(&name) {
                continue;
            }
            let by = (given(&edits.variables, name), given(&edits.secrets, name));
            match by {
                (false, false) => clashes.of_file.push(format!(
                    "{name} is a variable and a secret of the container {own}"
                )),
                by => clashes.of_inputs.push(told(by, name, own)),
            }
        }
    }
    clashes
}

/// What is said of `name`, by whether a variable and a secret of it are given as inputs.
fn told((variable, secret): (bool, bool), name: &str, container: &str) -> String {
    let (input, other, list) = match (variable, secret) {
        (true, true) => {
            return format!(
                "`secrets`: {name} of the container {container} is in `environment-variables` too"
            );
        }
        (true, false) => ("environment-variables", "secret", "secrets"),
        _ => ("secrets", "variable", "environment"),
    };
    format!(
        "`{input}`: {name} is a {other} of the container {container} in the task definition; to \
         replace it, add `{CONTAINERS}[{container}].{list}[{name}]` to `unset`"
    )
}

/// The clashes of the document itself as a failure.
pub(super) fn in_the_file(family: &str, clashes: Vec<String>) -> Option<Failure> {
    if clashes.is_empty() {
        return None;
    }
    let what = format!("the task definition {family} has a name for a variable and a secret");
    let help = "Take one of the two out: ECS takes a name once for a container.";
    let failure = Failure::new(Code::MalformedFile, what, help);
    Some(clashes.into_iter().fold(failure, Failure::because))
}

fn names<'a>(container: &'a Value, list: &str) -> Vec<&'a str> {
    let entries = container.get(list).and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(name_of).collect()
}
