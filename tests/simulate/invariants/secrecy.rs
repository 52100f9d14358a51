//! No secret is in anything that a run writes.

use super::{Case, hold};

pub(super) fn none_is_written(case: &Case<'_>) -> Result<(), String> {
    let written = &case.attempt.written;
    let is_mask = |line: &&str| line.starts_with("::add-mask::");
    let log: String = written.log.lines().filter(|line| !is_mask(line)).collect();
    let outputs = format!("{:?}", written.outputs);
    let sinks = [
        ("log", &log),
        ("summary", &written.summary),
        ("outputs", &outputs),
        ("report", &written.report),
    ];
    for secret in &case.attempt.secrets {
        let leak = sinks
            .iter()
            .find(|(_, text)| text.contains(secret.as_str()));
        hold(leak.is_none(), || {
            format!("{secret} is in the {}", leak.map_or("", |(name, _)| name))
        })?;
    }
    hold(case.attempt.secrets.len() >= 2, || {
        "no secret to look for".to_owned()
    })
}
