//! What holds for every document.

use super::super::TaskDefinition;
use super::{parsed, sent};
use crate::model::document::keys::{Kind, TASK_DEFINITION};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Any value, with the numbers and texts that other tools lose.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        Just(json!("")),
        Just(json!([])),
        Just(json!({})),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[0-9]{20,30}\\.[0-9]{1,30}"
            .prop_map(|digits| serde_json::from_str(&format!("1{digits}")).expect("a number")),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Any value that ECS reads as `kind`, with keys here and there that it does not know.
fn readable(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Text => prop_oneof![
            3 => any::<String>().prop_map(Value::from),
            1 => Just(json!("")),
            1 => Just(Value::Null),
        ]
        .boxed(),
        Kind::Integer => any::<i32>().prop_map(Value::from).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Kind::Number => any::<f64>().prop_map(Value::from).boxed(),
        Kind::Any => any_value().boxed(),
        Kind::List(_) => {
            let element = kind.element().expect("a list has elements");
            let list = prop::collection::vec(readable(element), 0..3);
            list.prop_map(Value::from).boxed()
        }
        Kind::Map(_) => {
            let value = readable(kind.member("any").expect("a map has values"));
            let entries = prop::collection::vec((any::<String>(), value), 0..3);
            entries.prop_map(object).boxed()
        }
        Kind::Structure(_) => members(kind, &[]).prop_map(object).boxed(),
    }
}

fn object(entries: Vec<(String, Value)>) -> Value {
    Value::Object(entries.into_iter().collect())
}

/// Some members of a structure, without these, in any order, and some that it does not have.
fn members(kind: Kind, without: &[&str]) -> impl Strategy<Value = Vec<(String, Value)>> + use<> {
    let mut keys = kind.keys();
    keys.retain(|key| !without.contains(key));
    let most = keys.len().min(6);
    let known = prop::sample::subsequence(keys, 0..=most).prop_shuffle();
    let known = known.prop_flat_map(move |keys| {
        let member = |key: &str| {
            (
                Just(key.to_owned()),
                readable(kind.member(key).expect("known")),
            )
        };
        keys.into_iter().map(member).collect::<Vec<_>>()
    });
    let unknown = prop::collection::vec(("x[a-z]{1,6}", any_value()), 0..2);
    (known, unknown).prop_map(|(known, unknown)| [known, unknown].concat())
}

fn any_task_definition() -> impl Strategy<Value = Value> {
    let list = TASK_DEFINITION.member("containerDefinitions");
    let container = list.and_then(Kind::element).expect("containers");
    let containers = prop::collection::vec(members(container, &["name"]), 1..3);
    let top = || members(TASK_DEFINITION, &["family", "containerDefinitions"]);
    (top(), containers, top()).prop_map(|(before, containers, after)| {
        let named = |(at, mut entries): (usize, Vec<(String, Value)>)| {
            let name = ["web", "proxy"][at];
            entries.insert(entries.len() / 2, ("name".to_owned(), json!(name)));
            object(entries)
        };
        let containers: Vec<_> = containers.into_iter().enumerate().map(named).collect();
        let own = [
            ("containerDefinitions".to_owned(), Value::from(containers)),
            ("family".to_owned(), json!("shop")),
        ];
        object([before, own.to_vec(), after].concat())
    })
}

proptest! {
    #[test]
    fn setting_an_image_changes_nothing_else(written in any_task_definition(), image in any::<String>()) {
        let mut document = parsed(&written.to_string());
        prop_assert_eq!(sent(&document), written.to_string());
        document.set_image("web", &image).expect("a container");
        let mut expected = written;
        expected["containerDefinitions"][0]["image"] = json!(image);
        prop_assert_eq!(sent(&document), expected.to_string());
    }

    #[test]
    fn a_document_is_the_same_as_itself_in_any_key_order(written in any_task_definition()) {
        let mut sorted = written.clone();
        sorted.sort_all_objects();
        prop_assert!(parsed(&written.to_string()).same_as(&sorted));
    }

    #[test]
    fn any_json_is_read_or_refused(mut written in any_task_definition(), value in any_value(), key in "[a-zA-Z]{1,12}") {
        written["containerDefinitions"][0][key] = value.clone();
        let _ = TaskDefinition::parse(&written.to_string(), "task.json");
        let _ = TaskDefinition::parse(&value.to_string(), "task.json");
    }
}
