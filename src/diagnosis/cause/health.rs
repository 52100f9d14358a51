//! A health check failed: the load balancer's, or the container's own
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshoot-service-load-balancers.html>).

use super::words::{Said, container, shown};
use super::{Cause, Kind, View};
use crate::diagnosis::failures::TaskFailures;
use crate::model::target_group::{TargetGroup, TargetHealth};

/// Tasks were stopped because a health check failed.
pub(super) fn of_failures(view: View<'_>, failures: &TaskFailures) -> Cause {
    let reason = &failures.reason;
    if reason
        .to_ascii_lowercase()
        .contains("container health checks")
    {
        return of_container(view, failures.container.as_deref());
    }
    let group = target_group_arn(reason);
    let target = view.evidence.targets.iter();
    let mut target = target.filter(|it| group.is_none_or(|group| it.group == group));
    let event = view.evidence.events.iter().rev();
    let mut events = event.map(|event| event.message.as_str());
    let answer = events
        .find(|message| is_unhealthy(message))
        .and_then(answer)
        .or_else(|| target.next()?.description.as_deref());
    of_load_balancer(view, group, answer)
}

/// An event tells of a health check, and nobody tells more.
pub(super) fn of_event(view: View<'_>, message: &str) -> Option<Cause> {
    let said = Said::new(message);
    if is_unhealthy(message) {
        return Some(of_load_balancer(
            view,
            target_group_arn(message),
            answer(message),
        ));
    }
    said.has("failed container health checks")
        .then(|| of_container(view, None))
}

/// No task was stopped, but targets are not healthy.
pub(super) fn of_targets(view: View<'_>) -> Option<Cause> {
    let target = view.evidence.targets.first()?;
    if target.state == "unused" {
        return Some(not_in_use(view, target));
    }
    let answer = target.description.as_deref();
    Some(of_load_balancer(view, Some(&target.group), answer))
}

/// "(task …) (port 8080) is unhealthy in (target-group …) due to (reason …)".
fn is_unhealthy(message: &str) -> bool {
    message.contains(" is unhealthy in ") || message.contains(" is not healthy in ")
}

/// What stands in `(reason …)`.
fn answer(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("(reason ")?;
    let end = rest.rfind(')')?;
    rest.get(..end)
}

fn target_group_arn(text: &str) -> Option<&str> {
    Said::new(text)
        .word_after("(target-group ")
        .filter(|arn| arn.starts_with("arn:"))
}

/// The load balancer's health check failed: with which answer, as far as it is known.
fn of_load_balancer(view: View<'_>, group: Option<&str>, answer: Option<&str>) -> Cause {
    let check = Check::of(view, group);
    let said = Said::new(answer.unwrap_or_default());
    let code = answer.and_then(code);
    let (how, advice) = match code {
        Some(code) => (
            format!("answered {code}{}", check.expected()),
            check.advice_on(code),
        ),
        None if said.has("timed out") => (
            "did not answer in time".to_owned(),
            check.advice_on_silence(),
        ),
        None => (
            "could not be connected to, or gave no usable answer".to_owned(),
            check.advice_on_refusal(),
        ),
    };
    let name = view
        .scene
        .load_balancers
        .first()
        .map(|it| it.container.as_str());
    Cause {
        kind: Kind::LoadBalancerHealth,
        sentence: format!(
            "the load balancer's health check failed: {}{}{} {how}",
            container(name),
            check
                .port
                .as_ref()
                .map(|port| format!(" on port {port}"))
                .unwrap_or_default(),
            check
                .path
                .as_ref()
                .map(|path| format!(" at `{path}`"))
                .unwrap_or_default(),
        ),
        advice,
    }
}

/// The code in `Health checks failed with these codes: [404]`.
fn code(answer: &str) -> Option<u16> {
    let (_, rest) = answer.split_once('[')?;
    let (codes, _) = rest.split_once(']')?;
    codes.split(',').next()?.trim().parse().ok()
}

/// A health check, by what is known of it.
#[derive(Default)]
struct Check {
    group: String,
    port: Option<String>,
    path: Option<String>,
    matcher: Option<String>,
}

