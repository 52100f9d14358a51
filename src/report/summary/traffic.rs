//! The traffic of a deployment over time, with its lifecycle events, hooks and alarms: a chart of its
//! own for everything that moves traffic.

use super::gantt::{SHOWN_OF_A_NAME, bar, gantt, section};
use crate::report::amounts::percent;
use crate::report::chronicle::{Lifecycle, Target, Traffic};
use crate::report::foreign;
use crate::report::markdown::Markdown;
use jiff::Timestamp;

/// The chart for `target`; nothing where no traffic was moved and no lifecycle event seen.
pub(super) fn render(markdown: &Markdown<'_>, target: &Target, now: Timestamp) -> Option<String> {
    let end = target.ended.unwrap_or(now);
    let clean = |name: &str| foreign::line(markdown.redactor, name, SHOWN_OF_A_NAME);
    let steps = target.lifecycle.iter();
    let steps = steps.filter_map(|step| lifecycle(&clean(&step.event.name), step, end));
    let steps: Vec<_> = steps.collect();
    if target.traffic.is_empty() && steps.is_empty() {
        return None;
    }
    let sections = [
        section("Production", traffic(&target.traffic, end)),
        section("Test", traffic(&target.test_traffic, end)),
        section("Lifecycle", steps),
        section("Alarms", alarms(target, &clean, end)),
    ];
    let title = markdown.code(&target.name);
    let chart = gantt(sections.concat());
    Some(format!("### Traffic of {title} (UTC)\n\n{chart}"))
}

/// How much of it is on the new revision: a bar from one change to the next.
fn traffic(all: &[Traffic], end: Timestamp) -> Vec<String> {
    let ends = all.iter().skip(1).map(|next| next.at).chain([end]);
    let bars = all.iter().zip(ends).map(|(step, end)| {
        let tag = if step.percent > 0.0 { "active, " } else { "" };
        bar(&percent(step.percent), tag, step.at, end)
    });
    bars.collect()
}

fn lifecycle(name: &str, step: &Lifecycle, end: Timestamp) -> Option<String> {
    let tag = match step.event.status.as_str() {
        "Skipped" => return None,
        "Failed" | "Rejected" | "TimedOut" => "crit, ",
        "Succeeded" => "done, ",
        _ => "active, ",
    };
    let started = step.started.or(step.ended)?;
    Some(bar(name, tag, started, step.ended.unwrap_or(end)))
}

/// Each alarm that watches the deployment: quiet until it goes off, if it does.
fn alarms(target: &Target, clean: &dyn Fn(&str) -> String, end: Timestamp) -> Vec<String> {
    let Some(deployment) = &target.deployment else {
        return Vec::new();
    };
    let fired = |name: &str| target.fired.iter().find(|it| it.alarm == name);
    let watching = deployment.alarms.iter().filter_map(|name| {
        let until = fired(name).map_or(end, |it| it.at);
        let quiet = bar(&clean(name), "done, ", deployment.started, until);
        (until > deployment.started).then_some(quiet)
    });
    let fired = target.fired.iter().map(|it| {
        let name = format!("{} went off", clean(&it.alarm));
        bar(&name, "crit, ", it.at, end)
    });
    watching.chain(fired).collect()
}
