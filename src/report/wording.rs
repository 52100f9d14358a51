//! Events in words: pure, the same in every sink.
//!
//! Text that comes from elsewhere is passed on as it is; the sinks make it harmless.

pub mod diagnosis;
mod fact;
mod names;
pub mod plan;
pub mod preflight;

pub use names::{command_name, exit, stage, stage_end, status, strategy_name, verdict, verdict_of};

use super::amounts::{count, date, fine, seconds};
use crate::events::{Compared, EventKind};
use crate::failure::{Code, Failure};
use crate::model::approval::{Approver, Evidence};
use crate::model::arn::short;
use crate::model::document::difference::Difference;
use crate::model::service::Counts;
use names::goal;

/// What the log says of an event: a line and, below it, its details; nothing for events that the
/// log shows otherwise.
pub fn lines(kind: &EventKind) -> Vec<String> {
    match kind {
        EventKind::RunStarted {
            command,
            repository,
            commit,
            run_url,
        } => vec![
            format!(
                "Greengate {}: {} of {repository} at {}",
                env!("CARGO_PKG_VERSION"),
                command_name(*command),
                short_commit(commit)
            ),
            run_url.clone(),
        ],
        EventKind::Noted { text } => vec![text.clone()],
        EventKind::Warned { text } => vec![format!("warning: {text}")],
        EventKind::CredentialsObtained { role } => vec![credentials(role.as_deref())],
        EventKind::GatePassed { evidence } => gate(evidence),
        EventKind::PreflightChecked { checks, .. } => preflight::lines(checks),
        EventKind::BuildStepFinished {
            name,
            seconds,
            cached,
        } => {
            let took = if *cached {
                "cached".to_owned()
            } else {
                fine(*seconds)
            };
            vec![format!("{name} ({took})")]
        }
        EventKind::BuildFailed { step, output } => {
            let output = output.iter().map(|line| format!("| {line}"));
            std::iter::once(format!("failed: {step}"))
                .chain(output)
                .collect()
        }
        EventKind::ImageReused { image, tag } => {
            vec![
                format!("the image is there already, as {tag}"),
                image.clone(),
            ]
        }
        EventKind::ImagePushed { image, tags } => {
            vec![format!("pushed, as {}", tags.join(", ")), image.clone()]
        }
        EventKind::Planned { target, plan, .. } => plan::lines(target, plan),
        kind => of_a_revision(kind),
    }
}

fn of_a_revision(kind: &EventKind) -> Vec<String> {
    let EventKind::RevisionReady {
        target,
        task_definition,
        previous,
        registered,
        images,
        ..
    } = kind
    else {
        return of_a_deployment(kind);
    };
    let verb = if *registered {
        "registered"
    } else {
        "there already:"
    };
    let serving = previous.as_deref();
    let serving = serving.map(|previous| format!("; {} serves", short(previous)));
    let serving = serving.unwrap_or_default();
    let line = format!("{target}: {verb} {}{serving}", short(task_definition));
    let images = images.iter().cloned();
    std::iter::once(line).chain(images).collect()
}

fn of_a_deployment(kind: &EventKind) -> Vec<String> {
    match kind {
        EventKind::DeploymentStarted {
            target,
            id,
            strategy,
            config,
            url,
            wait_for,
            timeout_seconds,
            ..
        } => {
            let strategy = strategy_name(strategy, config.as_deref());
            let limit = seconds(*timeout_seconds);
            vec![
                format!("{target}: {strategy} deployment {} started", short(id)),
                format!("waiting until {}, for at most {limit}", goal(*wait_for)),
                url.clone(),
            ]
        }
        EventKind::Progressed { target, fact } => {
            let mut lines = fact::lines(fact);
            if let Some(first) = lines.first_mut() {
                *first = format!("{target}: {first}");
            }
            lines
        }
        EventKind::StillWaiting {
            target,
            seconds: waited,
            standing,
        } => {
            vec![format!(
                "{target}: still waiting after {}: {standing}",
                seconds(*waited)
            )]
        }
        EventKind::DeploymentEnded { target, outcome } => {
            vec![format!("{target}: the deployment {}", verdict(*outcome))]
        }
        _ => Vec::new(),
    }
}

