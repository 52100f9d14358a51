//! What one look at a deployment finds new.

use crate::model::service::{Counts, ServiceEvent};
use crate::rollout::snapshot::{LifecycleEvent, State};
use serde::Serialize;

/// What is new about a deployment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// It stands elsewhere than before.
    State {
        /// Where.
        state: State,
        /// In the strategy's own word.
        word: String,
        /// AWS's sentence about it.
        reason: Option<String>,
    },
    /// The new revision's tasks.
    Counts(Counts),
    /// A lifecycle event changed its status.
    Lifecycle(LifecycleEvent),
    /// Production traffic moved.
    Traffic {
        /// On the new revision, 0 to 100.
        percent: f64,
    },
    /// Test traffic moved.
    TestTraffic {
        /// On the new revision, 0 to 100.
        percent: f64,
    },
    /// A CloudWatch alarm that watches it went off.
    Alarm {
        /// Its name.
        name: String,
    },
    /// A service event came in.
    Service(ServiceEvent),
}
