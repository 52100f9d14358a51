//! Steps and waits of each strategy, as its settings say.

use super::strategy::Strategy;
use serde_json::{Value, json};

fn steps(configuration: &Value) -> Option<Vec<(u32, i64)>> {
    let strategy = Strategy::read(configuration)?;
    let steps = strategy.steps.into_iter();
    Some(steps.map(|(share, wait)| (share, wait.as_mins())).collect())
}

#[test]
fn each_strategy_moves_traffic_in_its_own_steps() {
    let rows = [
        (json!({}), None),
        (json!({"strategy": "ROLLING"}), None),
        (json!({"strategy": "BLUE_GREEN"}), Some(vec![(1000, 0)])),
        (
            json!({"strategy": "CANARY"}),
            Some(vec![(50, 10), (1000, 0)]),
        ),
        (
            json!({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.1, "canaryBakeTimeInMinutes": 3}}),
            Some(vec![(1, 3), (1000, 0)]),
        ),
        (
            json!({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 100.0, "canaryBakeTimeInMinutes": 3}}),
            Some(vec![(1000, 0)]),
        ),
        (
            json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 33.4, "stepBakeTimeInMinutes": 1}}),
            Some(vec![(334, 1), (668, 1), (1000, 0)]),
        ),
        (
            json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0}}),
            Some(vec![(500, 6), (1000, 0)]),
        ),
    ];
    for (configuration, due) in rows {
        assert_eq!(steps(&configuration), due, "{configuration}");
    }
}
