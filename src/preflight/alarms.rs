//! The alarms that watch a deployment: there, and not firing before it begins.

use super::Check;
use crate::failure::{Code, Failure};
use crate::model::alarm::Alarm;

/// What the check is called.
pub const NAME: &str = "alarm";

/// Who heeds the alarms while the deployment runs.
#[derive(Debug, Clone, Copy)]
pub enum Guard<'a> {
    /// ECS, for this service of this cluster.
    Service {
        /// The cluster's name.
        cluster: &'a str,
        /// The service's name.
        service: &'a str,
    },
    /// CodeDeploy, for this deployment group.
    Group {
        /// The application's name.
        application: &'a str,
        /// The group's name.
        group: &'a str,
    },
}

/// Each of the `watched` alarms, among those that were `found`.
pub fn check(watched: &[String], found: &[Alarm], guard: Guard<'_>) -> Vec<Check> {
    let each = watched.iter().map(|name| {
        let alarm = found.iter().find(|alarm| alarm.name == *name);
        let (note, failure) = match alarm {
            None => ("", Some(absent(name, guard))),
            Some(alarm) if alarm.state == "ALARM" => ("", Some(firing(alarm, guard))),
            Some(alarm) => (alarm.state.as_str(), None),
        };
        Check::judged(NAME, name, note, failure)
    });
    each.collect()
}

fn absent(name: &str, guard: Guard<'_>) -> Failure {
    let what = format!("the alarm {name} that is to watch the deployment is not there");
    let whose = match guard {
        Guard::Service { service, .. } => format!("the service {service}"),
        Guard::Group { group, .. } => format!("the deployment group {group}"),
    };
    let help = format!("Create it, or take it out of the alarms of {whose}.");
    Failure::new(Code::AlarmUnfit, what, help)
}

/// What would become of the deployment, and how it is begun all the same
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html>,
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html>).
fn firing(alarm: &Alarm, guard: Guard<'_>) -> Failure {
    let (because, off) = match guard {
        Guard::Service { cluster, service } => (
            "ECS would heed no alarm for the whole of the deployment".to_owned(),
            format!("`deploymentConfiguration.alarms.enable` of the service {cluster}/{service}"),
        ),
        Guard::Group { application, group } => (
            format!("CodeDeploy stops a deployment of {group} while it fires"),
            format!("`alarmConfiguration.enabled` of the deployment group {application}/{group}"),
        ),
    };
    let help = format!(
        "Find out what is wrong with what runs now, and deploy when the alarm is over. To bring a \
         fix all the same, set {off} to false for as long as it takes."
    );
    let what = format!(
        "the alarm {} is firing before the deployment begins",
        alarm.name
    );
    let failure = Failure::new(Code::AlarmUnfit, what, help);
    let failure = match &alarm.reason {
        Some(reason) => failure.because(reason.clone()),
        None => failure,
    };
    failure.because(because)
}

#[cfg(test)]
mod tests {
    use super::{Guard, check};
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
        let guard = Guard::Service {
            cluster: "prod",
            service: "shop",
        };
        let checks = check(&watched, &found, guard);
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

    #[test]
    fn who_would_heed_it_says_what_to_do() {
        let found = [Alarm {
            name: "a".to_owned(),
            state: "ALARM".to_owned(),
            reason: Some("Threshold Crossed".to_owned()),
        }];
        let service = Guard::Service {
            cluster: "prod",
            service: "shop",
        };
        let group = Guard::Group {
            application: "app",
            group: "grp",
        };
        for (guard, why, now) in [
            (
                service,
                "ECS would heed no alarm",
                "`deploymentConfiguration.alarms.enable` of the service prod/shop",
            ),
            (
                group,
                "CodeDeploy stops a deployment of grp",
                "`alarmConfiguration.enabled` of the deployment group app/grp",
            ),
        ] {
            let checks = check(&["a".to_owned()], &found, guard);
            let failure = checks[0].failure().unwrap();
            assert_eq!(failure.why[0], "Threshold Crossed");
            assert!(failure.why[1].starts_with(why), "{:?}", failure.why);
            assert!(failure.help.contains(now), "{}", failure.help);
        }
    }
}
