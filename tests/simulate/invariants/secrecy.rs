//! No secret is in anything that a run writes, and no text of others does anything in it.

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

/// The commands that a log may have.
const COMMANDS: [&str; 5] = ["group", "endgroup", "add-mask", "error", "warning"];

/// Every command in the log is the action's own: service events, hooks and tasks write commands and
/// escapes too.
pub(super) fn foreign_text(case: &Case<'_>) -> Result<(), String> {
    let log = &case.attempt.written.log;
    for line in log
        .lines()
        .filter(|line| line.trim_start().starts_with("::"))
    {
        let name = line.strip_prefix("::").unwrap_or_default();
        let name = name.split([' ', ':']).next().unwrap_or_default();
        let own = COMMANDS.contains(&name);
        let titled = ["error", "warning"].contains(&name);
        let title = line.contains(" title=GG0") || line.contains(" title=Greengate::");
        hold(own && (!titled || title), || {
            format!("the log has the line {line:?}")
        })?;
    }
    hold(!log.contains('\u{1b}'), || {
        "the log has an escape".to_owned()
    })
}
