//! What a task definition must be for ECS to register it.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>

use super::error::client;
use crate::wire::aws_error::AwsError;
use crate::wire::body::{flag, integer, list, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The most bytes of a task definition
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>).
const LARGEST: usize = 64 * 1024;

/// Checks the body of `RegisterTaskDefinition`.
pub(super) fn check(body: &Value) -> Result<(), AwsError> {
    family(body)?;
    size(body)?;
    let containers = list(body, "containerDefinitions");
    if containers.is_empty() {
        return Err(client("Container list cannot be empty."));
    }
    let mut names = BTreeSet::new();
    for it in containers {
        container(body, it)?;
        if !names.insert(text(it, "name")) {
            return Err(client(
                "Container names must be unique in a task definition.",
            ));
        }
    }
    if containers
        .iter()
        .all(|it| flag(it, "essential") == Some(false))
    {
        return Err(client(
            "At least one container must be marked essential in a task definition.",
        ));
    }
    if list(body, "requiresCompatibilities").contains(&json!("FARGATE")) {
        fargate(body)?;
    }
    tags(body)
}

fn family(body: &Value) -> Result<(), AwsError> {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match text(body, "family") {
        None | Some("") => Err(client("Family should not be null or empty.")),
        Some(name) if name.len() > 255 || !name.chars().all(letter) => {
            Err(client("Family contains invalid characters."))
        }
        Some(_) => Ok(()),
    }
}

/// How ECS counts is not documented; here the tags, which are kept apart, do not count.
fn size(body: &Value) -> Result<(), AwsError> {
    let mut kept = body.clone();
    if let Some(kept) = kept.as_object_mut() {
        kept.shift_remove("tags");
    }
    let length = kept.to_string().len();
    if length <= LARGEST {
        return Ok(());
    }
    Err(client(format!(
        "Actual length: '{length}'. Max allowed length is '{LARGEST}' bytes."
    )))
}

fn container(body: &Value, it: &Value) -> Result<(), AwsError> {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let Some(name) = text(it, "name").filter(|name| !name.is_empty()) else {
        return Err(client("Container.name should not be null or empty."));
    };
    if name.len() > 255 || !name.chars().all(letter) {
        return Err(client("Container.name contains invalid characters."));
    }
    match text(it, "image") {
        None | Some("") => return Err(client("Container.image should not be null or empty.")),
        Some(image) if image.contains(char::is_whitespace) => {
            return Err(client("Container.image contains invalid characters."));
        }
        Some(_) => {}
    }
    memory(body, it, name)?;
    names(it, name)?;
    ports(body, it)
}

fn memory(body: &Value, it: &Value, name: &str) -> Result<(), AwsError> {
    let (hard, soft) = (integer(it, "memory"), integer(it, "memoryReservation"));
    if hard.is_none() && soft.is_none() && text(body, "memory").is_none() {
        return Err(client(format!(
            "Invalid setting for container '{name}'. At least one of 'memory' or \
             'memoryReservation' must be specified."
        )));
    }
    if hard.zip(soft).is_some_and(|(hard, soft)| soft > hard) {
        return Err(client(format!(
            "Invalid setting for container '{name}'. The 'memory' setting must be greater than \
             or equal to 'memoryReservation'."
        )));
    }
    Ok(())
}

/// Variables and secrets share one namespace.
fn names(it: &Value, container: &str) -> Result<(), AwsError> {
    let variables = list(it, "environment")
        .iter()
        .filter_map(|it| text(it, "name"));
    let variables: BTreeSet<&str> = variables.collect();
    let mut secrets = BTreeSet::new();
    for secret in list(it, "secrets") {
        let name = text(secret, "name").unwrap_or_default();
        if variables.contains(name) || !secrets.insert(name) {
            return Err(client(format!(
                "The secret name must be unique and not shared with any new or existing \
                 environment variables set on the container, such as '{name}'."
            )));
        }
        if text(secret, "valueFrom").is_none_or(str::is_empty) {
            return Err(client(format!(
                "Invalid 'secrets' setting for container '{container}': valueFrom should not be \
                 null or empty."
            )));
        }
    }
    Ok(())
}

fn ports(body: &Value, it: &Value) -> Result<(), AwsError> {
    let awsvpc = text(body, "networkMode") == Some("awsvpc");
    for port in list(it, "portMappings") {
        let container = integer(port, "containerPort").unwrap_or(0);
        if !(1..=65535).contains(&container) {
            return Err(client("The container port must be between 1 and 65535."));
        }
        let host = integer(port, "hostPort").unwrap_or(container);
        if awsvpc && host != container {
            return Err(client(
                "When networkMode=awsvpc, the host ports and container ports in port mappings \
                 must match.",
            ));
        }
    }
    Ok(())
}

fn fargate(body: &Value) -> Result<(), AwsError> {
    if text(body, "networkMode") != Some("awsvpc") {
        return Err(client("Fargate only supports network mode ‘awsvpc’."));
    }
    let Some(cpu) = text(body, "cpu") else {
        return Err(client(
            "Fargate requires that 'cpu' be defined at the task level.",
        ));
    };
    let Some(memory) = text(body, "memory") else {
        return Err(client(
            "Fargate requires that 'memory' be defined at the task level.",
        ));
    };
    if !fits(units(cpu, "vcpu"), units(memory, "gb")) {
        return Err(client(format!(
            "No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. See \
             the Amazon ECS documentation for the valid values."
        )));
    }
    let needs_role = list(body, "containerDefinitions").iter().any(|it| {
        text(it, "image").is_some_and(|image| image.contains(".dkr.ecr."))
            || !list(it, "secrets").is_empty()
    });
    if needs_role && text(body, "executionRoleArn").is_none_or(str::is_empty) {
        return Err(client(
            "Fargate requires task definition to have execution role ARN to support ECR images.",
        ));
    }
    Ok(())
}

/// `256`, `.25 vCPU` or `1 GB` in units of a thousand-and-twenty-fourth.
fn units(text: &str, unit: &str) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    match lower.trim().strip_suffix(unit) {
        Some(number) => {
            let number: f64 = number.trim().parse().ok()?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked"
            )]
            (0.0..=1024.0)
                .contains(&number)
                .then_some((number * 1024.0).round() as u32)
        }
        None => lower.trim().parse().ok(),
    }
}

/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html>
fn fits(cpu: Option<u32>, memory: Option<u32>) -> bool {
    let (Some(cpu), Some(memory)) = (cpu, memory) else {
        return false;
    };
    let (least, most, step) = match cpu {
        256 => return [512, 1024, 2048].contains(&memory),
        512 => (1, 4, 1),
        1024 => (2, 8, 1),
        2048 => (4, 16, 1),
        4096 => (8, 30, 1),
        8192 => (16, 60, 4),
        16384 => (32, 120, 8),
        _ => return false,
    };
    let gigabytes = memory / 1024;
    memory % (step * 1024) == 0 && (least..=most).contains(&gigabytes)
}

fn tags(body: &Value) -> Result<(), AwsError> {
    let tags = list(body, "tags");
    if tags.len() > 50 {
        return Err(super::error::invalid(
            "Tags can not be more than 50 elements.",
        ));
    }
    if tags
        .iter()
        .any(|tag| text(tag, "key").is_none_or(str::is_empty))
    {
        return Err(super::error::invalid("Tag key can not be null or empty."));
    }
    Ok(())
}
