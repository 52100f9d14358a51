//! The steps in which ECS moves production's traffic.

use super::minutes;
use serde_json::{Map, Value};

/// One step in which ECS moves production's traffic to a new revision
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html>).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrafficStep {
    /// All that the new revision has from then on, in percent.
    pub percent: f64,
    /// How long ECS waits after it, in minutes.
    pub minutes: u32,
}

/// The steps; none of a rolling update, and none of a strategy that is newer than this code. What is
/// not set is as the API reference has it
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html>).
pub(super) fn steps(strategy: &str, document: &Map<String, Value>) -> Vec<TrafficStep> {
    let last = TrafficStep {
        percent: 100.0,
        minutes: 0,
    };
    let settings = |name: &str| document.get(name).and_then(Value::as_object);
    let before = match strategy {
        "BLUE_GREEN" => Vec::new(),
        "CANARY" => {
            let canary = settings("canaryConfiguration");
            let percent = percent(canary, "canaryPercent").unwrap_or(5.0);
            let minutes = canary.and_then(|it| minutes(it, "canaryBakeTimeInMinutes"));
            vec![TrafficStep {
                percent,
                minutes: minutes.unwrap_or(10),
            }]
        }
        "LINEAR" => {
            let linear = settings("linearConfiguration");
            let percent = percent(linear, "stepPercent").unwrap_or(10.0);
            let minutes = linear.and_then(|it| minutes(it, "stepBakeTimeInMinutes"));
            let minutes = minutes.unwrap_or(6);
            let steps = (1..1000).map(|nth| TrafficStep {
                percent: percent * f64::from(nth),
                minutes,
            });
            steps.take_while(|step| step.percent < 100.0).collect()
        }
        _ => return Vec::new(),
    };
    let before = before.into_iter().filter(|step| step.percent < 100.0);
    before.chain([last]).collect()
}

/// A share of more than nothing.
fn percent(settings: Option<&Map<String, Value>>, name: &str) -> Option<f64> {
    let percent = settings?.get(name)?.as_f64()?;
    (percent > 0.0).then_some(percent)
}
