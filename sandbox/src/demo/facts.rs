//! What the sandbox shows in the end, beside what the story demands.
//!
//! Read from the sandbox's own state, as `/_sandbox/state` gives it, and from nothing that the
//! action said, but for the digest that it says it pushed.

use greengate_sandbox::{Answer, Sandbox};
use http::Request;
use serde_json::Value;

/// One thing that is seen.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// About what.
    pub(crate) about: String,
    /// What is seen.
    pub(crate) seen: String,
    /// Whether that is as it must be.
    pub(crate) holds: bool,
}

impl Fact {
    /// A fact.
    pub(crate) fn new(about: &str, seen: String, holds: bool) -> Self {
        let about = about.to_owned();
        Self { about, seen, holds }
    }
}

/// What a service must run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Runs<'a> {
    /// The image with this digest.
    Digest(&'a str),
    /// This task definition, by its ARN.
    Revision(&'a str),
}

/// The sandbox's state.
pub(crate) struct State<'a> {
    sandbox: &'a Sandbox,
    document: Value,
}

impl<'a> State<'a> {
    /// How things stand now.
    pub(crate) fn of(sandbox: &'a Sandbox) -> Self {
        let document = read(sandbox, "/_sandbox/state");
        Self { sandbox, document }
    }

    /// The task definition that a service runs: of its PRIMARY deployment or task set.
    pub(crate) fn revision(&self, cluster: &str) -> String {
        let primary = self.primary(cluster, "deployments");
        let primary = primary.or_else(|| self.primary(cluster, "taskSets"));
        text(primary.unwrap_or(&Value::Null), "/taskDefinition").to_owned()
    }

    /// The tag of the pushed image in the registry.
    pub(crate) fn pushed(&self, digest: &str) -> Fact {
        let images = self.document.pointer("/ecr/shop").and_then(Value::as_array);
        let mut images = images.into_iter().flatten();
        let image = images.find(|image| text(image, "/imageDigest") == digest);
        let tag = image.map(|image| text(image, "/imageTags/0"));
        let seen = match tag {
            Some(tag) => format!("{} is there, tagged {tag}", brief(digest)),
            None if digest.is_empty() => "nothing was pushed".to_owned(),
            None => format!("there is no image {digest}"),
        };
        Fact::new(
            "registry",
            seen,
            tag.is_some_and(|tag| tag.starts_with("sha-")),
        )
    }

    /// The PRIMARY deployment of staging's service.
    pub(crate) fn rolled(&self, runs: Runs<'_>) -> Fact {
        let primary = self
            .primary("staging", "deployments")
            .unwrap_or(&Value::Null);
        let state = text(primary, "/rolloutState");
        let running = primary.get("runningCount").and_then(Value::as_u64);
        let wanted = primary.get("desiredCount").and_then(Value::as_u64);
        let (running, wanted) = (running.unwrap_or(0), wanted.unwrap_or(0));
        let revision = text(primary, "/taskDefinition");
        let (what, right) = self.image(revision, runs);
        let seen = format!("PRIMARY is {what}: {state}, {running} of {wanted} tasks");
        let steady = state == "COMPLETED" && running >= wanted && wanted > 0;
        Fact::new("staging/shop", seen, right && steady)
    }

    /// The task set that has production's traffic.
    pub(crate) fn serves(&self, runs: Runs<'_>) -> Fact {
        let primary = self
            .primary("production", "taskSets")
            .unwrap_or(&Value::Null);
        let group = text(primary, "/loadBalancers/0/targetGroupArn");
        let group = group.split('/').nth(1).unwrap_or_default();
        let percent = self.percent(443, group);
        let (what, right) = self.image(text(primary, "/taskDefinition"), runs);
        let seen = format!("{percent} % of the traffic on {group}: {what}");
        Fact::new("production/shop", seen, right && percent == 100)
    }

    fn percent(&self, port: u64, group: &str) -> u64 {
        let listeners = self.document.get("elb").and_then(Value::as_array);
        let mut listeners = listeners.into_iter().flatten();
        let listener = listeners.find(|it| it.get("port").and_then(Value::as_u64) == Some(port));
        let percent = listener.and_then(|it| it.get("percent")?.get(group)?.as_u64());
        percent.unwrap_or(0)
    }

    /// The PRIMARY one of `list` of the service in a cluster.
    fn primary(&self, cluster: &str, list: &str) -> Option<&Value> {
        let mut services = self.document.get("ecs")?.as_array()?.iter();
        let end = format!(":cluster/{cluster}");
        let service = services.find(|it| text(it, "/clusterArn").ends_with(&end))?;
        let mut list = service.get(list)?.as_array()?.iter();
        list.find(|it| text(it, "/status") == "PRIMARY")
    }

    /// A task definition in words, and whether it is the one that must run.
    fn image(&self, arn: &str, runs: Runs<'_>) -> (String, bool) {
        let image = self.sandbox.with_world(|world| {
            let definition = world.ecs.task_definitions.find(arn);
            let image = definition.and_then(|it| it.container("web")?.get("image")?.as_str());
            image.unwrap_or_default().to_owned()
        });
        let name = arn.rsplit('/').next().unwrap_or_default();
        let digest = image.rsplit_once('@').map(|(_, digest)| digest);
        let tag = digest.map_or_else(
            || image.rsplit('/').next().unwrap_or_default().to_owned(),
            brief,
        );
        let right = match runs {
            Runs::Digest(wanted) => digest == Some(wanted),
            Runs::Revision(wanted) => arn == wanted,
        };
        (format!("{name} ({tag})"), right)
    }
}

/// The answer of the sandbox's side door.
pub(crate) fn read(sandbox: &Sandbox, path: &str) -> Value {
    let request = Request::get(path).body(bytes::Bytes::new());
    match request.map(|request| sandbox.call(&request)) {
        Ok(Answer::Response(response)) => {
            serde_json::from_slice(response.body()).unwrap_or_default()
        }
        _ => Value::Null,
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default()
}

/// `sha256:0123456789ab`.
fn brief(digest: &str) -> String {
    digest.chars().take(19).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use greengate_sandbox::clock::Clock;
    use greengate_sandbox::scenario::Scenario;

    #[test]
    fn a_world_where_nothing_happened_shows_the_old_revisions_and_no_new_image() {
        let start = "2026-11-23T10:00:00Z".parse().unwrap();
        let scenario = Scenario::parse(include_str!("../../scenarios/demo.yaml")).unwrap();
        let sandbox = Sandbox::new(scenario.world(start).unwrap(), Clock::start(start, 1.0));
        let state = State::of(&sandbox);
        let (staging, production) = (state.revision("staging"), state.revision("production"));
        let rolled = state.rolled(Runs::Revision(&staging));
        assert!(rolled.holds, "{rolled:?}");
        assert_eq!(
            rolled.seen,
            "PRIMARY is shop-staging:1 (shop:v1): COMPLETED, 2 of 2 tasks"
        );
        let serves = state.serves(Runs::Revision(&production));
        assert!(serves.holds, "{serves:?}");
        assert_eq!(
            serves.seen,
            "100 % of the traffic on shop-blue: shop:1 (shop:v1)"
        );
        let digest = format!("sha256:{}", "0".repeat(64));
        for wrong in [
            state.pushed(&digest),
            state.pushed(""),
            state.rolled(Runs::Digest(&digest)),
            state.rolled(Runs::Revision(&production)),
            state.serves(Runs::Digest(&digest)),
            state.serves(Runs::Revision(&staging)),
        ] {
            assert!(!wrong.holds, "{wrong:?}");
        }
    }
}
