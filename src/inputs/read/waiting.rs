//! The waiting group: how long, for what, and what to do when it does not go well.

use super::yes;
use crate::inputs::parse::{Expected, choice, duration};
use crate::inputs::problems::Problems;
use crate::inputs::raw::RawInputs;
use crate::inputs::waiting::{After, OnActive, WaitFor, WaitingInputs};
use std::time::Duration;

pub(super) fn waiting(raw: &RawInputs, problems: &mut Problems) -> WaitingInputs {
    let states = [
        ("created", WaitFor::Created),
        ("ready", WaitFor::Ready),
        ("traffic-shifted", WaitFor::TrafficShifted),
        ("succeeded", WaitFor::Succeeded),
    ];
    let seconds = |text: &str| match duration(text)? {
        Duration::ZERO => Err(Expected::new("at least `1s`")),
        length => Ok(length),
    };
    let actives = [
        ("replace", OnActive::Replace),
        ("wait", OnActive::Wait),
        ("stop", OnActive::Stop),
        ("fail", OnActive::Fail),
    ];
    let afters = [("rollback", After::Rollback), ("leave", After::Leave)];
    let count = |text: &str| match text.parse::<u32>() {
        Ok(count) if count >= 1 => Ok(count),
        _ => Err(Expected::new("a whole number, 1 or more")),
    };
    let (active, older) = (
        raw.on_active_deployment.as_ref(),
        raw.allow_older_commit.as_ref(),
    );
    let (failure, cancel) = (raw.on_failure.as_ref(), raw.on_cancel.as_ref());
    let failures = raw.fail_fast_after.as_ref();
    WaitingInputs {
        wait_for: problems.read("wait-for", raw.wait_for.as_ref(), |text| {
            choice(text, &states)
        }),
        timeout: problems.read("timeout", raw.timeout.as_ref(), seconds),
        poll_interval: problems
            .read("poll-interval", raw.poll_interval.as_ref(), seconds)
            .unwrap_or(Duration::from_secs(5)),
        on_active: problems.read("on-active-deployment", active, |text| {
            choice(text, &actives)
        }),
        on_failure: problems
            .read("on-failure", failure, |text| choice(text, &afters))
            .unwrap_or(After::Rollback),
        on_cancel: problems
            .read("on-cancel", cancel, |text| choice(text, &afters))
            .unwrap_or(After::Rollback),
        fail_fast_after: problems
            .read("fail-fast-after", failures, count)
            .unwrap_or(3),
        allow_older_commit: yes("allow-older-commit", older, false, problems),
    }
}
