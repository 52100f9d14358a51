//! Whether a wait is over at a look, and how: the verdict before it is put into words.
//!
//! Pure. What serves decides between the exit classes of what went wrong.

use super::outcome::Outcome;
use super::snapshot::{LifecycleEvent, Serving, Snapshot, State};
use crate::failure::Exit;
use crate::inputs::WaitFor;
use crate::model::service::Counts;
use jiff::Timestamp;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The state that ends the wait well.
    pub goal: Goal,
    /// When it is given up.
    pub deadline: Timestamp,
    /// Whether the time that the deployment spends in a pause is part of that, as where the user says
    /// how long; else it moves the deadline.
    pub counts_pauses: bool,
    /// So many tasks that fail alike end it; absent: none do.
    pub fail_fast_after: Option<u32>,
}

/// The state that ends a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// What `wait-for` names, or a deployment that is over before.
    Reached(WaitFor),
    /// The deployment is over, well or not: nobody asks it to succeed.
    Over,
}

/// How the wait for a deployment ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// In the words of the `outcome` output.
    pub outcome: Outcome,
    /// The last state that was seen; absent when nothing was.
    pub state: Option<State>,
    /// The exit class; absent when the run is green.
    pub exit: Option<Exit>,
    /// AWS's sentence about the state, where there is one.
    pub reason: Option<String>,
    /// What serves, as far as it is known.
    pub serving: Serving,
    /// The tasks of the new revision, as last seen.
    pub counts: Option<Counts>,
    /// Lifecycle events that failed.
    pub failed_events: Vec<LifecycleEvent>,
    /// Whether the service is set to our revision.
    pub set_to_ours: bool,
    /// The most tasks that failed in the same way.
    pub failed_alike: u32,
    /// What became of the way back, when this run took it.
    pub way_back: WayBack,
    /// The deployment that this run made for the way back, by AWS's id.
    pub back_by: Option<String>,
}

/// The way back that a run takes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayBack {
    /// Not taken.
    NotTaken,
    /// Asked for, and not waited for.
    Asked,
    /// Could not be asked for.
    Refused,
    /// Asked for when the deployment was over.
    TooLate,
    /// Taken, to whatever end.
    Taken,
}

impl Ending {
    /// Nothing was seen.
    pub fn unseen(outcome: Outcome, exit: Exit) -> Self {
        Self {
            outcome,
            state: None,
            exit: Some(exit),
            reason: None,
            serving: Serving::Unknown,
            counts: None,
            failed_events: Vec::new(),
            set_to_ours: false,
            failed_alike: 0,
            way_back: WayBack::NotTaken,
            back_by: None,
        }
    }

    /// The ending of a deployment whose way back is what the user asked for: it is well when a
    /// healthy revision that is not the deployment's serves. One that is stopped before it has made
    /// anything needs no way back.
    #[must_use]
    pub fn as_asked(self) -> Self {
        let is_back = match self.outcome {
            Outcome::RolledBack => true,
            Outcome::Failed => matches!(self.state, Some(State::Stopped | State::Failed)),
            _ => false,
        };
        if !is_back || self.exit != Some(Exit::OtherServes) {
            return self;
        }
        Self {
            outcome: Outcome::Succeeded,
            exit: None,
            ..self
        }
    }

    /// The deployment's own ending and that of the way back, which was waited for in the same
    /// deployment, as one: why is the first one's to say, how it ended the second one's.
    #[must_use]
    pub fn and_back(self, back: Self) -> Self {
        if back.exit.is_none() {
            return back;
        }
        Self {
            reason: self.reason.or(back.reason),
            counts: self.counts.or(back.counts),
            failed_events: self.failed_events,
            failed_alike: self.failed_alike,
            way_back: WayBack::Taken,
            ..back
        }
    }

