//! What becomes of the deployments of a group, as a scenario has it.

use super::lifecycle::Lifecycle;
use jiff::SignedDuration;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The script of a deployment group. Of it, only `rollback` touches rollback deployments.
///
/// ```yaml
/// hooks:
///   AfterAllowTestTraffic: { result: fail, after: 20s, log: [smoke test got 500] }
///   BeforeAllowTraffic: { result: time-out }
/// rollback: { fails: AllowTraffic }
/// only: [1]
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Script {
    /// Results of hooks by lifecycle event; hooks that are not here succeed.
    pub hooks: BTreeMap<String, Hook>,
    /// An alarm that fires when the replacement takes so much traffic.
    pub alarm: Option<AlarmAtTraffic>,
    /// Does the replacement never become steady, whatever its tasks do?
    pub stuck_install: bool,
    /// What becomes of the rollbacks of its deployments.
    pub rollback: RollbackScript,
    /// Which deployments of the group it is for, counted from 1, rollbacks not counted; all when
    /// empty.
    pub only: Vec<u32>,
    /// From `Created` to `InProgress` (3 s).
    pub start: SignedDuration,
    /// Each lifecycle event that has no hook, and each hook without a time (2 s).
    pub event: SignedDuration,
    /// From `StopDeployment` to `Stopped` (3 s).
    pub stop: SignedDuration,
}

impl Default for Script {
    fn default() -> Self {
        let seconds = SignedDuration::from_secs;
        Self {
            hooks: BTreeMap::new(),
            alarm: None,
            stuck_install: false,
            rollback: RollbackScript::default(),
            only: Vec::new(),
            start: seconds(3),
            event: seconds(2),
            stop: seconds(3),
        }
    }
}

/// What becomes of a rollback deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RollbackScript {
    /// The lifecycle event in which it fails, before that event does anything.
    pub fails: Option<FailingEvent>,
    /// Is it done at the moment at which it begins, so that nobody sees it under way?
    pub at_once: bool,
}

/// A lifecycle event that a rollback deployment goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum FailingEvent {
    /// The original task set is looked for.
    Install,
    /// Traffic goes back to it.
    AllowTraffic,
}

impl FailingEvent {
    /// The lifecycle event.
    pub fn event(self) -> Lifecycle {
        match self {
            Self::Install => Lifecycle::Install,
            Self::AllowTraffic => Lifecycle::AllowTraffic,
        }
    }
}

/// The result of a hook function.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Hook {
    /// What it tells CodeDeploy.
    pub result: HookResult,
    /// So long after it was called.
    pub after: Option<SignedDuration>,
    /// The message of the diagnostics of a failed one.
    pub message: Option<String>,
    /// The last lines it wrote.
    pub log: Vec<String>,
}

/// What a hook function tells CodeDeploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookResult {
    /// `Succeeded`.
    #[default]
    Succeed,
    /// `Failed`.
    Fail,
    /// Nothing, for an hour.
    TimeOut,
}

/// An alarm that traffic sets off.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AlarmAtTraffic {
    /// The alarm's name.
    pub name: String,
    /// Percent of the production traffic that the replacement takes.
    pub percent: u8,
}
