//! CloudWatch alarms by name: their state, and the scripted moments at which it changes.
//!
//! Knows nothing of who watches an alarm: ECS and CodeDeploy ask [`Alarms::firing`], and CodeDeploy
//! tells how much traffic a replacement task set has, for alarms that wait for that.

use super::World;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The state of an alarm, in CloudWatch's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// The metric is within the threshold.
    #[default]
    Ok,
    /// The metric is outside the threshold.
    Alarm,
    /// Too little data to tell.
    InsufficientData,
}

/// What makes an alarm change its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A moment.
    At(Timestamp),
    /// A replacement task set of a deployment that watches the alarm takes at least so many
    /// percent of the production traffic.
    Traffic(u8),
}

/// One scripted change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What sets it off.
    pub when: When,
    /// The state the alarm goes to.
    pub to: State,
}

/// One alarm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alarm {
    /// The state now.
    pub state: State,
    /// The changes still to come.
    pub changes: Vec<Change>,
}

/// All alarms of the account.
#[derive(Debug, Default)]
pub struct Alarms {
    /// By name.
    pub by_name: BTreeMap<String, Alarm>,
}

impl Alarms {
    /// Which of `names` are in the state ALARM, in their order.
    pub fn firing<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let fires = |name: &&str| {
            let alarm = self.by_name.get(*name);
            alarm.is_some_and(|alarm| alarm.state == State::Alarm)
        };
        names.into_iter().filter(fires).map(str::to_owned).collect()
    }

    /// A deployment that watches `names` gives its replacement task set `percent` of the traffic.
    pub fn traffic_reached(&mut self, names: &[String], percent: u8) {
        for name in names {
            if let Some(alarm) = self.by_name.get_mut(name) {
                alarm.take(|when| matches!(when, When::Traffic(at) if at <= percent));
            }
        }
    }
}

impl Alarm {
    /// Applies the changes that are set off, in their order, and forgets them.
    fn take(&mut self, set_off: impl Fn(When) -> bool) {
        let (now, later): (Vec<_>, Vec<_>) = self
            .changes
            .iter()
            .copied()
            .partition(|change| set_off(change.when));
        self.changes = later;
        if let Some(last) = now.last() {
            self.state = last.to;
        }
    }
}

/// The next moment at which an alarm changes by itself.
pub fn next_due(world: &World) -> Option<Timestamp> {
    let alarms = world.alarms.by_name.values();
    let changes = alarms.flat_map(|alarm| &alarm.changes);
    changes
        .filter_map(|change| match change.when {
            When::At(at) => Some(at),
            When::Traffic(_) => None,
        })
        .min()
}

/// Plays the changes that are due at `world.now`.
pub fn settle(world: &mut World) {
    let now = world.now;
    for alarm in world.alarms.by_name.values_mut() {
        alarm.take(|when| matches!(when, When::At(at) if at <= now));
    }
}

/// The alarms a scenario starts with: a list under `alarms:`.
///
/// ```yaml
/// - name: shop-5xx
///   changes:
///     - at-traffic: 50
///       to: ALARM
///     - at: 40m
///       to: OK
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub Vec<AlarmSeed>);

/// One alarm of a scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AlarmSeed {
    /// The alarm's name.
    pub name: String,
    /// The state it starts in (`OK`).
    #[serde(default)]
    pub state: State,
    /// What happens to it.
    #[serde(default)]
    pub changes: Vec<ChangeSeed>,
}

/// One scripted change: exactly one of `at` and `at-traffic`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChangeSeed {
    /// So long after the world's start.
    #[serde(default)]
    pub at: Option<SignedDuration>,
    /// When a replacement task set takes so many percent of the traffic (1 to 100).
    #[serde(default)]
    pub at_traffic: Option<u8>,
    /// The state it changes to.
    pub to: State,
}

impl Seed {
    /// Puts the alarms into `world`; `at` counts from `world.now`.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        for alarm in self.0 {
            let now = world.now;
            let changes = alarm.changes.iter().map(|change| change.read(now));
            let changes = changes
                .collect::<Result<_, _>>()
                .map_err(|error| format!("alarm {}: {error}", alarm.name))?;
            let state = alarm.state;
            let added = Alarm { state, changes };
            if world
                .alarms
                .by_name
                .insert(alarm.name.clone(), added)
                .is_some()
            {
                return Err(format!("alarm {} stands there twice", alarm.name));
            }
        }
        Ok(())
    }
}

impl ChangeSeed {
    fn read(&self, now: Timestamp) -> Result<Change, String> {
        let when = match (self.at, self.at_traffic) {
            (Some(after), None) => {
                When::At(now.checked_add(after).map_err(|error| error.to_string())?)
            }
            (None, Some(percent @ 1..=100)) => When::Traffic(percent),
            _ => return Err("a change needs either `at` or `at-traffic` from 1 to 100".to_owned()),
        };
        Ok(Change { when, to: self.to })
    }
}
