use super::read;
use proptest::prelude::*;
use serde_json::Value;

/// The document as JSON, or what the failure says.
fn outcome(text: &str) -> String {
    outcome_of(text, "web.yaml")
}

fn outcome_of(text: &str, file: &str) -> String {
    match read(text, file) {
        Ok(value) => value.to_string(),
        Err(failure) => failure.what,
    }
}

#[test]
fn documents_are_read_as_they_stand() {
    for (text, expected) in [
        // Order and literals of JSON.
        (
            r#"{"z":1,"a":[1.10,-0,1.0]}"#,
            r#"{"z":1,"a":[1.10,-0,1.0]}"#,
        ),
        (
            r#"{"n":123456789012345678901234567890}"#,
            r#"{"n":123456789012345678901234567890}"#,
        ),
        ("\u{feff}{\"a\":1}", r#"{"a":1}"#),
        // A trailing comma is not JSON, but it is YAML.
        (r#"{"a": [1, 2,],}"#, r#"{"a":[1,2]}"#),
        // The core schema of YAML 1.2.
        (
            "z: 1\na: 2\nm: {y: 1, b: 2}\n",
            r#"{"z":1,"a":2,"m":{"y":1,"b":2}}"#,
        ),
        ("version: 0.0", r#"{"version":0.0}"#),
        ("[yes, no, on, off, y]", r#"["yes","no","on","off","y"]"#),
        ("[true, False, ~, null, '']", r#"[true,false,null,null,""]"#),
        (
            "[08, 0777, 1_000, 012345678901]",
            r#"["08","0777","1_000","012345678901"]"#,
        ),
        ("[0x1F, 0o17, +5, -3]", "[31,15,5,-3]"),
        ("[12:30:45, 2026-01-01]", r#"["12:30:45","2026-01-01"]"#),
        ("['1', \"true\", !!str 12]", r#"["1","true","12"]"#),
        (
            "[18446744073709551615, -9223372036854775808]",
            "[18446744073709551615,-9223372036854775808]",
        ),
        ("8080: web\ntrue: x\n", r#"{"8080":"web","true":"x"}"#),
        ("a: |\n  one\n  two\n", r#"{"a":"one\ntwo\n"}"#),
        (
            "base: &b {x: 1}\nown:\n  <<: *b\n  y: 2\nsame: *b\n",
            r#"{"base":{"x":1},"own":{"y":2,"x":1},"same":{"x":1}}"#,
        ),
    ] {
        assert_eq!(outcome(text), expected, "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (text, expected) in [
        ("", "web.yaml is empty"),
        (" \n", "web.yaml is empty"),
        (
            "{\"a\": {\"c\": 1,\n \"c\": 2}}",
            "web.yaml, line 2, column 2: the key \"c\" stands twice in one object",
        ),
        (
            "a: 1\nb: 2\na: 3\n",
            "web.yaml, line 3, column 1: the key \"a\" stands twice in one object",
        ),
        (
            "a:\n\tb: 1",
            "web.yaml, line 2, column 2: tabs disallowed within this context (block indentation)",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "web.yaml, line 3, column 1: expected one document, found another",
        ),
        (
            "a: 18446744073709551616",
            "web.yaml, line 1, column 4: a number too large to be kept exactly; put it in quotes \
             if it is text",
        ),
        (
            "a: !Sub '${Image}'",
            "web.yaml, line 1, column 9: unsupported tag `!Sub`",
        ),
        (
            "a: &x [*x]",
            "web.yaml, line 1, column 8: an alias inside itself",
        ),
        (
            "a: *nope",
            "web.yaml, line 1, column 4: alias references unknown anchor",
        ),
        (
            "a: .nan",
            "web.yaml, line 1, column 4: non-finite float `.nan` rejected by the configured policy",
        ),
    ] {
        assert_eq!(outcome(text), expected, "{text}");
    }
}

#[test]
fn what_begins_like_json_is_json_unless_the_name_says_yaml() {
    for (text, file, expected) in [
        (
            "{\"a\": 1,\n \"b\" 2}",
            "web.json",
            "web.json, line 2, column 6: expected `:`",
        ),
        (
            "{\"a\": 1,}",
            "web",
            "web, line 1, column 9: trailing comma",
        ),
        (
            "{\"a\": {\"c\": 1,\n \"c\": 2}}",
            "web.json",
            "web.json, line 2, column 4: the key \"c\" stands twice in one object",
        ),
        ("{\"a\": 1,}", "web.YML", r#"{"a":1}"#),
        ("a: 1", "web.json", r#"{"a":1}"#),
        (
            "{a: web\"}",
            "web.json",
            "web.json, line 1, column 2: key must be a string",
        ),
    ] {
        assert_eq!(outcome_of(text, file), expected, "{text}");
    }
}

#[test]
fn depth_and_repetition_are_bounded() {
    let line = |i: usize| match i {
        0 => "k0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(),
        _ => format!(
            "k{i}: &a{i} [{}]\n",
            vec![format!("*a{}", i - 1); 9].join(",")
        ),
    };
    let laughs = (0..9).map(line).collect::<Vec<_>>().concat();
    let nested = |depth: usize| format!("{}a:\n", " ".repeat(depth));
    let nested = (0..200).map(nested).collect::<Vec<_>>().concat();
    for text in [
        laughs,
        nested,
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
    ] {
        assert!(read(&text, "web.yaml").is_err());
    }
    let long = format!("a: {}", "x".repeat(2_000_000));
    assert_eq!(outcome(&long).len(), 2_000_008);
}

#[test]
fn messages_do_not_quote_values() {
    for text in [
        "{\"password\": \"hunter2\" \"b\": 1}",
        "password: [hunter2\nb: 1",
        "{\"password\": hunter2\"}",
    ] {
        let said = outcome_of(text, "web");
        assert!(said.starts_with("web, line"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read_back_byte_for_byte(value in any_json()) {
        let text = value.to_string();
        prop_assert_eq!(outcome(&text), text);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}|[-:{}\\[\\]\"'&*!|>#a1 \n\t,?]{0,60}") {
        let _ = read(&text, "web.yaml");
    }
}
