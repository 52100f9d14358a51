//! A diagnosis in words: the cause first, then what was found.

use crate::diagnosis::failures::{TaskFailures, Way};
use crate::diagnosis::{Diagnosis, Evidence, LogTail, Unread};
use crate::model::arn::short;
use crate::model::service_deployment::CircuitBreaker;
use crate::model::target_group::TargetHealth;
use crate::report::amounts::{count, time};

/// Why the deployment to `target` fails, and what to do.
pub fn cause(target: &str, diagnosis: &Diagnosis) -> Vec<String> {
    match diagnosis.cause() {
        Some(cause) => vec![
            format!("{target}: why it fails: {}", cause.sentence),
            format!("now: {}", cause.advice),
        ],
        None => vec![format!(
            "{target}: why it fails is not known; this is what was found"
        )],
    }
}

/// Everything that was found, part by part.
pub fn evidence(evidence: &Evidence) -> Vec<String> {
    let mut lines = Vec::new();
    let mut part = |title: &str, part: Vec<String>| {
        if !part.is_empty() {
            lines.push(format!("{title}:"));
            lines.extend(part.into_iter().map(|line| format!("  {line}")));
        }
    };
    part("AWS says", said(evidence));
    part(
        "failed tasks",
        evidence.tasks.iter().map(failures).collect(),
    );
    for tail in &evidence.logs {
        let lines = tail.lines.iter().map(|line| format!("| {line}"));
        part(&log_title(tail), or_nothing(lines.collect()));
    }
    part(
        "targets that take no traffic",
        evidence.targets.iter().map(target).collect(),
    );
    let events = evidence.events.iter();
    let events = events.map(|event| format!("{}  {}", time(event.at), event.message));
    part("service events", events.collect());
    part(
        "could not be read",
        evidence.unread.iter().map(unread).collect(),
    );
    lines
}

/// AWS's own words about the end, beside its events.
pub fn said(evidence: &Evidence) -> Vec<String> {
    let reason = evidence.reason.iter().cloned();
    let lifecycle = evidence.lifecycle.iter().map(|event| {
        let detail = event.detail.as_deref().map(|detail| format!(": {detail}"));
        format!(
            "lifecycle event {} failed{}",
            event.name,
            detail.unwrap_or_default()
        )
    });
    let breaker = evidence.circuit_breaker.as_ref().map(circuit_breaker);
    let alarms = evidence.alarms.iter();
    let alarms = alarms.map(|alarm| format!("the alarm {alarm} went off"));
    reason
        .chain(lifecycle)
        .chain(breaker)
        .chain(alarms)
        .collect()
}

fn circuit_breaker(breaker: &CircuitBreaker) -> String {
    let failures = count(breaker.failures, "failed task");
    format!(
        "circuit breaker {}: {failures}, and {} trip it",
        breaker.status, breaker.threshold
    )
}

/// `3 tasks: web ended with exit code 1: Essential container in task exited (such as 9d85…)`.
fn failures(failures: &TaskFailures) -> String {
    format!(
        "{}: {}: {} (such as {})",
        tasks(failures.count),
        how(failures),
        failures.reason,
        failures.sample.id()
    )
}

/// `3 tasks`.
pub fn tasks(number: usize) -> String {
    count(i64::try_from(number).unwrap_or(i64::MAX), "task")
}

/// How tasks failed, in a few words.
pub fn how(failures: &TaskFailures) -> String {
    let container = failures.container.as_deref();
    match (failures.way, failures.exit_code) {
        (Way::NotStarted, _) => match container {
            Some(name) => format!("{name} did not start"),
            None => "did not start".to_owned(),
        },
        (Way::Exited, Some(code)) => {
            format!(
                "{} ended with exit code {code}",
                container.unwrap_or("a container")
            )
        }
        (Way::Exited, None) => format!("{} ended", container.unwrap_or("a container")),
        (Way::Unhealthy, _) => "stopped, a health check failed".to_owned(),
    }
}

/// `last lines of web (task 9d85…, /ecs/shop, web/web/9d85…)`.
pub fn log_title(tail: &LogTail) -> String {
    format!(
        "last lines of {} (task {}, log group {}, stream {})",
        tail.container, tail.task, tail.group, tail.stream
    )
}

fn or_nothing(lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        return vec!["nothing was written".to_owned()];
    }
    lines
}

/// `10.0.1.23:8080 in shop-green: unhealthy, Request timed out (Target.Timeout)`.
fn target(target: &TargetHealth) -> String {
    format!(
        "{} in {}: {}",
        address(target),
        group(target),
        health(target)
    )
}

/// `10.0.1.23:8080`.
pub fn address(target: &TargetHealth) -> String {
    match target.port {
        Some(port) => format!("{}:{port}", target.id),
        None => target.id.clone(),
    }
}

/// The target group's name, out of `…:targetgroup/shop-green/4fe72fe75cdf9149`.
pub fn group(target: &TargetHealth) -> &str {
    let name = target.group.split_once(":targetgroup/");
    let name = name.and_then(|(_, rest)| rest.split('/').next());
    name.unwrap_or_else(|| short(&target.group))
}

/// State and why, in AWS's words.
pub fn health(target: &TargetHealth) -> String {
    let why = target.description.as_deref();
    let code = target.reason.as_deref().map(|code| format!(" ({code})"));
    let why = why.map(|why| format!(", {why}"));
    format!(
        "{}{}{}",
        target.state,
        why.unwrap_or_default(),
        code.unwrap_or_default()
    )
}

/// `the last lines of web: logs:GetLogEvents is not permitted`.
pub fn unread(unread: &Unread) -> String {
    let Unread { what, action, why } = unread;
    match action.as_str() {
        "" => format!("{what}: {why}"),
        action => format!("{what}: {action}: {why}"),
    }
}
