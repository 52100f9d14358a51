use super::super::super::edits::Edits;
use super::super::super::tests::{TWO, parsed, sent};
use super::{edited, set, unset, web};
use crate::failure::Code;
use proptest::prelude::*;
use serde_json::{Value, json};

const LOGS: &str = r#""logConfiguration":{"logDriver":"awslogs","options":{"awslogs-region":"x"}}"#;

#[test]
fn what_set_names_is_put_there_and_what_is_missing_on_the_way_is_made() {
    for (extra, path, value, expected) in [
        (
            LOGS,
            "containerDefinitions[web].logConfiguration.options.awslogs-region",
            "eu-west-1",
            r#""logConfiguration":{"logDriver":"awslogs","options":{"awslogs-region":"eu-west-1"}}"#,
        ),
        (
            "",
            "containerDefinitions[0].healthCheck.retries",
            "5",
            r#""healthCheck":{"retries":5}"#,
        ),
        (
            "",
            "containerDefinitions[web].portMappings[0].containerPort",
            "80",
            r#""portMappings":[{"containerPort":80}]"#,
        ),
        (
            r#""command":["a"]"#,
            "containerDefinitions[web].command[1]",
            "80",
            r#""command":["a","80"]"#,
        ),
        (
            r#""dockerLabels":null"#,
            r#"containerDefinitions[web].dockerLabels["com.example = x"]"#,
            "a = b",
            r#""dockerLabels":{"com.example = x":"a = b"}"#,
        ),
        (
            r#""environment":[{"name":"A","value":"1"}]"#,
            "containerDefinitions[web].environment[A].value",
            "\"2\"",
            r#""environment":[{"name":"A","value":"\"2\""}]"#,
        ),
        (
            "",
            "containerDefinitions[web].futureField[0].deep",
            "1.50",
            r#""futureField":[{"deep":1.50}]"#,
        ),
    ] {
        assert_eq!(
            edited(&web(extra), &set(&[(path, value)])),
            Ok(web(expected)),
            "{path}"
        );
    }
    let mut document = parsed(&web(""));
    let edits = set(&[("containerDefinitions[web].enviroment", "[]")]);
    document.edit(&edits, None).expect("set");
    assert_eq!(document.warnings().len(), 1, "{:?}", document.warnings());
}

