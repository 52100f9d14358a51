//! The properties, each of any bytes: where one does not hold, it panics. What a run shows is here,
//! what it reads in [`read`].

mod read;

pub use read::{appspec, inputs, progress, task_definition};

use super::page::{self, Page};
use super::runner::{self, Command};
use super::story::Said;
use greengate::report::redact::parts;
use serde_json::Value;
use std::sync::LazyLock;

/// Panics where its property does not hold of the bytes.
pub type Target = fn(&[u8]);

/// Every target by its name, which is that of its folder of the corpus.
pub const ALL: [(&str, Target); 8] = [
    ("appspec", appspec),
    ("inputs", inputs),
    ("log", log),
    ("outputs", outputs),
    ("progress", progress),
    ("secrets", secrets),
    ("summary", summary),
    ("task_definition", task_definition),
];

/// Says nothing.
const HARMLESS: &str = "x";

fn said(text: &str) -> Said<'_> {
    Said { text, secrets: &[] }
}

/// The log and the annotations: no line is a command that is not ours, whoever says what.
pub fn log(data: &[u8]) {
    let text = text(data);
    for sink in [Said::log, Said::annotations] {
        let (ours, theirs) = (
            commands(&sink(said(HARMLESS))),
            commands(&sink(said(&text))),
        );
        let bare = |command: &Command| {
            let keys = command.properties.iter().map(|(key, _)| key.clone());
            (command.name.clone(), keys.collect::<Vec<_>>())
        };
        assert_eq!(
            theirs.iter().map(bare).collect::<Vec<_>>(),
            ours.iter().map(bare).collect::<Vec<_>>()
        );
        for command in &theirs {
            within_limits(command);
        }
        for kind in ["error", "warning"] {
            assert!(theirs.iter().filter(|it| it.name == kind).count() <= 10);
        }
    }
}

/// The commands in what a step printed, all else in it being plain text.
fn commands(output: &str) -> Vec<Command> {
    let lines = runner::lines(output);
    for line in &lines {
        assert!(!runner::has_older_command(line), "{line:?}");
        assert!(!line.chars().any(runner::acts), "{line:?}");
    }
    let commands = lines.into_iter().filter_map(runner::command);
    commands.collect()
}

/// <https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs>
fn within_limits(command: &Command) {
    assert!(command.message.encode_utf16().count() <= 4096);
    harmless(&command.message);
    for (_, value) in &command.properties {
        assert!(!value.contains('\n') && value.encode_utf16().count() <= 200);
        harmless(value);
    }
}

/// A text of ours that may have lines.
fn harmless(text: &str) {
    for line in text.split('\n') {
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
        assert!(!runner::has_older_command(line), "{line:?}");
        assert!(!line.chars().any(runner::acts), "{line:?}");
    }
}

/// The summary: built of the same parts, whoever says what, and of a size that GitHub takes.
pub fn summary(data: &[u8]) {
    let (ours, theirs) = (said(HARMLESS).summary(), said(&text(data)).summary());
    assert!(theirs.len() <= 1024 * 1024, "{} bytes", theirs.len());
    let (ours, page) = (page::read(&ours), page::read(&theirs));
    same_parts(&ours, &page);
    nobody_is_named(&theirs, &page);
    // What does not fit into a comment is left out, part by part.
    let comment = said(&text(data)).comment();
    assert!(comment.len() <= 65_000, "{} bytes", comment.len());
    nobody_is_named(&comment, &page::read(&comment));
    for (kind, block) in &page.blocks {
        if kind == "mermaid" {
            assert_eq!(page::odd_line(block), None, "{block}");
        }
    }
}

/// Nothing in a page becomes a mention or a reference, or acts on a terminal.
fn nobody_is_named(markdown: &str, page: &Page) {
    assert_eq!(page.references(), Vec::<&str>::new());
    // The space that keeps mentions from being any is ours.
    let acts = |c: char| runner::acts(c) && c != '\n' && c != '\u{200b}';
    assert!(!markdown.chars().any(acts), "{markdown:?}");
}

/// The outputs and the report: the same names, whoever says what, and harmless values.
pub fn outputs(data: &[u8]) {
    let text = text(data);
    let pairs = runner::outputs(&said(&text).outputs()).expect("outputs");
    let names: Vec<_> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, greengate::report::outputs::NAMES);
    for (_, value) in &pairs {
        assert!(!value.contains('\n'), "{value:?}");
        harmless(value);
    }
    let ours = serde_json::from_str(&said(HARMLESS).report()).expect("JSON");
    let report = serde_json::from_str(&said(&text).report()).expect("JSON");
    same_shape(&ours, &report);
    for text in texts(&report) {
        harmless(text);
    }
}

/// Where two pages begin to differ in what they are built of.
pub fn same_parts(ours: &Page, theirs: &Page) {
    let pairs = ours.parts.iter().zip(&theirs.parts).enumerate();
    for (at, (ours, theirs)) in pairs {
        assert_eq!(ours, theirs, "part {at}");
    }
    assert_eq!(ours.parts.len(), theirs.parts.len());
}

fn same_shape(ours: &Value, theirs: &Value) {
    match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) => {
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(theirs) {
                same_shape(ours, theirs);
            }
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            assert!(ours.keys().eq(theirs.keys()), "{ours:?} {theirs:?}");
            for (ours, theirs) in ours.values().zip(theirs.values()) {
                same_shape(ours, theirs);
            }
        }
        (Value::String(_), Value::String(_)) => {}
        (ours, theirs) => assert_eq!(ours, theirs),
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// All that is seen of runs in which nobody says anything.
static OURS: LazyLock<String> = LazyLock::new(|| {
    let lines = "x\n".repeat(1000);
    [seen(HARMLESS, &[]), seen(&lines, &[])].concat().join("\n")
});

/// What stands before the first empty line is a secret, and `§` in the rest of the bytes is too: it
/// is in nothing that a run shows.
pub fn secrets(data: &[u8]) {
    let data = text(data);
    let Some((secret, said)) = data.split_once("\n\n") else {
        return;
    };
    let theirs = seen(&said.replace('§', secret), &[secret]);
    // What our own words have in them is no secret.
    for part in parts(secret).filter(|part| !OURS.contains(part)) {
        for place in &theirs {
            assert!(!place.contains(part), "{part:?} is in {place:?}");
        }
    }
}

/// All that a reader sees of a run: what is escaped is taken out of its escapes.
fn seen(text: &str, secrets: &[&str]) -> Vec<String> {
    let said = Said { text, secrets };
    let Page { text, .. } = page::read(&said.summary());
    let report: Value = serde_json::from_str(&said.report()).expect("JSON");
    let mut seen: Vec<_> = texts(&report).into_iter().map(str::to_owned).collect();
    let outputs = runner::outputs(&said.outputs()).expect("outputs");
    seen.extend(outputs.into_iter().map(|(_, value)| value));
    // The space that keeps mentions from being any is ours.
    seen.push(text.replace('\u{200b}', ""));
    let comment = page::read(&said.comment()).text;
    seen.push(comment.replace('\u{200b}', ""));
    for line in runner::lines(&(said.log() + &said.annotations())) {
        match runner::command(line) {
            Some(command) if command.name == "add-mask" => {}
            Some(command) => {
                seen.push(command.message);
                seen.extend(command.properties.into_iter().map(|(_, value)| value));
            }
            None => seen.push(line.to_owned()),
        }
    }
    seen
}

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}
