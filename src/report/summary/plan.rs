//! The summary's part on what a deployment would do.

use crate::plan::Plan;
use crate::report::chronicle::Target;
use crate::report::markdown::{Markdown, table};
use crate::report::wording::plan as wording;

/// The part about one service.
pub(super) fn render(markdown: &Markdown<'_>, target: &Target, plan: &Plan) -> String {
    let headline = markdown.prose(&format!("{}.", wording::headline(plan)));
    let title = format!(
        "### {}\n\n{}",
        markdown.link(&target.name, &target.url),
        capital(&headline)
    );
    let row = |(name, text): (&str, String)| vec![name.to_owned(), markdown.prose(&text)];
    let rows: Vec<_> = wording::rows(plan).into_iter().map(row).collect();
    match table(&["What", "Plan"], &rows) {
        Some(table) => format!("{title}\n\n{table}"),
        None => title,
    }
}

/// The sentence with its first letter large.
fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
