use super::{Sectioned, assignments, boolean, duration, list, pairs, sections};
use proptest::prelude::*;
use std::time::Duration;

#[test]
fn durations_are_a_number_and_a_unit() {
    for (text, seconds) in [
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("5 s", 5),
        ("0s", 0),
    ] {
        assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
    }
    for text in [
        "",
        "s",
        "1.5h",
        "-5s",
        "5d",
        "1h30m",
        "5ss",
        "99999999999999999999s",
        "9999999999h",
    ] {
        assert!(duration(text).is_err(), "{text}");
    }
    let bare = duration("30").expect_err("no unit");
    assert_eq!(bare.hint.as_deref(), Some("the unit is missing"));
}

#[test]
fn booleans_come_in_any_case() {
    for text in ["true", "True", "TRUE", "yes", "YES"] {
        assert_eq!(boolean(text), Ok(true), "{text}");
    }
    for text in ["false", "False", "no"] {
        assert_eq!(boolean(text), Ok(false), "{text}");
    }
    for text in ["1", "on", "y", ""] {
        assert!(boolean(text).is_err(), "{text}");
    }
}

#[test]
fn lists_are_one_item_a_line() {
    let item = |text: &str| Ok(text.to_owned());
    assert_eq!(
        list(" a \n\n b b\r\n", item),
        Ok(vec!["a".to_owned(), "b b".to_owned()])
    );
}

#[test]
fn a_value_keeps_its_equals_signs_and_its_lines() {
    let text = "A=1\nB = x=y \n\nKEY<<END\n one\n\ntwo=2\nEND\nEMPTY=\nC<D=<<x";
    let expected = [
        ("A", "1"),
        ("B", "x=y"),
        ("KEY", " one\n\ntwo=2"),
        ("EMPTY", ""),
        ("C<D", "<<x"),
    ];
    let expected: Vec<_> = expected.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec();
    assert_eq!(pairs(text), Ok(expected));
}

#[test]
fn a_line_that_is_no_pair_is_named_by_its_number() {
    for (text, line) in [
        ("A=1\nnothing", 2),
        ("=1", 1),
        ("A B=1", 1),
        ("A<<\nx\n", 1),
        ("A=1\nB<<END\nx\n", 2),
        ("A=1\n\nA=2", 3),
    ] {
        assert_eq!(pairs(text).expect_err(text).line, Some(line), "{text}");
    }
}

fn sectioned(text: &str) -> super::Parsed<Vec<(Option<String>, String, String)>> {
    let plain = |name: &str| !name.is_empty() && name.chars().all(char::is_alphanumeric);
    let entries = sections(text, plain)?.into_iter();
    let apart = |Sectioned {
                     section,
                     name,
                     value,
                 }| (section, name, value);
    Ok(entries.map(apart).collect())
}

#[test]
fn sections_say_what_the_lines_below_them_are_for() {
    let text = "A=1\n[web]\nA=\"2\"\n URL = https://x/?a=b&c=[d] \n\n [proxy] \nK<<E\n[web]\n A=1 \nE\n[web]\nB=\n";
    let expected = [
        (None, "A", "1"),
        (Some("web"), "A", "\"2\""),
        (Some("web"), "URL", "https://x/?a=b&c=[d]"),
        (Some("proxy"), "K", "[web]\n A=1 "),
        (Some("web"), "B", ""),
    ];
    let expected = expected.map(|(section, name, value)| {
        (
            section.map(str::to_owned),
            name.to_owned(),
            value.to_owned(),
        )
    });
    assert_eq!(sectioned(text), Ok(expected.to_vec()));
    for (text, line) in [
        ("[web", 1),
        ("A=1\n[]", 2),
        ("[we b]", 1),
        ("[web]=1", 1),
        ("# a=1", 1),
        ("#a=1", 1),
        ("A=1\n[web]\nA=1\nA=2", 4),
        ("A=1\n[web]\nB<<E\nx\n", 3),
        ("nothing", 1),
    ] {
        assert_eq!(sectioned(text).expect_err(text).line, Some(line), "{text}");
    }
}

#[test]
fn assignments_take_the_value_after_the_path() {
    let text = "cpu=512\ncontainerDefinitions[web].dockerLabels[\"a = b\"] =  c = \"d\" \n\
                containerDefinitions[web].command<<END\n[\"a\",\n \"b\"]\nEND\nmemory = \n";
    let read = assignments(text).expect("assignments").into_iter();
    let read: Vec<_> = read
        .map(|(path, value)| format!("{path} -> {value}"))
        .collect();
    assert_eq!(
        read,
        [
            r#"cpu -> "512""#,
            r#"containerDefinitions[web].dockerLabels["a = b"] -> "c = \"d\"""#,
            r#"containerDefinitions[web].command -> ["a","b"]"#,
            r#"memory -> """#,
        ]
    );
    for (text, line) in [
        ("cpu", 1),
        ("cpu 512", 1),
        ("cpu<<", 1),
        ("= 1", 1),
        ("cpu=1\ncpu=2", 2),
        ("a b = 1", 1),
        ("cpu=1\ncontainerDefinitions[web].cpu = x", 2),
    ] {
        assert_eq!(
            assignments(text).expect_err(text).line,
            Some(line),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_is_too_odd_to_parse(text in "\\PC{0,40}|[0-9smh=<\\n A]{0,30}") {
        let _ = (duration(&text), boolean(&text), pairs(&text), assignments(&text));
        let _ = sections(&text, |name| name.len() > 1);
    }

    #[test]
    fn pairs_read_back_what_was_written(
        names in prop::collection::btree_set("[A-Z_]{1,8}", 0..5),
        values in prop::collection::vec("[a-z=< ]{0,6}(\n[a-z= ]{1,6}){0,2}", 5),
    ) {
        let written: Vec<_> = names.into_iter().zip(values).collect();
        let blocks: Vec<_> = written.iter().map(|(n, v)| format!("{n}<<~~~\n{v}\n~~~")).collect();
        let text = blocks.join("\n");
        let entries = sections(&text, |_| true).expect("the same");
        let entries: Vec<_> = entries.into_iter().map(|it| (it.name, it.value)).collect();
        prop_assert_eq!(&entries, &written);
        prop_assert_eq!(pairs(&text), Ok(written));
    }
}
