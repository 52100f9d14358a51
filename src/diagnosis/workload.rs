//! What the revision asks ECS to run, as far as causes name it: read from its document.
//!
//! Environment variables are left out: nothing of them is ever told.

use serde_json::Value;

/// The revision, as far as causes name it; empty where its document could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workload {
    /// `executionRoleArn`: whom ECS pulls images, reads secrets and writes logs as.
    pub execution_role: Option<String>,
    /// Whether it runs on Fargate.
    pub fargate: bool,
    /// `memory` of the task, in MiB as ECS writes it.
    pub memory: Option<String>,
    /// `runtimePlatform.cpuArchitecture`: `X86_64` or `ARM64`.
    pub architecture: Option<String>,
    /// The containers, in the document's order.
    pub containers: Vec<ContainerSpec>,
}

/// One container definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerSpec {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: Option<String>,
    /// Whether the task ends with it.
    pub essential: bool,
    /// Its own limit of memory, in MiB.
    pub memory: Option<i64>,
    /// The ports it maps.
    pub ports: Vec<i64>,
    /// The command of its health check, on one line.
    pub health_check: Option<String>,
    /// The secrets it is given.
    pub secrets: Vec<Secret>,
    /// Where it logs to.
    pub log: Option<LogDriver>,
    /// Whether it logs in to its registry with a secret (`repositoryCredentials`).
    pub logs_in: bool,
}

/// A secret of a container: never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The variable that the container sees.
    pub name: String,
    /// `valueFrom`: the ARN or name of a secret or parameter.
    pub from: String,
}

/// The `logConfiguration` of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogDriver {
    /// `awslogs`, `awsfirelens`, `json-file`, …
    pub driver: String,
    /// `awslogs-group`.
    pub group: Option<String>,
    /// `awslogs-region`.
    pub region: Option<String>,
    /// `awslogs-stream-prefix`.
    pub prefix: Option<String>,
}

impl Workload {
    /// Reads `document`: what DescribeTaskDefinition answers, or the task definition in it.
    pub fn of(document: &Value) -> Self {
        let document = document.get("taskDefinition").unwrap_or(document);
        let compatible = list(document, "requiresCompatibilities");
        let platform = document.get("runtimePlatform");
        Self {
            execution_role: text(document, "executionRoleArn"),
            fargate: compatible.iter().any(|it| it == "FARGATE"),
            memory: text(document, "memory"),
            architecture: platform.and_then(|it| text(it, "cpuArchitecture")),
            containers: list(document, "containerDefinitions")
                .iter()
                .map(container)
                .collect(),
        }
    }

    /// The container of this name.
    pub fn container(&self, name: &str) -> Option<&ContainerSpec> {
        self.containers
            .iter()
            .find(|container| container.name == name)
    }

    /// Whether the task ends with this container; one that is not known may well be.
    pub fn is_essential(&self, name: &str) -> bool {
        self.container(name).is_none_or(|it| it.essential)
    }

    /// Whose secret it is that AWS speaks of in `said`, and the secret; the longest name where one
    /// is the beginning of another.
    pub fn secret_named_in(&self, said: &str) -> Option<(&ContainerSpec, &Secret)> {
        let each = self.containers.iter();
        let all = each.flat_map(|it| it.secrets.iter().map(move |secret| (it, secret)));
        all.filter(|(_, secret)| secret.is_named_in(said))
            .max_by_key(|(_, secret)| secret.from.len())
    }
}

impl Secret {
    /// AWS names a secret by its ARN, without the JSON key and version that `valueFrom` may have
    /// behind it, or by its name; a parameter by its name, where `valueFrom` may be an ARN.
    fn is_named_in(&self, said: &str) -> bool {
        let (id, key) = self.parts();
        let named = |name: &str| !name.is_empty() && said.contains(name);
        let key_is_missing = key.filter(|key| {
            let (_, missing) = said
                .split_once("did not contain json key ")
                .unwrap_or_default();
            missing.split_whitespace().next() == Some(key)
        });
        named(&id) || named(parameter(&id)) || key_is_missing.is_some()
    }

    /// The ARN or name, and the JSON key if one is asked for
    /// (`arn:aws:secretsmanager:region:account:secret:name:json-key:version-stage:version-id`).
    fn parts(&self) -> (String, Option<&str>) {
        let parts: Vec<_> = self.from.split(':').collect();
        if parts.get(2) != Some(&"secretsmanager") {
            return (self.from.clone(), None);
        }
        let id = parts.get(..7).map_or(self.from.clone(), |id| id.join(":"));
        let key = parts.get(7).copied().filter(|key| !key.is_empty());
        (id, key)
    }
}

/// The name of the parameter that an ARN is of (`arn:…:parameter/shop/key` is `/shop/key`);
/// nothing for anything else: short names turn up in any sentence.
fn parameter(id: &str) -> &str {
    id.split_once(":parameter").map_or("", |(_, name)| name)
}

