//! Foreign text as a sink may show it: harmless, without secrets, and no longer than is of use.
//!
//! What comes from AWS, GitHub, BuildKit, containers or people reaches a reader through here and
//! in no other way.

use super::redact::Redactor;
use super::workflow_command::{harmless, one_line};
use serde_json::Value;
use std::borrow::Cow;

/// Of a text of megabytes no more is looked at, in bytes for each character that is shown: what does
/// not show takes its place, too.
const TAKEN: usize = 4;

/// The characters of one text in the report.
const KEPT: usize = 8 * 1024;

/// `text`, in as many lines as it has and at most `most` characters. Cleaned twice: taking control
/// characters out can bring a secret together.
pub(super) fn lines(redactor: &Redactor, text: &str, most: usize) -> String {
    let text = redactor.clean_cut(&taken(text, most));
    cut(&redactor.clean_cut(&harmless(&text)), most)
}

/// `text` on one line.
pub(super) fn line(redactor: &Redactor, text: &str, most: usize) -> String {
    let text = redactor.clean_cut(&taken(text, most));
    cut(&redactor.clean_cut(&one_line(&text)), most)
}

/// [`lines`] for every text in `value`.
pub(super) fn values(redactor: &Redactor, value: &mut Value) {
    match value {
        Value::String(text) => *text = lines(redactor, text, KEPT),
        Value::Array(items) => items.iter_mut().for_each(|item| values(redactor, item)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| values(redactor, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// At most `most` characters of `text`, with a `…` where there were more.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut places = text.char_indices().map(|(at, _)| at);
    let last = places.nth(most.saturating_sub(1));
    match (last, places.next()) {
        (Some(end), Some(_)) => format!("{}…", text.get(..end).unwrap_or_default()),
        _ => text.to_owned(),
    }
}

/// The beginning of a text of which `most` characters are shown.
fn taken(text: &str, most: usize) -> Cow<'_, str> {
    let mut end = most.saturating_mul(TAKEN);
    if text.len() <= end {
        return Cow::Borrowed(text);
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{Redactor, TAKEN, cut, line, lines, values};
    use serde_json::json;

    fn redactor() -> Redactor {
        let mut redactor = Redactor::default();
        redactor.learn("hunter2-of-the-build");
        redactor
    }

    #[test]
    fn a_secret_that_control_characters_take_apart_is_hidden() {
        let text = "a hunter2\u{1b}[0m-of-the\u{0}-build\n::b";
        assert_eq!(lines(&redactor(), text, 100), "a ***\n: :b");
        assert_eq!(line(&redactor(), text, 100), "a *** ::b");
    }

    #[test]
    fn of_megabytes_the_beginning_is_taken_and_no_half_of_a_secret() {
        let hidden = "\u{0}".repeat(10 * TAKEN - 12);
        let text = format!("{hidden}é hunter2-of-the-build");
        assert_eq!(lines(&redactor(), &text, 10), "é ***…");
        assert_eq!(
            line(&redactor(), &"é".repeat(1 << 20), 10).chars().count(),
            10
        );
        assert_eq!(line(&redactor(), "a hunter2-of-the-build", 4), "a *…");
    }

    #[test]
    fn every_text_of_a_value_is_foreign() {
        let mut value = json!({"a": ["hunter2-of-the-build", 1, {"b": "##[x]\r::y"}], "c": null});
        values(&redactor(), &mut value);
        assert_eq!(
            value,
            json!({"a": ["***", 1, {"b": "## [x]\n: :y"}], "c": null})
        );
    }

    #[test]
    fn a_cut_counts_characters() {
        assert_eq!(cut("éééé", 4), "éééé");
        assert_eq!(cut("ééééé", 4), "ééé…");
        assert_eq!(cut("", 4), "");
    }
}
