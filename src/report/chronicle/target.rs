//! One service's part of the chronicle.

use crate::diagnosis::Diagnosis;
use crate::events::{Compared, Fact};
use crate::inputs::WaitFor;
use crate::model::document::difference::Difference;
use crate::model::service::Counts;
use crate::plan::Plan;
use crate::rollout::outcome::Outcome;
use crate::rollout::snapshot::LifecycleEvent;
use jiff::Timestamp;
use serde::Serialize;

/// What is new in something.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    /// In what.
    pub of: Compared,
    /// What is new.
    #[serde(flatten)]
    pub difference: Difference,
}

/// One service and what happened to it.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Target {
    /// `cluster/service`.
    pub name: String,
    /// The service's page in the AWS console; empty until the revision is known.
    pub url: String,
    /// The revision to deploy: its task definition's ARN.
    pub task_definition: Option<String>,
    /// The one that served when the run began.
    pub previous: Option<String>,
    /// Whether this run registered the revision.
    pub registered: bool,
    /// The images in it, as `container=image`.
    pub images: Vec<String>,
    /// What is new, in what was compared.
    pub differences: Vec<Comparison>,
    /// What a deployment would do, where that was asked.
    pub plan: Option<Plan>,
    /// The deployment, once it was started.
    pub deployment: Option<Deployment>,
    /// The tasks of the new revision, as last seen.
    pub counts: Option<Counts>,
    /// Lifecycle events, in the order in which they turned up.
    pub lifecycle: Vec<Lifecycle>,
    /// Every change of the production traffic.
    pub traffic: Vec<Traffic>,
    /// Every change of the test traffic.
    pub test_traffic: Vec<Traffic>,
    /// The alarms that went off.
    pub fired: Vec<Fired>,
    /// Why it failed.
    pub diagnosis: Option<Diagnosis>,
    /// How the wait ended.
    pub outcome: Option<Outcome>,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// A deployment that was started.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Deployment {
    /// AWS's id.
    pub id: String,
    /// `rolling`, `codedeploy`, `native`.
    pub strategy: String,
    /// The deployment config, or the service's strategy where that is `native`.
    pub config: Option<String>,
    /// The CloudWatch alarms that watch it.
    pub alarms: Vec<String>,
    /// Where to look at it.
    pub url: String,
    /// What the run waits for.
    pub wait_for: WaitFor,
    /// For how long at most.
    pub timeout_seconds: u64,
    /// When it was started.
    pub started: Timestamp,
}

/// A lifecycle event and when it was seen to begin and end.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Lifecycle {
    /// The event as last seen.
    #[serde(flatten)]
    pub event: LifecycleEvent,
    /// When it was first seen under way.
    pub started: Option<Timestamp>,
    /// When it was first seen over.
    pub ended: Option<Timestamp>,
}

/// An alarm that went off.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Fired {
    /// The alarm's name.
    pub alarm: String,
    /// When that was first seen.
    pub at: Timestamp,
}

/// Traffic on the new revision from a moment on.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Traffic {
    /// From when on.
    pub at: Timestamp,
    /// 0 to 100.
    pub percent: f64,
}

impl Target {
    /// The deployment's page in the AWS console, or the service's; empty until one is known.
    pub fn page(&self) -> &str {
        let deployment = self.deployment.as_ref();
        deployment.map_or(&self.url, |deployment| &deployment.url)
    }

    /// Takes in what is new about its deployment.
    pub(super) fn progress(&mut self, fact: &Fact, at: Timestamp) {
        match fact {
            Fact::Counts(counts) => self.counts = Some(*counts),
            Fact::Lifecycle(event) => self.step(event, at),
            Fact::Traffic { percent } => self.traffic.push(Traffic {
                at,
                percent: *percent,
            }),
            Fact::TestTraffic { percent } => self.test_traffic.push(Traffic {
                at,
                percent: *percent,
            }),
            Fact::Alarm { name } => self.fired.push(Fired {
                alarm: name.clone(),
                at,
            }),
            Fact::State { .. } | Fact::Service(_) => {}
        }
    }

    fn step(&mut self, event: &LifecycleEvent, at: Timestamp) {
        let (started, ended) = match event.status.as_str() {
            "Pending" => (None, None),
            "InProgress" | "Waiting" => (Some(at), None),
            _ => (None, Some(at)),
        };
        let known = self
            .lifecycle
            .iter_mut()
            .find(|known| known.event.name == event.name);
        if let Some(known) = known {
            known.event = event.clone();
            known.started = known.started.or(started);
            known.ended = ended;
        } else {
            let event = event.clone();
            self.lifecycle.push(Lifecycle {
                event,
                started,
                ended,
            });
        }
    }
}
