//! The task definition group: which one, and what is changed in it.

use super::yes;
use crate::inputs::parse::{Expected, Parsed, Sectioned, assignments, list, pairs, sections};
use crate::inputs::problems::Problems;
use crate::inputs::raw::RawInputs;
use crate::inputs::{TaskDefinitionInputs, shapes};
use crate::model::task_definition::edits::{Edits, Entry, Hidden};
use crate::model::task_definition::path::Path;

pub(super) fn task_definition(raw: &RawInputs, problems: &mut Problems) -> TaskDefinitionInputs {
    let named = raw.task_definition.as_ref();
    TaskDefinitionInputs {
        named: problems.read("task-definition", named, shapes::task_definition),
        edits: edits(raw, problems),
        keep_revisions: problems.read("keep-revisions", raw.keep_revisions.as_ref(), keep),
        show_values: yes("show-values", raw.show_values.as_ref(), false, problems),
    }
}

/// Not shown where they are wrong: values that may be secrets, and lines that may be parts of them.
fn edits(raw: &RawInputs, problems: &mut Problems) -> Edits {
    let (container, variables) = (raw.container_name.as_ref(), &raw.environment_variables);
    let edits = Edits {
        container: problems.read("container-name", container, shapes::name),
        image: problems.read("image", raw.image.as_ref(), shapes::image),
        images: problems
            .read("images", raw.images.as_ref(), images)
            .unwrap_or_default(),
        variables: entries(
            "environment-variables",
            variables.as_ref(),
            problems,
            |_| true,
        ),
        secrets: entries("secrets", raw.secrets.as_ref(), problems, shapes::secret),
        labels: entries(
            "docker-labels",
            raw.docker_labels.as_ref(),
            problems,
            |_| true,
        ),
        cpu: problems.read("cpu", raw.cpu.as_ref(), shapes::cpu),
        memory: problems.read("memory", raw.memory.as_ref(), shapes::memory),
        unset: problems
            .read("unset", raw.unset.as_ref(), |text| list(text, path))
            .unwrap_or_default(),
        set: problems
            .read_hidden("set", raw.set.as_ref(), assignments)
            .unwrap_or_default()
            .into_iter()
            .map(|(path, value)| (path, Hidden(value)))
            .collect(),
    };
    for secret in &edits.secrets {
        let same = |it: &Entry| it.name == secret.name && it.container == secret.container;
        if edits.variables.iter().any(same) {
            let problem = format!(
                "{} is in `environment-variables` too, and ECS takes a name once",
                secret.name
            );
            problems.note("secrets", &problem);
        }
    }
    edits
}

fn images(text: &str) -> Parsed<Vec<(String, String)>> {
    let images = pairs(text)?;
    let wrong = images.iter().any(|(name, image)| {
        shapes::name(name).is_err() || image.is_empty() || shapes::image(image).is_err()
    });
    if wrong {
        return Err(Expected::new("`container=image` lines"));
    }
    Ok(images)
}

fn entries(
    name: &str,
    raw: Option<&String>,
    problems: &mut Problems,
    fits: impl Fn(&str) -> bool,
) -> Vec<Entry> {
    let read = |text: &str| {
        let entries = sections(text, |name| shapes::name(name).is_ok())?;
        match entries.iter().find(|it| !fits(&it.value)) {
            Some(wrong) => Err(Expected::new(format!(
                "the name or ARN of a secret or parameter for {}",
                wrong.name
            ))
            .hint("did an expression come out empty?")),
            None => Ok(entries),
        }
    };
    let entries = problems.read_hidden(name, raw, read).unwrap_or_default();
    entries.into_iter().map(entry).collect()
}

fn entry(entry: Sectioned) -> Entry {
    Entry {
        container: entry.section,
        name: entry.name,
        value: Hidden(entry.value),
    }
}

/// A revision that is deployed is one of them.
fn keep(text: &str) -> Parsed<usize> {
    let number = text.parse::<usize>().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Expected::new("a whole number, 1 or more"))
}

fn path(text: &str) -> Parsed<Path> {
    Path::parse(text)
        .ok_or_else(|| Expected::new("paths such as `containerDefinitions[web].cpu`, one a line"))
}
