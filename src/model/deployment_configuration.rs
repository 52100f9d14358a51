//! How ECS deploys a service: its `deploymentConfiguration`, kept as the document that it is, so that
//! settings newer than this code are neither lost nor hidden.
//!
//! Decides what a service's settings come to when some of them are asked for, and whether that changes
//! anything; ECS decides whether they are valid. Who deploys at all is the service's controller.

mod normal;
mod traffic;

pub use traffic::TrafficStep;

use crate::failure::{Code, Failure};
use crate::model::document::check;
use crate::model::document::difference::{Difference, between, written};
use crate::model::document::{self, keys::DEPLOYMENT_CONFIGURATION};
use serde_json::{Map, Value};

/// The strategies by which ECS brings a deployment in stages and moves traffic
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html>).
const STAGED: [&str; 3] = ["BLUE_GREEN", "LINEAR", "CANARY"];

/// What `deploymentConfiguration` says, of a service or of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeploymentConfiguration {
    document: Map<String, Value>,
}

impl DeploymentConfiguration {
    /// Reads a JSON or YAML document, with what somebody should look at before it is sent: keys that
    /// ECS is not known to take. `source` is what a failure names.
    ///
    /// # Errors
    /// [`Code::MalformedFile`] with everything that ECS would refuse because it cannot read it.
    pub fn parse(text: &str, source: &str) -> Result<(Self, Vec<String>), Failure> {
        let Value::Object(document) = document::read(text, source)? else {
            return Err(refused(
                source,
                ["expected an object at the top".to_owned()],
            ));
        };
        if document.is_empty() || document.contains_key("deploymentConfiguration") {
            let sentence = "expected what stands inside of `deploymentConfiguration`: `strategy`, \
                            `bakeTimeInMinutes`, …";
            return Err(refused(source, [sentence.to_owned()]));
        }
        let found = check::document(DEPLOYMENT_CONFIGURATION, &document);
        if !found.problems.is_empty() {
            let problems = found.problems.into_iter().map(|(_, sentence)| sentence);
            return Err(refused(source, check::told(problems.collect())));
        }
        Ok((Self { document }, check::told(found.warnings)))
    }

    /// The settings as ECS shows them.
    pub fn of(document: Map<String, Value>) -> Self {
        Self { document }
    }

    /// Exactly what is sent to ECS.
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    /// These settings once `asked` is sent: what it leaves out stays.
    #[must_use]
    pub fn with(&self, asked: &Self) -> Self {
        let mut document = self.document.clone();
        for (key, value) in asked.document.iter().filter(|(_, value)| !value.is_null()) {
            document.insert(key.clone(), value.clone());
        }
        Self { document }
    }

    /// What is new in these settings since `before`, by what it means to ECS.
    pub fn difference(&self, before: &Self) -> Difference {
        let text = |it: &Self| written(normal::form(&it.document));
        between(&text(before), &text(self))
    }

    /// `strategy`: `ROLLING`, `BLUE_GREEN`, …; `ROLLING` when AWS does not say.
    pub fn strategy(&self) -> &str {
        let strategy = self.document.get("strategy").and_then(Value::as_str);
        strategy.unwrap_or("ROLLING")
    }

    /// Whether ECS brings deployments in stages and moves traffic.
    pub fn is_staged(&self) -> bool {
        STAGED.contains(&self.strategy())
    }

    /// Whether the deployment circuit breaker is on.
    pub fn circuit_breaker(&self) -> bool {
        self.when_on("deploymentCircuitBreaker").is_some()
    }

    /// The CloudWatch alarms that watch a deployment; empty when they are off.
    pub fn alarms(&self) -> Vec<String> {
        let names = self.when_on("alarms").and_then(|it| it.get("alarmNames"));
        let names = names.and_then(Value::as_array).into_iter().flatten();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Whether ECS rolls a failed deployment back by itself: the circuit breaker's or the alarms'
    /// `rollback`.
    pub fn rolls_back(&self) -> bool {
        let of = |name| is_on(self.when_on(name), "rollback");
        of("deploymentCircuitBreaker") || of("alarms")
    }

    /// `bakeTimeInMinutes`; 0 when AWS does not say.
    pub fn bake_minutes(&self) -> u32 {
        minutes(&self.document, "bakeTimeInMinutes").unwrap_or(0)
    }

    /// How ECS moves production's traffic; empty where it replaces tasks one by one.
    pub fn traffic_steps(&self) -> Vec<TrafficStep> {
        traffic::steps(self.strategy(), &self.document)
    }

    /// The ARNs of the roles that ECS is to take on for hooks.
    pub fn roles(&self) -> Vec<&str> {
        let hooks = self
            .document
            .get("lifecycleHooks")
            .and_then(Value::as_array);
        let roles = hooks.into_iter().flatten();
        let roles = roles.filter_map(|hook| hook.get("roleArn")?.as_str());
        roles.collect()
    }

    /// The settings of this name where their `enable` is set.
    fn when_on(&self, name: &str) -> Option<&Map<String, Value>> {
        let settings = self.document.get(name)?.as_object()?;
        is_on(Some(settings), "enable").then_some(settings)
    }
}

fn is_on(settings: Option<&Map<String, Value>>, name: &str) -> bool {
    settings.and_then(|it| it.get(name)) == Some(&Value::Bool(true))
}

/// A whole number of minutes.
fn minutes(settings: &Map<String, Value>, name: &str) -> Option<u32> {
    let minutes = settings.get(name)?.as_f64()?;
    // What is no number of minutes is ECS's to refuse.
    (0..=u32::from(u16::MAX)).find(|whole| f64::from(*whole) >= minutes)
}

fn refused(source: &str, why: impl IntoIterator<Item = String>) -> Failure {
    let what = format!("{source} is no deployment configuration that ECS takes");
    let help = "Correct it; `aws ecs update-service --generate-cli-skeleton` shows what stands in \
                `deploymentConfiguration`.";
    let failure = Failure::new(Code::MalformedFile, what, help);
    why.into_iter().fold(failure, Failure::because)
}

#[cfg(test)]
mod tests;
