//! The changes that the inputs ask for, made in a document: everything else stays as it stands.
//!
//! First `unset` takes out, then the inputs that have names of their own put in, then `set`. What two
//! inputs put into one place is refused, and so is a name that is a variable and a secret in the end.

mod clash;
mod container;
mod descend;

use super::TaskDefinition;
use super::edits::{Edits, Entry};
use super::path::{Path, Step};
use super::read;
use crate::failure::{Code, Failure};
use crate::model::document::check;
use descend::{Descent, Problem};
use serde_json::{Map, Value};

/// The list of containers.
const CONTAINERS: &str = "containerDefinitions";

impl TaskDefinition {
    /// Sets the image of `container` and nothing else.
    pub fn set_image(&mut self, container: &str, image: &str) -> Result<(), Failure> {
        let edits = Edits {
            images: vec![(container.to_owned(), image.to_owned())],
            ..Edits::default()
        };
        let edited = self.edit(&edits, None).map(|_| ());
        edited.map_err(|mut failures| failures.swap_remove(0))
    }

    /// Makes the changes that `edits` ask for, with the image that was `built` in the place of theirs;
    /// tells what there was nothing to do about.
    ///
    /// # Errors
    /// With everything that cannot be done: [`Code::UnknownContainer`], [`Code::BadInputs`],
    /// [`Code::MalformedFile`].
    pub fn edit(
        &mut self,
        edits: &Edits,
        built: Option<&str>,
    ) -> Result<Vec<String>, Vec<Failure>> {
        let mut editor = Editor {
            document: Value::Object(std::mem::take(&mut self.document)),
            ..Editor::default()
        };
        editor.all(edits, built);
        let clashes = clash::between(&editor.document, edits);
        editor.problems.extend(clashes.of_inputs);
        let document = std::mem::take(&mut editor.document);
        if let Value::Object(document) = document {
            self.document = document;
        }
        let mut failures = editor.failures(self, edits);
        failures.extend(clash::in_the_file(self.family(), clashes.of_file));
        if failures.is_empty() {
            failures.extend(self.spoilt(edits));
        }
        for warning in edits.set.iter().filter_map(|(path, _)| path.warning()) {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
        if failures.is_empty() {
            Ok(editor.notes)
        } else {
            Err(failures)
        }
    }

    /// What `set` and `unset` may leave: a document that ECS cannot read.
    fn spoilt(&self, edits: &Edits) -> Option<Failure> {
        let anything = !(edits.set.is_empty() && edits.unset.is_empty());
        let problems = anything.then(|| read::findings(&self.document).0);
        let problems = problems.filter(|it| !it.is_empty())?;
        let what = "`set` and `unset` leave no task definition that ECS takes";
        let help = "Correct them; a path is written as in the reasons above.";
        let failure = Failure::new(Code::BadInputs, what, help);
        Some(
            check::told(problems)
                .into_iter()
                .fold(failure, Failure::because),
        )
    }
}

/// A document that is being changed.
#[derive(Default)]
struct Editor {
    document: Value,
    /// What was put in so far: where, and by which input.
    done: Vec<(String, &'static str)>,
    problems: Vec<String>,
    /// Containers that are not there, and the inputs that name them.
    unknown: Vec<(String, &'static str)>,
    /// Nobody says which container is meant.
    ambiguous: bool,
    notes: Vec<String>,
}

impl Editor {
    fn all(&mut self, edits: &Edits, built: Option<&str>) {
        for path in &edits.unset {
            self.unset(path);
        }
        for (container, image) in &edits.images {
            self.image("images", container, image);
        }
        if let Some(image) = built.or(edits.image.as_deref())
            && let Some(container) = self.container_of_image(edits)
        {
            self.image("image", &container, image);
        }
        for (input, list, key, entries) in [
            (
                "environment-variables",
                "environment",
                "value",
                &edits.variables,
            ),
            ("secrets", "secrets", "valueFrom", &edits.secrets),
        ] {
            for entry in entries {
                self.named(input, (list, key), entry, edits);
            }
        }
        for label in &edits.labels {
            self.label(label, edits);
        }
        for (input, value) in [("cpu", &edits.cpu), ("memory", &edits.memory)] {
            if let Some(value) = value {
                self.put(
                    input,
                    &[Step::Key(input.to_owned())],
                    Value::from(value.clone()),
                );
            }
        }
        for (path, value) in &edits.set {
            self.put("set", path.steps(), value.0.clone());
        }
    }

    fn image(&mut self, input: &'static str, container: &str, image: &str) {
        let steps = in_container(container, &["image"]);
        self.put(input, &steps, Value::from(image));
    }

    fn label(&mut self, label: &Entry, edits: &Edits) {
        if let Some(container) = self.container(label, edits) {
            let steps = in_container(&container, &["dockerLabels", &label.name]);
            self.put("docker-labels", &steps, Value::from(label.value.0.clone()));
        }
    }

    /// A variable or a secret: every entry of its name gets the value, or one is added.
    fn named(
        &mut self,
        input: &'static str,
        (list, key): (&str, &str),
        entry: &Entry,
        edits: &Edits,
    ) {
        let Some(container) = self.container(entry, edits) else {
            return;
        };
        let steps = in_container(&container, &[list]);
        let there = Descent::into(&mut self.document).list(&steps);
        let (pointer, entries) = match there {
            Ok(there) => there,
            Err(problem) => return self.cannot(input, &Path::of(steps), problem),
        };
        let value = Value::from(entry.value.0.clone());
        let mut at = Vec::new();
        for (index, it) in entries.iter_mut().enumerate() {
            if let Some(it) = it.as_object_mut().filter(|it| is_named(it, &entry.name)) {
                it.insert(key.to_owned(), value.clone());
                at.push(index);
            }
        }
        if at.is_empty() {
            at.push(entries.len());
            let mut added = Map::new();
            added.insert("name".to_owned(), Value::from(entry.name.clone()));
            added.insert(key.to_owned(), value);
            entries.push(Value::Object(added));
        }
        for index in at {
            self.note(input, format!("{pointer}/{index}/{key}"), &entry.name);
        }
    }

    fn put(&mut self, input: &'static str, steps: &[Step], value: Value) {
        let path = Path::of(steps.to_vec());
        match Descent::into(&mut self.document).put(steps, value) {
            Ok(pointer) => self.note(input, pointer, &path.to_string()),
            Err(problem) => self.cannot(input, &path, problem),
        }
    }

    fn unset(&mut self, path: &Path) {
        match Descent::into(&mut self.document).take(path.steps()) {
            Ok(true) => {}
            Ok(false) => self.notes.push(format!("`unset`: {path} is not there.")),
            Err(problem) => self.cannot("unset", path, problem),
        }
    }

    /// Notes that `input` has put something in, unless another one has put something there too.
    fn note(&mut self, input: &'static str, pointer: String, shown: &str) {
        let other = self.done.iter().find(|(before, by)| {
            let same = *before == pointer;
            let one_in_the_other = is_below(before, &pointer) || is_below(&pointer, before);
            same || (one_in_the_other && *by != input)
        });
        if let Some((_, by)) = other {
            let again = if *by == input {
                "stands there twice".to_owned()
            } else {
                format!("is given by `{by}` too")
            };
            self.problems.push(format!("`{input}`: {shown} {again}"));
        }
        self.done.push((pointer, input));
    }

    fn cannot(&mut self, input: &'static str, path: &Path, problem: Problem) {
        match problem {
            Problem::NoContainer(container) => self.lacks(&container, input),
            Problem::Other(why) => self.problems.push(format!("`{input}`: {path}: {why}")),
        }
    }

    fn lacks(&mut self, container: &str, input: &'static str) {
        let known = self
            .unknown
            .iter()
            .any(|(it, by)| it == container && *by == input);
        if !known {
            self.unknown.push((container.to_owned(), input));
        }
    }
}

/// A path into a container.
fn in_container(container: &str, keys: &[&str]) -> Vec<Step> {
    let mut steps = vec![
        Step::Key(CONTAINERS.to_owned()),
        Step::Name(container.to_owned()),
    ];
    steps.extend(keys.iter().map(|key| Step::Key((*key).to_owned())));
    steps
}

fn is_named(entry: &Map<String, Value>, name: &str) -> bool {
    entry.get("name").and_then(Value::as_str) == Some(name)
}

/// Whether the place `pointer` is within the place `above`.
fn is_below(pointer: &str, above: &str) -> bool {
    let rest = pointer.strip_prefix(above);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
