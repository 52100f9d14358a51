//! A run in which everything that is somebody else's says one given text, and what every sink
//! makes of it.

mod diagnosis;

use greengate::events::{Compared, Event, EventKind, Fact, Sink, Stage, StageEnd};
use greengate::failure::{Code, Exit, Failure};
use greengate::inputs::{Command, WaitFor};
use greengate::model::approval::{Approver, Evidence};
use greengate::model::document::difference::Difference;
use greengate::model::service::{Counts, ServiceEvent};
use greengate::plan::course::{Course, Waits};
use greengate::plan::transfer::{Step, Transfer};
use greengate::plan::{Change, Plan, Revision};
use greengate::preflight::Check;
use greengate::report::annotations::Annotations;
use greengate::report::chronicle::Chronicle;
use greengate::report::comment::Comment;
use greengate::report::log::Log;
use greengate::report::redact::Redactor;
use greengate::report::{outputs, record, summary};
use greengate::rollout::outcome::Outcome;
use greengate::rollout::snapshot::{LifecycleEvent, State};
use jiff::{SignedDuration, Timestamp};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

const DOCS: &str = "https://github.com/octo/greengate/blob/v1/docs";

/// What is told, and the secrets that are known.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// What everybody says.
    pub text: &'a str,
    /// What nobody may.
    pub secrets: &'a [&'a str],
}

impl Said<'_> {
    /// The log, the lines that hide secrets first.
    pub fn log(self) -> String {
        self.told(|out| Box::new(Log::new(out, DOCS.to_owned())))
    }

    /// The annotations.
    pub fn annotations(self) -> String {
        self.told(|out| Box::new(Annotations::new(out, DOCS.to_owned())))
    }

    /// The summary.
    pub fn summary(self) -> String {
        summary::render(&chronicle(&events(self.text)), DOCS, &self.redactor())
    }

    /// The comment on a pull request.
    pub fn comment(self) -> String {
        let mut comment = Comment::new(DOCS.to_owned());
        self.secrets.iter().for_each(|secret| comment.mask(secret));
        for event in &events(self.text) {
            comment.on(event);
        }
        let failure = Failure::new(Code::NoService, self.text, self.text);
        comment.text(Outcome::Refused, &[failure.because(self.text)])
    }

    /// The file of outputs.
    pub fn outputs(self) -> String {
        // Random in truth, which no text foresees.
        let delimiter = || {
            let all = (0..).map(|n| format!("unforeseen-{n}"));
            let mut unforeseen = all.filter(|it| !self.text.contains(it));
            unforeseen.next().unwrap_or_default()
        };
        outputs::render(&chronicle(&events(self.text)), &self.redactor(), delimiter)
    }

    /// The report.
    pub fn report(self) -> String {
        let events = events(self.text);
        record::render(&chronicle(&events), &events, &self.redactor()).expect("JSON")
    }

    fn redactor(self) -> Redactor {
        let mut redactor = Redactor::default();
        for secret in self.secrets {
            redactor.learn(secret);
        }
        redactor
    }

    fn told(self, sink: impl FnOnce(Shared) -> Box<dyn Sink>) -> String {
        let out = Shared::default();
        let mut sink = sink(out.clone());
        for secret in self.secrets {
            sink.mask(secret);
        }
        for event in &events(self.text) {
            sink.on(event);
        }
        let bytes = std::mem::take(&mut *out.0.lock().expect("no panic"));
        String::from_utf8(bytes).expect("text")
    }
}

/// What a sink writes to.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn chronicle(events: &[Event]) -> Chronicle {
    let mut chronicle = Chronicle::default();
    for event in events {
        chronicle.take(event);
    }
    chronicle
}

/// Everything that a run can tell, and more often than GitHub shows.
pub fn events(text: &str) -> Vec<Event> {
    let parts = [begun, built, registered, deployed, over];
    let kinds = parts.map(|part| part(text)).concat();
    let start = Timestamp::UNIX_EPOCH;
    let seconds = |seq: usize| SignedDuration::from_secs(i64::try_from(seq).expect("a few"));
    let kinds = kinds.into_iter().enumerate();
    kinds
        .map(|(seq, kind)| Event {
            seq: seq as u64,
            at: start + seconds(seq),
            kind,
        })
        .collect()
}

fn begun(text: &str) -> Vec<EventKind> {
    let text = || text.to_owned();
    let evidence = Evidence {
        environment: text(),
        required_reviewers: vec![text(), text()],
        prevent_self_review: Some(true),
        admins_may_bypass: None,
        approvers: vec![Approver {
            login: text(),
            comment: text(),
        }],
        run_id: 1,
        run_attempt: 1,
        sha: text(),
        seen_at: Timestamp::UNIX_EPOCH,
    };
    vec![
        EventKind::RunStarted {
            command: Command::Release,
            repository: text(),
            commit: text(),
            run_url: address("https://github.com", &text()),
        },
        EventKind::CredentialsObtained { role: Some(text()) },
        EventKind::StageStarted { stage: Stage::Gate },
        EventKind::GatePassed { evidence },
        EventKind::StageFinished {
            stage: Stage::Gate,
            ended: StageEnd::Done,
        },
        EventKind::PreflightChecked {
            target: text(),
            checks: vec![
                Check::ok("cluster", text(), text()),
                Check::skipped("alarm", text(), text()),
                Check::failed("image", text(), Failure::new(Code::NoImage, text(), text())),
            ],
        },
        EventKind::Noted { text: text() },
    ]
}

