//! Attempts of a run: a job, the action in it, and all that came of it.

pub(crate) mod jobs;
mod post;
mod sinks;

pub(crate) use post::Posted;

use crate::connection::{Connection, Record};
use crate::plan::tasks::OURS;
use crate::plan::{Plan, Way};
use greengate::clock::Clock;
use greengate::events::{Event, Events, Sink};
use greengate::run::{Surroundings, told};
use greengate_sandbox::Sandbox;
use greengate_sandbox::runner::{Files, Inputs, Job};
use greengate_sandbox::world::github::JobKey;
use jiff::{SignedDuration, Timestamp};
use sinks::{Kept, Text};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const ADDRESS: &str = "127.0.0.1:4566";

/// What every AppSpec of the workspace calls.
const HOOKS: &str = "Hooks:
  - BeforeInstall: shop-before-install
  - AfterInstall: shop-after-install
  - AfterAllowTestTraffic: shop-after-test-traffic
  - BeforeAllowTraffic: shop-before-traffic
  - AfterAllowTraffic: shop-after-traffic
";

/// No attempt may last longer in the world's time.
const LONGEST: Duration = Duration::from_hours(12);

/// One attempt of a run.
pub(crate) struct Attempt {
    pub(crate) began: Timestamp,
    pub(crate) ended: Timestamp,
    /// Absent when it did not end.
    pub(crate) code: Option<u8>,
    /// Each with the number of calls that the world had had by then.
    pub(crate) events: Vec<(usize, Event)>,
    pub(crate) written: Written,
    /// Its calls, in the world's record.
    pub(crate) calls: Range<usize>,
    pub(crate) record: Record,
    pub(crate) cancelled: Option<Timestamp>,
    /// What must be written nowhere.
    pub(crate) secrets: Vec<String>,
}

/// A job that is about to be run, and what it is run in.
pub(crate) struct Step<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) clock: &'a Clock,
    pub(crate) connection: &'a Connection,
    pub(crate) job: JobKey,
    /// So long after its start it is cancelled.
    pub(crate) cancel: Option<SignedDuration>,
}

/// What the sinks wrote.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// The log with the annotations in it, as a runner gets it.
    pub(crate) log: String,
    pub(crate) summary: String,
    /// What the runner read of them.
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) report: String,
}

/// A workspace for the jobs of any number of worlds.
pub(crate) struct Runner {
    folder: TempDir,
    files: OnceLock<Files>,
}

impl Runner {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let workspace = folder.path().join("workspace");
        fs::create_dir(&workspace).unwrap();
        for way in [Way::Rolling, Way::BlueGreen] {
            let name = format!("{}.json", way.environment());
            fs::write(workspace.join(name), task_definition(way.family())).unwrap();
        }
        let spec = include_str!("../../examples/shop/appspec.yaml");
        let (resources, _) = spec.split_once("Hooks:").unwrap();
        fs::write(
            workspace.join("appspec.yaml"),
            format!("{resources}{HOOKS}"),
        )
        .unwrap();
        let files = OnceLock::new();
        Self { folder, files }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The files of a step: the same ones for all, emptied.
    fn files(&self, job: &Job) -> &Files {
        let made = || Files::create(self.folder.path(), &self.path("workspace"), job).unwrap();
        let files = self.files.get_or_init(made);
        files.empty().unwrap();
        files
    }

    fn surroundings(&self, step: &Step<'_>, job: &Job) -> Surroundings {
        let plan = step.plan;
        let environment = plan.way.environment();
        let given = [
            ("command", plan.command.to_owned()),
            ("aws-region", "eu-west-1".to_owned()),
            (
                "role-to-assume",
                format!("arn:aws:iam::123456789012:role/greengate-{environment}"),
            ),
            ("cluster", environment.to_owned()),
            ("service", "shop".to_owned()),
        ];
        let document = [
            ("task-definition", format!("{environment}.json")),
            ("image", format!("{ADDRESS}/shop:v2")),
        ];
        let document = document.iter().filter(|_| plan.command == "deploy");
        let inputs = given.iter().chain(document).chain(&plan.inputs);
        let inputs = inputs.fold(declared().clone(), |inputs, (name, value)| {
            inputs.with(name, value)
        });
        let files = self.files(job);
        Surroundings {
            variables: job.environment(&inputs, files).into_iter().collect(),
            clock: step.clock.clone(),
            http: step.connection.client(),
            cancel: CancellationToken::new(),
            endpoint: Some(format!("http://{ADDRESS}")),
        }
    }

