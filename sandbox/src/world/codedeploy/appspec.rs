//! AppSpec files of ECS deployments, in YAML or JSON.
//!
//! <https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure.html>

use super::lifecycle::Lifecycle;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What CodeDeploy takes from an AppSpec file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AppSpec {
    /// The ARN (or family and revision) of the task definition.
    pub task_definition: String,
    /// The container that takes the traffic.
    pub container: String,
    /// Its port.
    pub port: u16,
    /// Network, platform and capacity, in the names of `CreateTaskSet`.
    pub settings: Map<String, Value>,
    /// Lambda functions by lifecycle event.
    pub hooks: BTreeMap<Lifecycle, String>,
}

/// CodeDeploy's words for an AppSpec that is not one.
const INVALID: &str = "The deployment failed because the AppSpec file that specifies the \
    deployment configuration is missing or has an invalid configuration.";

/// Reads an AppSpec file. Keys are read in any case, as AWS does.
pub fn parse(content: &str) -> Result<AppSpec, String> {
    read(content).map_err(|why| format!("{INVALID} {why}"))
}

fn read(content: &str) -> Result<AppSpec, String> {
    let parsed: Result<Value, _> = serde_saphyr::from_str(content);
    let file = parsed.map_err(|_| {
        "The input AppSpec file is not well-formed yaml. The template cannot be parsed.".to_owned()
    })?;
    known(&file, &["version", "resources", "hooks"])?;
    let version = member(&file, "version").map(|it| it.to_string().replace('"', ""));
    if !version.is_some_and(|it| it == "0.0" || it == "0") {
        return Err("The version must be 0.0.".to_owned());
    }
    let resources = member(&file, "resources").and_then(Value::as_array);
    let [resource] = resources.map_or(&[][..], Vec::as_slice) else {
        return Err("Resources must have exactly one target service.".to_owned());
    };
    let target = resource.as_object().and_then(|it| it.values().next());
    let target = target.ok_or("The target service is missing.")?;
    if member(target, "type").and_then(Value::as_str) != Some("AWS::ECS::Service") {
        return Err("The type of the target service must be AWS::ECS::Service.".to_owned());
    }
    let properties = member(target, "properties").ok_or("Properties are missing.")?;
    let mut spec = target_service(properties)?;
    if let Some(list) = member(&file, "hooks") {
        spec.hooks = hooks(list)?;
    }
    Ok(spec)
}

fn target_service(properties: &Value) -> Result<AppSpec, String> {
    const KNOWN: [&str; 5] = [
        "taskdefinition",
        "loadbalancerinfo",
        "platformversion",
        "networkconfiguration",
        "capacityproviderstrategy",
    ];
    known(properties, &KNOWN)?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let task_definition = text(member(properties, "taskdefinition"));
    let balancer = member(properties, "loadbalancerinfo");
    let balancer = balancer.ok_or("LoadBalancerInfo is missing.")?;
    let port = member(balancer, "containerport").and_then(Value::as_u64);
    let port = port.and_then(|port| u16::try_from(port).ok());
    Ok(AppSpec {
        task_definition: task_definition
            .filter(|it| !it.is_empty())
            .ok_or("TaskDefinition is missing.")?,
        container: text(member(balancer, "containername")).ok_or("ContainerName is missing.")?,
        port: port.ok_or("ContainerPort must be a port number.")?,
        settings: settings(properties),
        hooks: BTreeMap::new(),
    })
}

fn settings(properties: &Value) -> Map<String, Value> {
    let of = [
        "platformVersion",
        "networkConfiguration",
        "capacityProviderStrategy",
    ];
    let set = of.into_iter().filter_map(|name| {
        let value = member(properties, &name.to_ascii_lowercase())?;
        Some((name.to_owned(), lower_first(value)))
    });
    set.collect()
}

