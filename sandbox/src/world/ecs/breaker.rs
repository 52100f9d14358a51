//! The deployment circuit breaker's threshold.
//!
//! Rule: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html>

use serde_json::Value;

/// The breaker as a service's `deploymentConfiguration` sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breaker {
    /// Does it watch at all?
    pub enable: bool,
    /// Does it roll back?
    pub rollback: bool,
    /// Does a healthy task set the count back to zero (it does unless told otherwise)?
    pub reset: bool,
    threshold: Option<(Kind, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Count,
    Bounded,
    Unbounded,
}

impl Breaker {
    /// Reads it from a `deploymentConfiguration`.
    pub fn read(configuration: Option<&Value>) -> Self {
        let Some(breaker) = configuration.and_then(|it| it.get("deploymentCircuitBreaker")) else {
            return Self::default();
        };
        let flag = |name: &str| breaker.get(name).and_then(Value::as_bool);
        Self {
            enable: flag("enable").unwrap_or(false),
            rollback: flag("rollback").unwrap_or(false),
            reset: flag("resetOnHealthyTask").unwrap_or(true),
            threshold: breaker.get("thresholdConfiguration").and_then(threshold),
        }
    }

    /// How many failed tasks trip it, for so many desired ones: half of them, at least 3 and at
    /// most 200, unless the service sets another rule.
    pub fn threshold(&self, desired: u32) -> u32 {
        let percent = |value: u32| (desired * value).div_ceil(100);
        match self.threshold {
            Some((Kind::Count, value)) => value.max(1),
            Some((Kind::Unbounded, value)) => percent(value).max(1),
            Some((Kind::Bounded, value)) => percent(value).clamp(3, 200),
            None => percent(50).clamp(3, 200),
        }
    }
}

fn threshold(configuration: &Value) -> Option<(Kind, u32)> {
    let kind = match configuration.get("type")?.as_str()? {
        "COUNT" => Kind::Count,
        "BOUNDED_PERCENT" => Kind::Bounded,
        "UNBOUNDED_PERCENT" => Kind::Unbounded,
        _ => return None,
    };
    let value = configuration.get("value")?.as_u64()?;
    Some((kind, u32::try_from(value).ok()?))
}

#[cfg(test)]
mod tests {
    use super::Breaker;
    use serde_json::json;

    #[test]
    fn half_of_the_tasks_between_three_and_two_hundred() {
        let breaker = Breaker::read(Some(
            &json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true}}),
        ));
        let thresholds = [0, 1, 6, 7, 25, 400, 1000].map(|desired| breaker.threshold(desired));
        assert_eq!(thresholds, [3, 3, 3, 4, 13, 200, 200]);
        assert!(breaker.reset);
    }

    #[test]
    fn a_service_may_set_its_own() {
        let read = |kind: &str, value: u32| {
            Breaker::read(Some(
                &json!({"deploymentCircuitBreaker": {"enable": true, "rollback": false,
                "thresholdConfiguration": {"type": kind, "value": value}}}),
            ))
        };
        assert_eq!(read("COUNT", 7).threshold(2), 7);
        assert_eq!(read("UNBOUNDED_PERCENT", 50).threshold(2), 1);
        assert_eq!(read("BOUNDED_PERCENT", 100).threshold(1), 3);
    }
}
