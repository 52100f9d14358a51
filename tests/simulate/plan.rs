//! What a seed stands for: a world, a job in it, and all that is to go wrong.
//!
//! Every part is drawn by a file of its own, which changes the [`Scenario`] or the run and says so
//! in a line. To draw something more is a line there.

mod blue_green;
mod faults;
mod inputs;
mod interruptions;
mod native;
mod others;
mod service;
pub(crate) mod tasks;

use crate::draw::Draw;
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::world::happenings::deed::{Deed, Renewal};
use jiff::SignedDuration;
use std::fmt;
use std::sync::OnceLock;

pub(crate) use interruptions::{Cancel, Review};

/// How the service is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Rolling,
    BlueGreen,
    Native,
}

/// How long calls take.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Latency {
    /// In milliseconds.
    pub(crate) least: i64,
    pub(crate) most: i64,
    /// Whether some are not answered for minutes.
    pub(crate) hangs: bool,
}

/// A run that a seed stands for.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) way: Way,
    pub(crate) scenario: Scenario,
    /// What the step is to do: `deploy` or `rollback`.
    pub(crate) command: &'static str,
    /// So long after the beginning of the world the run begins.
    pub(crate) starts: SignedDuration,
    /// Whether others do something while it runs.
    pub(crate) others: bool,
    /// What the step is given beside what every step is.
    pub(crate) inputs: Vec<(&'static str, String)>,
    pub(crate) poll: SignedDuration,
    pub(crate) review: Review,
    /// Only the first attempt is cancelled.
    pub(crate) cancel: Option<Cancel>,
    /// So long after the first attempt a second one begins.
    pub(crate) rerun: Option<SignedDuration>,
    pub(crate) latency: Latency,
    /// Whether calls go wrong.
    pub(crate) faults: bool,
    /// Whether anything but patience is needed.
    pub(crate) trouble: bool,
    /// How long pauses may hold the deployment up.
    pub(crate) paused: SignedDuration,
    /// About how long the deployment takes, in seconds: what the poll interval is drawn by.
    length: i64,
    said: Vec<String>,
}

impl Plan {
    pub(crate) fn of(seed: u64) -> Self {
        let way = Draw::of(seed, "way").one_of(&[Way::Rolling, Way::BlueGreen]);
        let way = if Draw::of(seed, "by ECS in stages").chance(30) {
            Way::Native
        } else {
            way
        };
        let mut plan = Self {
            seed,
            way,
            scenario: scenario(way).clone(),
            command: "deploy",
            starts: SignedDuration::ZERO,
            others: false,
            inputs: Vec::new(),
            poll: SignedDuration::ZERO,
            review: Review::Approved,
            cancel: None,
            rerun: None,
            latency: Latency::default(),
            faults: false,
            trouble: false,
            paused: SignedDuration::ZERO,
            length: 60,
            said: vec![format!("{way:?} in {}", way.environment())],
        };
        service::draw(&mut plan, &mut Draw::of(seed, "service"));
        others::draw(&mut plan, &mut Draw::of(seed, "others"));
        if way == Way::BlueGreen {
            blue_green::draw(&mut plan, &mut Draw::of(seed, "blue/green"));
        }
        if way == Way::Native {
            native::draw(&mut plan, &mut Draw::of(seed, "native"));
        }
        tasks::draw(&mut plan, &mut Draw::of(seed, "tasks"));
        inputs::draw(&mut plan, &mut Draw::of(seed, "inputs"));
        faults::draw(&mut plan, &mut Draw::of(seed, "faults"));
        interruptions::draw(&mut plan, &mut Draw::of(seed, "interruptions"));
        plan
    }

    /// Whether anybody takes permissions or sessions from the run for good.
    pub(crate) fn is_deprived(&self) -> bool {
        let mut happenings = self.scenario.happenings.0.iter();
        happenings.any(|it| match &it.does {
            Deed::Deny(_) => true,
            Deed::EndSessions(ended) => ended.renewal == Renewal::Refused,
            _ => false,
        })
    }

    fn say(&mut self, what: impl Into<String>) {
        self.said.push(what.into());
    }

    fn input(&mut self, name: &'static str, value: impl Into<String>) {
        self.inputs.push((name, value.into()));
    }

    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        let found = self.inputs.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the revision that serves at first comes up no more, once it has to.
    pub(crate) fn old_tasks_fail(&self) -> bool {
        let mut behaviours = self.scenario.ecs.behaviours.iter();
        behaviours.any(|it| it.r#match.revision == Some(1) && it.ends.is_some())
    }

    /// Whether every rollback is said to have failed.
    pub(crate) fn rollback_fails(&self) -> bool {
        let mut services = self.scenario.ecs.services.iter();
        services.any(|it| it.script.rollback_fails)
    }

    /// How much later than the world something may be seen: calls take time, and are repeated.
    pub(crate) fn slack(&self) -> SignedDuration {
        let calls = SignedDuration::from_millis(self.latency.most * 12);
        let repeated = SignedDuration::from_secs(if self.faults { 90 } else { 0 });
        SignedDuration::from_secs(2) + calls + repeated
    }
}

impl Way {
    /// The environment, which is the name of the cluster and of the role too.
    pub(crate) fn environment(self) -> &'static str {
        match self {
            Self::Rolling => "staging",
            Self::BlueGreen | Self::Native => "production",
        }
    }

    pub(crate) fn family(self) -> &'static str {
        match self {
            Self::Rolling => "shop-staging",
            Self::BlueGreen | Self::Native => "shop",
        }
    }

    /// Whether somebody has to approve, where the inputs do not say.
    pub(crate) fn is_gated(self) -> bool {
        self != Self::Rolling
    }

    /// Whether ECS itself carries deployments out.
    pub(crate) fn is_by_ecs(self) -> bool {
        self != Self::BlueGreen
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.said {
            writeln!(f, "  {line}")?;
        }
        for (name, value) in &self.inputs {
            writeln!(f, "  input {name}: {value}")?;
        }
        Ok(())
    }
}

/// The world before anything is drawn.
fn scenario(way: Way) -> &'static Scenario {
    static SCENARIO: OnceLock<Scenario> = OnceLock::new();
    static STAGED: OnceLock<Scenario> = OnceLock::new();
    const TEXT: &str = include_str!("../data/shop.yaml");
    match way {
        Way::Native => STAGED.get_or_init(|| Scenario::parse(&native::staged(TEXT)).unwrap()),
        _ => SCENARIO.get_or_init(|| Scenario::parse(&blue_green::continued(TEXT)).unwrap()),
    }
}