impl Check {
    fn of(view: View<'_>, arn: Option<&str>) -> Self {
        let groups = &view.evidence.target_groups;
        let by_arn = groups.iter().find(|it| Some(it.arn.as_str()) == arn);
        let only = groups.first().filter(|_| groups.len() == 1);
        let group = by_arn.or(only);
        let name = group
            .map(|it| it.name.as_str())
            .or_else(|| arn.and_then(name_of));
        let name = name.map(|name| format!(" `{}`", shown(name)));
        Self {
            group: format!("the target group{}", name.unwrap_or_default()),
            port: port(view, group),
            path: group.and_then(|it| it.path.as_deref()).map(shown),
            matcher: group.and_then(|it| it.matcher.as_deref()).map(shown),
        }
    }

    fn expected(&self) -> String {
        let expected = self.matcher.as_ref();
        expected.map_or(String::new(), |it| format!(", where {it} is expected"))
    }

    fn place(&self) -> String {
        let path = self.path.as_ref().map(|path| format!(" `{path}`"));
        format!(
            "the health check path{} of {}",
            path.unwrap_or_default(),
            self.group
        )
    }

    fn advice_on(&self, code: u16) -> String {
        let place = self.place();
        match code {
            404 => {
                format!("Set {place} to one that the container answers, or let it answer there.")
            }
            401 | 403 => {
                format!("Set {place} to one that needs no login: the load balancer has none.")
            }
            300..=399 => format!(
                "Set {place} to where the redirect leads, or let the group expect redirects too."
            ),
            400 => format!(
                "Let the container answer {place} for any host name: the load balancer asks by the \
                 task's address."
            ),
            _ => format!(
                "The container runs but answers {place} with an error: mend what its last lines \
                 say, or let the check ask for less (a check should not fail with a database)."
            ),
        }
    }

    fn port_named(&self) -> String {
        let port = self.port.as_ref().map(|port| format!(" {port}"));
        format!("port{}", port.unwrap_or_default())
    }

    fn advice_on_silence(&self) -> String {
        format!(
            "Check that the tasks' security groups let the load balancer in on {}, that the \
             container answers sooner than the check's timeout, and that \
             `healthCheckGracePeriodSeconds` of the service is longer than its start.",
            self.port_named()
        )
    }

    fn advice_on_refusal(&self) -> String {
        format!(
            "Check that the container listens on {} and on all addresses (0.0.0.0, not 127.0.0.1), \
             that {} speaks its protocol, and that `healthCheckGracePeriodSeconds` of the service \
             is longer than its start.",
            self.port_named(),
            self.group
        )
    }
}

/// The port that is checked: the group's own, or that of the service's load balancer entry.
fn port(view: View<'_>, group: Option<&TargetGroup>) -> Option<String> {
    let own = group.and_then(|it| it.port.as_deref());
    let own = own.filter(|port| *port != "traffic-port").map(shown);
    let entry = view.scene.load_balancers.first();
    own.or_else(|| entry.map(|entry| entry.port.to_string()))
}

/// `shop-blue` of `arn:…:targetgroup/shop-blue/4fe72fe75cdf9149`.
fn name_of(arn: &str) -> Option<&str> {
    let (_, rest) = arn.split_once(":targetgroup/")?;
    rest.split('/').next()
}

fn not_in_use(view: View<'_>, target: &TargetHealth) -> Cause {
    let check = Check::of(view, Some(&target.group));
    let said = target
        .description
        .as_deref()
        .map(|it| format!(": {}", shown(it)));
    Cause {
        kind: Kind::LoadBalancerHealth,
        sentence: format!(
            "{} takes no traffic{}",
            check.group,
            said.unwrap_or_default()
        ),
        advice: "Attach the target group to a listener or rule of the load balancer, and see to \
                 it that the load balancer has the tasks' availability zones."
            .to_owned(),
    }
}

/// The container's own health check failed.
fn of_container(view: View<'_>, name: Option<&str>) -> Cause {
    let workload = &view.scene.workload;
    let checked = || {
        workload
            .containers
            .iter()
            .filter(|it| it.health_check.is_some())
    };
    let only = checked().next().filter(|_| checked().count() == 1);
    let name = name.or(only.map(|it| it.name.as_str()));
    let command = name.and_then(|name| workload.container(name)?.health_check.as_deref());
    let command = command.map(|command| format!(" (`{}`)", shown(command)));
    Cause {
        kind: Kind::ContainerHealth,
        sentence: format!(
            "the health check of {}{} failed",
            container(name),
            command.unwrap_or_default()
        ),
        advice: "Run the check's command inside the image: the program that it calls (curl, wget) \
                 must be there, and port and path must be the application's. `startPeriod` must be \
                 longer than the start."
            .to_owned(),
    }
}
