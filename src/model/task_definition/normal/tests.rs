use super::super::TaskDefinition;
use serde_json::{Value, json};

fn task(value: Value) -> TaskDefinition {
    TaskDefinition::of(value, "test").expect("a task definition")
}

/// What a service on Fargate has in its repository.
fn written() -> Value {
    json!({
        "family": "shop",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "0.5 vCPU",
        "memory": "1 GB",
        "volumes": [{"name": "data"}],
        "containerDefinitions": [
            {
                "name": "web",
                "image": "shop@sha256:1",
                "portMappings": [{"containerPort": 8080}],
                "environment": [{"name": "B", "value": ""}, {"name": "A", "value": "1"}],
                "healthCheck": {"command": ["CMD", "true"]},
                "command": ["serve", ""],
            },
            {"name": "agent", "image": "agent:1", "essential": false},
        ],
    })
}

/// The same as ECS gives it back.
fn described() -> Value {
    json!({
        "taskDefinition": {
            "taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7",
            "containerDefinitions": [
                {
                    "name": "web",
                    "image": "shop@sha256:1",
                    "cpu": 0,
                    "portMappings": [
                        {"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}
                    ],
                    "essential": true,
                    "command": ["serve", ""],
                    "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": ""}],
                    "mountPoints": [],
                    "volumesFrom": [],
                    "healthCheck": {
                        "command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3
                    },
                    "systemControls": [],
                },
                {
                    "name": "agent",
                    "image": "agent:1",
                    "cpu": 0,
                    "portMappings": [],
                    "essential": false,
                    "environment": [],
                    "mountPoints": [],
                    "volumesFrom": [],
                    "systemControls": [],
                },
            ],
            "family": "shop",
            "networkMode": "awsvpc",
            "revision": 7,
            "volumes": [{"name": "data", "host": {}}],
            "status": "ACTIVE",
            "requiresAttributes": [{"name": "ecs.capability.task-eni"}],
            "placementConstraints": [],
            "compatibilities": ["EC2", "FARGATE"],
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "512",
            "memory": "1024",
            "registeredAt": 1_700_000_000.123,
            "registeredBy": "arn:aws:iam::123456789012:role/deploy",
            "enableFaultInjection": false,
        },
        "tags": [],
    })
}

#[test]
fn what_ecs_gives_back_is_the_same() {
    assert!(task(written()).same_as(&described()));
    assert!(task(described()).same_as(&described()));
    let registered = task(written());
    let repeated = Value::Object(registered.document().clone());
    assert!(registered.same_as(&repeated));
}

#[test]
fn one_difference_is_a_difference() {
    for (pointer, value) in [
        ("/containerDefinitions/0/image", json!("shop@sha256:2")),
        ("/containerDefinitions/0/cpu", json!(1)),
        ("/containerDefinitions/0/essential", json!(false)),
        ("/containerDefinitions/0/command", json!(["serve"])),
        ("/containerDefinitions/0/command", json!(["", "serve"])),
        ("/containerDefinitions/0/environment/0/value", json!(" ")),
        ("/containerDefinitions/0/environment/0/value", Value::Null),
        (
            "/containerDefinitions/0/portMappings/0/protocol",
            json!("udp"),
        ),
        ("/containerDefinitions/0/portMappings/0/hostPort", json!(80)),
        ("/containerDefinitions/0/healthCheck/retries", json!(4)),
        ("/containerDefinitions/0/enviroment", json!("typo")),
        ("/containerDefinitions/1/essential", json!(true)),
        ("/runtimePlatform", json!({"cpuArchitecture": "ARM64"})),
        ("/cpu", json!("1 vCPU")),
        ("/memory", json!("1.5GB")),
        ("/networkMode", json!("bridge")),
        ("/futureField", json!({})),
        ("/tags", json!([{"key": "team", "value": "shop"}])),
    ] {
        let mut changed = written();
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let parent = changed.pointer_mut(parent).and_then(Value::as_object_mut);
        parent
            .expect("a parent")
            .insert(key.to_owned(), value.clone());
        assert!(!task(changed).same_as(&described()), "{pointer} {value}");
    }
}

/// A task definition with one container that has `extra`.
fn container(extra: Value) -> Value {
    let mut definition = json!({"name": "web", "image": "shop"});
    extend(&mut definition, extra);
    json!({"family": "shop", "containerDefinitions": [definition]})
}

/// A task definition with `extra` at its top.
fn top(extra: Value) -> Value {
    let mut document = container(json!({}));
    extend(&mut document, extra);
    document
}

fn extend(object: &mut Value, extra: Value) {
    let (Value::Object(object), Value::Object(extra)) = (object, extra) else {
        panic!("two objects");
    };
    object.extend(extra);
}

