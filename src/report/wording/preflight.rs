//! The checks before a deployment in words: one line each, in columns.

use crate::preflight::{Check, CheckResult};

/// The table, one line a check.
pub fn lines(checks: &[Check]) -> Vec<String> {
    let width = checks.iter().map(|check| check.name.len()).max();
    let width = width.unwrap_or_default();
    let line = |check: &Check| {
        let line = format!(
            "{:<8}{:<width$}  {}",
            result(check),
            check.name,
            told(check)
        );
        line.trim_end().to_owned()
    };
    checks.iter().map(line).collect()
}

/// `ok`, `failed` or `skipped`.
pub fn result(check: &Check) -> &'static str {
    match check.result {
        CheckResult::Ok { .. } => "ok",
        CheckResult::Failed { .. } => "failed",
        CheckResult::Skipped { .. } => "skipped",
    }
}

/// What was looked at and what came of it.
fn told(check: &Check) -> String {
    let said = said(check);
    match (check.subject.as_str(), said.as_str()) {
        (subject, "") => subject.to_owned(),
        ("", said) => said.to_owned(),
        (subject, said) => format!("{subject}: {said}"),
    }
}

/// What came of it, beside the result.
pub fn said(check: &Check) -> String {
    match &check.result {
        CheckResult::Ok { note } => note.clone(),
        CheckResult::Failed { failure } => format!("{}: {}", failure.code, failure.what),
        CheckResult::Skipped { why } => why.clone(),
    }
}

/// `12 ok, 1 failed, 3 skipped`.
pub fn counts(checks: &[Check]) -> String {
    let of = |wanted: &str| {
        checks
            .iter()
            .filter(|check| result(check) == wanted)
            .count()
    };
    let parts = ["ok", "failed", "skipped"].map(|word| (of(word), word));
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<_> = parts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    parts.join(", ")
}
