//! Runs as the pipeline tells them, written by hand.

use crate::events::{Compared, Event, EventKind, Fact, Stage, StageEnd};
use crate::failure::{Code, Exit, Failure};
use crate::inputs::{Command, WaitFor};
use crate::model::approval::{Approver, Evidence};
use crate::model::document::difference::Difference;
use crate::model::service::{Counts, ServiceEvent};
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::{LifecycleEvent, State};
use jiff::{SignedDuration, Timestamp};

pub(super) const SECRET: &str = "hunter2-secret";
pub(super) const TARGET: &str = "production/shop";
const SERVICE_URL: &str = "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/production/services/shop/deployments?region=eu-west-1";
const DIGEST: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Tells events, each some seconds after the one before.
pub(super) struct Teller {
    events: Vec<Event>,
    pub(super) at: Timestamp,
}

impl Teller {
    pub(super) fn new(command: Command) -> Self {
        let at = "2026-11-23T14:02:00Z".parse().expect("a time");
        let events = Vec::new();
        let mut teller = Self { events, at };
        teller.after(
            0,
            EventKind::RunStarted {
                command,
                repository: "octo/shop".into(),
                commit: "3f2a1bc9d0e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4".into(),
                run_url: "https://github.com/octo/shop/actions/runs/42".into(),
            },
        );
        teller
    }

    pub(super) fn after(&mut self, seconds: i64, kind: EventKind) {
        self.at += SignedDuration::from_secs(seconds);
        let seq = self.events.len() as u64;
        self.events.push(Event {
            seq,
            at: self.at,
            kind,
        });
    }

    fn stage(&mut self, stage: Stage, seconds: i64, inside: impl FnOnce(&mut Self)) {
        self.after(0, EventKind::StageStarted { stage });
        inside(self);
        self.after(
            seconds,
            EventKind::StageFinished {
                stage,
                ended: StageEnd::Done,
            },
        );
    }

    pub(super) fn fact(&mut self, seconds: i64, fact: Fact) {
        self.after(
            seconds,
            EventKind::Progressed {
                target: TARGET.into(),
                fact,
            },
        );
    }

    pub(super) fn step(&mut self, seconds: i64, name: &str, status: &str, detail: Option<&str>) {
        let (name, status, detail) = (name.into(), status.into(), detail.map(str::to_owned));
        self.fact(
            seconds,
            Fact::Lifecycle(LifecycleEvent {
                name,
                status,
                detail,
            }),
        );
    }

    pub(super) fn state(&mut self, seconds: i64, state: State, word: &str, reason: Option<&str>) {
        let (word, reason) = (word.into(), reason.map(str::to_owned));
        self.fact(
            seconds,
            Fact::State {
                state,
                word,
                reason,
            },
        );
    }

    pub(super) fn counts(&mut self, seconds: i64, running: i32, pending: i32) {
        let counts = Counts {
            desired: 3,
            running,
            pending,
            failed: 0,
        };
        self.fact(seconds, Fact::Counts(counts));
    }

    pub(super) fn traffic(&mut self, seconds: i64, percent: f64) {
        self.fact(seconds, Fact::Traffic { percent });
    }

    pub(super) fn finish(mut self, outcome: Outcome, exit: Option<Exit>) -> Vec<Event> {
        self.after(1, EventKind::Finished { outcome, exit });
        self.events
    }

    pub(super) fn credentials(&mut self) {
        self.stage(Stage::Credentials, 1, |run| {
            let role = Some("arn:aws:iam::123456789012:role/shop-deploy".into());
            run.after(1, EventKind::CredentialsObtained { role });
        });
    }

    fn gate(&mut self) {
        self.stage(Stage::Gate, 0, |run| {
            let approver = Approver {
                login: "ann".into(),
                comment: "ship it | now".into(),
            };
            let seen_at = run.at;
            run.after(
                1,
                EventKind::GatePassed {
                    evidence: Evidence {
                        environment: "production".into(),
                        required_reviewers: vec!["ann".into(), "octo/ops".into()],
                        prevent_self_review: Some(true),
                        admins_may_bypass: None,
                        approvers: vec![approver],
                        run_id: 42,
                        run_attempt: 1,
                        sha: "3f2a1bc9d0e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4".into(),
                        seen_at,
                    },
                },
            );
        });
    }

    fn build(&mut self) {
        self.stage(Stage::Build, 2, |run| {
            run.after(
                0,
                EventKind::Noted {
                    text: "building with the daemon's own BuildKit".into(),
                },
            );
            for (name, seconds, cached) in [
                ("[internal] load build definition from Dockerfile", 0, false),
                ("[build 1/4] FROM rust:1.94", 0, true),
                ("[build 4/4] RUN cargo build --release", 38, false),
            ] {
                let name = name.into();
                run.after(
                    seconds.into(),
                    EventKind::BuildStepFinished {
                        name,
                        seconds: f64::from(seconds),
                        cached,
                    },
                );
            }
            run.after(
                3,
                EventKind::ImagePushed {
                    image: image(),
                    tags: vec!["sha-3f2a1bc".into(), "main".into()],
                },
            );
        });
    }

