use super::super::tests::parsed;
use super::super::{Described, TaskDefinition};
use super::Values;
use crate::model::document::difference::Difference;
use proptest::prelude::*;
use serde_json::{Value, json};

fn described(document: &Value) -> Described {
    Described {
        arn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7".to_owned(),
        raw: json!({"taskDefinition": document, "tags": []}),
    }
}

/// A task definition whose one container has `extra`.
fn web(extra: &Value) -> Value {
    let mut container = json!({"name": "web", "image": "shop:1"});
    let entries = container.as_object_mut().expect("an object");
    entries.extend(extra.as_object().expect("an object").clone());
    json!({"family": "shop", "containerDefinitions": [container]})
}

fn difference(before: &Value, after: &Value, values: Values) -> Difference {
    let after = TaskDefinition::of(after.clone(), "after").expect("a task definition");
    after.difference(Some(&described(before)), values)
}

/// The lines that are new or gone, without the white space of their depth.
fn changes(difference: &Difference) -> Vec<String> {
    let lines = difference.lines.iter();
    let changes = lines.filter(|line| line.starts_with(['+', '-']));
    let bare = changes.map(|line| {
        let (sign, rest) = line.split_at(1);
        format!("{sign}{}", rest.trim())
    });
    bare.collect()
}

#[test]
fn an_image_is_one_line_in_its_surroundings() {
    let before = web(&json!({"memory": 512, "essential": true}));
    let mut after = web(&json!({"memory": 512}));
    after["containerDefinitions"][0]["image"] = json!("shop:2");
    let difference = difference(&before, &after, Values::Hidden);
    assert_eq!((difference.added, difference.removed), (1, 1));
    assert_eq!(
        difference.lines.join("\n"),
        "\
@@ -3,7 +3,7 @@
     {
       \"cpu\": 0,
       \"essential\": true,
-      \"image\": \"shop:1\",
+      \"image\": \"shop:2\",
       \"memory\": 512,
       \"name\": \"web\",
       \"versionConsistency\": \"enabled\""
    );
}

/// In the order of the file, whatever their names and whatever order ECS shows.
#[test]
fn an_image_of_two_containers_is_one_line_where_the_file_has_it() {
    let containers = |image: &str| {
        let web = json!({"name": "web", "image": image, "memory": 512});
        let agent = json!({"name": "agent", "image": "agent:1", "memory": 64});
        [web, agent]
    };
    let [web, agent] = containers("shop:1");
    let before = json!({"family": "shop", "containerDefinitions": [agent, web]});
    let after = json!({"family": "shop", "containerDefinitions": containers("shop:2")});
    let difference = difference(&before, &after, Values::Hidden);
    assert_eq!((difference.added, difference.removed), (1, 1));
    assert_eq!(
        difference.lines.join("\n"),
        "\
@@ -3,7 +3,7 @@
     {
       \"cpu\": 0,
       \"essential\": true,
-      \"image\": \"shop:1\",
+      \"image\": \"shop:2\",
       \"memory\": 512,
       \"name\": \"web\",
       \"versionConsistency\": \"enabled\""
    );
}

#[test]
fn a_container_more_or_less_leaves_the_others_alone() {
    let of = |names: &[&str]| {
        let containers = names.iter().map(|name| json!({"name": name, "image": "i"}));
        json!({"family": "shop", "containerDefinitions": containers.collect::<Vec<_>>()})
    };
    let more = difference(&of(&["web"]), &of(&["web", "agent"]), Values::Hidden);
    assert_eq!((more.added, more.removed), (7, 0), "{more:?}");
    let less = difference(
        &of(&["agent", "proxy", "web"]),
        &of(&["web", "proxy"]),
        Values::Hidden,
    );
    assert_eq!((less.added, less.removed), (0, 7), "{less:?}");
}

#[test]
fn what_means_the_same_is_no_difference() {
    let before = json!({"family": "shop", "cpu": "256", "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc", "enableFaultInjection": false, "volumes": [], "containerDefinitions": [{"name": "web", "cpu": 0, "environment": [
            {"name": "A", "value": "1"}, {"name": "B", "value": "2"}], "mountPoints": []}]});
    let after = json!({"containerDefinitions": [{"environment": [{"value": "2", "name": "B"},
        {"name": "A", "value": "1"}], "name": "web"}], "networkMode": "awsvpc", "cpu": ".25 vCPU",
        "family": "shop", "requiresCompatibilities": ["FARGATE"], "memory": null});
    let difference = difference(&before, &after, Values::Hidden);
    assert!(difference.is_empty(), "{difference:?}");
    assert_eq!(difference, Difference::default());
}

#[test]
fn values_are_hidden_and_their_changes_are_not() {
    let before = web(&json!({
        "environment": [
            {"name": "GONE", "value": "hush-1"}, {"name": "KEPT", "value": "hush-2"},
            {"name": "MOVED", "value": "hush-3"},
        ],
        "logConfiguration": {"logDriver": "splunk", "options": {
            "splunk-token": "hush-5", "splunk-url": "https://a"}},
    }));
    let after = web(&json!({
        "environment": [
            {"name": "MOVED", "value": "hush-4"}, {"name": "KEPT", "value": "hush-2"},
            {"name": "NEW", "value": "hush-6"},
        ],
        "logConfiguration": {"logDriver": "splunk", "options": {
            "splunk-token": "hush-7", "splunk-url": "https://b"}},
        "secrets": [{"name": "DB", "valueFrom": "arn:aws:ssm:eu-west-1:1:parameter/db"}],
    }));
    let hidden = difference(&before, &after, Values::Hidden);
    let text = hidden.lines.join("\n");
    assert!(!text.contains("hush"), "{text}");
    for line in [
        "-\"name\": \"GONE\",",
        "+\"value\": \"(hidden, changed)\"",
        "+\"name\": \"NEW\",",
        "-\"splunk-token\": \"(hidden)\",",
        "+\"splunk-token\": \"(hidden, changed)\",",
        "+\"splunk-url\": \"https://b\"",
        "+\"valueFrom\": \"arn:aws:ssm:eu-west-1:1:parameter/db\"",
    ] {
        assert!(
            changes(&hidden).iter().any(|it| it == line),
            "{line} is not in\n{text}"
        );
    }
    let shown = difference(&before, &after, Values::Shown).lines.join("\n");
    assert!(
        shown.contains("-          \"value\": \"hush-3\""),
        "{shown}"
    );
    assert!(
        shown.contains("+          \"value\": \"hush-4\""),
        "{shown}"
    );
}

#[test]
fn without_a_revision_before_all_is_new() {
    let document = parsed(
        r#"{"family": "shop", "containerDefinitions": [{"name": "web", "environment": [{"name": "A", "value": "hush"}]}]}"#,
    );
    let difference = document.difference(None, Values::Hidden);
    assert_eq!(difference.removed, 0);
    assert_eq!(difference.added + 1, difference.lines.len());
    let text = difference.lines.join("\n");
    assert!(
        text.starts_with("@@ -0,0 +1,") && text.contains("(hidden)"),
        "{text}"
    );
    assert!(!text.contains("hush"), "{text}");
}

/// Values as they may stand in variables.
fn variables() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec(("[A-C]", "[0-9]{1,2}"), 0..5)
}

proptest! {
    /// There is a difference where the documents are not the same, and only there, hidden or not.
    #[test]
    fn a_difference_is_empty_when_both_are_the_same(
        before in variables(), after in variables(), other in any::<bool>(),
    ) {
        let document = |variables: &[(String, String)], user: &str| {
            let entries = variables.iter();
            let entries = entries.map(|(name, value)| json!({"name": name, "value": value}));
            web(&json!({"environment": entries.collect::<Vec<_>>(), "user": user}))
        };
        let before = document(&before, "me");
        let after = document(&after, if other { "you" } else { "me" });
        let same = TaskDefinition::of(after.clone(), "").expect("one").same_as(&before);
        for values in [Values::Hidden, Values::Shown] {
            let difference = difference(&before, &after, values);
            prop_assert_eq!(difference.is_empty(), same, "{:?}", difference);
            let of = |sign| difference.lines.iter().filter(|it| it.starts_with(sign)).count();
            prop_assert_eq!((of('+'), of('-')), (difference.added, difference.removed));
        }
    }
}
