//! The steps in which ECS moves production's traffic, as a service's settings say.

use crate::model::service::TrafficStep;
use aws_sdk_ecs::types as sdk;

/// The steps; none of a rolling update, and none of a strategy that is newer than this code. What is
/// not set is as the API reference has it
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html>).
pub(super) fn steps(configuration: &sdk::DeploymentConfiguration) -> Vec<TrafficStep> {
    use sdk::DeploymentStrategy::{BlueGreen, Canary, Linear};
    let last = TrafficStep {
        percent: 100.0,
        minutes: 0,
    };
    let before = match configuration.strategy() {
        Some(BlueGreen) => Vec::new(),
        Some(Canary) => {
            let canary = configuration.canary_configuration();
            let percent = canary.and_then(sdk::CanaryConfiguration::canary_percent);
            let minutes = canary.and_then(sdk::CanaryConfiguration::canary_bake_time_in_minutes);
            vec![step(percent.unwrap_or(5.0), minutes.unwrap_or(10))]
        }
        Some(Linear) => {
            let linear = configuration.linear_configuration();
            let percent = linear.and_then(sdk::LinearConfiguration::step_percent);
            let minutes = linear.and_then(sdk::LinearConfiguration::step_bake_time_in_minutes);
            let (percent, minutes) = (percent.unwrap_or(10.0), minutes.unwrap_or(6));
            let steps = (1..1000).map(|nth| step(percent * f64::from(nth), minutes));
            steps.take_while(|step| step.percent < 100.0).collect()
        }
        _ => return Vec::new(),
    };
    let before = before.into_iter().filter(|step| step.percent < 100.0);
    before.chain([last]).collect()
}

fn step(percent: f64, minutes: i32) -> TrafficStep {
    TrafficStep {
        percent,
        minutes: minutes.try_into().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::steps;
    use aws_sdk_ecs::types as sdk;

    fn shown(configuration: &sdk::DeploymentConfiguration) -> String {
        let steps = steps(configuration).into_iter();
        let shown = steps.map(|step| format!("{}%+{}m", step.percent, step.minutes));
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_strategy_has_its_steps() {
        let of = |strategy| sdk::DeploymentConfiguration::builder().strategy(strategy);
        let linear = |percent, minutes| {
            let linear = sdk::LinearConfiguration::builder();
            linear
                .step_percent(percent)
                .step_bake_time_in_minutes(minutes)
                .build()
        };
        let canary = |percent, minutes| {
            let canary = sdk::CanaryConfiguration::builder();
            canary
                .canary_percent(percent)
                .canary_bake_time_in_minutes(minutes)
                .build()
        };
        let rows = [
            (of("ROLLING".into()).build(), ""),
            (of("SOMETHING_NEW".into()).build(), ""),
            (of("BLUE_GREEN".into()).build(), "100%+0m"),
            (of("CANARY".into()).build(), "5%+10m 100%+0m"),
            (
                of("CANARY".into())
                    .canary_configuration(canary(0.1, 3))
                    .build(),
                "0.1%+3m 100%+0m",
            ),
            (
                of("LINEAR".into())
                    .linear_configuration(linear(40.0, 1))
                    .build(),
                "40%+1m 80%+1m 100%+0m",
            ),
            (
                of("LINEAR".into())
                    .linear_configuration(linear(50.0, 0))
                    .build(),
                "50%+0m 100%+0m",
            ),
        ];
        for (configuration, expected) in rows {
            assert_eq!(shown(&configuration), expected, "{configuration:?}");
        }
    }
}