/// `AwsvpcConfiguration` as ECS writes it: `awsvpcConfiguration`, however deep.
fn lower_first(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let mut letters = name.chars();
                let first = letters.next().map(|first| first.to_ascii_lowercase());
                (
                    first.into_iter().chain(letters).collect(),
                    lower_first(value),
                )
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(lower_first).collect()),
        other => other.clone(),
    }
}

fn hooks(list: &Value) -> Result<BTreeMap<Lifecycle, String>, String> {
    let list = list.as_array().ok_or("Hooks must be a list.")?;
    let mut hooks = BTreeMap::new();
    for (name, function) in list.iter().filter_map(Value::as_object).flatten() {
        let event = Lifecycle::ALL.into_iter().find(|it| it.word() == name);
        let event = event.filter(|it| it.has_hook());
        let event = event.ok_or(format!("{name} is not a hook of an Amazon ECS deployment."))?;
        let function = function
            .as_str()
            .ok_or(format!("The function of {name} must be a string."))?;
        hooks.insert(event, function.to_owned());
    }
    Ok(hooks)
}

fn member<'a>(of: &'a Value, lower: &str) -> Option<&'a Value> {
    let mut members = of.as_object()?.iter();
    members
        .find(|(name, _)| name.to_ascii_lowercase() == lower)
        .map(|(_, value)| value)
}

fn known(of: &Value, lower: &[&str]) -> Result<(), String> {
    let members = of.as_object().ok_or("The AppSpec file must be a map.")?;
    let unknown = |name: &&String| !lower.contains(&name.to_ascii_lowercase().as_str());
    match members.keys().find(unknown) {
        Some(name) => Err(format!("The key {name} is not known.")),
        None => Ok(()),
    }
}

impl AppSpec {
    /// An AppSpec, in JSON, for a task set that no deployment brought.
    pub fn write(task_definition: &str, container: &str, port: u64) -> String {
        let file = json!({"version": 0.0, "Resources": [{"TargetService": {
            "Type": "AWS::ECS::Service",
            "Properties": {
                "TaskDefinition": task_definition,
                "LoadBalancerInfo": {"ContainerName": container, "ContainerPort": port},
            },
        }}]});
        file.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{AppSpec, Lifecycle, parse};
    use serde_json::json;

    const FILE: &str = r"
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: arn:aws:ecs:eu-central-1:123456789012:task-definition/shop:7
        LoadBalancerInfo: { ContainerName: web, ContainerPort: 8080 }
        NetworkConfiguration:
          AwsvpcConfiguration: { Subnets: [subnet-1], AssignPublicIp: DISABLED }
Hooks:
  - BeforeInstall: check
  - AfterAllowTraffic: smoke
";

    #[test]
    fn a_file_is_read() {
        let spec = parse(FILE).unwrap();
        assert_eq!((spec.container.as_str(), spec.port), ("web", 8080));
        assert_eq!(
            spec.settings["networkConfiguration"],
            json!({"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "DISABLED"}})
        );
        assert_eq!(spec.hooks[&Lifecycle::AfterAllowTraffic], "smoke");
    }

    #[test]
    fn what_is_written_is_read() {
        let spec = parse(&AppSpec::write("shop:1", "web", 80)).unwrap();
        assert_eq!((spec.task_definition.as_str(), spec.port), ("shop:1", 80));
    }

    #[test]
    fn files_that_are_none_say_why() {
        let wrong = [
            ("{", "not well-formed"),
            (&FILE.replace("version: 0.0", "version: 1.0"), "version"),
            (
                &FILE.replace("AWS::ECS::Service", "AWS::Lambda::Function"),
                "type",
            ),
            (&FILE.replace("8080", "web"), "ContainerPort"),
            (
                &FILE.replace("BeforeInstall", "Install"),
                "Install is not a hook",
            ),
            (&FILE.replace("Hooks", "Hoks"), "Hoks is not known"),
        ];
        for (file, words) in wrong {
            let error = parse(file).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