#[test]
fn tags_are_found_by_their_key() {
    let file = r#"{"family":"shop","containerDefinitions":[{"name":"web"}],"tags":[{"key":"a","value":"1"},{"key":"b","value":"2"}]}"#;
    let changed = edited(file, &set(&[("tags[b].value", "3")])).expect("set");
    assert_eq!(changed, file.replace("\"2\"", "\"3\""));
    let fewer = edited(file, &unset(&["tags[a]"])).expect("unset");
    assert_eq!(fewer, file.replace(r#"{"key":"a","value":"1"},"#, ""));
}

#[test]
fn what_unset_names_is_taken_out_and_nothing_else() {
    for (path, before, after) in [
        (
            "containerDefinitions[web].user",
            r#""user":"me","cpu":1"#,
            r#""cpu":1"#,
        ),
        (
            "containerDefinitions[web].environment[A]",
            r#""environment":[{"name":"A"},{"name":"B"}]"#,
            r#""environment":[{"name":"B"}]"#,
        ),
        (
            "containerDefinitions[web].command[0]",
            r#""command":["a","b"]"#,
            r#""command":["b"]"#,
        ),
        (
            r#"containerDefinitions[web].dockerLabels["a.b"]"#,
            r#""dockerLabels":{"a.b":"","c":""}"#,
            r#""dockerLabels":{"c":""}"#,
        ),
    ] {
        assert_eq!(
            edited(&web(before), &unset(&[path])),
            Ok(web(after)),
            "{path}"
        );
        let mut document = parsed(&web(after));
        let notes = document.edit(&unset(&["containerDefinitions[web].gone", "cpu.x"]), None);
        let notes = notes.expect("nothing to do");
        assert_eq!(
            notes,
            [
                "`unset`: containerDefinitions[web].gone is not there.",
                "`unset`: cpu.x is not there."
            ]
        );
        assert_eq!(sent(&document), web(after));
    }
    let without = edited(TWO, &unset(&["containerDefinitions[proxy]"])).expect("unset");
    assert!(!without.contains("proxy"), "{without}");
    assert!(edited(&without, &unset(&["containerDefinitions[proxy]"])).is_ok());
}

#[test]
fn a_path_that_leads_nowhere_says_where_it_ends() {
    let bad = |why: &str| vec![(Code::BadInputs, why.to_owned())];
    let ports = r#""portMappings":[{"name":"a"},{"name":"a"}],"user":"me""#;
    for (path, value, expected) in [
        (
            "containerDefinitions[web].portMappings[a].hostPort",
            "1",
            bad(
                "`set`: containerDefinitions[web].portMappings[a].hostPort: 2 entries have the \
                 name a: give the number of one",
            ),
        ),
        (
            "containerDefinitions[web].portMappings[3].hostPort",
            "1",
            bad(
                "`set`: containerDefinitions[web].portMappings[3].hostPort: there is no entry 3, \
                 the list has 2 entries",
            ),
        ),
        (
            "containerDefinitions[web].environment[A].value",
            "1",
            bad(
                "`set`: containerDefinitions[web].environment[A].value: the list has no entry of \
                 the name A",
            ),
        ),
        (
            "containerDefinitions.web.cpu",
            "1",
            bad(
                "`set`: containerDefinitions.web.cpu: web stands below a list: say which entry, \
                 as in `[0]`",
            ),
        ),
        (
            "containerDefinitions[web].user.name",
            "1",
            bad(
                "`set`: containerDefinitions[web].user.name: a text is there, and nothing is below \
                 it",
            ),
        ),
        (
            "containerDefinitions[wbe].cpu",
            "1",
            vec![(
                Code::UnknownContainer,
                "the task definition shop has no container \"wbe\"".to_owned(),
            )],
        ),
    ] {
        assert_eq!(
            edited(&web(ports), &set(&[(path, value)])),
            Err(expected),
            "{path}"
        );
    }
}

#[test]
fn nothing_is_taken_out_of_a_container_that_is_not_there() {
    let unknown = edited(&web(""), &unset(&["containerDefinitions[wbe].cpu"]));
    let codes = unknown.map_err(|all| all.iter().map(|(code, _)| *code).collect::<Vec<_>>());
    assert_eq!(codes, Err(vec![Code::UnknownContainer]));
}

#[test]
fn what_is_left_must_be_a_task_definition() {
    for (edits, expected) in [
        (unset(&["family"]), "expected `family`, a text"),
        (
            unset(&["containerDefinitions[web]"]),
            "expected at least one container in `containerDefinitions`",
        ),
        (
            set(&[("containerDefinitions[web].name", "")]),
            "expected `containerDefinitions[0].name`, a text",
        ),
    ] {
        let expected = vec![(Code::BadInputs, expected.to_owned())];
        assert_eq!(edited(&web(""), &edits), Err(expected));
    }
}

proptest! {
    /// Values are exact, whatever is in them, and nothing else changes.
    #[test]
    fn a_label_is_what_was_given(key in any::<String>(), value in any::<String>(), others in 0..3) {
        let labels: Vec<_> = (0..others).map(|at| format!("\"other-{at}\":\"\"")).collect();
        let file = web(&format!("\"x\":1.10,\"dockerLabels\":{{{}}},\"y\":[null]", labels.join(",")));
        let edits = Edits {
            labels: vec![super::entry(None, &key, &value)],
            ..Edits::default()
        };
        let mut expected: Value = serde_json::from_str(&file).expect("JSON");
        expected["containerDefinitions"][0]["dockerLabels"][&key] = json!(value);
        prop_assert_eq!(edited(&file, &edits), Ok(expected.to_string()));
    }
}
