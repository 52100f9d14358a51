//! How the traffic would move, step by step, and how long that takes at least.

use crate::inputs::WaitFor;
use crate::model::codedeploy::Routing;
use crate::model::deployment_configuration::TrafficStep;
use crate::rollout::timeout::Pace;
use serde::Serialize;

/// The way a deployment would take.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Course {
    /// `rolling`, `codedeploy`, `native`.
    pub strategy: String,
    /// The deployment config, where there is one; of `native` the service's strategy, such as `CANARY`.
    pub config: Option<String>,
    /// How the production traffic moves; empty where tasks are replaced one by one, or the config
    /// says nothing that is known.
    pub steps: Vec<Step>,
    /// The waits that are set for it, in minutes: the time that it takes beside starting and stopping
    /// tasks and running hooks.
    pub waits: Waits,
    /// Whether somebody has to approve first.
    pub approval: bool,
    /// What a run would wait for.
    pub wait_for: WaitFor,
    /// For how long at most, in seconds.
    pub timeout_seconds: u64,
}

/// The waits that are set for a deployment, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Waits {
    /// Until somebody says that the traffic may move, at most.
    pub ready: u32,
    /// From the first traffic on the new revision to the last.
    pub shifting: u32,
    /// With all traffic on the new revision, before the deployment is over.
    pub bake: u32,
}

/// A step of the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// Minutes after the first step.
    pub after: u32,
    /// The production traffic on the new revision from then on, in percent.
    pub percent: f64,
}

/// The steps of `routing`
/// (<https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html#deployment-configuration-ecs>).
pub fn steps(routing: &Routing) -> Vec<Step> {
    let step = |after, percent: u32| Step {
        after,
        percent: percent.into(),
    };
    match routing {
        Routing::AllAtOnce => vec![step(0, 100)],
        Routing::Canary { percent, minutes } => vec![step(0, *percent), step(*minutes, 100)],
        Routing::Linear { percent, minutes } => {
            let each = (*percent).clamp(1, 100);
            let many = 0..100_u32.div_ceil(each);
            many.map(|at| step(at.saturating_mul(*minutes), (each * (at + 1)).min(100)))
                .collect()
        }
        Routing::Other(_) => Vec::new(),
    }
}

/// The steps that ECS itself takes.
pub fn native_steps(steps: &[TrafficStep]) -> Vec<Step> {
    let mut after = 0;
    let taken = steps.iter().map(|step| {
        let at = after;
        after += step.minutes;
        Step {
            after: at,
            percent: step.percent,
        }
    });
    taken.collect()
}

impl Waits {
    /// The waits of a deployment at that pace.
    pub fn of(pace: Pace) -> Self {
        let minutes =
            |wait: std::time::Duration| u32::try_from(wait.as_secs() / 60).unwrap_or(u32::MAX);
        match pace {
            Pace::Rolling { bake } => Self {
                bake: minutes(bake),
                ..Self::default()
            },
            Pace::BlueGreen {
                ready_wait,
                shifting,
                termination_wait,
            } => Self {
                ready: minutes(ready_wait),
                shifting: minutes(shifting),
                bake: minutes(termination_wait),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, Waits, steps};
    use crate::model::codedeploy::Routing;
    use crate::rollout::timeout::Pace;
    use std::time::Duration;

    fn shown(routing: &Routing) -> String {
        let steps = steps(routing).into_iter();
        let shown = steps.map(|Step { after, percent }| format!("{percent}%@{after}"));
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_routing_has_its_steps() {
        let linear = |percent, minutes| Routing::Linear { percent, minutes };
        let canary = Routing::Canary {
            percent: 10,
            minutes: 15,
        };
        let rows = [
            (Routing::AllAtOnce, "100%@0"),
            (canary, "10%@0 100%@15"),
            (linear(25, 3), "25%@0 50%@3 75%@6 100%@9"),
            (linear(40, 1), "40%@0 80%@1 100%@2"),
            (linear(100, 5), "100%@0"),
            (Routing::Other("New".to_owned()), ""),
        ];
        for (routing, expected) in rows {
            assert_eq!(shown(&routing), expected, "{routing:?}");
            let last = steps(&routing).last().map_or(0, |step| step.after);
            assert_eq!(last, routing.minutes(), "{routing:?}");
        }
        assert_eq!(steps(&linear(0, 1)).len(), 100);
    }

    #[test]
    fn waits_are_those_of_the_pace() {
        let minutes = Duration::from_mins;
        let pace = Pace::BlueGreen {
            ready_wait: minutes(1),
            shifting: minutes(2),
            termination_wait: minutes(3),
        };
        let waits = Waits {
            ready: 1,
            shifting: 2,
            bake: 3,
        };
        assert_eq!(Waits::of(pace), waits);
        let waits = Waits {
            bake: 4,
            ..Waits::default()
        };
        assert_eq!(Waits::of(Pace::Rolling { bake: minutes(4) }), waits);
    }
}
