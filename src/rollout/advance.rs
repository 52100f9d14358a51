//! From what was seen before and what is seen now to what is new and whether the wait is over.
//!
//! [`advance`] is pure, total and idempotent: the same snapshot twice tells nothing new, and a
//! wait that is over stays over. It decides nothing about a strategy's API: see [`super::snapshot`].

use super::ending::{Ending, Wait, ended, ending};
use super::outcome::Outcome;
use super::snapshot::{Snapshot, State};
use crate::events::Fact;
use crate::failure::Exit;
use crate::model::service::Counts;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a deployment so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    wait: Wait,
    standing: Option<Standing>,
    counts: Option<Counts>,
    traffic: Option<f64>,
    test_traffic: Option<f64>,
    alarms: BTreeSet<String>,
    lifecycle: BTreeMap<String, String>,
    events: BTreeSet<String>,
    /// When the pause was last seen that it is in, and when AWS ends it.
    paused: Option<(Timestamp, Option<Timestamp>)>,
    ending: Option<Ending>,
}

#[derive(Debug, Clone, PartialEq)]
struct Standing {
    state: State,
    word: String,
    reason: Option<String>,
}

/// One step of a wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is known now.
    pub progress: Progress,
    /// What is new.
    pub facts: Vec<Fact>,
    /// Set once the wait is over.
    pub ending: Option<Ending>,
}

impl Progress {
    /// Nothing seen yet of what is waited for.
    pub fn new(wait: Wait) -> Self {
        Self {
            wait,
            standing: None,
            counts: None,
            traffic: None,
            test_traffic: None,
            alarms: BTreeSet::new(),
            lifecycle: BTreeMap::new(),
            events: BTreeSet::new(),
            paused: None,
            ending: None,
        }
    }

    /// When the wait times out.
    pub fn deadline(&self) -> Timestamp {
        self.wait.deadline
    }

    /// The same deployment, waited for in another way: what was seen is not told again.
    #[must_use]
    pub fn waiting_for(self, wait: Wait) -> Self {
        Self {
            wait,
            ending: None,
            ..self
        }
    }

    /// The last state, counts and traffic in a few words, for a line that says nothing is new.
    pub fn standing(&self) -> String {
        let word = self.standing.as_ref().map(|standing| standing.word.clone());
        let counts = self
            .counts
            .map(|counts| format!("{}/{} running", counts.running, counts.desired));
        let traffic = self
            .traffic
            .map(|percent| format!("{percent:.0} % of the traffic"));
        let current = self
            .lifecycle
            .iter()
            .find(|(_, status)| *status == "InProgress");
        let current = current.map(|(name, _)| format!("in {name}"));
        let paused = self.paused.map(|(at, until)| paused(at, until));
        let parts: Vec<_> = [word, current, paused, counts, traffic]
            .into_iter()
            .flatten()
            .collect();
        if parts.is_empty() {
            "nothing seen yet".to_owned()
        } else {
            parts.join(", ")
        }
    }

    /// The wait ends without an answer: cancelled, or timed out with nothing seen.
    pub fn abandoned(&self, outcome: Outcome, exit: Exit) -> Ending {
        let standing = self.standing.as_ref();
        Ending {
            state: standing.map(|standing| standing.state),
            reason: standing.and_then(|standing| standing.reason.clone()),
            counts: self.counts,
            ..Ending::unseen(outcome, exit)
        }
    }
}

/// `paused for 23h 10m at most`.
fn paused(at: Timestamp, until: Option<Timestamp>) -> String {
    let Some(until) = until else {
        return "paused".to_owned();
    };
    let left = until.duration_since(at).as_mins().max(0);
    match (left / 60, left % 60) {
        (0, minutes) => format!("paused for {minutes}m at most"),
        (hours, minutes) => format!("paused for {hours}h {minutes}m at most"),
    }
}

