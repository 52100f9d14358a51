//! A Gantt chart as Mermaid draws it, in which no name can be more than a name
//! (<https://mermaid.js.org/syntax/gantt.html>).

use crate::report::amounts::span;
use jiff::Timestamp;

/// Beyond this many lines GitHub's chart can no longer be read.
const SHOWN: usize = 80;

/// The characters of a name.
pub(super) const SHOWN_OF_A_NAME: usize = 80;

/// Words that are statements of their own at the beginning of a line.
const STATEMENTS: [&str; 14] = [
    "accdescr",
    "acctitle",
    "axisformat",
    "click",
    "dateformat",
    "excludes",
    "gantt",
    "includes",
    "inclusiveenddates",
    "section",
    "tickinterval",
    "title",
    "todaymarker",
    "topaxis",
];

/// The chart of these lines.
pub(super) fn gantt(mut lines: Vec<String>) -> String {
    lines.truncate(SHOWN);
    let lines = lines.join("\n    ");
    format!(
        "```mermaid\ngantt\n    dateFormat YYYY-MM-DDTHH:mm:ss\n    axisFormat %H:%M:%S\n    todayMarker off\n    {lines}\n```"
    )
}

/// The bars under their title; nothing without bars.
pub(super) fn section(name: &str, bars: Vec<String>) -> Vec<String> {
    if bars.is_empty() {
        return bars;
    }
    let title = format!("section {}", plain(name));
    std::iter::once(title).chain(bars).collect()
}

pub(super) fn bar(name: &str, tag: &str, start: Timestamp, end: Timestamp) -> String {
    let at = start.strftime("%Y-%m-%dT%H:%M:%S");
    format!("{} :{tag}{at}, {}s", plain(name), span(start, end).max(1))
}

/// Mermaid has no escapes: what could end a name, begin a comment or be a statement becomes
/// something else.
fn plain(name: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || "-_./()".contains(c);
    let name = name.chars().take(SHOWN_OF_A_NAME).map(|c| match c {
        // Two of them begin a comment.
        '%' => " % ".to_owned(),
        c if keep(c) => c.to_string(),
        _ => " ".to_owned(),
    });
    let name: String = name.collect();
    let words: Vec<_> = name.split_whitespace().collect();
    let name = words.join(" ");
    let first = words.first().map(|word| word.to_lowercase());
    match first {
        None => "unnamed".to_owned(),
        Some(first) if is_a_statement(&first) => format!("the {name}"),
        Some(_) => name,
    }
}

fn is_a_statement(word: &str) -> bool {
    let known = STATEMENTS
        .iter()
        .any(|statement| word.starts_with(statement));
    known || word.starts_with("weekday") || word.starts_with("weekend")
}

#[cfg(test)]
mod tests {
    use super::plain;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_no_statement_and_no_comment() {
        for (name, shown) in [
            (
                "click here href \"http://x\"",
                "the click here href http //x",
            ),
            ("Section", "the Section"),
            ("%%{init: {}}%%", "% % init % %"),
            ("10 %", "10 %"),
            (" \u{2028};:#", "unnamed"),
            ("BeforeAllowTraffic", "BeforeAllowTraffic"),
        ] {
            assert_eq!(plain(name), shown);
        }
    }

    proptest! {
        #[test]
        fn a_name_cannot_leave_its_place(name in "(%|:|;|#|\n|click|[a-z ]|\\PC){0,100}") {
            let shown = plain(&name);
            prop_assert!(!shown.contains(['\n', ':', ';', '#', '"', '{', '<']), "{shown}");
            prop_assert!(!shown.contains("%%") && !shown.starts_with("click"), "{shown}");
            prop_assert!(!shown.is_empty() && shown.chars().count() <= 260);
        }
    }
}
