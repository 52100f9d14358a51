//! Task definitions: registered as they come, described with what ECS adds.

use super::error;
use super::task_definition_rules;
use super::{includes, page_of};
use crate::wire::aws::Caller;
use crate::wire::aws_error::AwsError;
use crate::wire::body::{epoch, list as items, text};
use crate::world::World;
use crate::world::ecs::arn;
use crate::world::ecs::task_definition::{New, TaskDefinition};
use crate::world::identity;
use serde_json::{Map, Value, json};

/// `RegisterTaskDefinition`.
pub(super) fn register(
    world: &mut World,
    caller: &Caller,
    body: &Value,
) -> Result<Value, AwsError> {
    task_definition_rules::check(body)?;
    for role in ["taskRoleArn", "executionRoleArn"] {
        if let Some(role) = text(body, role).filter(|role| !role.is_empty()) {
            pass_role(world, caller, role)?;
        }
    }
    if !items(body, "tags").is_empty() {
        tag(world, caller, text(body, "family").unwrap_or_default())?;
    }
    let mut document: Map<String, Value> = body.as_object().cloned().unwrap_or_default();
    document.shift_remove("tags");
    let prefix = arn(world, "");
    let added = world.ecs.task_definitions.register(New {
        arn_prefix: prefix.trim_end_matches(':'),
        family: text(body, "family").unwrap_or_default(),
        document,
        tags: items(body, "tags").to_vec(),
        now: world.now,
        by: &caller.arn,
    });
    Ok(json!({"taskDefinition": render(&added), "tags": added.tags}))
}

fn pass_role(world: &World, caller: &Caller, role: &str) -> Result<(), AwsError> {
    let arn = if role.starts_with("arn:") {
        role.to_owned()
    } else {
        format!("arn:aws:iam::{}:role/{role}", world.account)
    };
    identity::may_pass_role(world, caller, &arn, "ecs-tasks.amazonaws.com")
}

/// Tags that something is made with need a permission of their own.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html>
fn tag(world: &World, caller: &Caller, family: &str) -> Result<(), AwsError> {
    let resource = arn(world, &format!("task-definition/{family}:*"));
    let context = [("ecs:CreateAction", "RegisterTaskDefinition")];
    identity::may_in(world, caller, "ecs:TagResource", &resource, &context)
}

/// `DescribeTaskDefinition`.
pub(super) fn describe(world: &World, body: &Value) -> Result<Value, AwsError> {
    let name = name(body)?;
    let found = world.ecs.task_definitions.find(name);
    let found = found.ok_or_else(|| error::client("Unable to describe task definition."))?;
    let tags = if includes(body, "TAGS") {
        found.tags.clone()
    } else {
        Vec::new()
    };
    Ok(json!({"taskDefinition": render(found), "tags": tags}))
}

/// `ListTaskDefinitions`: ARNs, by family and revision.
pub(super) fn list(world: &World, body: &Value) -> Result<Value, AwsError> {
    let prefix = text(body, "familyPrefix");
    let status = word(
        body,
        "status",
        &["ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"],
    )?;
    let sort = word(body, "sort", &["ASC", "DESC"])?;
    let families = world.ecs.task_definitions.families.iter();
    let all = families
        .filter(|(family, _)| prefix.is_none_or(|prefix| *family == prefix))
        .flat_map(|(_, revisions)| revisions)
        .filter(|it| it.status() == status);
    let mut arns: Vec<Value> = all.map(|it| json!(it.arn)).collect();
    if sort == "DESC" {
        arns.reverse();
    }
    page_of(body, "taskDefinitionArns", arns, 100)
}

/// The word under `member`: one of `words`, the first of them where there is none.
fn word<'a>(body: &'a Value, member: &str, words: &[&'a str]) -> Result<&'a str, AwsError> {
    let given = text(body, member).or(words.first().copied());
    let known = given.filter(|given| words.contains(given));
    known.ok_or_else(|| {
        let one_of = words.join(", ");
        error::invalid(format!("Invalid {member}. It must be one of: {one_of}."))
    })
}

/// `DeregisterTaskDefinition`: needs a revision.
pub(super) fn deregister(world: &mut World, body: &Value) -> Result<Value, AwsError> {
    let name = name(body)?;
    let plain = name.rsplit_once('/').map_or(name, |(_, plain)| plain);
    if !plain.contains(':') {
        return Err(error::client(
            "Task definition can not be deregistered without a revision.",
        ));
    }
    let now = world.now;
    let found = world.ecs.task_definitions.find_mut(name);
    let found = found.ok_or_else(|| {
        error::client("The specified task definition does not exist. Specify a valid account, family, revision and try again.")
    })?;
    if found.is_active() {
        found.deregistered = Some(now);
    }
    Ok(json!({"taskDefinition": render(found)}))
}

fn name(body: &Value) -> Result<&str, AwsError> {
    let name = text(body, "taskDefinition").filter(|name| !name.is_empty());
    name.ok_or_else(|| error::client("Task Definition can not be blank."))
}

/// A task definition as ECS describes it: the document, and what ECS adds.
pub(super) fn render(it: &TaskDefinition) -> Value {
    let mut described = Map::new();
    described.insert("taskDefinitionArn".to_owned(), json!(it.arn));
    for (name, value) in &it.document {
        described.insert(name.clone(), value.clone());
    }
    let containers = it
        .containers()
        .iter()
        .map(|container| complete(it, container));
    let containers: Vec<Value> = containers.collect();
    let fargate = items(
        &Value::Object(it.document.clone()),
        "requiresCompatibilities",
    )
    .contains(&json!("FARGATE"));
    let added = json!({
        "containerDefinitions": containers,
        "revision": it.revision,
        "status": it.status(),
        "compatibilities": if fargate { json!(["EC2", "FARGATE"]) } else { json!(["EC2"]) },
        "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.docker-remote-api.1.18"}],
        "registeredAt": epoch(it.registered),
        "registeredBy": it.registered_by,
    });
    described.extend(added.as_object().cloned().unwrap_or_default());
    if let Some(at) = it.deregistered {
        described.insert("deregisteredAt".to_owned(), epoch(at));
    }
    for name in ["volumes", "placementConstraints"] {
        described.entry(name).or_insert_with(|| json!([]));
    }
    Value::Object(described)
}

/// A container definition with ECS's defaults.
fn complete(it: &TaskDefinition, container: &Value) -> Value {
    let mut container = container.as_object().cloned().unwrap_or_default();
    for name in [
        "environment",
        "mountPoints",
        "volumesFrom",
        "portMappings",
        "systemControls",
    ] {
        container.entry(name).or_insert_with(|| json!([]));
    }
    container.entry("cpu").or_insert_with(|| json!(0));
    container.entry("essential").or_insert_with(|| json!(true));
    let awsvpc = it.document.get("networkMode") == Some(&json!("awsvpc"));
    let ports = container
        .get_mut("portMappings")
        .and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        let own = port.get("containerPort").cloned().unwrap_or(json!(0));
        let host = if awsvpc { own } else { json!(0) };
        port.entry("hostPort").or_insert(host);
        port.entry("protocol").or_insert_with(|| json!("tcp"));
    }
    Value::Object(container)
}