/// Compares `seen` with `now`, a look taken at `at`.
pub fn advance(seen: &Progress, now: &Snapshot, at: Timestamp) -> Step {
    if seen.ending.is_some() {
        return Step {
            progress: seen.clone(),
            facts: Vec::new(),
            ending: seen.ending.clone(),
        };
    }
    let mut progress = seen.clone();
    progress.take_in_pause(now, at);
    let facts = progress.take_in(now);
    let over = ending(&seen.wait, now).or_else(|| {
        (at >= progress.wait.deadline).then(|| ended(now, Outcome::TimedOut, Some(Exit::TimedOut)))
    });
    // A deployment that was rolled back is gone from the list of those with counts.
    let counts = now.counts.or(progress.counts);
    progress.ending = over.map(|ending| Ending { counts, ..ending });
    Step {
        facts,
        ending: progress.ending.clone(),
        progress,
    }
}

impl Progress {
    /// The time that a deployment spends in a pause is not the time that it may take: it moves the
    /// deadline.
    fn take_in_pause(&mut self, now: &Snapshot, at: Timestamp) {
        let Some(pause) = &now.pause else {
            self.paused = None;
            return;
        };
        let spent = self.paused.map(|(last, _)| at.duration_since(last));
        let moves = |spent: &SignedDuration| spent.is_positive() && !self.wait.counts_pauses;
        let spent = spent.filter(moves).unwrap_or_default();
        self.wait.deadline = self
            .wait
            .deadline
            .saturating_add(spent)
            .unwrap_or(Timestamp::MAX);
        self.paused = Some((at, pause.until));
    }

    fn take_in(&mut self, now: &Snapshot) -> Vec<Fact> {
        let mut facts = self.take_in_events(now);
        let standing = self.take_in_standing(now);
        // A state that the deployment moves through comes before what happens in it; one that
        // something led to comes after that.
        let (before, after) = match now.state {
            State::Created | State::Running | State::Unsettled => (standing, None),
            _ => (None, standing),
        };
        facts.extend(before);
        facts.extend(self.take_in_lifecycle(now));
        let test = changed(&mut self.test_traffic, now.test_traffic);
        facts.extend(test.map(|percent| Fact::TestTraffic { percent }));
        let traffic = changed(&mut self.traffic, now.traffic);
        facts.extend(traffic.map(|percent| Fact::Traffic { percent }));
        facts.extend(changed(&mut self.counts, now.counts).map(Fact::Counts));
        let fired = now.traces.alarms.iter();
        let fired = fired.filter(|name| self.alarms.insert((*name).clone()));
        facts.extend(fired.cloned().map(|name| Fact::Alarm { name }));
        facts.extend(after);
        facts
    }

    fn take_in_events(&mut self, now: &Snapshot) -> Vec<Fact> {
        let unseen = now
            .events
            .iter()
            .filter(|event| self.events.insert(event.id.clone()));
        unseen.cloned().map(Fact::Service).collect()
    }

    fn take_in_standing(&mut self, now: &Snapshot) -> Option<Fact> {
        let Snapshot {
            state,
            word,
            reason,
            ..
        } = now.clone();
        let standing = Standing {
            state,
            word: word.clone(),
            reason: reason.clone(),
        };
        changed(&mut self.standing, Some(standing))?;
        Some(Fact::State {
            state,
            word,
            reason,
        })
    }

    fn take_in_lifecycle(&mut self, now: &Snapshot) -> Vec<Fact> {
        let mut facts = Vec::new();
        for event in &now.lifecycle {
            let before = self
                .lifecycle
                .insert(event.name.clone(), event.status.clone());
            let was_pending = before.as_deref().is_none_or(|status| status == "Pending");
            if before.as_ref() != Some(&event.status) && !(was_pending && event.status == "Pending")
            {
                facts.push(Fact::Lifecycle(event.clone()));
            }
        }
        facts
    }
}

/// Puts `now` in the place of `known` and gives it back when it is something new.
fn changed<T: PartialEq + Clone>(known: &mut Option<T>, now: Option<T>) -> Option<T> {
    let now = now?;
    if known.as_ref() == Some(&now) {
        return None;
    }
    *known = Some(now.clone());
    Some(now)
}

#[cfg(test)]
mod tests;
