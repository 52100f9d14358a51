//! One step: the action with the environment of a job, and what came of it.

use super::{Place, Stand, place};
use greengate_sandbox::runner::{Cancelled, Container, DockerRun, Files, Inputs, Job, Log, cancel};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

/// A step that is about to be run.
pub(crate) struct Step<'a> {
    stand: &'a Stand,
    job: Job,
    inputs: Inputs,
    variables: BTreeMap<String, String>,
    /// Inputs that name files of the workspace as `${{ github.workspace }}/file` does.
    absolute: Vec<(String, &'static str)>,
    owner: Option<(u32, u32)>,
    is_post: bool,
    container: Container,
}

/// What came of a step.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) log: String,
    pub(crate) stderr: String,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) summary: String,
    /// The report's text; empty when there is none.
    pub(crate) report: String,
    /// What it saved for its post step.
    pub(crate) state: BTreeMap<String, String>,
    /// Where all that the runner lent it is: the workspace, and `_temp` with all the rest.
    pub(crate) folder: PathBuf,
}

/// A step that runs.
pub(crate) struct UnderWay {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: String,
    files: Files,
    folder: PathBuf,
    workspace: PathBuf,
    /// The call of the docker client, for a step in the image.
    pub(crate) call: Option<DockerRun>,
}

impl<'a> Step<'a> {
    pub(super) fn of(stand: &'a Stand, job: Job) -> Self {
        let inputs = Inputs::declared(include_str!("../../../action.yml")).unwrap();
        Self {
            stand,
            job,
            inputs: inputs.with("aws-region", "eu-west-1"),
            variables: BTreeMap::new(),
            absolute: Vec::new(),
            owner: None,
            is_post: false,
            container: place::container(),
        }
    }

    /// The post step of one that came to `ran`, as the runner starts it.
    pub(crate) fn post(self, ran: &Ran) -> Self {
        let state = ran.state.iter();
        let post = Self {
            is_post: true,
            ..self
        };
        state.fold(post, |post, (name, value)| {
            post.variable(&format!("STATE_{name}"), value)
        })
    }

    pub(crate) fn input(mut self, name: &str, value: &str) -> Self {
        self.inputs = self.inputs.with(name, value);
        self
    }

    /// With an input that is the path of a file of the workspace, on the runner's machine.
    pub(crate) fn input_path(mut self, name: &str, file: &'static str) -> Self {
        self.absolute.push((name.to_owned(), file));
        self
    }

    /// In a workspace of this user and group.
    pub(crate) fn owned_by(mut self, user: u32, group: u32) -> Self {
        self.owner = Some((user, group));
        self
    }

    /// With a variable of the environment set.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// In a container that differs from a runner's usual one.
    pub(crate) fn container(mut self, change: impl FnOnce(&mut Container)) -> Self {
        change(&mut self.container);
        self
    }

    /// With the way to the engine that the tests build with: into a container it is mounted.
    pub(crate) fn with_engine(self) -> Self {
        match std::env::var("DOCKER_HOST") {
            Ok(host) if self.stand.place == Place::Machine => self.variable("DOCKER_HOST", &host),
            _ => self,
        }
    }

    pub(crate) fn start(mut self) -> UnderWay {
        let root = self.stand.folder_for_step();
        let workspace = root.join("workspace");
        let files = Files::create(&root, &workspace, &self.job).unwrap();
        for (name, file) in &self.absolute {
            let path = workspace.join(file).display().to_string();
            self.inputs = self.inputs.clone().with(name, &path);
        }
        if let Some((user, group)) = self.owner {
            chown(&workspace, Some(user), Some(group)).unwrap();
        }
        let mut environment = self.job.environment(&self.inputs, &files);
        environment.append(&mut self.variables);
        let (mut command, call) = match self.stand.place {
            Place::Machine => (place::binary(self.is_post, environment), None),
            Place::Image => {
                self.container.entrypoint = self.is_post.then(|| place::POST.to_owned());
                let call = self.container.run(&files, &environment);
                (place::docker(&call), Some(call))
            }
        };
        let streams = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = streams.kill_on_drop(true).spawn().unwrap();
        // What the runner does to every step.
        drop(child.stdin.take());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        UnderWay {
            child,
            lines,
            log: String::new(),
            files,
            folder: root,
            workspace,
            call,
        }
    }

