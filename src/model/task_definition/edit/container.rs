//! Which container is meant, and what is said when none is.

use super::super::edits::{Edits, Entry};
use super::super::{TaskDefinition, name_of};
use super::{CONTAINERS, Editor};
use crate::failure::{Code, Failure};
use serde_json::Value;

impl Editor {
    /// The container that an entry is for.
    pub(super) fn container(&mut self, entry: &Entry, edits: &Edits) -> Option<String> {
        match &entry.container {
            Some(named) => Some(named.clone()),
            None => self.main(edits),
        }
    }

    /// `container-name`, or the only container, or the only one that `images` does not name.
    fn main(&mut self, edits: &Edits) -> Option<String> {
        if edits.container.is_some() {
            return edits.container.clone();
        }
        match self.containers().as_slice() {
            [only] => Some((*only).to_owned()),
            _ => self.left(edits),
        }
    }

    /// The container that gets the image which is not one of `images`.
    pub(super) fn container_of_image(&mut self, edits: &Edits) -> Option<String> {
        let Some(named) = &edits.container else {
            return self.left(edits);
        };
        if edits.images.iter().any(|(container, _)| container == named) {
            self.problems.push(format!(
                "`images`: the container {named} gets its image by `container-name`; take it out of \
                 one of the two"
            ));
            return None;
        }
        Some(named.clone())
    }

    /// The only container that `images` does not name.
    fn left(&mut self, edits: &Edits) -> Option<String> {
        let named = |container: &&str| edits.images.iter().any(|(name, _)| name == container);
        let containers = self.containers().into_iter();
        let left: Vec<_> = containers.filter(|it| !named(it)).collect();
        if let [only] = left.as_slice() {
            return Some((*only).to_owned());
        }
        self.ambiguous = true;
        None
    }

    fn containers(&self) -> Vec<&str> {
        let list = self.document.get(CONTAINERS).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(name_of).collect()
    }

    /// All that could not be done.
    pub(super) fn failures(&self, definition: &TaskDefinition, edits: &Edits) -> Vec<Failure> {
        let family = definition.family();
        let listed = format!("its containers are {}", definition.containers().join(", "));
        let mut failures: Vec<Failure> = Vec::new();
        for (at, (container, _)) in self.unknown.iter().enumerate() {
            let before = self.unknown.iter().take(at);
            if before.into_iter().any(|(it, _)| it == container) {
                continue;
            }
            let what = format!("the task definition {family} has no container {container:?}");
            let help = format!(
                "Correct {} to a container of the task definition.",
                self.naming(container, edits)
            );
            let failure = Failure::new(Code::UnknownContainer, what, help);
            failures.push(failure.because(listed.clone()));
        }
        if self.ambiguous {
            let what = format!(
                "container-name is not set, and the task definition {family} leaves it open"
            );
            let help = "Set container-name to the container that is meant; in lists of names and \
                        values, a line `[container]` says it too.";
            failures.push(Failure::new(Code::BadInputs, what, help).because(listed));
        }
        failures.extend(self.misfits(family));
        failures
    }

    fn misfits(&self, family: &str) -> Option<Failure> {
        if self.problems.is_empty() {
            return None;
        }
        let what = format!("inputs of this step do not fit the task definition {family}");
        let help = "Correct them under `with:` in the workflow file, or the task definition.";
        let failure = Failure::new(Code::BadInputs, what, help);
        let problems = self.problems.iter().cloned();
        Some(problems.fold(failure, Failure::because))
    }

    /// The inputs that name a container.
    fn naming(&self, container: &str, edits: &Edits) -> String {
        let named = self.unknown.iter().filter(|(it, _)| it == container);
        let mut inputs: Vec<_> = named.map(|(_, input)| *input).collect();
        if edits.container.as_deref() == Some(container) {
            inputs = vec!["container-name"];
        }
        let inputs: Vec<_> = inputs.iter().map(|input| format!("`{input}`")).collect();
        inputs.join(" and ")
    }
}