/// An address is ours, with a name in it.
fn address(host: &str, text: &str) -> String {
    let name: String = text.chars().take(200).collect();
    format!("{host}/{name}")
}

fn built(text: &str) -> Vec<EventKind> {
    let text = || text.to_owned();
    vec![
        EventKind::StageStarted {
            stage: Stage::Build,
        },
        EventKind::BuildStepFinished {
            name: text(),
            seconds: 1.0,
            cached: false,
        },
        EventKind::ImageReused {
            image: text(),
            tag: text(),
        },
        EventKind::ImagePushed {
            image: text(),
            tags: vec![text(), text()],
        },
        EventKind::BuildFailed {
            step: text(),
            output: vec![text(), text()],
        },
        EventKind::StageFinished {
            stage: Stage::Build,
            ended: StageEnd::Failed,
        },
    ]
}

fn plan(text: &str) -> Plan {
    let text = || text.to_owned();
    Plan {
        serving: Some(text()),
        revision: Revision::New { family: text() },
        images: vec![format!("web={}", text()), text()],
        pushed: Some(text()),
        changes: vec![
            Change::Revision,
            Change::Tasks { from: 1, to: 2 },
            Change::Configuration {
                from: text(),
                to: format!("another {}", text()),
            },
            Change::Deployment,
        ],
        course: Some(Course {
            strategy: text(),
            config: Some(text()),
            steps: Vec::new(),
            waits: Waits::default(),
            approval: true,
            wait_for: WaitFor::Succeeded,
            timeout_seconds: 60,
        }),
        transfer: Some(Transfer {
            steps: vec![Step {
                what: text(),
                changes: text(),
                commands: vec![text(), format!("aws {}", text())],
            }],
        }),
        cost: None,
    }
}

fn registered(text: &str) -> Vec<EventKind> {
    let plan = plan(text);
    let text = || text.to_owned();
    let registered = Plan {
        revision: Revision::Registered { arn: text() },
        ..plan.clone()
    };
    let planned = |target: String, plan: Plan| EventKind::Planned {
        target,
        service_url: address("https://console.aws.amazon.com", &text()),
        plan: Box::new(plan),
    };
    let compared = |of| EventKind::Compared {
        target: text(),
        of,
        difference: Difference {
            added: 1,
            removed: 1,
            lines: vec![text(), format!("+{}", text())],
        },
    };
    vec![
        planned(text(), plan),
        planned(format!("another {}", text()), registered),
        compared(Compared::TaskDefinition),
        compared(Compared::DeploymentConfiguration),
        EventKind::RevisionReady {
            target: text(),
            task_definition: text(),
            previous: Some(text()),
            registered: true,
            images: vec![format!("web={}", text())],
            service_url: address("https://console.aws.amazon.com", &text()),
        },
    ]
}

fn deployed(text: &str) -> Vec<EventKind> {
    let text = || text.to_owned();
    let progressed = |fact| EventKind::Progressed {
        target: text(),
        fact,
    };
    let step = |status: String| LifecycleEvent {
        name: text(),
        status,
        detail: Some(text()),
    };
    let counts = Counts {
        desired: 2,
        running: 1,
        pending: 1,
        failed: 1,
    };
    vec![
        EventKind::DeploymentStarted {
            target: text(),
            id: text(),
            strategy: text(),
            config: Some(text()),
            alarms: vec![text(), format!("another {}", text())],
            url: address("https://console.aws.amazon.com", &text()),
            wait_for: WaitFor::Succeeded,
            timeout_seconds: 60,
        },
        progressed(Fact::State {
            state: State::Running,
            word: text(),
            reason: Some(text()),
        }),
        progressed(Fact::Counts(counts)),
        progressed(Fact::Lifecycle(step("InProgress".to_owned()))),
        progressed(Fact::Lifecycle(step(format!("! {}", text())))),
        progressed(Fact::Traffic { percent: 10.0 }),
        progressed(Fact::TestTraffic { percent: 100.0 }),
        progressed(Fact::Alarm { name: text() }),
        progressed(Fact::Service(ServiceEvent {
            id: text(),
            at: Timestamp::UNIX_EPOCH,
            message: text(),
        })),
        EventKind::StillWaiting {
            target: text(),
            seconds: 30,
            standing: text(),
        },
        EventKind::Diagnosed {
            target: text(),
            diagnosis: Box::new(diagnosis::diagnosis(&text())),
        },
        EventKind::DeploymentEnded {
            target: text(),
            outcome: Outcome::Failed,
        },
    ]
}

fn over(text: &str) -> Vec<EventKind> {
    let failure = Failure::new(Code::DeploymentFailed, text, text)
        .because(text)
        .because(format!("an event: {text}"));
    let warned = EventKind::Warned {
        text: text.to_owned(),
    };
    let failed = EventKind::Failed { failure };
    let mut events = [vec![warned; 11], vec![failed; 11]].concat();
    events.push(EventKind::Finished {
        outcome: Outcome::Failed,
        exit: Some(Exit::NeedsPerson),
    });
    events
}