fn container(value: &Value) -> ContainerSpec {
    let integer = |name| value.get(name).and_then(Value::as_i64);
    let flag = value.get("essential").and_then(Value::as_bool);
    let ports = list(value, "portMappings").iter();
    let secrets = list(value, "secrets").iter();
    ContainerSpec {
        name: text(value, "name").unwrap_or_default(),
        image: text(value, "image"),
        essential: flag.unwrap_or(true),
        memory: integer("memory"),
        ports: ports
            .filter_map(|port| port.get("containerPort")?.as_i64())
            .collect(),
        health_check: health_check(value),
        secrets: secrets.filter_map(secret).collect(),
        log: value.get("logConfiguration").map(log),
        logs_in: value.get("repositoryCredentials").is_some(),
    }
}

/// `["CMD-SHELL", "curl -f http://localhost/"]` is `curl -f http://localhost/`.
fn health_check(value: &Value) -> Option<String> {
    let words = list(value.get("healthCheck")?, "command").iter();
    let words: Vec<_> = words.filter_map(Value::as_str).collect();
    let words = match words.as_slice() {
        ["CMD" | "CMD-SHELL", rest @ ..] => rest,
        all => all,
    };
    (!words.is_empty()).then(|| words.join(" "))
}

fn secret(value: &Value) -> Option<Secret> {
    Some(Secret {
        name: text(value, "name")?,
        from: text(value, "valueFrom")?,
    })
}

fn log(value: &Value) -> LogDriver {
    let options = value.get("options");
    let option = |name| options.and_then(|options| text(options, name));
    LogDriver {
        driver: text(value, "logDriver").unwrap_or_default(),
        group: option("awslogs-group"),
        region: option("awslogs-region"),
        prefix: option("awslogs-stream-prefix"),
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let list = value.get(name).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{LogDriver, Workload};
    use proptest::prelude::*;
    use serde_json::json;

    const ARN: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf";

    #[test]
    fn an_example_is_read() {
        let text = include_str!("../../examples/shop/task-definition.staging.json");
        let workload = Workload::of(&serde_json::from_str(text).expect("JSON"));
        let (web, telemetry) = (&workload.containers[0], &workload.containers[1]);
        assert_eq!(
            (
                workload.fargate,
                workload.architecture.as_deref(),
                workload.memory.as_deref()
            ),
            (true, Some("X86_64"), Some("512"))
        );
        assert_eq!((web.ports.as_slice(), web.essential), (&[8080][..], true));
        assert_eq!(web.health_check.as_deref(), Some("python3 -m app.health"));
        let log = LogDriver {
            driver: "awslogs".to_owned(),
            group: Some("/ecs/shop-staging".to_owned()),
            region: Some("eu-west-1".to_owned()),
            prefix: Some("web".to_owned()),
        };
        assert_eq!(web.log, Some(log));
        assert!(!telemetry.essential && !workload.is_essential("telemetry"));
        assert!(workload.is_essential("web") && workload.is_essential("unknown"));
    }

    #[test]
    fn a_secret_is_found_by_what_aws_says_of_it() {
        let workload = Workload::of(
            &json!({"containerDefinitions": [{"name": "web", "secrets": [
                {"name": "DB", "valueFrom": format!("{ARN}:password::")},
                {"name": "DB_URL", "valueFrom": format!("{ARN}:uri::")},
                {"name": "KEY", "valueFrom": "/shop/key"},
                {"name": "KEY_2", "valueFrom": "/shop/key-2"},
                {"name": "TOKEN", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/token"},
            ]}]}),
        );
        let found = |said: &str| {
            let found = workload.secret_named_in(said);
            found.map(|(_, secret)| secret.name.as_str())
        };
        let rows = [
            (
                format!("failed to fetch secret {ARN} from secrets manager"),
                Some("DB"),
            ),
            (
                "retrieved secret from Secrets Manager did not contain json key uri".into(),
                Some("DB_URL"),
            ),
            ("invalid ssm parameters: /shop/key".into(), Some("KEY")),
            ("invalid parameters: /shop/key-2".into(), Some("KEY_2")),
            ("invalid parameters: /shop/token".into(), Some("TOKEN")),
            (
                "on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/shop/token".into(),
                Some("TOKEN"),
            ),
            ("something else".into(), None),
        ];
        for (said, expected) in rows {
            assert_eq!(found(&said), expected, "{said}");
        }
    }

    proptest! {
        #[test]
        fn any_document_can_be_read(text in "[\\[\\]{}\":,a-z0-9]{0,60}", key in "[a-zA-Z]{1,12}") {
            if let Ok(value) = serde_json::from_str(&text) {
                Workload::of(&value);
            }
            Workload::of(&json!({ &key: [{ &key: key }], "containerDefinitions": { &key: 1 } }));
        }
    }
}