    pub(super) fn register(&mut self) {
        self.stage(Stage::Register, 1, |run| {
            let lines = [
                "@@ -3,7 +3,7 @@",
                "       \"essential\": true,",
                "-      \"image\": \"shop:old\",",
                "+      \"image\": \"shop:new\",",
                "       \"name\": \"web\",",
            ];
            run.after(
                0,
                EventKind::Compared {
                    target: TARGET.into(),
                    of: Compared::TaskDefinition,
                    difference: Difference {
                        added: 1,
                        removed: 1,
                        lines: lines.map(str::to_owned).to_vec(),
                    },
                },
            );
            run.after(
                0,
                EventKind::RevisionReady {
                    target: TARGET.into(),
                    task_definition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7"
                        .into(),
                    previous: Some(
                        "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:6".into(),
                    ),
                    registered: true,
                    images: vec![format!("web={}", image())],
                    service_url: SERVICE_URL.into(),
                },
            );
        });
    }

    fn deployment(&mut self) {
        self.after(1, EventKind::DeploymentStarted {
            target: TARGET.into(),
            id: "d-ABCDEF123".into(),
            strategy: "codedeploy".into(),
            config: Some("CodeDeployDefault.ECSCanary10Percent5Minutes".into()),
            alarms: vec!["shop-5xx".into()],
            url: "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-ABCDEF123?region=eu-west-1".into(),
            wait_for: WaitFor::TrafficShifted,
            timeout_seconds: 4200,
        });
        self.state(0, State::Created, "Created", None);
        self.state(5, State::Running, "InProgress", None);
        self.step(0, "BeforeInstall", "Skipped", None);
        self.step(0, "Install", "InProgress", None);
        self.counts(5, 0, 3);
        self.counts(25, 2, 1);
        let message =
            "(service shop, taskSet ecs-svc/123) registered 1 targets in (target-group green)";
        let (id, at) = ("e1".into(), self.at);
        let message = message.into();
        self.fact(0, Fact::Service(ServiceEvent { id, at, message }));
        self.counts(5, 3, 0);
        self.step(10, "Install", "Succeeded", None);
        self.step(0, "AfterAllowTestTraffic", "InProgress", None);
    }
}

fn image() -> String {
    format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@{DIGEST}")
}

pub(super) fn good_release() -> Vec<Event> {
    let mut run = Teller::new(Command::Release);
    run.credentials();
    run.gate();
    run.stage(Stage::Preflight, 2, |run| {
        run.after(
            0,
            EventKind::Warned {
                text: "administrators may bypass the rules of `production`".into(),
            },
        );
    });
    run.build();
    run.register();
    run.stage(Stage::Deploy, 1, |run| {
        run.deployment();
        run.step(20, "AfterAllowTestTraffic", "Succeeded", None);
        run.step(0, "AllowTraffic", "InProgress", None);
        run.traffic(5, 10.0);
        run.after(
            30,
            EventKind::StillWaiting {
                target: TARGET.into(),
                seconds: 106,
                standing: "InProgress, in AllowTraffic, 3/3 running, 10 % of the traffic".into(),
            },
        );
        run.traffic(270, 100.0);
        run.step(0, "AllowTraffic", "Succeeded", None);
        run.step(0, "AfterAllowTraffic", "InProgress", None);
        run.step(15, "AfterAllowTraffic", "Succeeded", None);
        run.state(0, State::TrafficShifted, "InProgress", None);
        let (target, outcome) = (TARGET.into(), Outcome::TrafficShifted);
        run.after(0, EventKind::DeploymentEnded { target, outcome });
    });
    run.finish(Outcome::TrafficShifted, None)
}

pub(super) fn rolled_back() -> Vec<Event> {
    let mut run = Teller::new(Command::Deploy);
    run.credentials();
    run.gate();
    run.register();
    run.after(
        0,
        EventKind::StageStarted {
            stage: Stage::Deploy,
        },
    );
    run.deployment();
    let detail = format!("the hook said: 3 of 40 checks failed\nwith token {SECRET}");
    run.step(20, "AfterAllowTestTraffic", "Failed", Some(&detail));
    run.state(
        0,
        State::RollingBack,
        "Failed",
        Some("One or more of the lifecycle events failed."),
    );
    run.state(30, State::RolledBack, "Failed", None);
    let (target, outcome) = (TARGET.into(), Outcome::RolledBack);
    run.after(0, EventKind::DeploymentEnded { target, outcome });
    let failure = Failure::new(
        Code::RolledBack,
        "the deployment of production/shop failed, and shop:6 serves again",
        "Read what the hook says, mend it, and run the job again.",
    )
    .because("lifecycle event AfterAllowTestTraffic failed: 3 of 40 checks failed")
    .because("CodeDeploy says: One or more of the lifecycle events failed.");
    run.after(
        1,
        EventKind::StageFinished {
            stage: Stage::Deploy,
            ended: StageEnd::Failed,
        },
    );
    run.after(0, EventKind::Failed { failure });
    run.finish(Outcome::RolledBack, Some(Exit::OtherServes))
}

