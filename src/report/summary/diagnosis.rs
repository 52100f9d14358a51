//! The summary's part on why a deployment failed: the cause, then what was found, the long parts
//! folded.

use crate::diagnosis::failures::TaskFailures;
use crate::diagnosis::{Diagnosis, Evidence, LogTail};
use crate::model::target_group::TargetHealth;
use crate::report::amounts::time;
use crate::report::markdown::{Markdown, table};
use crate::report::wording::diagnosis as wording;

/// The part on one target, under its name.
pub(super) fn render(markdown: &Markdown<'_>, target: &str, diagnosis: &Diagnosis) -> String {
    let evidence = diagnosis.evidence();
    let cause = diagnosis.cause();
    let cause = cause.map_or("the cause is not known", |cause| &cause.sentence);
    let cause = format!("{}: {}.", markdown.code(target), markdown.prose(cause));
    let parts = [
        Some("### Why it failed".to_owned()),
        Some(cause),
        list(markdown, &wording::said(evidence)),
        failures(markdown, &evidence.tasks),
        targets(markdown, &evidence.targets),
        logs(markdown, &evidence.logs),
        events(markdown, evidence),
        unread(markdown, evidence),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    parts.join("\n\n")
}

fn list(markdown: &Markdown<'_>, texts: &[String]) -> Option<String> {
    let lines = texts
        .iter()
        .map(|text| format!("- {}", markdown.prose(text)));
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn failures(markdown: &Markdown<'_>, groups: &[TaskFailures]) -> Option<String> {
    let row = |group: &TaskFailures| {
        vec![
            group.count.to_string(),
            markdown.prose(&wording::how(group)),
            markdown.prose(&group.reason),
            markdown.code(group.sample.id()),
        ]
    };
    let rows: Vec<_> = groups.iter().map(row).collect();
    table(&["Failed tasks", "How", "AWS's reason", "Such as"], &rows)
}

fn targets(markdown: &Markdown<'_>, targets: &[TargetHealth]) -> Option<String> {
    let row = |target: &TargetHealth| {
        vec![
            markdown.code(&wording::address(target)),
            markdown.code(wording::group(target)),
            markdown.prose(&wording::health(target)),
        ]
    };
    let rows: Vec<_> = targets.iter().map(row).collect();
    table(&["Target", "Target group", "Health"], &rows)
}

fn logs(markdown: &Markdown<'_>, logs: &[LogTail]) -> Option<String> {
    let one = |tail: &LogTail| {
        let title = markdown.prose(&wording::log_title(tail));
        match tail.lines.as_slice() {
            [] => format!("{title}: nothing was written"),
            lines => format!("{title}:\n\n{}", markdown.block(lines)),
        }
    };
    let logs: Vec<_> = logs.iter().map(one).collect();
    folded("Logs", &logs.join("\n\n"))
}

fn events(markdown: &Markdown<'_>, evidence: &Evidence) -> Option<String> {
    let events = evidence.events.iter();
    let events = events.map(|event| format!("{}  {}", time(event.at), event.message));
    let events: Vec<_> = events.collect();
    if events.is_empty() {
        return None;
    }
    folded("Service events", &markdown.block(&events))
}

fn unread(markdown: &Markdown<'_>, evidence: &Evidence) -> Option<String> {
    let unread: Vec<_> = evidence.unread.iter().map(wording::unread).collect();
    list(markdown, &unread).map(|list| format!("Could not be read:\n\n{list}"))
}

/// `inside` under a title that is opened by a click; nothing where there is nothing. The blank lines
/// end the HTML, so that `inside` is Markdown again.
fn folded(title: &'static str, inside: &str) -> Option<String> {
    (!inside.is_empty())
        .then(|| format!("<details><summary>{title}</summary>\n\n{inside}\n\n</details>"))
}
