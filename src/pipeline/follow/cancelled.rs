//! The end of a run that is cancelled while its deployment runs.
//!
//! The runner gives seven and a half seconds between its first signal and the next
//! (<https://github.com/actions/runner/blob/main/src/Runner.Sdk/ProcessInvoker.cs>), of which AWS
//! gets three to take the request in, after two to answer a start that was asked for; what comes of
//! it is the post step's to see.

use super::{Driven, Followed, Purpose};
use crate::inputs::After;
use crate::model::stop::StopAnswer;
use crate::rollout::ending::{Ending, WayBack};
use crate::rollout::snapshot::State;
use crate::strategy::Rollout as _;
use std::time::Duration;

/// For AWS to take the request in, in real time.
const GRACE: Duration = Duration::from_secs(3);

impl Followed<'_> {
    /// Does about the deployment what `on-cancel` says.
    pub(super) async fn cancelled(&self, driven: Driven) -> Driven {
        let leave = self.run.inputs.waiting.on_cancel == After::Leave;
        // A way back that is under way is what a cancelled run would ask for.
        if leave || self.purpose != Purpose::Deploy {
            return driven;
        }
        let way_back = match driven.ending.state {
            Some(State::RollingBack) => WayBack::TooLate,
            _ => self.asked_back().await,
        };
        Driven {
            ending: Ending {
                way_back,
                ..driven.ending
            },
            ..driven
        }
    }

    async fn asked_back(&self) -> WayBack {
        let clock = self.run.clock;
        let answer = tokio::select! {
            biased;
            answer = self.strategy.stop(self.id) => answer,
            () = clock.sleep(clock.in_real_time(GRACE)) => return WayBack::Refused,
        };
        match answer {
            Ok(StopAnswer::Accepted) => WayBack::Asked,
            Ok(StopAnswer::Over) => WayBack::TooLate,
            Ok(StopAnswer::NotThere) => WayBack::Refused,
            Err(error) => {
                tracing::debug!("not stopped: {error:#}");
                WayBack::Refused
            }
        }
    }
}
