mod images;
mod paths;

use super::super::edits::{Edits, Entry, Hidden};
use super::super::path::Path;
use super::super::tests::{TWO, parsed, sent};
use crate::failure::Code;
use serde_json::Value;

/// An entry for a container, or for that of `container-name`.
fn entry(container: Option<&str>, name: &str, value: &str) -> Entry {
    Entry {
        container: container.map(str::to_owned),
        name: name.to_owned(),
        value: Hidden(value.to_owned()),
    }
}

fn set(assignments: &[(&str, &str)]) -> Edits {
    let assignment = |(path, value): &(&str, &str)| {
        let path = Path::parse(path).expect("a path");
        let value = path.value(value).expect("a value");
        (path, Hidden(value))
    };
    Edits {
        set: assignments.iter().map(assignment).collect(),
        ..Edits::default()
    }
}

fn unset(paths: &[&str]) -> Edits {
    let path = |path: &&str| Path::parse(path).expect("a path");
    Edits {
        unset: paths.iter().map(path).collect(),
        ..Edits::default()
    }
}

/// The document afterwards, or every failure: its code and reasons.
fn edited(text: &str, edits: &Edits) -> Result<String, Vec<(Code, String)>> {
    let mut document = parsed(text);
    match document.edit(edits, None) {
        Ok(_) => Ok(sent(&document)),
        Err(failures) => Err(failures
            .into_iter()
            .map(|failure| match failure.code {
                Code::UnknownContainer => (failure.code, failure.what),
                _ => (failure.code, failure.why.join("; ")),
            })
            .collect()),
    }
}

