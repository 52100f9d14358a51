//! The one stream of facts that everything a user sees is made from.
//!
//! The pipeline never prints: it emits events. Log, annotations, summary, outputs and report are
//! sinks of them (`crate::report`). Events carry data, not wording, except where the text is
//! somebody else's (AWS, BuildKit) or a remark.

mod fact;
mod stage;

pub use fact::Fact;
pub use stage::{Stage, StageEnd};

use crate::clock::Clock;
use crate::diagnosis::Diagnosis;
use crate::failure::{Exit, Failure};
use crate::inputs::{Command, WaitFor};
use crate::model::approval::Evidence;
use crate::model::document::difference::Difference;
use crate::plan::Plan;
use crate::preflight::Check;
use crate::rollout::outcome::Outcome;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};

/// A fact, when it was seen, and its place in the stream.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// From 0.
    pub seq: u64,
    /// When it was seen.
    pub at: Timestamp,
    /// The fact.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// The facts of a run.
#[derive(Debug, Clone, Serialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
#[non_exhaustive]
pub enum EventKind {
    /// The run begins.
    RunStarted {
        /// What it is to do.
        command: Command,
        /// `owner/name` on GitHub.
        repository: String,
        /// The commit.
        commit: String,
        /// The run's page.
        run_url: String,
    },
    /// A stage begins; stages never overlap.
    StageStarted {
        /// Which.
        stage: Stage,
    },
    /// The stage that was begun last is over.
    StageFinished {
        /// Which.
        stage: Stage,
        /// How.
        ended: StageEnd,
    },
    /// A remark: something decided or found, in a sentence.
    Noted {
        /// The sentence.
        text: String,
    },
    /// Something that does not stop the run but that the user should know: an annotation.
    Warned {
        /// The sentence.
        text: String,
    },
    /// AWS credentials were had.
    CredentialsObtained {
        /// The role's ARN; absent for the ambient chain.
        role: Option<String>,
    },
    /// The gate holds: this is the proof.
    GatePassed {
        /// Who approved what under which rule.
        evidence: Evidence,
    },
    /// What a deployment needs was checked, before anything is changed.
    PreflightChecked {
        /// `cluster/service`.
        target: String,
        /// Every check.
        checks: Vec<Check>,
    },
    /// A step of the image build is over.
    BuildStepFinished {
        /// BuildKit's name of it: `[build 2/5] RUN make`.
        name: String,
        /// How long it took.
        seconds: f64,
        /// Taken from the cache.
        cached: bool,
    },
    /// The failing instruction of a build and the end of its output.
    BuildFailed {
        /// BuildKit's name of the step.
        step: String,
        /// The last lines it printed.
        output: Vec<String>,
    },
    /// The image of this commit and these inputs is there already.
    ImageReused {
        /// `repository@sha256:…`.
        image: String,
        /// The tag it was found by.
        tag: String,
    },
    /// The image was built and pushed.
    ImagePushed {
        /// `repository@sha256:…`.
        image: String,
        /// Its tags.
        tags: Vec<String>,
    },
    /// Something would not stay as it is: this is new in it.
    Compared {
        /// The service it is for, as `cluster/service`.
        target: String,
        /// In what.
        of: Compared,
        /// What is new.
        difference: Difference,
    },
    /// The revision to deploy is known.
    RevisionReady {
        /// The service it is for, as `cluster/service`.
        target: String,
        /// Its task definition's ARN.
        task_definition: String,
        /// The ARN of the one that served when the run began.
        previous: Option<String>,
        /// Whether it was registered by this run.
        registered: bool,
        /// The images in it, as `container=image`.
        images: Vec<String>,
        /// The service's page in the AWS console.
        service_url: String,
    },
    /// What a deployment would do.
    Planned {
        /// `cluster/service`.
        target: String,
        /// The service's page in the AWS console.
        service_url: String,
        /// What.
        plan: Box<Plan>,
    },
    /// A deployment was started.
    DeploymentStarted {
        /// `cluster/service`.
        target: String,
        /// AWS's id: `d-ABC123` or a service deployment's ARN.
        id: String,
        /// `rolling`, `codedeploy`, `native`.
        strategy: String,
        /// The deployment config, or the service's strategy where that is `native`: `CANARY`; absent
        /// where there is none.
        config: Option<String>,
        /// The CloudWatch alarms that watch it.
        alarms: Vec<String>,
        /// Where to look at it.
        url: String,
        /// What the run waits for.
        wait_for: WaitFor,
        /// For how long at most, in seconds.
        timeout_seconds: u64,
    },
    /// Something about a deployment is new.
    Progressed {
        /// `cluster/service`.
        target: String,
        /// What.
        fact: Fact,
    },
    /// Nothing is new, and the run is still waiting (at most every 30 s).
    StillWaiting {
        /// `cluster/service`.
        target: String,
        /// For how long by now, in seconds.
        seconds: u64,
        /// What is known: the last state, counts, traffic, in a few words.
        standing: String,
    },
    /// A deployment fails, and this is why; told once, when it was found out.
    Diagnosed {
        /// `cluster/service`.
        target: String,
        /// The evidence, and the cause that it names.
        diagnosis: Box<Diagnosis>,
    },
    /// A deployment's wait is over.
    DeploymentEnded {
        /// `cluster/service`.
        target: String,
        /// How.
        outcome: Outcome,
    },
    /// The run fails, for this reason; there may be several.
    Failed {
        /// Code, what, why, help.
        failure: Failure,
    },
    /// The run is over.
    Finished {
        /// The `outcome` output.
        outcome: Outcome,
        /// The exit class; absent for 0.
        exit: Option<Exit>,
    },
}

/// Something that is told every event.
pub trait Sink: Send {
    /// Takes one event in.
    fn on(&mut self, event: &Event);

    /// Learns a secret that must never be shown.
    fn mask(&mut self, _secret: &str) {}
}

/// What is compared with what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compared {
    /// The task definition, with the one that serves.
    TaskDefinition,
    /// How ECS deploys the service, with how it does so far.
    DeploymentConfiguration,
}

/// The way into the stream; clones share it.
#[derive(Clone)]
pub struct Events {
    stream: Arc<Mutex<Stream>>,
    clock: Clock,
}

struct Stream {
    seq: u64,
    sinks: Vec<Box<dyn Sink>>,
}

impl Events {
    /// A stream into `sinks`, each told in this order.
    pub fn into_sinks(sinks: Vec<Box<dyn Sink>>, clock: Clock) -> Self {
        Self {
            stream: Arc::new(Mutex::new(Stream { seq: 0, sinks })),
            clock,
        }
    }

    /// Has `sink` told, too, from now on: what is secret has to be masked after that.
    pub fn tell_also(&self, sink: Box<dyn Sink>) {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.sinks.push(sink);
    }

    /// Tells every sink `kind`, as seen now.
    pub fn emit(&self, kind: EventKind) {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let event = Event {
            seq: stream.seq,
            at: self.clock.now(),
            kind,
        };
        stream.seq += 1;
        stream.sinks.iter_mut().for_each(|sink| sink.on(&event));
    }

    /// Remarks `text`.
    pub fn note(&self, text: impl Into<String>) {
        self.emit(EventKind::Noted { text: text.into() });
    }

    /// Warns of `text`.
    pub fn warn(&self, text: impl Into<String>) {
        self.emit(EventKind::Warned { text: text.into() });
    }

    /// Makes `secret` unspeakable in every sink from now on.
    pub fn mask(&self, secret: &SecretString) {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let secret = secret.expose_secret();
        stream.sinks.iter_mut().for_each(|sink| sink.mask(secret));
    }
}
