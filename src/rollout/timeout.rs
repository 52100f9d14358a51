//! How long a deployment may take before the wait for it is given up.

use crate::inputs::WaitFor;
use std::time::Duration;

/// How a strategy spends its time, as far as its settings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// ECS's rolling update: as long as its tasks need.
    Rolling {
        /// The service's bake time, in which alarms are watched.
        bake: Duration,
    },
    /// Blue/green, by CodeDeploy or in stages by ECS.
    BlueGreen {
        /// The deployment group's wait before production traffic is moved; ECS has pauses instead, which
        /// move the deadline.
        ready_wait: Duration,
        /// From the first to the last step of moving traffic.
        shifting: Duration,
        /// The wait before the old tasks are stopped: the deployment group's, or ECS's bake time.
        termination_wait: Duration,
    },
}

/// For tasks to start and the old ones to drain in a rolling update.
const ROLLING: Duration = Duration::from_mins(30);

/// For the replacement task set to become healthy: CodeDeploy itself gives up after an hour.
const REPLACEMENT: Duration = Duration::from_hours(1);

/// For hooks and the listeners' changes.
const HOOKS: Duration = Duration::from_mins(15);

/// The time-out for reaching `wait_for` at `pace`, when the inputs name none.
pub fn derived(pace: Pace, wait_for: WaitFor) -> Duration {
    let (ready_wait, shifting, termination_wait) = match pace {
        Pace::Rolling { bake } => return ROLLING + bake,
        Pace::BlueGreen {
            ready_wait,
            shifting,
            termination_wait,
        } => (ready_wait, shifting, termination_wait),
    };
    let ready = REPLACEMENT + HOOKS;
    let shifted = ready + ready_wait + shifting;
    match wait_for {
        WaitFor::Created | WaitFor::Ready => ready,
        WaitFor::TrafficShifted => shifted,
        WaitFor::Succeeded => shifted + termination_wait,
    }
}

#[cfg(test)]
mod tests {
    use super::{Pace, derived};
    use crate::inputs::WaitFor;
    use std::time::Duration;

    #[test]
    fn every_wait_of_the_group_counts_where_it_is_waited_for() {
        let minutes = Duration::from_mins;
        let (ready_wait, shifting, termination_wait) = (minutes(20), minutes(9), minutes(60));
        let pace = Pace::BlueGreen {
            ready_wait,
            shifting,
            termination_wait,
        };
        let rows = [
            (
                Pace::Rolling {
                    bake: Duration::ZERO,
                },
                WaitFor::Succeeded,
                30,
            ),
            (pace, WaitFor::Created, 75),
            (pace, WaitFor::Ready, 75),
            (pace, WaitFor::TrafficShifted, 104),
            (pace, WaitFor::Succeeded, 164),
        ];
        for (pace, wait_for, expected) in rows {
            assert_eq!(
                derived(pace, wait_for),
                minutes(expected),
                "{pace:?} {wait_for:?}"
            );
        }
    }
}
