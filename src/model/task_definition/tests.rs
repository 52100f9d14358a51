use super::TaskDefinition;
use crate::failure::Code;
use serde_json::Value;

mod checks;
mod properties;

pub(super) const TWO: &str = r#"{
  "family": "shop",
  "containerDefinitions": [
    {"name": "web", "image": "old", "command": ["", "x"], "portMappings": [
      {"containerPort": 8080}, {"containerPort": 9090, "protocol": "tcp"}, {"containerPortRange": "1-2"}
    ]},
    {"name": "proxy", "image": "nginx:1", "future": {"b": 1.10, "a": null}}
  ]
}"#;

pub(super) fn parsed(text: &str) -> TaskDefinition {
    TaskDefinition::parse(text, "task.json").expect("a task definition")
}

fn compact(text: &str) -> String {
    let value: Value = serde_json::from_str(text).expect("JSON");
    value.to_string()
}

pub(super) fn sent(document: &TaskDefinition) -> String {
    String::from_utf8(document.to_bytes().to_vec()).expect("UTF-8")
}

#[test]
fn what_stands_in_the_file_is_what_is_sent() {
    let document = parsed(TWO);
    assert_eq!(sent(&document), compact(TWO));
    assert_eq!(document.family(), "shop");
    assert_eq!(document.containers(), ["web", "proxy"]);
    assert_eq!(document.images(), [("web", "old"), ("proxy", "nginx:1")]);
    assert_eq!(document.ports("web"), Some(vec![8080, 9090]));
    assert_eq!(document.ports("proxy"), Some(vec![]));
    assert_eq!(document.ports("db"), None);
    assert!(document.taken_off().is_empty());
}

#[test]
fn yaml_becomes_the_same_document() {
    let yaml = "family: shop\ncontainerDefinitions:\n  - name: web\n    image: old\n    \
                environment:\n      - {name: FLAG, value: yes}\n      - {name: ZERO, value: '08'}\n";
    let expected = r#"{"family":"shop","containerDefinitions":[{"name":"web","image":"old","environment":[{"name":"FLAG","value":"yes"},{"name":"ZERO","value":"08"}]}]}"#;
    let document = TaskDefinition::parse(yaml, "task.yaml").expect("a task definition");
    assert_eq!(sent(&document), expected);
}

#[test]
fn what_only_a_description_has_is_taken_off_and_told() {
    let described = r#"{"taskDefinition": {
        "taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7",
        "containerDefinitions": [{"name": "web", "image": "old", "status": "kept"}],
        "family": "shop", "revision": 7, "status": "ACTIVE", "requiresAttributes": [],
        "compatibilities": ["EC2"], "registeredAt": 1.5, "registeredBy": "me",
        "deregisteredAt": 2.5, "deleteRequestedAt": 3.5, "cpu": "256"
      }, "tags": [{"key": "team", "value": "shop"}], "ResponseMetadata": {}}"#;
    let document = parsed(described);
    assert_eq!(
        sent(&document),
        r#"{"containerDefinitions":[{"name":"web","image":"old","status":"kept"}],"family":"shop","cpu":"256","tags":[{"key":"team","value":"shop"}]}"#
    );
    let mut taken_off = document.taken_off().to_vec();
    taken_off.sort();
    assert_eq!(
        taken_off,
        [
            "ResponseMetadata",
            "compatibilities",
            "deleteRequestedAt",
            "deregisteredAt",
            "registeredAt",
            "registeredBy",
            "requiresAttributes",
            "revision",
            "status",
            "taskDefinitionArn",
        ]
    );
    // The same fields without the envelope around them.
    let bare = r#"{"family": "shop", "revision": 7, "containerDefinitions": [{"name": "web"}]}"#;
    assert_eq!(parsed(bare).taken_off(), ["revision"]);
}

#[test]
fn empty_tags_beside_a_description_are_not_sent() {
    let described = r#"{"taskDefinition": {"family": "shop", "containerDefinitions": [{"name": "web"}]}, "tags": []}"#;
    assert_eq!(
        sent(&parsed(described)),
        r#"{"family":"shop","containerDefinitions":[{"name":"web"}]}"#
    );
}

#[test]
fn a_file_that_is_no_task_definition_says_what_was_expected() {
    for (text, expected) in [
        ("[]", "expected an object at the top"),
        ("\"family\"", "expected an object at the top"),
        ("{}", "expected `family`, a text"),
        (r#"{"family": 7}"#, "family is the number 7: write \"7\""),
        (r#"{"family": ""}"#, "expected `family`, a text"),
        (
            r#"{"family": "shop"}"#,
            "expected `containerDefinitions`, a list of objects",
        ),
        (
            r#"{"family": "shop", "containerDefinitions": {}}"#,
            "containerDefinitions is an object, and ECS takes a list",
        ),
        (
            r#"{"family": "shop", "containerDefinitions": []}"#,
            "expected at least one container in `containerDefinitions`",
        ),
        (
            r#"{"family": "shop", "containerDefinitions": [{"name": "web"}, {"name": ""}]}"#,
            "expected `containerDefinitions[1].name`, a text",
        ),
        (
            r#"{"family": "shop", "containerDefinitions": ["web"]}"#,
            "containerDefinitions[0] is a text, and ECS takes an object",
        ),
        (
            r#"{"taskDefinition": "shop:7"}"#,
            "expected an object in `taskDefinition`",
        ),
    ] {
        let failure = TaskDefinition::parse(text, "task.json").expect_err(text);
        assert_eq!(failure.code, Code::MalformedFile);
        let said = format!("{}: {}", failure.what, failure.why.join("; "));
        assert!(said.contains("task.json is no task definition"), "{said}");
        assert!(said.contains(expected), "{said} {expected}");
    }
}