    /// The ending of the deployment of `ours` and that of another one that brought `previous` back;
    /// there is none when `previous` served all the time.
    #[must_use]
    pub fn and_redeployed(self, back: Option<(String, Self)>, ours: &str, previous: &str) -> Self {
        let is_over = |back: &Self| back.state.is_none_or(State::is_over);
        let runs_on = back.as_ref().is_some_and(|(_, back)| !is_over(back));
        let (back_by, outcome, serving, counts) = match back {
            None => (None, Outcome::Succeeded, Serving::Ours, self.counts),
            Some((id, back)) => (Some(id), back.outcome, back.serving, back.counts),
        };
        let serving = in_place_of(serving, counts, ours, previous);
        let by_serving = by_serving(&serving);
        let (outcome, exit) = match outcome {
            Outcome::Succeeded | Outcome::TrafficShifted => (Outcome::RolledBack, by_serving),
            Outcome::TimedOut => (Outcome::TimedOut, Exit::TimedOut),
            Outcome::Cancelled => (Outcome::Cancelled, Exit::Cancelled),
            Outcome::Superseded => (Outcome::Superseded, by_serving),
            _ => (Outcome::Failed, by_serving),
        };
        let state = match outcome {
            Outcome::Failed if runs_on => Some(State::RollingBack),
            Outcome::Failed => Some(State::RollbackFailed),
            _ => self.state,
        };
        Self {
            outcome,
            state,
            exit: Some(exit),
            serving,
            way_back: WayBack::Taken,
            back_by,
            ..self
        }
    }
}

/// What serves, seen from the deployment of `previous`, as it is seen from that of `ours`.
fn in_place_of(serving: Serving, counts: Option<Counts>, ours: &str, previous: &str) -> Serving {
    let nothing_runs = counts.is_some_and(|counts| counts.desired == 0);
    match serving {
        Serving::Ours if nothing_runs => Serving::Unknown,
        Serving::Ours => Serving::Other {
            task_definition: previous.to_owned(),
            healthy: true,
        },
        Serving::Other {
            task_definition, ..
        } if task_definition == ours => Serving::Ours,
        other => other,
    }
}

/// Whether the wait is over at `now`, and how.
pub(super) fn ending(wait: &Wait, now: &Snapshot) -> Option<Ending> {
    let reached = |state: WaitFor, outcome| match wait.goal {
        Goal::Reached(goal) if goal <= state => Some(ended(now, outcome, None)),
        Goal::Reached(_) | Goal::Over => None,
    };
    let reached = match now.state {
        State::Created | State::Running => reached(WaitFor::Created, Outcome::Created),
        State::Ready => reached(WaitFor::Ready, Outcome::Ready),
        State::TrafficShifted => reached(WaitFor::TrafficShifted, Outcome::TrafficShifted),
        State::Unsettled if wait.goal == Goal::Over => Some(failed(now, Outcome::Failed)),
        State::Unsettled | State::RollingBack => None,
        State::Succeeded => Some(ended(now, Outcome::Succeeded, None)),
        State::RolledBack => Some(failed(now, Outcome::RolledBack)),
        State::Superseded => Some(failed(now, Outcome::Superseded)),
        State::RollbackFailed | State::Stopped | State::Failed => {
            Some(failed(now, Outcome::Failed))
        }
    };
    reached.or_else(|| gives_up(wait, now).then(|| failed(now, Outcome::Failed)))
}

/// Enough tasks failed in the same way, and the new revision has not come up in spite of them.
fn gives_up(wait: &Wait, now: &Snapshot) -> bool {
    let up = |counts: Counts| counts.desired > 0 && counts.running >= counts.desired;
    matches!(
        now.state,
        State::Created | State::Running | State::Unsettled
    ) && wait
        .fail_fast_after
        .is_some_and(|most| now.failed_alike >= most)
        && !now.counts.is_some_and(up)
}

/// What serves decides between the exit classes of what went wrong.
pub fn by_serving(serving: &Serving) -> Exit {
    match serving {
        Serving::Other { healthy: true, .. } => Exit::OtherServes,
        Serving::Other { healthy: false, .. }
        | Serving::Ours
        | Serving::Divided { .. }
        | Serving::Unknown => Exit::NeedsPerson,
    }
}

/// The wait is over because the deployment failed.
fn failed(now: &Snapshot, outcome: Outcome) -> Ending {
    ended(now, outcome, Some(by_serving(&now.serving)))
}

pub(super) fn ended(now: &Snapshot, outcome: Outcome, exit: Option<Exit>) -> Ending {
    let failed_events = now
        .lifecycle
        .iter()
        .filter(|event| event.status == "Failed");
    Ending {
        outcome,
        state: Some(now.state),
        exit,
        reason: now.reason.clone(),
        serving: now.serving.clone(),
        counts: now.counts,
        failed_events: failed_events.cloned().collect(),
        set_to_ours: now.set_to_ours,
        failed_alike: now.failed_alike,
        way_back: WayBack::NotTaken,
        back_by: None,
    }
}

#[cfg(test)]
mod tests;
