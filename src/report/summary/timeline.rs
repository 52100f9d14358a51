//! The timeline: what the run spent its time with.

use super::gantt::{bar, gantt, section};
use crate::events::StageEnd;
use crate::report::chronicle::{Chronicle, Phase};
use crate::report::wording;
use jiff::Timestamp;

/// The chart; nothing for a run without stages.
pub(super) fn render(chronicle: &Chronicle) -> Option<String> {
    let now = chronicle.last_event?;
    let phases = chronicle.phases.iter();
    let bars: Vec<_> = phases.map(|phase| stage(phase, now)).collect();
    if bars.is_empty() {
        return None;
    }
    let chart = gantt(section("Run", bars));
    Some(format!("### Timeline (UTC)\n\n{chart}"))
}

fn stage(phase: &Phase, now: Timestamp) -> String {
    let tag = match phase.ended {
        Some(StageEnd::Failed) => "crit, ",
        Some(_) => "done, ",
        None => "active, ",
    };
    let ended = phase.finished.unwrap_or(now);
    bar(wording::stage(phase.stage), tag, phase.started, ended)
}
