//! Every workflow that stands in this repository: those that run here, those that others call, the
//! examples, and those in the code blocks of documents.
//!
//! What must hold of them is in the modules below; how they run is no matter of this.

mod calls;
mod lints;
mod rules;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A workflow, and where it stands.
pub(crate) struct Workflow {
    /// The file, and for a code block its number in it: `docs/plan.md 1`.
    pub(crate) place: String,
    pub(crate) text: String,
}

impl Workflow {
    pub(crate) fn parsed(&self) -> Value {
        serde_saphyr::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.place))
    }

    /// The jobs with their ids.
    pub(crate) fn jobs(&self) -> Vec<(String, Value)> {
        let jobs = self.parsed()["jobs"].as_object().cloned();
        jobs.expect("jobs").into_iter().collect()
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program that a script of `setup/` has put into the cache.
pub(crate) fn installed(program: &str, script: &str) -> PathBuf {
    let cache = std::env::var_os("GREENGATE_CACHE").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/greengate"),
        PathBuf::from,
    );
    let program = cache.join(program);
    assert!(
        program.exists(),
        "there is no {}: run {script}",
        program.display()
    );
    program
}

/// All of them.
pub(crate) fn all() -> Vec<Workflow> {
    let mut files = Vec::new();
    for folder in [".github", "docs", "examples"] {
        gather(&root().join(folder), &mut files);
    }
    let documents = fs::read_dir(root()).unwrap();
    files.extend(documents.map(|entry| entry.unwrap().path()));
    files.sort();
    let found: Vec<_> = files.iter().flat_map(|file| in_file(file)).collect();
    assert!(found.len() >= 4, "only {} workflows", found.len());
    found
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn in_file(file: &Path) -> Vec<Workflow> {
    let place = file.strip_prefix(root()).unwrap().display().to_string();
    match file.extension().and_then(|end| end.to_str()) {
        Some("yml" | "yaml") => {
            let text = fs::read_to_string(file).unwrap();
            let workflow = text.lines().any(|line| line == "jobs:");
            workflow
                .then_some(Workflow { place, text })
                .into_iter()
                .collect()
        }
        Some("md") => in_document(&place, &fs::read_to_string(file).unwrap()),
        _ => Vec::new(),
    }
}

/// The code blocks with jobs in them. One that has nothing else is a part of a workflow, and is made
/// a whole one.
fn in_document(place: &str, document: &str) -> Vec<Workflow> {
    let blocks = document.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| Some(rest.split_once("\n```")?.0));
    let with_jobs = blocks.filter(|text| text.lines().any(|line| line == "jobs:"));
    let numbered = with_jobs.enumerate();
    numbered
        .map(|(at, text)| Workflow {
            place: format!("{place} {}", at + 1),
            text: if text.starts_with("jobs:\n") {
                completed(text)
            } else {
                format!("{text}\n")
            },
        })
        .collect()
}

/// An excerpt with the rest of a workflow around it: the head, and the jobs that it needs.
fn completed(excerpt: &str) -> String {
    let parsed: Value = serde_saphyr::from_str(excerpt).expect("YAML");
    let jobs = parsed["jobs"].as_object().expect("jobs");
    let needed = jobs.values().flat_map(|job| match &job["needs"] {
        Value::Array(names) => names.clone(),
        Value::Null => Vec::new(),
        name => vec![name.clone()],
    });
    let mut missing: Vec<_> = needed
        .map(|name| name.as_str().expect("a name").to_owned())
        .filter(|name| !jobs.contains_key(name))
        .collect();
    missing.sort();
    missing.dedup();
    let missing = missing.iter().map(|name| {
        format!(
            "  {name}:\n    name: Missing\n    runs-on: ubuntu-24.04\n    concurrency: {{ group: missing, cancel-in-progress: true }}\n    \
             outputs: {{ image: x }}\n    steps:\n      - run: exit\n"
        )
    });
    let missing: String = missing.collect();
    format!("name: Excerpt\non: push\npermissions: {{}}\n{excerpt}\n{missing}")
}

#[test]
fn workflows_are_found_in_documents_and_excerpts_made_whole() {
    let document = "a\n```yaml\njobs:\n  b:\n    needs: a\n```\n```yaml\nx: 1\n```\n```yaml\non: push\njobs:\n  c: {}\n```\n";
    let found = in_document("x.md", document);
    let places: Vec<_> = found.iter().map(|it| it.place.as_str()).collect();
    assert_eq!(places, ["x.md 1", "x.md 2"]);
    assert_eq!(found[0].parsed()["jobs"]["a"]["name"], "Missing");
    assert_eq!(found[1].text, "on: push\njobs:\n  c: {}\n");
}
