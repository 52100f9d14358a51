//! The timeline: a Mermaid chart of stages, lifecycle events and traffic
//! (<https://mermaid.js.org/syntax/gantt.html>).

use crate::events::StageEnd;
use crate::report::amounts::{percent, span};
use crate::report::chronicle::{Chronicle, Lifecycle, Phase, Target};
use crate::report::foreign;
use crate::report::redact::Redactor;
use crate::report::wording;
use jiff::Timestamp;

/// Beyond this many bars GitHub's chart can no longer be read.
const SHOWN: usize = 80;

/// The characters of a name.
const SHOWN_OF_A_NAME: usize = 80;

/// Words that are statements of their own at the beginning of a line.
const STATEMENTS: [&str; 14] = [
    "accdescr",
    "acctitle",
    "axisformat",
    "click",
    "dateformat",
    "excludes",
    "gantt",
    "includes",
    "inclusiveenddates",
    "section",
    "tickinterval",
    "title",
    "todaymarker",
    "topaxis",
];

/// The chart; nothing for a run without stages. Names of stages are ours, all others are cleaned.
pub(super) fn render(chronicle: &Chronicle, redactor: &Redactor) -> Option<String> {
    let now = chronicle.last_event?;
    let mut lines: Vec<_> = chronicle
        .phases
        .iter()
        .map(|phase| stage(phase, now))
        .collect();
    if lines.is_empty() {
        return None;
    }
    lines.insert(0, "section Run".to_owned());
    for target in &chronicle.targets {
        let clean = |name: &str| foreign::line(redactor, name, SHOWN_OF_A_NAME);
        let steps = target.lifecycle.iter();
        let steps = steps.filter_map(|step| lifecycle(&clean(&step.event.name), step, now));
        let name = clean(&target.name);
        lines.extend(section(&name, steps.collect()));
        lines.extend(section(&format!("{name} traffic"), traffic(target, now)));
    }
    lines.truncate(SHOWN);
    let chart = lines.join("\n    ");
    Some(format!(
        "### Timeline (UTC)\n\n```mermaid\ngantt\n    dateFormat YYYY-MM-DDTHH:mm:ss\n    axisFormat %H:%M:%S\n    {chart}\n```"
    ))
}

fn section(name: &str, bars: Vec<String>) -> Vec<String> {
    if bars.is_empty() {
        return bars;
    }
    let title = format!("section {}", plain(name));
    std::iter::once(title).chain(bars).collect()
}

fn stage(phase: &Phase, now: Timestamp) -> String {
    let tag = match phase.ended {
        Some(StageEnd::Failed) => "crit, ",
        Some(_) => "done, ",
        None => "active, ",
    };
    bar(
        wording::stage(phase.stage),
        tag,
        phase.started,
        phase.finished.unwrap_or(now),
    )
}

fn lifecycle(name: &str, step: &Lifecycle, now: Timestamp) -> Option<String> {
    let tag = match step.event.status.as_str() {
        "Skipped" => return None,
        "Failed" | "Rejected" | "TimedOut" => "crit, ",
        "Succeeded" => "done, ",
        _ => "active, ",
    };
    let started = step.started.or(step.ended)?;
    Some(bar(name, tag, started, step.ended.unwrap_or(now)))
}

fn traffic(target: &Target, now: Timestamp) -> Vec<String> {
    let ends = target.traffic.iter().skip(1).map(|next| next.at);
    let ends = ends.chain([target.ended.unwrap_or(now)]);
    let steps = target.traffic.iter().zip(ends);
    steps
        .map(|(step, end)| bar(&percent(step.percent), "", step.at, end))
        .collect()
}

fn bar(name: &str, tag: &str, start: Timestamp, end: Timestamp) -> String {
    let at = start.strftime("%Y-%m-%dT%H:%M:%S");
    format!("{} :{tag}{at}, {}s", plain(name), span(start, end).max(1))
}

/// Mermaid has no escapes: what could end a name, begin a comment or be a statement becomes
/// something else.
fn plain(name: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || "-_./()".contains(c);
    let name = name.chars().take(SHOWN_OF_A_NAME).map(|c| match c {
        // Two of them begin a comment.
        '%' => " % ".to_owned(),
        c if keep(c) => c.to_string(),
        _ => " ".to_owned(),
    });
    let name: String = name.collect();
    let words: Vec<_> = name.split_whitespace().collect();
    let name = words.join(" ");
    let first = words.first().map(|word| word.to_lowercase());
    match first {
        None => "unnamed".to_owned(),
        Some(first) if is_a_statement(&first) => format!("the {name}"),
        Some(_) => name,
    }
}

fn is_a_statement(word: &str) -> bool {
    let known = STATEMENTS
        .iter()
        .any(|statement| word.starts_with(statement));
    known || word.starts_with("weekday") || word.starts_with("weekend")
}

#[cfg(test)]
mod tests {
    use super::plain;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_no_statement_and_no_comment() {
        for (name, shown) in [
            (
                "click here href \"http://x\"",
                "the click here href http //x",
            ),
            ("Section", "the Section"),
            ("%%{init: {}}%%", "% % init % %"),
            ("10 %", "10 %"),
            (" \u{2028};:#", "unnamed"),
            ("BeforeAllowTraffic", "BeforeAllowTraffic"),
        ] {
            assert_eq!(plain(name), shown);
        }
    }

    proptest! {
        #[test]
        fn a_name_cannot_leave_its_place(name in "(%|:|;|#|\n|click|[a-z ]|\\PC){0,100}") {
            let shown = plain(&name);
            prop_assert!(!shown.contains(['\n', ':', ';', '#', '"', '{', '<']), "{shown}");
            prop_assert!(!shown.contains("%%") && !shown.starts_with("click"), "{shown}");
            prop_assert!(!shown.is_empty() && shown.chars().count() <= 260);
        }
    }
}