    pub(crate) async fn run(self) -> Ran {
        self.start().end().await
    }
}

impl UnderWay {
    /// Goes on until the log says `words`.
    pub(crate) async fn until(&mut self, words: &str) {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            let found = line.contains(words);
            self.log += &(line + "\n");
            if found {
                return;
            }
        }
        panic!("the log does not say {words}:\n{}", self.log);
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// Ends it as a runner does when its job is cancelled.
    pub(crate) async fn cancelled(mut self) -> (Cancelled, Ran) {
        let (lines, log) = (&mut self.lines, &mut self.log);
        let reading = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                *log += &(line + "\n");
            }
        };
        let (how, ()) = tokio::join!(cancel(&mut self.child), reading);
        (how, self.end().await)
    }

    /// Waits for the end of the process.
    pub(crate) async fn end(mut self) -> Ran {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            self.log += &(line + "\n");
        }
        let mut stderr = String::new();
        let mut errors = self.child.stderr.take().unwrap();
        errors.read_to_string(&mut stderr).await.unwrap();
        let status = self.child.wait().await.unwrap();
        let outputs = self.files.outputs().unwrap().unwrap();
        let outputs: BTreeMap<_, _> = outputs.into_iter().collect();
        let report = outputs.get("report").map(|name| self.workspace.join(name));
        let report = report.and_then(|path| std::fs::read_to_string(path).ok());
        Ran {
            code: status.code(),
            log: self.log,
            stderr,
            outputs,
            summary: self.files.summary().unwrap(),
            report: report.unwrap_or_default(),
            state: self.files.state().unwrap().unwrap().into_iter().collect(),
            folder: self.folder,
        }
    }
}

impl Ran {
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.report).unwrap_or_else(|error| panic!("{error}: {}", self.log))
    }

    /// What GitHub shows of the log, and what it gets of the summary.
    pub(crate) fn on_github(&self) -> (String, Result<String, String>) {
        let mut log = Log::default();
        let shown = self.log.lines().filter_map(|line| log.line(line));
        let shown: Vec<_> = shown.collect();
        (shown.join("\n"), log.attached(&self.summary))
    }

    /// Ended like this, with everything written that is written on every way out.
    #[track_caller]
    pub(crate) fn ended(&self, code: i32, outcome: &str) -> &Self {
        let Self { log, stderr, .. } = self;
        assert_eq!(
            (self.code, self.output("outcome")),
            (Some(code), outcome),
            "{log}{stderr}"
        );
        assert_eq!(stderr, "", "{log}");
        assert_eq!(self.json()["outcome"], outcome);
        let (_, attached) = self.on_github();
        assert!(attached.unwrap().starts_with('#'), "{}", self.summary);
        assert_eq!(self.outputs.len(), 10, "{:?}", self.outputs);
        self
    }

    /// All that it printed, but for the lines that name what the runner is to hide, and all that it
    /// left in files, by their paths.
    pub(crate) fn everything(&self) -> Vec<(String, Vec<u8>)> {
        let lines = self.log.lines();
        let shown: Vec<_> = lines
            .filter(|line| !line.starts_with("::add-mask::"))
            .collect();
        let mut everything = vec![
            ("standard output".to_owned(), shown.join("\n").into_bytes()),
            (
                "standard error".to_owned(),
                self.stderr.clone().into_bytes(),
            ),
        ];
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = std::fs::read(&path).unwrap();
                    everything.push((path.display().to_string(), bytes));
                }
            }
        }
        assert!(everything.len() > 5, "the files are elsewhere");
        everything
    }

    /// The failures with their codes, causes and help, as the log shows them.
    pub(crate) fn failures(&self) -> String {
        let mut text = String::new();
        let mut within = false;
        for line in self.log.lines() {
            let said = line.get(10..).unwrap_or_default();
            within = (within || said.starts_with("GG0")) && !line.is_empty();
            if within && !line.starts_with("::") {
                text += said;
                text.push('\n');
            }
        }
        text
    }

    /// The codes of the failures, in their order.
    pub(crate) fn codes(&self) -> Vec<String> {
        let report = self.json();
        let failures = report["events"].as_array().unwrap().iter();
        failures
            .filter_map(|event| event["failure"]["code"].as_str().map(str::to_owned))
            .collect()
    }
}
