//! Exit code, outcome, last event, outputs, report, summary and log tell one story.

use super::{Case, hold};
use greengate::events::EventKind;
use greengate::failure::Exit;
use greengate::rollout::outcome::Outcome;
use serde_json::Value;

pub(super) fn no_bug(case: &Case<'_>) -> Result<(), String> {
    hold(case.attempt.code != Some(1), || {
        let said: Vec<_> = case
            .failures()
            .map(|it| format!("{it}: {:?}", it.why))
            .collect();
        format!("exit code 1: {}", said.join("; "))
    })
}

pub(super) fn same_ending(case: &Case<'_>) -> Result<(), String> {
    let Some(code) = case.attempt.code else {
        return Ok(());
    };
    let (outcome, exit) = case.finished().ok_or("there is no last event")?;
    let written = &case.attempt.written;
    hold(code == exit.map_or(0, Exit::code), || {
        format!("exit code {code}, and the last event says {exit:?}")
    })?;
    hold(fits(outcome, code), || {
        format!("outcome {outcome} with exit code {code}")
    })?;
    hold((code == 0) == (case.failures().count() == 0), || {
        format!("exit code {code} with {} failures", case.failures().count())
    })?;
    let first = case.failures().next();
    hold(
        first.is_none_or(|failure| Some(failure.exit) == exit),
        || format!("the first failure is {first:?}, the exit {exit:?}"),
    )?;
    let output = written.outputs.get("outcome").map(String::as_str);
    hold(output == Some(outcome.as_str()), || {
        format!("outcome {outcome}, and the output says {output:?}")
    })?;
    let report: Value = serde_json::from_str(&written.report)
        .map_err(|error| format!("the report is no JSON: {error}"))?;
    hold(report["outcome"] == outcome.as_str(), || {
        format!(
            "outcome {outcome}, and the report says {}",
            report["outcome"]
        )
    })?;
    let told = report["events"].as_array().map_or(0, Vec::len);
    hold(told == case.attempt.events.len(), || {
        format!(
            "{told} of {} events are in the report",
            case.attempt.events.len()
        )
    })?;
    hold(written.summary.starts_with('#'), || {
        format!("the summary is {:?}", written.summary)
    })?;
    let said = format!("exit code {code}: ");
    hold(code == 0 || written.log.contains(&said), || {
        format!("the log does not say {said:?}")
    })
}

/// Which exit codes an outcome has.
fn fits(outcome: Outcome, code: u8) -> bool {
    match outcome {
        Outcome::Refused => [2, 3, 4].contains(&code),
        Outcome::RolledBack | Outcome::Superseded | Outcome::Failed => [5, 6].contains(&code),
        Outcome::TimedOut => code == 7,
        Outcome::Cancelled => code == 130,
        good => good.is_good() && code == 0,
    }
}

pub(super) fn order(case: &Case<'_>) -> Result<(), String> {
    let events = &case.attempt.events;
    for (at, (_, event)) in events.iter().enumerate() {
        hold(event.seq == at as u64, || {
            format!("event {at} has the number {}", event.seq)
        })?;
    }
    hold(events.is_sorted_by_key(|(_, event)| event.at), || {
        "an event is older than the one before it".to_owned()
    })?;
    let ends = case
        .kinds()
        .filter(|kind| matches!(kind, EventKind::Finished { .. }))
        .count();
    let last = case.kinds().next_back();
    hold(
        case.attempt.code.is_none()
            || ends == 1 && matches!(last, Some(EventKind::Finished { .. })),
        || format!("{ends} endings, and the last event is {last:?}"),
    )?;
    stages(case)
}

/// Stages never overlap, and every one that began is over in the end.
fn stages(case: &Case<'_>) -> Result<(), String> {
    let mut open = None;
    for kind in case.kinds() {
        match kind {
            EventKind::StageStarted { stage } => {
                hold(open.is_none(), || {
                    format!("{stage:?} begins within {open:?}")
                })?;
                open = Some(*stage);
            }
            EventKind::StageFinished { stage, .. } => {
                hold(open == Some(*stage), || {
                    format!("{stage:?} ends within {open:?}")
                })?;
                open = None;
            }
            EventKind::Finished { .. } => {
                hold(open.is_none(), || format!("the run ends within {open:?}"))?;
            }
            _ => {}
        }
    }
    Ok(())
}
