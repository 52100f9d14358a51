//! What ECS takes for granted where a document says nothing
//! (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>).

use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// Fills in ECS's defaults, and spells task sizes as ECS does.
pub(super) fn fill(document: &mut Object) {
    default_to(document, "enableFaultInjection", || json!(false));
    size(document, "cpu", "vcpu");
    size(document, "memory", "gb");
    platform(document);
    let host_ports = HostPorts::of(document);
    for container in objects(document, "containerDefinitions") {
        fill_container(container, host_ports);
    }
    for volume in objects(document, "volumes") {
        fill_volume(volume);
    }
}

/// The host port of a mapping that names none.
#[derive(Clone, Copy)]
enum HostPorts {
    /// The container port.
    Same,
    /// Any: 0.
    Dynamic,
}

impl HostPorts {
    fn of(document: &Object) -> Self {
        match document.get("networkMode").and_then(Value::as_str) {
            Some("awsvpc" | "host") => Self::Same,
            _ => Self::Dynamic,
        }
    }
}

/// Linux on x86 for Fargate; `bridge` for what runs on Linux instances.
fn platform(document: &mut Object) {
    let compatibilities = document.get("requiresCompatibilities");
    let compatibilities = compatibilities.and_then(Value::as_array);
    let fargate = compatibilities.is_some_and(|all| all.contains(&json!("FARGATE")));
    if fargate {
        default_to(document, "runtimePlatform", || json!({}));
        if let Some(platform) = object(document, "runtimePlatform") {
            default_to(platform, "cpuArchitecture", || json!("X86_64"));
            default_to(platform, "operatingSystemFamily", || json!("LINUX"));
        }
    }
    let family = document.get("runtimePlatform");
    let family = family.and_then(|platform| platform.get("operatingSystemFamily")?.as_str());
    if !fargate && family.is_none_or(|family| family == "LINUX") {
        default_to(document, "networkMode", || json!("bridge"));
    }
}

fn fill_container(container: &mut Object, host_ports: HostPorts) {
    default_to(container, "cpu", || json!(0));
    default_to(container, "essential", || json!(true));
    default_to(container, "versionConsistency", || json!("enabled"));
    for mapping in objects(container, "portMappings") {
        default_to(mapping, "protocol", || json!("tcp"));
        let host_port = match host_ports {
            HostPorts::Same => mapping.get("containerPort").cloned(),
            HostPorts::Dynamic => mapping.get("containerPort").map(|_| json!(0)),
        };
        if let Some(host_port) = host_port {
            default_to(mapping, "hostPort", || host_port);
        }
    }
    for list in ["mountPoints", "volumesFrom"] {
        for mount in objects(container, list) {
            default_to(mount, "readOnly", || json!(false));
        }
    }
    if let Some(check) = object(container, "healthCheck") {
        default_to(check, "interval", || json!(30));
        default_to(check, "timeout", || json!(5));
        default_to(check, "retries", || json!(3));
    }
    if let Some(policy) = object(container, "restartPolicy") {
        default_to(policy, "restartAttemptPeriod", || json!(300));
    }
}

fn fill_volume(volume: &mut Object) {
    let Some(efs) = object(volume, "efsVolumeConfiguration") else {
        return;
    };
    default_to(efs, "rootDirectory", || json!("/"));
    default_to(efs, "transitEncryption", || json!("DISABLED"));
    if let Some(authorization) = object(efs, "authorizationConfig") {
        default_to(authorization, "iam", || json!("DISABLED"));
    }
}

/// `0.25 vCPU` is 256 units, `1 GB` is 1024 MiB; ECS gives both back as a plain number in a text
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size>).
fn size(document: &mut Object, key: &str, unit: &str) {
    let Some(written) = document.get_mut(key) else {
        return;
    };
    let text = match written {
        Value::String(text) => text.trim().to_lowercase(),
        Value::Number(number) => number.to_string(),
        _ => return,
    };
    let units = match text.strip_suffix(unit) {
        Some(count) => count.trim().parse::<f64>().ok().map(|count| count * 1024.0),
        None => text.parse::<f64>().ok(),
    };
    if let Some(units) = units.filter(|units| units.is_finite()) {
        *written = Value::String(units.to_string());
    }
}

fn default_to(object: &mut Object, key: &str, value: impl FnOnce() -> Value) {
    object.entry(key).or_insert_with(value);
}

fn object<'a>(parent: &'a mut Object, key: &str) -> Option<&'a mut Object> {
    parent.get_mut(key)?.as_object_mut()
}

fn objects<'a>(parent: &'a mut Object, key: &str) -> impl Iterator<Item = &'a mut Object> {
    let list = parent.get_mut(key).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}
