use super::{Path, Step};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn a_path_is_keys_numbers_and_names() {
    for (text, shown) in [
        ("cpu", "cpu"),
        (
            "containerDefinitions[web].logConfiguration.options.awslogs-region",
            "containerDefinitions[web].logConfiguration.options.awslogs-region",
        ),
        (
            "containerDefinitions[0].command[12]",
            "containerDefinitions[0].command[12]",
        ),
        ("a[\"b\"].c", "a[b].c"),
        ("a[\"7\"]", "a[\"7\"]"),
        (
            r#"containerDefinitions[web].dockerLabels["com.example.team = \"x\""]"#,
            r#"containerDefinitions[web].dockerLabels["com.example.team = \"x\""]"#,
        ),
    ] {
        let path = Path::parse(text).expect(text);
        assert_eq!(path.to_string(), shown);
        assert_eq!(Path::parse(shown), Some(path));
    }
    for text in [
        "",
        ".",
        "[web]",
        ".a",
        "a.",
        "a..b",
        "a[",
        "a[]",
        "a[web",
        "a[\"web]",
        "a[we b]",
        "a b",
        "a.\"b\"",
        "a[\"\\x\"]",
        "a[99999999999999999999]",
        "a=b",
    ] {
        assert_eq!(Path::parse(text), None, "{text}");
    }
}

#[test]
fn what_follows_a_path_is_left_for_others() {
    for (text, rest) in [
        ("a.b = c", " = c"),
        ("a[\"x=y\"]=z=1", "=z=1"),
        ("a[0]<<END", "<<END"),
        ("a", ""),
    ] {
        assert_eq!(Path::read(text).map(|(_, rest)| rest), Some(rest), "{text}");
    }
}

/// What `text` means at `path`, or what is expected there.
fn value(path: &str, text: &str) -> Result<Value, String> {
    Path::parse(path).expect("a path").value(text)
}

#[test]
fn a_value_is_what_ecs_takes_there() {
    let web = |rest: &str| format!("containerDefinitions[web].{rest}");
    for (path, text, expected) in [
        ("cpu".to_owned(), "512", json!("512")),
        (web("cpu"), "512", json!(512)),
        (web("essential"), "false", json!(false)),
        (web("image"), "\"quoted\"", json!("\"quoted\"")),
        (web("user"), "", json!("")),
        (web("dockerLabels.a"), "true", json!("true")),
        (web("dockerLabels[0]"), "1", json!("1")),
        (web("command"), r#"["a", "b=c"]"#, json!(["a", "b=c"])),
        (web("command[0]"), "[", json!("[")),
        (web("healthCheck"), "null", json!(null)),
        (web("environment[A].value"), " x ", json!(" x ")),
        (
            web("ulimits"),
            r#"[{"name": "nofile", "softLimit": 1, "hardLimit": 2}]"#,
            json!([{"name": "nofile", "softLimit": 1, "hardLimit": 2}]),
        ),
        // Nobody knows what these are.
        ("futureField".to_owned(), "8080", json!(8080)),
        ("futureField".to_owned(), "\"8080\"", json!("8080")),
        (
            "futureField.deep[0]".to_owned(),
            "some text",
            json!("some text"),
        ),
    ] {
        assert_eq!(value(&path, text), Ok(expected), "{path} = {text}");
    }
}

#[test]
fn another_value_is_told_with_what_was_expected() {
    let web = |rest: &str| format!("containerDefinitions[web].{rest}");
    for (path, text, expected) in [
        (
            web("cpu"),
            "hush",
            "a whole number, written as JSON, for containerDefinitions[web].cpu",
        ),
        (
            web("cpu"),
            "\"1\"",
            "a whole number for containerDefinitions[web].cpu",
        ),
        (
            web("essential"),
            "yes",
            "`true` or `false`, written as JSON, for containerDefinitions[web].essential",
        ),
        (
            web("command"),
            "{}",
            "a list for containerDefinitions[web].command",
        ),
        (
            web("command"),
            "[1]",
            "what ECS takes: containerDefinitions[web].command[0] is the number 1: write \"1\"",
        ),
        (
            web("healthCheck"),
            r#"{"retries": 1, "retries": 2}"#,
            "an object, written as JSON, for containerDefinitions[web].healthCheck",
        ),
    ] {
        assert_eq!(
            value(&path, text),
            Err(expected.to_owned()),
            "{path} = {text}"
        );
    }
}

#[test]
fn a_key_that_is_not_known_is_warned_about() {
    let warning = |path: &str| Path::parse(path).expect("a path").warning();
    assert_eq!(warning("containerDefinitions[web].dockerLabels.x"), None);
    assert_eq!(warning("volumes[0].host.sourcePath"), None);
    for (path, begins, ends) in [
        ("Cpu", "Cpu: ", "`cpu`?"),
        (
            "containerDefinitions[web].enviroment[A].value",
            "containerDefinitions[web].enviroment: ",
            "`environment`?",
        ),
        (
            "containerDefinitions.web",
            "containerDefinitions.web: ",
            "as it is.",
        ),
        ("cpu.x", "cpu.x: ", "as it is."),
    ] {
        let said = warning(path).expect(path);
        assert!(said.starts_with(begins) && said.ends_with(ends), "{said}");
    }
}

proptest! {
    #[test]
    fn every_path_is_read_back(
        first in "[a-zA-Z0-9_-]{1,8}",
        steps in prop::collection::vec(prop_oneof![
            "[a-zA-Z0-9_-]{1,8}".prop_map(Step::Key),
            any::<u16>().prop_map(|number| Step::Number(number.into())),
            "[ -~é\n]{1,8}".prop_map(Step::Name),
        ], 0..6),
    ) {
        let path = Path::of([vec![Step::Key(first)], steps].concat());
        prop_assert_eq!(Path::parse(&path.to_string()), Some(path));
    }

    #[test]
    fn no_text_is_too_odd(text in "\\PC{0,40}|[a-c.\\[\\]\"0-9\\\\ =]{0,20}") {
        if let Some((path, rest)) = Path::read(&text) {
            prop_assert!(text.ends_with(rest));
            let _ = (path.value(&text), path.warning());
        }
    }
}
