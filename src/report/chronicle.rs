//! The run so far, as the events tell it: what summary, outputs, report and the log's last lines
//! are made from.
//!
//! It folds events and words nothing.

mod target;

pub use target::{Comparison, Deployment, Fired, Lifecycle, Target, Traffic};

use crate::events::{Event, EventKind, Stage, StageEnd};
use crate::failure::{Exit, Failure};
use crate::inputs::Command;
use crate::model::approval::Evidence;
use crate::preflight::Check;
use crate::rollout::outcome::Outcome;
use jiff::Timestamp;
use serde::Serialize;

/// What is known of a run.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Chronicle {
    /// What it is and where it runs; absent when it ended before that was known.
    pub run: Option<Run>,
    /// The first event.
    pub started: Option<Timestamp>,
    /// The latest event.
    pub last_event: Option<Timestamp>,
    /// How it ended; absent while it runs.
    pub outcome: Option<Outcome>,
    /// The exit class; absent for 0.
    pub exit: Option<Exit>,
    /// The image of this run.
    pub image: Option<Image>,
    /// The proof of the approval.
    pub evidence: Option<Evidence>,
    /// The stages so far, in their order.
    pub phases: Vec<Phase>,
    /// The services, in the order in which they turned up.
    pub targets: Vec<Target>,
    /// What was checked before anything was deployed.
    pub checks: Vec<Check>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// Why the run fails.
    pub failures: Vec<Failure>,
    /// The step that the build failed at.
    pub build_failure: Option<BuildFailure>,
}

/// The failing step of a build.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct BuildFailure {
    /// BuildKit's name of it.
    pub step: String,
    /// The last lines it printed.
    pub output: Vec<String>,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Run {
    /// The command.
    pub command: Command,
    /// `owner/name` on GitHub.
    pub repository: String,
    /// The commit.
    pub commit: String,
    /// The run's page.
    pub url: String,
}

/// An image that was built or found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Image {
    /// `repository@sha256:…`.
    pub reference: String,
    /// Whether this run pushed it.
    pub pushed: bool,
    /// Its tags, as far as they are known.
    pub tags: Vec<String>,
}

/// A stage that was begun.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Phase {
    /// Which.
    pub stage: Stage,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; absent while it runs.
    pub finished: Option<Timestamp>,
    /// How it ended; absent while it runs.
    pub ended: Option<StageEnd>,
}

impl Chronicle {
    /// Takes one event in.
    pub fn take(&mut self, event: &Event) {
        let at = event.at;
        self.started.get_or_insert(at);
        self.last_event = Some(at);
        match &event.kind {
            EventKind::RunStarted {
                command,
                repository,
                commit,
                run_url,
            } => {
                self.run = Some(Run {
                    command: *command,
                    repository: repository.clone(),
                    commit: commit.clone(),
                    url: run_url.clone(),
                });
            }
            EventKind::StageStarted { stage } => self.phases.push(Phase {
                stage: *stage,
                started: at,
                finished: None,
                ended: None,
            }),
            EventKind::StageFinished { ended, .. } => self.stage_over(*ended, at),
            EventKind::PreflightChecked { checks, .. } => {
                self.checks.extend(checks.iter().cloned());
            }
            EventKind::Warned { text } => self.warnings.push(text.clone()),
            EventKind::GatePassed { evidence } => self.evidence = Some(evidence.clone()),
            EventKind::ImageReused { image, tag } => {
                self.image(image, false, std::slice::from_ref(tag));
            }
            EventKind::ImagePushed { image, tags } => self.image(image, true, tags),
            EventKind::BuildFailed { step, output } => {
                let (step, output) = (step.clone(), output.clone());
                self.build_failure = Some(BuildFailure { step, output });
            }
            EventKind::Failed { failure } => self.failures.push(failure.clone()),
            EventKind::Finished { outcome, exit } => {
                (self.outcome, self.exit) = (Some(*outcome), *exit);
            }
            kind => self.about_a_target(kind, at),
        }
    }

    fn about_a_target(&mut self, kind: &EventKind, at: Timestamp) {
        match kind {
            EventKind::Compared {
                target,
                of,
                difference,
            } => self.target(target, |target| {
                target.differences.push(Comparison {
                    of: *of,
                    difference: difference.clone(),
                });
            }),
            EventKind::RevisionReady {
                target,
                task_definition,
                previous,
                registered,
                images,
                service_url,
            } => {
                self.target(target, |target| {
                    target.task_definition = Some(task_definition.clone());
                    target.previous.clone_from(previous);
                    target.registered = *registered;
                    target.images.clone_from(images);
                    target.url.clone_from(service_url);
                });
            }
            EventKind::Planned {
                target,
                service_url,
                plan,
            } => self.target(target, |target| {
                target.url.clone_from(service_url);
                target.previous.clone_from(&plan.serving);
                target.plan = Some((**plan).clone());
            }),
            EventKind::Progressed { target, fact } => {
                self.target(target, |target| target.progress(fact, at));
            }
            EventKind::Diagnosed { target, diagnosis } => self.target(target, |target| {
                target.diagnosis = Some((**diagnosis).clone());
            }),
            EventKind::DeploymentEnded { target, outcome } => self.target(target, |target| {
                (target.outcome, target.ended) = (Some(*outcome), Some(at));
            }),
            kind => self.started(kind, at),
        }
    }

    fn started(&mut self, kind: &EventKind, at: Timestamp) {
        if let EventKind::DeploymentStarted {
            target,
            id,
            strategy,
            config,
            alarms,
            url,
            wait_for,
            timeout_seconds,
        } = kind
        {
            let deployment = Deployment {
                id: id.clone(),
                strategy: strategy.clone(),
                config: config.clone(),
                alarms: alarms.clone(),
                url: url.clone(),
                wait_for: *wait_for,
                timeout_seconds: *timeout_seconds,
                started: at,
            };
            self.target(target, |target| target.deployment = Some(deployment));
        }
    }

    /// Whether a plan sees anything that would change; `None` without a plan.
    pub fn sees_changes(&self) -> Option<bool> {
        let mut plans = self.targets.iter().filter_map(|it| it.plan.as_ref());
        let first = plans.next()?;
        Some(!first.changes.is_empty() || plans.any(|plan| !plan.changes.is_empty()))
    }

    fn stage_over(&mut self, ended: StageEnd, at: Timestamp) {
        if let Some(phase) = self.phases.last_mut() {
            (phase.finished, phase.ended) = (Some(at), Some(ended));
        }
    }

    fn image(&mut self, reference: &str, pushed: bool, tags: &[String]) {
        self.image = Some(Image {
            reference: reference.to_owned(),
            pushed,
            tags: tags.to_vec(),
        });
    }

    fn target(&mut self, name: &str, change: impl FnOnce(&mut Target)) {
        if let Some(known) = self.targets.iter_mut().find(|target| target.name == name) {
            return change(known);
        }
        let mut target = Target {
            name: name.to_owned(),
            ..Target::default()
        };
        change(&mut target);
        self.targets.push(target);
    }
}
