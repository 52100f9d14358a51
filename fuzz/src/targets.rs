//! The properties, each of any bytes: where one does not hold, it panics.

use super::page::{self, Page};
use super::runner::{self, Command};
use super::story::Said;
use greengate::docker::progress::Progress;
use greengate::inputs::Inputs;
use greengate::inputs::raw::RawInputs;
use greengate::job::{Job, Variables};
use greengate::model::appspec::AppSpec;
use greengate::model::task_definition::TaskDefinition;
use greengate::report::redact::{Redactor, parts};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::sync::LazyLock;

/// Every target by its name, which is that of its folder of the corpus.
pub const ALL: [(&str, fn(&[u8])); 8] = [
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
        theirs.iter().for_each(within_limits);
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
    assert_eq!(page.references(), Vec::<&str>::new());
    // The space that keeps mentions from being any is ours.
    let acts = |c: char| runner::acts(c) && c != '\n' && c != '\u{200b}';
    assert!(!theirs.chars().any(acts), "{theirs:?}");
    for (kind, block) in &page.blocks {
        if kind == "mermaid" {
            assert_eq!(page::odd_line(block), None, "{block}");
        }
    }
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
    texts(&report).iter().for_each(|text| harmless(text));
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
            ours.iter()
                .zip(theirs)
                .for_each(|(ours, theirs)| same_shape(ours, theirs));
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            assert!(ours.keys().eq(theirs.keys()), "{ours:?} {theirs:?}");
            ours.values()
                .zip(theirs.values())
                .for_each(|(ours, theirs)| same_shape(ours, theirs));
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

/// What stands before the first empty line is a secret, and `§` in the rest of the bytes is too: it
/// is in nothing that a run shows.
pub fn secrets(data: &[u8]) {
    let data = text(data);
    let Some((secret, said)) = data.split_once("\n\n") else {
        return;
    };
    static OURS: LazyLock<String> = LazyLock::new(|| {
        let lines = "x\n".repeat(1000);
        [seen(HARMLESS, &[]), seen(&lines, &[])].concat().join("\n")
    });
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

/// A task definition: what can be read goes to ECS in a form that is read the same again.
pub fn task_definition(data: &[u8]) {
    for file in ["task-definition.json", "task-definition.yaml"] {
        let Ok(read) = TaskDefinition::parse(&text(data), file) else {
            continue;
        };
        let sent = String::from_utf8(read.to_bytes().to_vec()).expect("text");
        let again = TaskDefinition::parse(&sent, "sent.json").expect("what is sent can be read");
        assert_eq!(again.document(), read.document());
        assert!(
            read.same_as(&serde_json::from_str(&sent).expect("JSON")),
            "{sent}"
        );
        assert!(!read.family().is_empty() && !read.containers().is_empty());
        for container in read.containers() {
            assert!(read.ports(container).is_some());
        }
    }
}

/// An AppSpec: what can be read goes to CodeDeploy as JSON that is read the same again.
pub fn appspec(data: &[u8]) {
    for file in ["appspec.json", "appspec.yaml"] {
        let Ok(read) = AppSpec::parse(&text(data), file) else {
            continue;
        };
        let sent = read.content();
        let again = AppSpec::parse(&sent.json, "sent.json").expect("what is sent can be read");
        assert_eq!(again.content(), sent);
        assert_eq!(again.task_definition(), read.task_definition());
    }
}

/// The inputs, given as `name: value` with lines of `--` between them: they are read or refused, and
/// no secret is in what is said of them.
pub fn inputs(data: &[u8]) {
    let data = text(data);
    let given: Vec<_> = data
        .split("\n--\n")
        .filter_map(|it| it.split_once(": "))
        .collect();
    let job = [
        ("GITHUB_REPOSITORY", "octo/shop"),
        ("GITHUB_SHA", "3f2a1bc"),
        ("GITHUB_RUN_ID", "42"),
        ("GITHUB_ACTOR", "ann"),
        ("GITHUB_WORKSPACE", "/github/workspace"),
    ];
    let job = job.iter().map(|(name, value)| ((*name).to_owned(), *value));
    let sent = given.iter();
    let sent = sent.map(|(name, value)| (format!("INPUT_{}", name.to_uppercase()), *value));
    let variables: Variables = job.chain(sent).collect();
    let secrets = Inputs::secrets(&variables);
    let job = Job::read(&variables).expect("a job");
    let said = match Inputs::read(&variables, &job) {
        Ok(read) => {
            let token = read.github.token.iter();
            let known = |value: &str| secrets.iter().any(|it| it.expose_secret() == value);
            let mut held = token.chain(read.build.secrets.iter().map(|(_, value)| value));
            assert!(held.all(|secret| known(secret.expose_secret())));
            format!("{read:?}")
        }
        Err(failure) => format!("{failure:?}"),
    };
    let mut elsewhere = RawInputs::NAMES.join(" ");
    for (name, value) in &given {
        elsewhere.push_str(name);
        if !["github-token", "build-secrets"].contains(&name.to_lowercase().as_str()) {
            elsewhere.push_str(value);
        }
    }
    let mut redactor = Redactor::default();
    secrets
        .iter()
        .for_each(|secret| redactor.learn(secret.expose_secret()));
    for secret in &secrets {
        for part in parts(secret.expose_secret()).filter(|part| part.len() >= 12) {
            let hidden = elsewhere.contains(part) || !said.contains(part);
            assert!(hidden, "{part:?} is in {said}");
            assert!(!redactor.clean(&said).contains(part));
        }
    }
}

/// BuildKit's stream: however it is cut into pieces, it tells the same, and no more is kept of it than
/// is shown.
pub fn progress(data: &[u8]) {
    let whole = told(data.chunks(usize::MAX));
    assert_eq!(told(data.chunks(7)), whole);
    assert_eq!(told(data.split_inclusive(|byte| *byte == b'}')), whole);
    let (_, output, failure) = whole;
    assert!(output.len() <= 30 && output.iter().all(|line| line.chars().count() <= 500));
    assert!(!failure.is_empty());
}

/// The steps, the last lines of the failing one, and the failure.
fn told<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<String>, Vec<String>, String) {
    let (mut progress, mut steps) = (Progress::default(), Vec::new());
    let mut tell = |step| steps.push(format!("{step:?}"));
    for piece in pieces {
        progress.read(piece, &mut tell);
    }
    progress.end(&mut tell);
    let broken = progress.broken();
    let failure = format!("{:?} {:?}", broken.failure("shop"), broken.named());
    (steps, broken.output, failure)
}

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}
