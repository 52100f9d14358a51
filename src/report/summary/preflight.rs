//! The summary's part on the checks before a deployment: what needs a look in the open, what is in
//! order folded.

use crate::preflight::{Check, CheckResult};
use crate::report::markdown::{Markdown, table};
use crate::report::wording::preflight as wording;

/// The rows of one table that are shown.
const SHOWN: usize = 100;

/// The part; nothing where nothing was checked.
pub(super) fn render(markdown: &Markdown<'_>, checks: &[Check]) -> Option<String> {
    if checks.is_empty() {
        return None;
    }
    let is_ok = |check: &&Check| matches!(check.result, CheckResult::Ok { .. });
    let (fine, open): (Vec<_>, Vec<_>) = checks.iter().partition(is_ok);
    let title = format!("### Preflight\n\n{}.", wording::counts(checks));
    let folded = rows(markdown, &fine).map(|table| {
        format!("<details><summary>What is in order</summary>\n\n{table}\n\n</details>")
    });
    let parts = [Some(title), rows(markdown, &open), folded];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    Some(parts.join("\n\n"))
}

fn rows(markdown: &Markdown<'_>, checks: &[&Check]) -> Option<String> {
    let row = |check: &&Check| {
        vec![
            wording::result(check).to_owned(),
            check.name.to_owned(),
            markdown.code(&check.subject),
            markdown.prose(&wording::said(check)),
        ]
    };
    let rows: Vec<_> = checks.iter().take(SHOWN).map(row).collect();
    table(&["Result", "Check", "Of", "Finding"], &rows)
}
