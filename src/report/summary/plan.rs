//! The summary's part on what a deployment would do.

use crate::plan::Plan;
use crate::plan::transfer::Transfer;
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
    let parts = [Some(title), table(&["What", "Plan"], &rows)].into_iter();
    let transfer = plan.transfer.as_ref();
    let transfer = transfer.map(|transfer| self::transfer(markdown, transfer));
    let parts: Vec<_> = parts.chain([transfer]).flatten().collect();
    parts.join("\n\n")
}

/// The way to ECS, a step after the other.
fn transfer(markdown: &Markdown<'_>, transfer: &Transfer) -> String {
    let title = "#### From CodeDeploy to ECS itself".to_owned();
    let steps = (1..).zip(&transfer.steps).map(|(nth, step)| {
        let what = markdown.prose(&step.what);
        let changes = markdown.prose(&step.changes);
        let text = format!("**{nth}\\. {what}.** Changes: {changes}");
        if step.commands.is_empty() {
            return text;
        }
        format!("{text}\n\n{}", markdown.commands(&step.commands))
    });
    let parts: Vec<_> = std::iter::once(title).chain(steps).collect();
    parts.join("\n\n")
}

/// The sentence with its first letter large.
pub(super) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
