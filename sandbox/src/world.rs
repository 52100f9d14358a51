//! The state of the simulated AWS account and GitHub, and the one way it moves in time.
//!
//! Nothing here does I/O or reads a clock: [`World::advance_to`] is told the time. Every part is a
//! plain struct with public fields, so that a scenario can seed it and a test can look at it.

pub mod alarms;
pub mod codedeploy;
pub mod ecr;
pub mod ecs;
pub mod elb;
pub mod github;
pub mod happenings;
pub mod identity;
pub mod logs;
pub mod oidc;
pub mod script;
pub mod secrets;

use jiff::Timestamp;
use sha2::Digest;

/// Everything there is.
#[derive(Debug)]
pub struct World {
    /// The simulated now; moves only forward, by [`World::advance_to`].
    pub now: Timestamp,
    /// The moment its clock started from, in simulated and in real time alike.
    pub anchor: Timestamp,
    /// Simulated seconds in a real one.
    pub speed: f64,
    /// What the scenario is called, and what happens in it.
    pub title: String,
    /// `host:port` under which clients reach this world; part of repository URIs and URLs.
    pub address: String,
    /// The twelve-digit account id.
    pub account: String,
    /// The region every AWS call must be signed for.
    pub region: String,
    /// IAM roles, policies, access keys, STS sessions, the OIDC provider.
    pub identity: identity::Identity,
    /// ECS: clusters, task definitions, services, task sets, service deployments, tasks.
    pub ecs: ecs::Ecs,
    /// CloudWatch alarms and what is scripted for them.
    pub alarms: alarms::Alarms,
    /// Load balancers, listeners, target groups and their targets' health.
    pub elb: elb::Elb,
    /// CloudWatch Logs: groups, streams and what containers wrote.
    pub logs: logs::Logs,
    /// Secrets and parameters that tasks are given.
    pub secrets: secrets::Secrets,
    /// CodeDeploy applications, deployment groups and configs, deployments.
    pub codedeploy: codedeploy::CodeDeploy,
    /// ECR repositories with the blobs and manifests that were pushed to them.
    pub ecr: ecr::Ecr,
    /// GitHub repositories: environments, runs, jobs, approvals, deployments.
    pub github: github::GitHub,
    /// GitHub's OpenID Connect issuer.
    pub oidc: oidc::Issuer,
    /// What others do meanwhile.
    pub happenings: happenings::Happenings,
    /// What is to go wrong, and when.
    pub script: script::Script,
    /// Every call that was answered, oldest first.
    pub calls: Vec<Call>,
    /// Counts up: source of ids that are the same in every run.
    pub serial: u64,
}

/// One answered call, as `/_sandbox/calls` lists it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Call {
    /// When, in simulated time.
    pub at: Timestamp,
    /// `ecs`, `codedeploy`, `ecr`, `logs`, `sts`, `github`, `oidc`, `registry`.
    pub service: String,
    /// `UpdateService`, or method and path where the service has no operation names.
    pub operation: String,
    /// The caller's ARN or login; empty when the call was refused before it was known.
    pub caller: String,
    /// The HTTP status that was answered; 0 for a cut connection.
    pub status: u16,
    /// AWS's error code, where one was answered.
    pub error: Option<String>,
    /// The request body where it is JSON, for tests to look at (secrets in it are the caller's own).
    pub request: serde_json::Value,
}

impl World {
    /// An empty account and an empty GitHub at `now`, with a fresh OIDC signing key.
    pub fn new(now: Timestamp, account: &str, region: &str) -> Self {
        Self {
            now,
            anchor: now,
            speed: 1.0,
            title: String::new(),
            address: "127.0.0.1:4566".to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
            identity: identity::Identity::default(),
            ecs: ecs::Ecs::default(),
            alarms: alarms::Alarms::default(),
            elb: elb::Elb::default(),
            logs: logs::Logs::default(),
            secrets: secrets::Secrets::default(),
            codedeploy: codedeploy::CodeDeploy::default(),
            ecr: ecr::Ecr::default(),
            github: github::GitHub::default(),
            oidc: oidc::Issuer::default(),
            happenings: happenings::Happenings::default(),
            script: script::Script::default(),
            calls: Vec::new(),
            serial: 0,
        }
    }

    /// Moves time forward to `now`, playing everything that falls due on the way in its order.
    /// A moment in the past changes nothing.
    pub fn advance_to(&mut self, now: Timestamp) {
        while let Some(due) = self.next_due().filter(|due| *due <= now) {
            self.now = self.now.max(due);
            self.settle();
        }
        self.now = self.now.max(now);
    }

    /// The next moment at which something happens by itself, if any.
    pub fn next_due(&self) -> Option<Timestamp> {
        [
            happenings::next_due(self),
            alarms::next_due(self),
            ecs::next_due(self),
            codedeploy::next_due(self),
            github::next_due(self),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Lets every part do what is due at [`World::now`].
    fn settle(&mut self) {
        happenings::settle(self);
        alarms::settle(self);
        ecs::heed_alarms(self);
        ecs::settle(self);
        codedeploy::settle(self);
        github::settle(self);
    }

    /// A new number, for ids.
    pub fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Sixteen bytes that look random and are the same in every run.
    pub fn next_bytes(&mut self) -> [u8; 16] {
        let digest = sha2::Sha256::digest(self.next_serial().to_be_bytes());
        let mut bytes = [0; 16];
        bytes
            .iter_mut()
            .zip(digest)
            .for_each(|(to, from)| *to = from);
        bytes
    }

    /// A version 4 UUID that is the same in every run.
    pub fn next_uuid(&mut self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.next_bytes()).into_uuid()
    }
}
