//! What becomes of the deployments of a service that go through stages, as a scenario has it.

use jiff::SignedDuration;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is scripted for the stages of a service's deployments.
///
/// ```yaml
/// hooks:
///   POST_TEST_TRAFFIC_SHIFT: { answer: failed, in-progress: 2 }
/// alarm: { name: shop-5xx, percent: 50 }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct StageScript {
    /// What hook functions answer, by the word of the stage; those that are not here succeed.
    pub hooks: BTreeMap<String, Answers>,
    /// An alarm that fires when the replacement takes so much traffic.
    pub alarm: Option<AlarmAtTraffic>,
    /// The stage (`BAKE_TIME`) at whose begin an alarm fires, and its name.
    pub alarm_in: BTreeMap<String, String>,
}

/// The answers of a hook function.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Answers {
    /// The last one.
    pub answer: Answer,
    /// So often it says `IN_PROGRESS` before.
    pub in_progress: u32,
    /// How long each call takes (3 s).
    pub takes: SignedDuration,
    /// The `callBackDelay` it gives (30 s, as ECS has it where none is given).
    pub delay: SignedDuration,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            answer: Answer::default(),
            in_progress: 0,
            takes: SignedDuration::from_secs(3),
            delay: SignedDuration::from_secs(30),
        }
    }
}

/// What a hook function says in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// `SUCCEEDED`.
    #[default]
    Succeeded,
    /// `FAILED`.
    Failed,
    /// Nothing.
    None,
}

/// An alarm that traffic sets off.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AlarmAtTraffic {
    /// The alarm's name.
    pub name: String,
    /// Percent of the production traffic that the replacement takes.
    pub percent: u32,
}
