//! The alarms that watch a deployment: there, and not firing before it begins.

use super::Check;
use crate::failure::{Code, Failure};
use crate::model::alarm::Alarm;

/// What the check is called.
pub const NAME: &str = "alarm";

/// Each of the `watched` alarms, among those that were `found`.
pub fn check(watched: &[String], found: &[Alarm]) -> Vec<Check> {
    let each = watched.iter().map(|name| {
        let alarm = found.iter().find(|alarm| alarm.name == *name);
        let (note, failure) = match alarm {
            None => ("", Some(absent(name))),
            Some(alarm) if alarm.state == "ALARM" => ("", Some(firing(alarm))),
            Some(alarm) => (alarm.state.as_str(), None),
        };
        Check::judged(NAME, name, note, failure)
    });
    each.collect()
}

fn absent(name: &str) -> Failure {
    Failure::new(
        Code::AlarmUnfit,
        format!("the alarm {name} that is to watch the deployment is not there"),
        "Create it, or take it out of the service's or the deployment group's alarms.",
    )
}

/// CodeDeploy stops a deployment that begins with one, and ECS does not heed it then.
fn firing(alarm: &Alarm) -> Failure {
    let failure = Failure::new(
        Code::AlarmUnfit,
        format!(
            "the alarm {} is firing before the deployment begins",
            alarm.name
        ),
        "Find out what is wrong with what runs now, and deploy when the alarm is over. To bring a \
         fix all the same, turn the alarm off in the service or the deployment group.",
    );
    match &alarm.reason {
        Some(reason) => failure.because(reason.clone()),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::model::alarm::Alarm;

    #[test]
    fn an_alarm_must_be_there_and_quiet() {
        let alarm = |name: &str, state: &str| Alarm {
            name: name.to_owned(),
            state: state.to_owned(),
            reason: Some("Threshold Crossed".to_owned()),
        };
        let watched = ["a", "b", "c", "d"].map(str::to_owned);
        let found = [
            alarm("b", "OK"),
            alarm("a", "ALARM"),
            alarm("d", "INSUFFICIENT_DATA"),
        ];
        let checks = check(&watched, &found);
        let told = checks
            .iter()
            .map(|it| it.failure().map(|it| it.what.as_str()));
        let expected = [
            Some("the alarm a is firing before the deployment begins"),
            None,
            Some("the alarm c that is to watch the deployment is not there"),
            None,
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