/// `what is new in the task definition of staging/shop: 2 lines added, 1 removed`.
pub fn compared(target: &str, what: Compared, difference: &Difference) -> String {
    let what = compared_name(what);
    let Difference { added, removed, .. } = difference;
    let added = count(i64::try_from(*added).unwrap_or(i64::MAX), "line");
    format!("What is new in the {what} of {target}: {added} added, {removed} removed")
}

/// `task definition`.
pub fn compared_name(what: Compared) -> &'static str {
    match what {
        Compared::TaskDefinition => "task definition",
        Compared::DeploymentConfiguration => "deployment configuration",
    }
}

/// The lines of a difference, at most so many.
pub fn difference(difference: &Difference, most: usize) -> Vec<String> {
    let lines = &difference.lines;
    let more = lines.len().saturating_sub(most);
    let more = (more > 0).then(|| format!("… and {more} more"));
    lines.iter().take(most).cloned().chain(more).collect()
}

fn credentials(role: Option<&str>) -> String {
    match role {
        Some(role) => format!("assumed {role}"),
        None => "using the credentials that the environment of this step offers".to_owned(),
    }
}

fn gate(evidence: &Evidence) -> Vec<String> {
    let approvers: Vec<_> = evidence.approvers.iter().map(approver).collect();
    let headline = format!(
        "environment {} approved by {}",
        evidence.environment,
        approvers.join(", ")
    );
    let facts = gate_facts(evidence).into_iter();
    std::iter::once(headline)
        .chain(facts.map(|(name, fact)| format!("{name}: {fact}")))
        .collect()
}

/// Who approved, and what they said.
pub fn approver(approver: &Approver) -> String {
    let Approver { login, comment } = approver;
    match comment.trim() {
        "" => login.clone(),
        comment => format!("{login} (\"{comment}\")"),
    }
}

/// The evidence of an approval, fact by fact, beside environment and approvers.
pub fn gate_facts(evidence: &Evidence) -> Vec<(&'static str, String)> {
    let said = |answer: Option<bool>| match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "GitHub does not say",
    };
    let Evidence {
        run_id,
        run_attempt,
        sha,
        ..
    } = evidence;
    vec![
        ("required reviewers", evidence.required_reviewers.join(", ")),
        (
            "self-review prevented",
            said(evidence.prevent_self_review).to_owned(),
        ),
        (
            "administrators may bypass",
            said(evidence.admins_may_bypass).to_owned(),
        ),
        (
            "proven for",
            format!("run {run_id}, attempt {run_attempt}, commit {sha}"),
        ),
        ("seen at", date(evidence.seen_at)),
    ]
}

/// `2 of 3 tasks running, 1 starting`.
pub fn counts(counts: Counts) -> String {
    let Counts {
        desired,
        running,
        pending,
        failed,
    } = counts;
    let running = format!("{running} of {} running", count(desired, "task"));
    let starting = (pending > 0).then(|| format!("{pending} starting"));
    let failed = (failed > 0).then(|| format!("{failed} failed to start"));
    let parts: Vec<_> = std::iter::once(running)
        .chain(starting)
        .chain(failed)
        .collect();
    parts.join(", ")
}

/// The first seven characters of a commit.
pub fn short_commit(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// Where the documents explain `code`.
pub fn page(docs: &str, code: Code) -> String {
    format!("{docs}/errors.md#{}", code.id().to_lowercase())
}

/// A failure in full: what, why, what to do, where to read more.
pub fn failure(failure: &Failure, docs: &str) -> Vec<String> {
    let Failure {
        code,
        what,
        why,
        help,
        ..
    } = failure;
    let mut lines = vec![format!("{code}: {what}")];
    lines.extend(why.iter().map(|why| format!("why: {why}")));
    lines.push(format!("now: {help}"));
    lines.push(format!("see: {}", page(docs, *code)));
    lines
}
