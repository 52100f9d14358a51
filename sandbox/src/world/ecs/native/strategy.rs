//! How a deployment moves production traffic, read from `deploymentConfiguration`.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html>

use jiff::SignedDuration;
use serde_json::Value;

/// How production traffic moves, and how long both revisions run after that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strategy {
    /// The replacement's shares one after the other, in thousandths, and the wait after each. The
    /// last one is all of it.
    pub steps: Vec<(u32, SignedDuration)>,
    /// `bakeTimeInMinutes`.
    pub bake: SignedDuration,
}

const ALL: u32 = 1000;

impl Strategy {
    /// What `configuration` says; none for rolling updates.
    pub fn read(configuration: &Value) -> Option<Self> {
        let none = Value::Null;
        let part = |name: &str| configuration.get(name).unwrap_or(&none);
        let steps = match configuration.get("strategy").and_then(Value::as_str)? {
            "BLUE_GREEN" => vec![(ALL, SignedDuration::ZERO)],
            "CANARY" => canary(part("canaryConfiguration")),
            "LINEAR" => linear(part("linearConfiguration")),
            _ => return None,
        };
        Some(Self {
            steps,
            bake: minutes(configuration, "bakeTimeInMinutes", 0),
        })
    }
}

fn canary(configuration: &Value) -> Vec<(u32, SignedDuration)> {
    let first = thousandths(configuration, "canaryPercent", 5.0);
    let wait = minutes(configuration, "canaryBakeTimeInMinutes", 10);
    let mut steps = vec![(first, wait), (ALL, SignedDuration::ZERO)];
    steps.retain(|(share, wait)| *share < ALL || wait.is_zero());
    steps
}

fn linear(configuration: &Value) -> Vec<(u32, SignedDuration)> {
    let step = thousandths(configuration, "stepPercent", 10.0).max(1);
    let wait = minutes(configuration, "stepBakeTimeInMinutes", 6);
    let shares = (1..).map(|nth| (nth * step).min(ALL));
    let before = shares.take_while(|share| *share < ALL);
    let steps = before.map(|share| (share, wait));
    steps.chain([(ALL, SignedDuration::ZERO)]).collect()
}

fn minutes(of: &Value, name: &str, usual: i64) -> SignedDuration {
    let set = of.get(name).and_then(Value::as_i64);
    SignedDuration::from_mins(set.unwrap_or(usual))
}

/// A share that is given in percent with at most one digit after the point.
fn thousandths(of: &Value, name: &str, usual: f64) -> u32 {
    let percent = of.get(name).and_then(Value::as_f64).unwrap_or(usual);
    let due = (percent * 10.0).round();
    (0..=ALL)
        .find(|share| f64::from(*share) >= due)
        .unwrap_or(ALL)
}
