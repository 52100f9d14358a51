//! Deployments that ECS takes through lifecycle stages by itself: blue/green, linear and canary.
//!
//! The replacement's tasks come up beside those that serve, traffic moves by the weights of listener
//! rules, hooks are asked on the way, and the old tasks go last. How a deployment is asked for, fails
//! and is rolled back is said in [`super::rollout`], as for a rolling one.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html>

pub mod hook;
pub mod script;
pub mod stage;
pub mod strategy;
pub mod traffic;

use hook::Hook;
use jiff::{SignedDuration, Timestamp};
use stage::Stage;
use strategy::Strategy;
use traffic::Routes;

/// How far such a deployment is.
#[derive(Debug, Clone)]
pub struct Native {
    /// How it moves traffic.
    pub strategy: Strategy,
    /// The ARN of the service revision that served when it began.
    pub blue: String,
    /// Where it moves it; none before it was taken up, and where ECS moves none.
    pub routes: Option<Routes>,
    /// Where it is.
    pub stage: Stage,
    /// When it got there.
    pub entered: Timestamp,
    /// How many steps of production traffic it has made.
    pub steps: usize,
    /// The replacement's share of the production traffic, in thousandths.
    pub production: u32,
    /// The replacement's share of the test traffic, in thousandths.
    pub test: u32,
    /// Every hook that was asked, oldest first.
    pub hooks: Vec<Hook>,
    /// When the time is over that the stage takes in any case.
    pub passes: Timestamp,
}

impl Native {
    /// A deployment that has not begun.
    pub fn new(strategy: Strategy, blue: &str, now: Timestamp) -> Self {
        Self {
            strategy,
            blue: blue.to_owned(),
            routes: None,
            stage: Stage::PreScaleUp,
            entered: now,
            steps: 0,
            production: 0,
            test: 0,
            hooks: Vec::new(),
            passes: now,
        }
    }

    /// Goes to `stage`, which takes `span` in any case.
    pub fn enter(&mut self, stage: Stage, now: Timestamp, span: SignedDuration) {
        self.stage = stage;
        self.entered = now;
        self.passes = super::later(now, span);
    }

    /// The hooks of the stage that it is in, of this time that it is there.
    pub fn hooks_now(&self) -> impl Iterator<Item = &Hook> {
        let (stage, since) = (self.stage, self.entered);
        let mut hooks = self.hooks.iter();
        std::iter::from_fn(move || {
            hooks
                .by_ref()
                .find(|it| it.stage == stage && it.asked >= since)
        })
    }

    /// When something happens to it next by itself, after `now`.
    pub fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let hooks = self.hooks.iter().filter_map(Hook::due);
        hooks.chain([self.passes]).filter(|due| *due > now).min()
    }
}

#[cfg(test)]
mod tests;
