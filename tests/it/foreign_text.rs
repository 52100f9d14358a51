//! Text that is not ours does nothing, wherever it comes from and wherever it goes.
//!
//! First every sink with any text, then whole runs in a world in which everybody says the worst.

mod hostile;

use crate::fuzz::{story, targets};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

/// What means something to the runner, to Markdown, to HTML, to Mermaid, to a terminal or to a file
/// of outputs, in any order, and everything else.
fn any_text() -> impl Strategy<Value = String> {
    let special = "(::|##\\[|\\]|error|add-mask|stop-commands|group|[ \t\r\n\u{b}\u{c}\u{85}\u{2028}]\
                   |\u{1b}\\[|\u{1b}\\]8;;|\u{7}|\u{9b}|\u{0}|\u{202e}|\u{200b}|\u{feff}\
                   |[\\\\`*_\\[\\]()<>|~#!$&:;@.=+\\-{}\"'%^/]|https?://|ftp://|www\\.|mailto:|a@b\\.cc\
                   |<b>|<img src=x>|<!--|&lt;|&#64;|\\[x\\]\\(y\\)|!\\[|```|~~~|GH-1|#1|@all|@org/team\
                   |> \\[!NOTE\\]|- \\[ \\] |1\\. |:---|%%\\{|click |section |<<EOF|EOF|x=|unforeseen\
                   |\\PC|[a-z0-9]){0,40}";
    proptest::string::string_regex(special).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_log_and_the_annotations_are_ours(text in any_text()) {
        targets::log(text.as_bytes());
    }

    #[test]
    fn the_summary_is_ours(text in any_text()) {
        targets::summary(text.as_bytes());
    }

    #[test]
    fn the_outputs_and_the_report_are_ours(text in any_text()) {
        targets::outputs(text.as_bytes());
    }

    #[test]
    fn bytes_that_are_no_text_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        targets::log(&bytes);
        targets::summary(&bytes);
        targets::outputs(&bytes);
    }

    #[test]
    fn inputs_are_read_or_refused_without_a_secret(
        name in prop::sample::select(greengate::inputs::raw::RawInputs::NAMES),
        value in any_text(),
        secret in "[a-z]{12,20}",
    ) {
        let sent = format!("build-secrets: {secret}\n--\n{name}: {value}");
        targets::inputs(sent.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn a_secret_is_shown_in_no_text(secret in "[a-z\"\\\\/<& \n=é]{4,30}", text in any_text(), at in 0_usize..3) {
        let place = ["§", "a§b", "§\u{1b}[0m§"][at];
        targets::secrets(format!("{secret}\n\n{text}{place}{text}").as_bytes());
    }
}

#[test]
fn megabytes_do_not_act_either() {
    for piece in ["::error::x\n", "<b>|`@all` #1 \u{1b}[31m\r", "é🚢"] {
        let text = piece.repeat(1024 * 1024 / piece.len());
        targets::log(text.as_bytes());
        targets::summary(text.as_bytes());
        targets::outputs(text.as_bytes());
        let said = story::Said {
            text: &text,
            secrets: &[],
        };
        let sizes = [said.log().len(), said.report().len()];
        assert!(
            sizes.iter().all(|size| *size < 10 * 1024 * 1024),
            "{sizes:?}"
        );
    }
}

/// The words of a run that are ours or the protocol's.
const OWN: [&str; 20] = [
    "type",
    "advice",
    "at",
    "code",
    "check",
    "command",
    "ended",
    "exit",
    "fact",
    "kind",
    "of",
    "outcome",
    "result",
    "signature",
    "stage",
    "state",
    "stop-code",
    "wait-for",
    "way",
    "seen-at",
];

/// A new kind of event, or a new text in one, is foreign to the properties until it is in the story.
#[test]
fn every_text_of_every_event_is_in_the_story() {
    let source = include_str!("../../src/events.rs");
    let kinds = variants(source, "pub enum EventKind {");
    let facts = variants(include_str!("../../src/events/fact.rs"), "pub enum Fact {");
    assert!(kinds.len() > 15 && facts.len() > 4, "{kinds:?} {facts:?}");
    let story = serde_json::to_value(story::events("<MARK>")).unwrap();
    let mut told = BTreeSet::new();
    for event in story.as_array().unwrap() {
        told.extend(
            [&event["type"], &event["fact"]["fact"]]
                .iter()
                .filter_map(|it| it.as_str()),
        );
        foreign(event, &["events".to_owned()]);
    }
    let missing = kinds
        .iter()
        .chain(&facts)
        .filter(|kind| !told.contains(kind.as_str()));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&String>::new());
}

/// The names of an enum's variants, as they are in the report.
fn variants(source: &str, head: &str) -> Vec<String> {
    let (_, body) = source.split_once(head).unwrap();
    let lines = body.lines().take_while(|line| *line != "}");
    let lines = lines.filter_map(|line| line.strip_prefix("    "));
    let names = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    names
        .map(|line| kebab(line.split([' ', '(', ',']).next().unwrap()))
        .collect()
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for (at, c) in name.char_indices() {
        if c.is_ascii_uppercase() && at > 0 {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
    }
    kebab
}

/// Every text in `value` is the story's, but for our own words and the states of a lifecycle event.
#[track_caller]
fn foreign(value: &Value, place: &[String]) {
    let below = |name: &str| [place, &[name.to_owned()]].concat();
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| !OWN.contains(&name.as_str()))
            .for_each(|(name, value)| foreign(value, &below(name))),
        Value::Array(items) => items.iter().for_each(|item| foreign(item, place)),
        Value::String(text) => assert!(
            text.contains("<MARK>") || text == "InProgress",
            "{place:?}: {text}"
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
