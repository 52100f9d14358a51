//! The `awslogs` driver: where a container's output goes.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html>

use serde_json::Value;

/// The driver's options of one container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awslogs<'a> {
    /// The name of the log group.
    pub group: &'a str,
    /// The region it is in; the task's own when absent.
    pub region: Option<&'a str>,
    /// Does the driver make a group that is not there?
    pub creates_group: bool,
    prefix: Option<&'a str>,
}

impl<'a> Awslogs<'a> {
    /// Reads it from a container definition; none where the container logs otherwise.
    pub fn of(container: &'a Value) -> Option<Self> {
        let log = container.get("logConfiguration")?;
        let options = log.get("options")?;
        let option = |name: &str| options.get(name).and_then(Value::as_str);
        let driver = log.get("logDriver").and_then(Value::as_str);
        Some(Self {
            group: option("awslogs-group").filter(|_| driver == Some("awslogs"))?,
            region: option("awslogs-region"),
            creates_group: option("awslogs-create-group") == Some("true"),
            prefix: option("awslogs-stream-prefix"),
        })
    }

    /// Is its group in `region`? What goes elsewhere is not played.
    pub fn is_in(&self, region: &str) -> bool {
        self.region.is_none_or(|it| it == region)
    }

    /// The stream of a container of this name: `prefix/container/task`, or the container's runtime
    /// id where no prefix is set.
    pub fn stream(&self, container: &str, task: &str, runtime_id: &str) -> String {
        match self.prefix {
            Some(prefix) => format!("{prefix}/{container}/{task}"),
            None => runtime_id.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Awslogs;
    use serde_json::{Value, json};

    fn container(driver: &str, options: &Value) -> Value {
        json!({"name": "web", "logConfiguration": {"logDriver": driver, "options": options}})
    }

    #[test]
    fn group_stream_and_region_come_from_the_options() {
        let options = json!({"awslogs-group": "/shop", "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": "ecs", "awslogs-create-group": "true"});
        let container = container("awslogs", &options);
        let log = Awslogs::of(&container).unwrap();
        assert_eq!((log.group, log.creates_group), ("/shop", true));
        assert_eq!(log.stream("web", "0a", "0a-1"), "ecs/web/0a");
        assert!(log.is_in("eu-west-1") && !log.is_in("us-east-1"));
    }

    #[test]
    fn without_a_prefix_the_stream_is_the_runtime_id() {
        let container = container("awslogs", &json!({"awslogs-group": "/shop"}));
        let log = Awslogs::of(&container).unwrap();
        assert_eq!(log.stream("web", "0a", "0a-1"), "0a-1");
        assert!(!log.creates_group && log.is_in("us-east-1"));
    }

    #[test]
    fn other_drivers_write_elsewhere() {
        let options = json!({"awslogs-group": "/shop"});
        assert_eq!(Awslogs::of(&container("fluentd", &options)), None);
        assert_eq!(Awslogs::of(&json!({"name": "web"})), None);
    }
}