/// Rows of two things put into a task definition by `place`, and whether they mean the same.
fn check(place: fn(Value) -> Value, rows: &[(Value, Value, bool)]) {
    for (one, other, same) in rows {
        let (a, b) = (place(one.clone()), place(other.clone()));
        assert_eq!(task(a.clone()).same_as(&b), *same, "{one} {other}");
        assert_eq!(task(b).same_as(&a), *same, "{other} {one}");
    }
}

#[test]
fn sizes_are_what_they_are_in_units() {
    check(
        top,
        &[
            (json!({"cpu": "0.25 vCPU"}), json!({"cpu": "256"}), true),
            (json!({"cpu": "1vcpu"}), json!({"cpu": "1024"}), true),
            (json!({"cpu": 256}), json!({"cpu": "256"}), true),
            (json!({"cpu": "some"}), json!({"cpu": "256"}), false),
            (json!({"memory": "0.5 GB"}), json!({"memory": "512"}), true),
            (json!({"memory": "2gb"}), json!({"memory": "2048"}), true),
            (json!({"memory": "2 GB"}), json!({"memory": "2000"}), false),
        ],
    );
}

#[test]
fn defaults_of_a_task_are_filled_in() {
    let fargate = json!({"requiresCompatibilities": ["EC2", "FARGATE"]});
    let platform = json!({"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"});
    let described = json!({
        "requiresCompatibilities": ["FARGATE", "EC2"], "runtimePlatform": platform,
    });
    let efs = json!([{"name": "d", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]);
    let efs_described = json!([{
        "name": "d",
        "host": {},
        "efsVolumeConfiguration": {
            "fileSystemId": "fs-1", "rootDirectory": "/", "transitEncryption": "DISABLED",
        },
    }]);
    let (a, b) = (
        json!({"key": "a", "value": "1"}),
        json!({"key": "b", "value": "2"}),
    );
    check(
        top,
        &[
            (json!({"networkMode": "bridge"}), json!({}), true),
            (json!({"networkMode": "host"}), json!({}), false),
            (fargate, described, true),
            (json!({"runtimePlatform": platform}), json!({}), false),
            (json!({"tags": [a, b]}), json!({"tags": [b, a]}), true),
            (
                json!({"volumes": efs}),
                json!({"volumes": efs_described}),
                true,
            ),
        ],
    );
}

#[test]
fn defaults_of_a_container_are_filled_in() {
    let ports = json!([{"containerPort": 80}, {"containerPort": 81}]);
    let ports_described = json!([
        {"containerPort": 81, "hostPort": 0, "protocol": "tcp"},
        {"protocol": "tcp", "containerPort": 80, "hostPort": 0},
    ]);
    let range = json!([{"containerPortRange": "80-90"}]);
    let range_described = json!([{"containerPortRange": "80-90", "protocol": "tcp"}]);
    let gpu = json!([{"type": "GPU", "value": "1"}]);
    let sharing = json!({"nvidiaMps": {}});
    let shared = json!([{"type": "GPU", "value": "1", "sharingStrategy": sharing}]);
    check(
        container,
        &[
            (
                json!({"portMappings": ports}),
                json!({"portMappings": ports_described}),
                true,
            ),
            (
                json!({"portMappings": range}),
                json!({"portMappings": range_described}),
                true,
            ),
            (json!({"dockerLabels": {}}), json!({}), true),
            (json!({"dockerLabels": {"k": ""}}), json!({}), false),
            (
                json!({"resourceRequirements": shared}),
                json!({"resourceRequirements": gpu}),
                false,
            ),
            (
                json!({"cpu": 2.56e2, "memory": 512.0}),
                json!({"cpu": 256, "memory": 512}),
                true,
            ),
            (json!({"user": null, "links": []}), json!({}), true),
        ],
    );
}

#[test]
fn order_counts_where_it_says_something() {
    let (one, two) = (
        json!({"name": "A", "value": "1"}),
        json!({"name": "A", "value": "2"}),
    );
    let other = json!({"name": "B", "value": "2"});
    check(
        container,
        &[
            (
                json!({"environment": [one, other]}),
                json!({"environment": [other, one]}),
                true,
            ),
            (
                json!({"environment": [one, two]}),
                json!({"environment": [two, one]}),
                false,
            ),
            (
                json!({"dnsServers": ["a", "b"]}),
                json!({"dnsServers": ["b", "a"]}),
                false,
            ),
            (
                json!({"command": ["a", "b"]}),
                json!({"command": ["b", "a"]}),
                false,
            ),
        ],
    );
}

#[test]
fn what_is_no_task_definition_is_not_the_same() {
    for described in [json!({}), json!(null), json!({"taskDefinition": []})] {
        assert!(!task(written()).same_as(&described), "{described}");
    }
}
