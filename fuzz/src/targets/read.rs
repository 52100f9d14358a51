//! The properties of what a run reads: files, inputs, and BuildKit's stream.

use super::text;
use greengate::docker::progress::Progress;
use greengate::inputs::Inputs;
use greengate::inputs::raw::RawInputs;
use greengate::job::{Job, Variables};
use greengate::model::appspec::AppSpec;
use greengate::model::task_definition::TaskDefinition;
use greengate::report::redact::{Redactor, parts};
use secrecy::ExposeSecret;

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
    for secret in &secrets {
        redactor.learn(secret.expose_secret());
    }
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