pub(super) fn failed_build() -> Vec<Event> {
    let mut run = Teller::new(Command::Build);
    run.credentials();
    run.after(
        0,
        EventKind::StageStarted {
            stage: Stage::Build,
        },
    );
    let name = "[build 1/4] FROM rust:1.94".into();
    run.after(
        2,
        EventKind::BuildStepFinished {
            name,
            seconds: 2.0,
            cached: false,
        },
    );
    run.after(
        12,
        EventKind::BuildFailed {
            step: "[build 4/4] RUN cargo build --release".into(),
            output: vec![
                "   Compiling shop v1.2.0 (/src)".into(),
                "\u{1b}[1;31merror[E0308]\u{1b}[0m: mismatched types".into(),
                "```".into(),
            ],
        },
    );
    let failure = Failure::new(
        Code::BuildFailed,
        "the build of app/Dockerfile failed at `[build 4/4] RUN cargo build --release`",
        "Run the same build on your machine; the last lines it printed are in the log.",
    )
    .because("the instruction ended with exit code 101");
    run.after(0, EventKind::Failed { failure });
    run.after(
        0,
        EventKind::StageFinished {
            stage: Stage::Build,
            ended: StageEnd::Failed,
        },
    );
    run.finish(Outcome::Failed, Some(Exit::Inputs))
}

/// Refused before the run could begin.
pub(super) fn refused() -> Vec<Event> {
    let mut run = Teller::new(Command::Release);
    run.events.clear();
    let help = "Correct them under `with:` in the workflow file; the README lists every input. \
                Nothing was changed.";
    let failure = Failure::new(Code::BadInputs, "2 inputs of this step are wrong", help)
        .because("`command`: expected `build`, `deploy` or `release`, given `comand`")
        .because("`service`: needed, to know what to deploy");
    run.after(0, EventKind::Failed { failure });
    run.finish(Outcome::Refused, Some(Exit::Inputs))
}

pub(super) fn cancelled_build() -> Vec<Event> {
    let mut run = Teller::new(Command::Build);
    run.after(
        0,
        EventKind::StageStarted {
            stage: Stage::Build,
        },
    );
    run.finish(Outcome::Cancelled, Some(Exit::Cancelled))
}

/// Everything that comes from elsewhere tries to speak for Greengate, and holds a secret.
pub(super) fn hostile() -> Vec<Event> {
    let odd = || format!("x\r::error::{SECRET} <script>|`@all` ##[group]\n::add-mask::a\u{1b}[2J");
    let mut run = Teller::new(Command::Deploy);
    run.gate();
    let (start, end) = SECRET.split_at(5);
    let hidden = format!("{start}\u{1b}[0m{end}");
    run.after(0, EventKind::Noted { text: odd() });
    run.after(0, EventKind::Warned { text: hidden });
    run.after(0, EventKind::Warned { text: odd() });
    run.after(
        0,
        EventKind::BuildFailed {
            step: odd(),
            output: vec![odd(), odd()],
        },
    );
    run.after(
        0,
        EventKind::RevisionReady {
            target: "main/shop".into(),
            task_definition: odd(),
            previous: Some(odd()),
            registered: false,
            images: vec![format!("web={}", odd())],
            service_url: format!("https://example.com/{}", odd()),
        },
    );
    run.after(
        0,
        EventKind::DeploymentStarted {
            target: "main/shop".into(),
            id: odd(),
            strategy: odd(),
            config: Some(odd()),
            alarms: vec![odd()],
            url: format!("https://example.com/{}", odd()),
            wait_for: WaitFor::Created,
            timeout_seconds: 1,
        },
    );
    run.step(0, &odd(), &odd(), Some(&odd()));
    run.fact(1, Fact::Alarm { name: odd() });
    run.state(0, State::Failed, &odd(), Some(&odd()));
    let diagnosis = Box::new(super::diagnosed::odd(&odd, run.at));
    let target = "main/shop".into();
    run.after(0, EventKind::Diagnosed { target, diagnosis });
    let failure = Failure::new(Code::DeploymentFailed, odd(), odd()).because(odd());
    run.after(0, EventKind::Failed { failure });
    run.finish(Outcome::Failed, Some(Exit::NeedsPerson))
}
