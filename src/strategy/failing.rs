//! How many tasks of a deployment fail alike while it comes up: what a crash loop shows long before
//! AWS gives it up.
//!
//! Which tasks count, and which are alike, is said in [`crate::diagnosis::failures`]; how many are
//! too many, in [`crate::rollout::ending`].

use crate::aws::ecs::Ecs;
use crate::aws::error::{AwsFailure, Kind};
use crate::clock::Clock;
use crate::diagnosis::{Suspect, failures};
use crate::model::service::{Counts, Service};
use crate::rollout::snapshot::{Snapshot, State};
use jiff::{SignedDuration, Timestamp};
use std::cell::Cell;

/// How often ECS is asked for stopped tasks, while some are missing.
const EVERY: SignedDuration = SignedDuration::from_secs(15);

/// The failed tasks of one deployment, as last counted.
#[derive(Debug, Default)]
pub(super) struct Failing {
    looked: Cell<Option<Timestamp>>,
    alike: Cell<u32>,
    may_not_look: Cell<bool>,
}

impl Failing {
    /// The most tasks of `revision` that failed in one way, up to the look `now` at `service`. Only
    /// a deployment that comes up is looked at. Never an error: without an answer what was known
    /// counts, and where the role may not look, nothing does.
    pub(super) async fn alike(
        &self,
        (ecs, clock): (&Ecs, &Clock),
        service: &Service,
        revision: &str,
        now: &Snapshot,
    ) -> u32 {
        if self.is_due(clock.now(), now) {
            self.looked.set(Some(clock.now()));
            // A verdict may hang on this look: it must not grow old meanwhile.
            let ecs = ecs.brisk();
            let tasks = ecs.stopped_tasks(&service.cluster_arn, &service.name).await;
            match tasks {
                Ok(mut tasks) => {
                    let suspect = Suspect::of(revision, now);
                    tasks.retain(|task| suspect.owns(task));
                    let most = failures::alike(&tasks).first().map_or(0, |most| most.count);
                    self.alike.set(u32::try_from(most).unwrap_or(u32::MAX));
                }
                Err(error) => self.failed(&error),
            }
        }
        self.alike.get()
    }

    fn is_due(&self, at: Timestamp, now: &Snapshot) -> bool {
        let comes_up = matches!(
            now.state,
            State::Created | State::Running | State::Unsettled
        );
        let missing = |counts: Counts| counts.running < counts.desired;
        let rested = |looked: Timestamp| at.duration_since(looked) >= EVERY;
        comes_up
            && !self.may_not_look.get()
            && now.counts.is_some_and(missing)
            && self.looked.get().is_none_or(rested)
    }

    fn failed(&self, error: &anyhow::Error) {
        tracing::debug!("stopped tasks are not known: {error:#}");
        let denied = |failure: &AwsFailure| failure.kind == Kind::Denied;
        if AwsFailure::of(error).is_some_and(denied) {
            self.may_not_look.set(true);
        }
    }
}