    /// Runs a job to its end, or until it is clear that it has none.
    pub(crate) async fn attempt(&self, step: &Step<'_>) -> Attempt {
        let Step {
            sandbox,
            clock,
            job: key,
            ..
        } = *step;
        let (job, first, began) = sandbox.with_world(|world| {
            let job = Job::of(world, key).expect("a running job");
            (job, world.calls.len(), world.now)
        });
        let surroundings = self.surroundings(step, &job);
        let job = greengate::job::Job::read(&surroundings.variables).unwrap();
        let (log, kept) = (Text::default(), Kept::of(sandbox));
        let mut sinks: Vec<Box<dyn Sink>> = vec![Box::new(kept.clone())];
        sinks.extend(sinks::of_step(&job, &log));
        let events = Events::into_sinks(sinks, clock.clone());
        let (code, cancelled) = bounded(step, &surroundings, &job, &events).await;
        let record = step.connection.record();
        let (ended, last) = sandbox.with_world(|world| (world.now, world.calls.len()));
        Attempt {
            began,
            ended,
            code,
            events: kept.take(),
            written: self.written(&log),
            calls: first..last,
            secrets: sandbox.with_world(|world| jobs::secrets(world, key, &record)),
            record,
            cancelled,
        }
    }

    fn written(&self, log: &Text) -> Written {
        let files = self.files.get().unwrap();
        let outputs = files.outputs().unwrap().unwrap_or_default();
        let outputs: BTreeMap<_, _> = outputs.into_iter().collect();
        let report = outputs
            .get("report")
            .map(|name| self.path("workspace").join(name));
        let report = report.and_then(|path| {
            let text = fs::read_to_string(&path).ok();
            drop(fs::remove_file(path));
            text
        });
        Written {
            log: log.take(),
            summary: files.summary().unwrap(),
            outputs,
            report: report.unwrap_or_default(),
        }
    }
}

/// The run, with its cancellation, within its limit.
async fn bounded(
    step: &Step<'_>,
    surroundings: &Surroundings,
    job: &greengate::job::Job,
    events: &Events,
) -> (Option<u8>, Option<Timestamp>) {
    let mut cancelled = None;
    let cancelling = async {
        match step.cancel {
            Some(after) => tokio::time::sleep(duration(after)).await,
            None => std::future::pending().await,
        }
        cancelled = Some(step.clock.now());
        surroundings.cancel.cancel();
        std::future::pending::<()>().await;
    };
    let code = tokio::select! {
        biased;
        code = told(surroundings, job, events) => Some(code),
        () = cancelling => None,
        () = tokio::time::sleep(LONGEST) => None,
    };
    (code, cancelled)
}

pub(crate) fn duration(span: SignedDuration) -> Duration {
    Duration::try_from(span).unwrap()
}

fn task_definition(family: &str) -> String {
    let (name, value) = OURS;
    let ours = format!(r#"{{ "name": "{name}", "value": "{value}" }}, {{ "name": "PORT""#);
    let text = include_str!("../data/task-definition.json").replace("FAMILY", family);
    assert!(
        text.contains(r#"{ "name": "PORT""#),
        "a variable to stand beside"
    );
    text.replace(r#"{ "name": "PORT""#, &ours)
}

fn declared() -> &'static Inputs {
    static DECLARED: OnceLock<Inputs> = OnceLock::new();
    DECLARED.get_or_init(|| Inputs::declared(include_str!("../../action.yml")).unwrap())
}
