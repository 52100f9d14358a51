//! The tables that the rows stand in: each row is a test of its own name and a line of
//! `docs/verdicts.md`.

use super::row::{Row, Verdict};
use std::fmt::Write as _;

/// Some rows of a kind.
pub(super) struct Table {
    /// The heading.
    pub(super) title: &'static str,
    /// Names and verdicts.
    pub(super) rows: &'static [(&'static str, Verdict)],
    /// What is done in the row of this name.
    pub(super) row: fn(&str) -> Option<Row>,
}

/// A table of rows. Each has a name, what is done, and what must come of it:
///
/// ```ignore
/// the_circuit_breaker_rolls_back:
///     rolling().tasks("ends: { exits: { code: 1 } }")
///     => exit 5 "rolled-back" "GG050", serves "shop-staging:1",
///     says "shop-staging:1 serves now, with all its tasks running";
/// ```
macro_rules! rows {
    ($title:literal; $(
        $name:ident: $row:expr
        => exit $exit:literal $outcome:literal $($code:literal)?, serves $serves:literal,
        says $($says:literal),+;
    )+) => {
        pub(in crate::verdicts) const TABLE: $crate::verdicts::table::Table =
            $crate::verdicts::table::Table {
                title: $title,
                rows: &[$((stringify!($name), $crate::verdicts::row::Verdict {
                    exit: $exit,
                    outcome: $outcome,
                    code: concat!($($code)?),
                    serves: $serves,
                    says: &[$($says),+],
                })),+],
                row: |name| match name {
                    $(stringify!($name) => Some($row),)+
                    _ => None,
                },
            };

        $(
            #[tokio::test(start_paused = true)]
            async fn $name() {
                let row = TABLE.rows.iter().find(|(name, _)| *name == stringify!($name));
                let (_, verdict) = row.unwrap();
                ($row).comes_to(verdict).await;
            }
        )+
    };
}
pub(super) use rows;

impl Table {
    /// As a section of the document.
    pub(super) fn section(&self) -> String {
        let mut text = format!(
            "## {}\n\n| What happens | Outcome | Exit | Code | Then serves | The run says |\n\
             | --- | --- | --- | --- | --- | --- |\n",
            self.title
        );
        for (name, verdict) in self.rows {
            let Verdict {
                exit,
                outcome,
                code,
                serves,
                says,
            } = verdict;
            let says = says.join("\n").replace('<', "&lt;").replace('|', "\\|");
            let says = says.replace('\n', "<br>");
            let line = format!(
                "| {} | `{outcome}` | {exit} | {} | {serves} | {says} |",
                in_words(name),
                link(code)
            );
            let _ = writeln!(text, "{line}");
        }
        text
    }
}

fn link(code: &str) -> String {
    if code.is_empty() {
        return String::new();
    }
    format!("[{code}](errors.md#{})", code.to_lowercase())
}

/// A name as a sentence: `ecs_rolls_back` is "ECS rolls back".
fn in_words(name: &str) -> String {
    const NAMES: [(&str, &str); 3] = [("aws", "AWS"), ("ecs", "ECS"), ("codedeploy", "CodeDeploy")];
    let words = name.split('_').map(|word| {
        let known = NAMES.iter().find(|(written, _)| *written == word);
        known.map_or(word, |(_, name)| name)
    });
    let words = words.collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
