//! A world from a few lines of YAML, and calls on it without HTTP, for unit tests.

use crate::wire::aws::Caller;
use crate::wire::aws_error::AwsError;
use crate::wire::{codedeploy, ecs, logs};
use crate::world::identity::{Role, policy::Policy};
use crate::world::{World, alarms, codedeploy as cd, ecs as cs, elb, happenings, logs as cwl};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

/// The parts of a scenario that deployments need.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Scenario {
    alarms: alarms::Seed,
    logs: cwl::Seed,
    elb: elb::Seed,
    ecs: cs::Seed,
    codedeploy: cd::Seed,
    happenings: happenings::Seed,
}

/// A world and who calls it.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) begin: Timestamp,
    caller: Caller,
}

#[expect(clippy::needless_pass_by_value, reason = "calls read better without &")]
impl Stage {
    /// A world at 2026-01-01, with what `yaml` says.
    pub(crate) fn new(yaml: &str) -> Self {
        let scenario: Scenario = serde_saphyr::from_str(yaml).expect("a scenario");
        let begin: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a moment");
        let mut world = World::new(begin, "123456789012", "eu-central-1");
        scenario.alarms.seed(&mut world).expect("alarms");
        scenario.logs.seed(&mut world).expect("log groups");
        scenario.elb.seed(&mut world).expect("load balancers");
        scenario.ecs.seed(&mut world).expect("services");
        scenario.codedeploy.seed(&mut world).expect("groups");
        let arn = "arn:aws:sts::123456789012:assumed-role/deploy/test".to_owned();
        allow(
            &mut world,
            &json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]),
        );
        scenario.happenings.seed(&mut world).expect("happenings");
        Self {
            world,
            begin,
            caller: Caller { arn },
        }
    }

    /// Calls ECS.
    pub(crate) fn ecs(&mut self, operation: &str, body: Value) -> Value {
        let answer = self.try_ecs(operation, &body);
        answer.unwrap_or_else(|error| panic!("{operation}: {}: {}", error.code, error.message))
    }

    /// Calls ECS for its refusal.
    pub(crate) fn ecs_refuses(&mut self, operation: &str, body: Value) -> (String, String) {
        let error = self.try_ecs(operation, &body).expect_err(operation);
        (error.code, error.message)
    }

    fn try_ecs(&mut self, operation: &str, body: &Value) -> Result<Value, AwsError> {
        ecs::call(&mut self.world, &self.caller, operation, body)
    }

    /// Calls CodeDeploy.
    pub(crate) fn codedeploy(&mut self, operation: &str, body: Value) -> Value {
        let answer = self.try_codedeploy(operation, &body);
        answer.unwrap_or_else(|error| panic!("{operation}: {}: {}", error.code, error.message))
    }

    /// Calls CodeDeploy for its refusal.
    pub(crate) fn codedeploy_refuses(&mut self, operation: &str, body: Value) -> (String, String) {
        let error = self.try_codedeploy(operation, &body).expect_err(operation);
        (error.code, error.message)
    }

    fn try_codedeploy(&mut self, operation: &str, body: &Value) -> Result<Value, AwsError> {
        codedeploy::call(&mut self.world, &self.caller, operation, body)
    }

    /// Calls CloudWatch Logs.
    pub(crate) fn logs(&mut self, operation: &str, body: Value) -> Value {
        let answer = logs::call(&mut self.world, &self.caller, operation, &body);
        answer.unwrap_or_else(|error| panic!("{operation}: {}: {}", error.code, error.message))
    }

    /// Calls CloudWatch Logs for its refusal.
    pub(crate) fn logs_refuses(&mut self, operation: &str, body: Value) -> (String, String) {
        let answer = logs::call(&mut self.world, &self.caller, operation, &body);
        let error = answer.expect_err(operation);
        (error.code, error.message)
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, span: &str) {
        let span: SignedDuration = span.parse().expect("a duration");
        self.world.advance_to(self.world.now + span);
    }

    /// Lets the next thing happen that happens by itself; false where nothing does any more.
    pub(crate) fn next(&mut self) -> bool {
        let Some(due) = self.world.next_due() else {
            return false;
        };
        assert!(due >= self.world.now, "time never goes back");
        self.world.advance_to(due);
        true
    }

    /// Seconds since the beginning.
    pub(crate) fn seconds(&self) -> i64 {
        self.world.now.duration_since(self.begin).as_secs()
    }

    /// The one service `shop` as ECS describes it.
    pub(crate) fn shop(&mut self) -> Value {
        let body = json!({"services": ["shop"]});
        self.ecs("DescribeServices", body)["services"][0].clone()
    }

    /// The messages of `shop`'s events since the beginning, oldest first, without `(service shop)`.
    pub(crate) fn events(&mut self) -> Vec<String> {
        let service = self.world.ecs.service("default", "shop").expect("shop");
        let since = service.events.list.iter().filter(|it| it.at > self.begin);
        let words = since.map(|it| it.message.replacen("(service shop) ", "", 1));
        let mut words: Vec<String> = words.collect();
        words.reverse();
        words
    }
}

/// Gives the role that [`Stage`] calls with these policy statements, and no others.
pub(crate) fn allow(world: &mut World, statements: &Value) {
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    let policy: Policy = serde_json::from_value(policy).expect("a policy");
    let role = Role {
        trust: policy.clone(),
        policies: vec![policy],
        revoked: Vec::new(),
        max_session_seconds: 3600,
    };
    world.identity.roles.insert("deploy".to_owned(), role);
}
