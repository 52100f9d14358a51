//! Deployment configurations: how production traffic moves to the replacement task set.
//!
//! <https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html>

use crate::world::ecs::ids;
use jiff::Timestamp;
use serde::Deserialize;

/// How traffic moves. Percentages are 1 to 99, intervals are minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Routing {
    /// All of it in one step.
    AllAtOnce,
    /// A part first, the rest after a time.
    Canary {
        /// The first part.
        percentage: u8,
        /// Minutes until the rest follows.
        interval: u32,
    },
    /// In equal parts, one after each interval.
    Linear {
        /// Each part.
        percentage: u8,
        /// Minutes between two parts.
        interval: u32,
    },
}

impl Routing {
    /// The share of the replacement after so many steps (the first is step 1), and the minutes
    /// until the next step, if there is one.
    pub fn step(self, number: u32) -> (u8, Option<u32>) {
        let (percent, interval) = match self {
            Self::Canary {
                percentage,
                interval,
            } if number <= 1 => (u32::from(percentage), interval),
            Self::Linear {
                percentage,
                interval,
            } => (u32::from(percentage) * number, interval),
            Self::AllAtOnce | Self::Canary { .. } => (100, 0),
        };
        match u8::try_from(percent.min(100)).unwrap_or(100) {
            100 => (100, None),
            part => (part, Some(interval)),
        }
    }
}

/// A deployment configuration of the compute platform ECS.
#[derive(Debug, Clone)]
pub struct Config {
    /// A UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How traffic moves.
    pub routing: Routing,
    /// When it was made.
    pub created: Timestamp,
}

impl Config {
    /// A configuration made at `created`.
    pub fn new(name: &str, routing: Routing, created: Timestamp) -> Self {
        Self {
            id: ids::uuid(&format!("config {name}")),
            name: name.to_owned(),
            routing,
            created,
        }
    }
}

/// The five that AWS gives every account.
pub fn predefined() -> Vec<Config> {
    let linear = |interval| Routing::Linear {
        percentage: 10,
        interval,
    };
    let canary = |interval| Routing::Canary {
        percentage: 10,
        interval,
    };
    let all = [
        ("ECSAllAtOnce", Routing::AllAtOnce),
        ("ECSLinear10PercentEvery1Minutes", linear(1)),
        ("ECSLinear10PercentEvery3Minutes", linear(3)),
        ("ECSCanary10Percent5Minutes", canary(5)),
        ("ECSCanary10Percent15Minutes", canary(15)),
    ];
    // The day AWS made them.
    let made = Timestamp::from_second(1_543_276_800).unwrap_or(Timestamp::UNIX_EPOCH);
    all.map(|(name, routing)| Config::new(&format!("CodeDeployDefault.{name}"), routing, made))
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::Routing;

    #[test]
    fn linear_goes_up_in_equal_parts_and_ends_at_all() {
        let linear = Routing::Linear {
            percentage: 30,
            interval: 3,
        };
        let steps = [1, 2, 3, 4].map(|number| linear.step(number));
        assert_eq!(
            steps,
            [(30, Some(3)), (60, Some(3)), (90, Some(3)), (100, None)]
        );
    }

    #[test]
    fn canary_has_two_steps() {
        let canary = Routing::Canary {
            percentage: 10,
            interval: 15,
        };
        assert_eq!(
            [1, 2].map(|number| canary.step(number)),
            [(10, Some(15)), (100, None)]
        );
    }
}
