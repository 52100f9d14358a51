//! What holds for every document.

use super::{parsed, sent};
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

fn any_task_definition() -> impl Strategy<Value = Value> {
    let extra = || prop::collection::vec(("x[a-z]{1,6}", any_value()), 0..4);
    (extra(), extra(), prop::option::of(any_value()), extra()).prop_map(
        |(before, container, image, after)| {
            let mut web = json!({"name": "web"});
            let entries = web.as_object_mut().expect("an object");
            entries.extend(container);
            if let Some(image) = image {
                entries.insert("image".to_owned(), image);
            }
            let mut document = serde_json::Map::new();
            document.extend(before);
            document.insert(
                "containerDefinitions".to_owned(),
                json!([{"name": "first"}, web]),
            );
            document.insert("family".to_owned(), json!("shop"));
            document.extend(after);
            Value::Object(document)
        },
    )
}

proptest! {
    #[test]
    fn setting_an_image_changes_nothing_else(written in any_task_definition(), image in any::<String>()) {
        let mut document = parsed(&written.to_string());
        prop_assert_eq!(sent(&document), written.to_string());
        document.set_image("web", &image).expect("a container");
        let mut expected = written;
        expected["containerDefinitions"][1]["image"] = json!(image);
        prop_assert_eq!(sent(&document), expected.to_string());
    }

    #[test]
    fn a_document_is_the_same_as_itself_in_any_key_order(written in any_task_definition()) {
        let mut sorted = written.clone();
        sorted.sort_all_objects();
        prop_assert!(parsed(&written.to_string()).same_as(&sorted));
    }
}
