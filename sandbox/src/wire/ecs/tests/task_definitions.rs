//! Task definitions: what is kept, added and refused.

use crate::testing::{Stage, allow};
use serde_json::{Value, json};

fn shop() -> Value {
    json!({
        "family": "shop", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": [{
            "name": "web", "image": "shop:1", "command": ["serve", "--prefix", ""],
            "dockerLabels": {"empty": ""}, "portMappings": [{"containerPort": 8080}],
            "futureField": {"deep": 1.50},
        }],
    })
}

#[test]
fn the_document_is_kept_and_defaults_are_added() {
    let mut stage = Stage::new("{}");
    let tags = json!([{"key": "commit", "value": "abc"}]);
    let mut body = shop();
    body["tags"] = tags.clone();
    let registered = stage.ecs("RegisterTaskDefinition", body);
    assert_eq!(registered["tags"], tags);
    let described = stage.ecs(
        "DescribeTaskDefinition",
        json!({"taskDefinition": "shop", "include": ["TAGS"]}),
    );
    assert_eq!(described, registered);
    let definition = &described["taskDefinition"];
    let container = &definition["containerDefinitions"][0];
    assert_eq!(container["command"], json!(["serve", "--prefix", ""]));
    assert_eq!(container["dockerLabels"], json!({"empty": ""}));
    assert_eq!(container["futureField"].to_string(), r#"{"deep":1.5}"#);
    assert_eq!(container["essential"], true);
    assert_eq!(
        container["portMappings"],
        json!([{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}])
    );
    assert_eq!(definition["revision"], 1);
    assert!(definition.get("tags").is_none());
}

#[test]
fn revisions_count_up_and_are_listed_without_inactive_ones() {
    let mut stage = Stage::new("{}");
    for _ in 0..3 {
        stage.ecs("RegisterTaskDefinition", shop());
    }
    stage.ecs(
        "DeregisterTaskDefinition",
        json!({"taskDefinition": "shop:3"}),
    );
    let latest = stage.ecs("DescribeTaskDefinition", json!({"taskDefinition": "shop"}));
    assert_eq!(latest["taskDefinition"]["revision"], 2);
    let third = stage.ecs(
        "DescribeTaskDefinition",
        json!({"taskDefinition": "shop:3"}),
    );
    assert_eq!(third["taskDefinition"]["status"], "INACTIVE");
    let page = stage.ecs(
        "ListTaskDefinitions",
        json!({"familyPrefix": "shop", "sort": "DESC", "maxResults": 1}),
    );
    assert!(
        page["taskDefinitionArns"][0]
            .as_str()
            .unwrap()
            .ends_with("shop:2")
    );
    let body = json!({"familyPrefix": "shop", "sort": "DESC", "nextToken": page["nextToken"]});
    let rest = stage.ecs("ListTaskDefinitions", body);
    assert_eq!(rest["taskDefinitionArns"].as_array().unwrap().len(), 1);
    assert!(rest.get("nextToken").is_none());
}

#[test]
fn lists_are_by_status_and_of_one_family() {
    let mut stage = Stage::new("{}");
    let mut other = shop();
    other["family"] = json!("shop-staging");
    for body in [shop(), shop(), other] {
        stage.ecs("RegisterTaskDefinition", body);
    }
    for revision in ["shop:1", "shop:1"] {
        let body = json!({"taskDefinition": revision});
        let gone = stage.ecs("DeregisterTaskDefinition", body);
        assert_eq!(gone["taskDefinition"]["status"], "INACTIVE");
    }
    let names = |listed: &Value| {
        let arns = listed["taskDefinitionArns"].as_array().unwrap().iter();
        let names = arns.map(|arn| arn.as_str().unwrap().rsplit('/').next().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    for (body, expected) in [
        (json!({"familyPrefix": "shop"}), &["shop:2"][..]),
        (
            json!({"familyPrefix": "shop", "status": "INACTIVE"}),
            &["shop:1"],
        ),
        (
            json!({"status": "ACTIVE", "sort": "DESC"}),
            &["shop-staging:1", "shop:2"],
        ),
        (json!({"status": "DELETE_IN_PROGRESS"}), &[]),
        (json!({"familyPrefix": "sho"}), &[]),
    ] {
        assert_eq!(
            names(&stage.ecs("ListTaskDefinitions", body.clone())),
            expected,
            "{body}"
        );
    }
    let refusal = stage.ecs_refuses("ListTaskDefinitions", json!({"status": "GONE"}));
    assert_eq!(refusal.0, "InvalidParameterException");
    for (named, words) in [
        (
            "shop",
            "Task definition can not be deregistered without a revision.",
        ),
        ("", "Task Definition can not be blank."),
    ] {
        let refusal =
            stage.ecs_refuses("DeregisterTaskDefinition", json!({"taskDefinition": named}));
        assert_eq!(refusal, ("ClientException".to_owned(), words.to_owned()));
    }
    let clusters = stage.ecs("ListClusters", json!({}));
    assert!(clusters["clusterArns"].is_array());
}

#[test]
fn bad_documents_are_refused_in_ecs_words() {
    let change = |path: &str, value: Value| {
        let mut body = shop();
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let asked = [
        (
            change("/family", json!("")),
            "Family should not be null or empty.",
        ),
        (
            change("/containerDefinitions", json!([])),
            "Container list cannot be empty.",
        ),
        (
            change("/containerDefinitions/0/image", json!("")),
            "Container.image should not be null or empty.",
        ),
        (
            change("/networkMode", json!("bridge")),
            "Fargate only supports network mode ‘awsvpc’.",
        ),
        (
            change(
                "/containerDefinitions/0/portMappings/0",
                json!({"containerPort": 80, "hostPort": 81}),
            ),
            "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
        ),
        (
            change(
                "/containerDefinitions/0/image",
                json!("1.dkr.ecr.eu-central-1.amazonaws.com/shop:1"),
            ),
            "Fargate requires task definition to have execution role ARN to support ECR images.",
        ),
    ];
    let mut stage = Stage::new("{}");
    for (body, words) in asked {
        let refusal = stage.ecs_refuses("RegisterTaskDefinition", body);
        assert_eq!(refusal, ("ClientException".to_owned(), words.to_owned()));
    }
    let refusal = stage.ecs_refuses("RegisterTaskDefinition", change("/memory", json!("513")));
    assert!(
        refusal.1.starts_with("No Fargate configuration exists"),
        "{}",
        refusal.1
    );
    let body = change("/containerDefinitions/0/command", json!(["serve", 1]));
    assert_eq!(
        stage.ecs_refuses("RegisterTaskDefinition", body).0,
        "SerializationException"
    );
}

#[test]
fn a_document_of_more_than_64_kib_is_refused() {
    let mut stage = Stage::new("{}");
    let mut body = shop();
    body["containerDefinitions"][0]["dockerLabels"] = json!({"blob": "x".repeat(64 * 1024)});
    let (code, words) = stage.ecs_refuses("RegisterTaskDefinition", body);
    assert_eq!(code, "ClientException");
    assert!(
        words.ends_with("Max allowed length is '65536' bytes."),
        "{words}"
    );
}

#[test]
fn roles_must_be_ones_the_caller_may_pass() {
    let mut stage = Stage::new("{}");
    let mut body = shop();
    body["executionRoleArn"] = json!("arn:aws:iam::123456789012:role/execution");
    allow(
        &mut stage.world,
        &json!([{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}]),
    );
    let refusal = stage.ecs_refuses("RegisterTaskDefinition", body.clone());
    assert_eq!(refusal.0, "AccessDeniedException");
    assert!(
        refusal
            .1
            .contains("iam:PassRole on resource: arn:aws:iam::123456789012:role/execution")
    );
    allow(
        &mut stage.world,
        &json!([{"Effect": "Allow", "Action": "iam:PassRole",
        "Resource": "arn:aws:iam::123456789012:role/execution",
        "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}}]),
    );
    stage.ecs("RegisterTaskDefinition", body);
}