/// A task definition of one container that has `extra`, as it is sent.
fn web(extra: &str) -> String {
    let comma = if extra.is_empty() { "" } else { "," };
    format!(r#"{{"family":"shop","containerDefinitions":[{{"name":"web"{comma}{extra}}}]}}"#)
}

#[test]
fn variables_and_secrets_are_replaced_in_their_place_or_added_at_the_end() {
    let file = web(
        r#""environment":[{"value":"1","name":"A","note":7},{"name":"B","value":"2"}],"secrets":[]"#,
    );
    let edits = Edits {
        variables: vec![entry(None, "C", "=\"x\"\n y "), entry(Some("web"), "A", "")],
        secrets: vec![entry(None, "DB", "arn:aws:ssm:eu-west-1:1:parameter/db")],
        ..Edits::default()
    };
    let expected = web(
        r#""environment":[{"value":"","name":"A","note":7},{"name":"B","value":"2"},{"name":"C","value":"=\"x\"\n y "}],"secrets":[{"name":"DB","valueFrom":"arn:aws:ssm:eu-west-1:1:parameter/db"}]"#,
    );
    assert_eq!(edited(&file, &edits), Ok(expected));
    let none_yet = edited(&web(r#""environment":null"#), &edits).expect("added");
    assert!(
        none_yet.contains(r#""environment":[{"name":"C","#),
        "{none_yet}"
    );
    let twice = web(r#""environment":[{"name":"A","value":"1"},{"name":"A","value":"2"}]"#);
    let both = Edits {
        variables: vec![entry(None, "A", "3")],
        ..Edits::default()
    };
    let expected = web(r#""environment":[{"name":"A","value":"3"},{"name":"A","value":"3"}]"#);
    assert_eq!(edited(&twice, &both), Ok(expected));
}

#[test]
fn labels_and_sizes_are_texts() {
    let edits = Edits {
        labels: vec![
            entry(None, "com.example/team", "shop"),
            entry(None, "rule", "Host(`x`) && Query(`k=v`)"),
        ],
        cpu: Some("512".to_owned()),
        memory: Some("1 GB".to_owned()),
        ..Edits::default()
    };
    let file = web(r#""dockerLabels":{"rule":"","empty":""}"#);
    let expected = r#"{"family":"shop","containerDefinitions":[{"name":"web","dockerLabels":{"rule":"Host(`x`) && Query(`k=v`)","empty":"","com.example/team":"shop"}}],"cpu":"512","memory":"1 GB"}"#;
    assert_eq!(edited(&file, &edits), Ok(expected.to_owned()));
}

#[test]
fn entries_go_to_the_container_that_is_meant() {
    let with = |container: Option<&str>, images: &[&str], entries: Vec<Entry>| Edits {
        container: container.map(str::to_owned),
        images: images
            .iter()
            .map(|it| ((*it).to_owned(), "new".to_owned()))
            .collect(),
        variables: entries,
        ..Edits::default()
    };
    let a = |container| vec![entry(container, "A", "1")];
    for (text, edits, place) in [
        (web("").as_str(), with(None, &[], a(None)), Some(0)),
        (web("").as_str(), with(None, &["web"], a(None)), Some(0)),
        (TWO, with(Some("proxy"), &[], a(None)), Some(1)),
        (TWO, with(Some("proxy"), &[], a(Some("web"))), Some(0)),
        (TWO, with(None, &["web"], a(None)), Some(1)),
        (TWO, with(None, &[], a(None)), None),
        (TWO, with(None, &["web", "proxy"], a(None)), None),
    ] {
        let outcome = edited(text, &edits);
        let Some(place) = place else {
            let reasons = vec![(Code::BadInputs, "its containers are web, proxy".to_owned())];
            assert_eq!(outcome, Err(reasons), "{edits:?}");
            continue;
        };
        let document: Value = serde_json::from_str(&outcome.expect("edited")).expect("JSON");
        let variable = &document["containerDefinitions"][place]["environment"][0];
        assert_eq!(variable["name"], "A", "{edits:?}");
    }
}

#[test]
fn a_name_that_is_a_variable_and_a_secret_is_refused_and_said_where() {
    let variable = r#""environment":[{"name":"DB","value":"1"}]"#;
    let secret = r#""secrets":[{"name":"DB","valueFrom":"db"}]"#;
    let with = |variables: &[&str], secrets: &[&str]| Edits {
        variables: variables
            .iter()
            .map(|name| entry(None, name, "2"))
            .collect(),
        secrets: secrets
            .iter()
            .map(|name| entry(None, name, "db2"))
            .collect(),
        ..Edits::default()
    };
    for (file, edits, code, expected) in [
        (
            web(&format!("{variable},{secret}")),
            Edits::default(),
            Code::MalformedFile,
            "DB is a variable and a secret of the container web",
        ),
        (
            web(secret),
            with(&["DB"], &[]),
            Code::BadInputs,
            "`environment-variables`: DB is a secret of the container web in the task definition; \
             to replace it, add `containerDefinitions[web].secrets[DB]` to `unset`",
        ),
        (
            web(variable),
            with(&[], &["DB"]),
            Code::BadInputs,
            "`secrets`: DB is a variable of the container web in the task definition; to replace \
             it, add `containerDefinitions[web].environment[DB]` to `unset`",
        ),
        (
            web(""),
            with(&["DB"], &["DB"]),
            Code::BadInputs,
            "`secrets`: DB of the container web is in `environment-variables` too",
        ),
    ] {
        assert_eq!(
            edited(&file, &edits),
            Err(vec![(code, expected.to_owned())])
        );
    }
    // The way out that is told.
    let mut replaced = with(&["DB"], &[]);
    replaced.unset = unset(&["containerDefinitions[web].secrets[DB]"]).unset;
    let expected = web(r#""secrets":[],"environment":[{"name":"DB","value":"2"}]"#);
    assert_eq!(edited(&web(secret), &replaced), Ok(expected));
}

#[test]
fn what_two_inputs_put_into_one_place_is_refused() {
    let both = |edits: Edits, assignments: &[(&str, &str)]| Edits {
        set: set(assignments).set,
        ..edits
    };
    let cpu = Edits {
        cpu: Some("512".to_owned()),
        ..Edits::default()
    };
    let a = Edits {
        variables: vec![entry(None, "A", "1")],
        ..Edits::default()
    };
    for (edits, expected) in [
        (
            both(cpu, &[("cpu", "256")]),
            "`set`: cpu is given by `cpu` too",
        ),
        (
            both(
                a.clone(),
                &[("containerDefinitions[web].environment[A].value", "2")],
            ),
            "`set`: containerDefinitions[web].environment[A].value is given by \
             `environment-variables` too",
        ),
        (
            both(a, &[("containerDefinitions[0].environment", "[]")]),
            "`set`: containerDefinitions[0].environment is given by `environment-variables` too",
        ),
        (
            set(&[
                ("containerDefinitions[web].cpu", "1"),
                ("containerDefinitions[0].cpu", "2"),
            ]),
            "`set`: containerDefinitions[0].cpu stands there twice",
        ),
    ] {
        let expected = vec![(Code::BadInputs, expected.to_owned())];
        assert_eq!(edited(&web(""), &edits), Err(expected));
    }
    // Within `set`, the parts of what was set before can be set.
    let parts = set(&[
        (
            "containerDefinitions[web].logConfiguration",
            r#"{"logDriver": "awslogs"}"#,
        ),
        ("containerDefinitions[web].logConfiguration.options.a", "b"),
    ]);
    let expected = web(r#""logConfiguration":{"logDriver":"awslogs","options":{"a":"b"}}"#);
    assert_eq!(edited(&web(""), &parts), Ok(expected));
}

#[test]
fn values_are_not_in_debug_output() {
    let edits = Edits {
        variables: vec![entry(None, "A", "hush")],
        set: set(&[("family", "hush")]).set,
        ..Edits::default()
    };
    let shown = format!("{edits:?}");
    assert!(
        shown.contains("\"A\"") && !shown.contains("hush"),
        "{shown}"
    );
}
