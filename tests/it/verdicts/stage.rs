//! Plays a row: its world in process under the paused clock, and the whole pipeline in it, run by
//! run.

use super::row::{Attempt, Row, Whose};
use super::serving;
use super::verdict::{Heard, Ran};
use crate::in_process;
use crate::permissions::Unused;
use crate::run::fill;
use crate::shop::{ADDRESS, REPOSITORY, Shop};
use greengate::events::{Events, Sink};
use greengate::job::Job;
use greengate::report::log::Log;
use greengate::run::{Surroundings, told};
use greengate_sandbox::runner::{self, Files, Inputs};
use greengate_sandbox::world::World;
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::run::rerun;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const START: &str = "2026-11-23T10:00:00Z";

/// A world, and a workspace with a commit of the shop in it.
pub(super) struct Stage {
    environment: &'static str,
    shop: Shop,
    folder: TempDir,
    runs: Vec<u64>,
}

impl Stage {
    /// The world of `row`, in which nothing has happened yet.
    pub(super) fn of(row: &Row) -> Self {
        let folder = TempDir::new().unwrap();
        let workspace = folder.path().join("workspace");
        fill(&workspace);
        hook_everything(&workspace);
        tag(&workspace);
        keep_logs(&workspace, "staging", "/ecs/shop-staging");
        keep_logs(&workspace, "production", "/ecs/shop");
        Self {
            environment: row.environment,
            shop: Shop::of(&row.scenario(), START.parse().unwrap(), 1.0),
            folder,
            runs: Vec::new(),
        }
    }

    /// Does an attempt, and tells what came of it.
    pub(super) async fn play(&mut self, attempt: &Attempt) -> Ran {
        fastrand::seed(7);
        self.pass(attempt.pause).await;
        let key = self.job(attempt);
        let surroundings = self.surroundings(key, attempt);
        let job = Job::read(&surroundings.variables).unwrap();
        let heard = Heard::default();
        let log = Log::new(heard.clone(), "docs".to_owned());
        let sinks: Vec<Box<dyn Sink>> = vec![Box::new(log), Box::new(heard.clone())];
        let events = Events::into_sinks(sinks, self.shop.clock.clone());
        let exit = told(&surroundings, &job, &events).await;
        heard.ran(exit)
    }

    /// A job in the environment, let through where somebody has to.
    fn job(&mut self, attempt: &Attempt) -> JobKey {
        let again = match attempt.whose {
            Whose::NewRun => None,
            Whose::Rerun => self.runs.last().copied(),
            Whose::RerunOfFirst => self.runs.first().copied(),
        };
        let commit = attempt.commit.to_string().repeat(40);
        let run = again.unwrap_or_else(|| self.shop.run_of("hubot", &commit));
        if again.is_some() {
            let again = |world: &mut World| rerun(world, REPOSITORY, run, "hubot");
            self.shop.sandbox.with_world(again).unwrap();
        }
        self.runs.push(run);
        let permissions = attempt.permissions.clone();
        let job = self.shop.job_with(run, Some(self.environment), permissions);
        if self.environment == "production" {
            self.shop.review(run, "production", "mona", true);
        }
        job
    }

    fn surroundings(&self, key: JobKey, attempt: &Attempt) -> Surroundings {
        let root = self.folder.path();
        let world = |world: &mut World| runner::Job::of(world, key);
        let job = self.shop.sandbox.with_world(world).expect("a running job");
        let files = Files::create(root, &root.join("workspace"), &job).unwrap();
        let declared = Inputs::declared(include_str!("../../../action.yml")).unwrap();
        let given = attempt.inputs.iter();
        let inputs = given.fold(declared, |inputs, (name, value)| inputs.with(name, value));
        Surroundings {
            variables: job.environment(&inputs, &files).into_iter().collect(),
            clock: self.shop.clock.clone(),
            http: in_process::client(&self.shop.sandbox),
            cancel: self.cancel(attempt.cancel_after),
            endpoint: Some(format!("http://{ADDRESS}")),
        }
    }

    fn cancel(&self, after: Option<Duration>) -> CancellationToken {
        let cancel = CancellationToken::new();
        if let Some(after) = after {
            let (clock, cancel) = (self.shop.clock.clone(), cancel.clone());
            tokio::spawn(async move {
                clock.sleep(after).await;
                cancel.cancel();
            });
        }
        cancel
    }

    /// What serves now.
    pub(super) fn serves(&self) -> String {
        let environment = self.environment;
        let serving = |world: &mut World| serving::now(world, environment);
        self.shop.sandbox.with_world(serving)
    }

    /// How often this was called, answered or not.
    pub(super) fn count(&self, operation: &str) -> usize {
        self.shop.calls(operation).0
    }

    /// How often something with this in its name was called, answered or not.
    pub(super) fn count_of(&self, part: &str) -> usize {
        self.shop.sandbox.with_world(|world| {
            let calls = world.calls.iter();
            let of_kind = calls.filter(|call| call.operation.contains(part));
            of_kind.count()
        })
    }

    /// What was asked for that no policy gives, once each.
    pub(super) fn unpermitted(&self) -> Vec<String> {
        let missing = |world: &mut World| world.identity.checks.missing();
        let missing = self.shop.sandbox.with_world(missing).into_iter();
        let actions: BTreeSet<_> = missing.map(|missing| missing.action).collect();
        actions.into_iter().collect()
    }

    /// Crosses out what of these permissions was used.
    pub(super) fn cross_out(&self, unused: &mut Unused) {
        self.shop
            .sandbox
            .with_world(|world| unused.cross_out(world));
    }

    /// So much time passes in the world.
    pub(super) async fn pass(&self, time: Duration) {
        self.shop.clock.sleep(time).await;
    }
}

/// An AppSpec with a function for every lifecycle event that can have one.
fn hook_everything(workspace: &Path) {
    const HOOKS: &str = "Hooks:
  - BeforeInstall: shop-before-install
  - AfterInstall: shop-after-install
  - AfterAllowTestTraffic: shop-after-test-traffic
  - BeforeAllowTraffic: shop-before-traffic
  - AfterAllowTraffic: shop-after-traffic
";
    let spec = include_str!("../../../examples/shop/appspec.yaml");
    let (resources, _) = spec.split_once("Hooks:").unwrap();
    std::fs::write(
        workspace.join("appspec.yaml"),
        format!("{resources}{HOOKS}"),
    )
    .unwrap();
}

/// A task definition for staging with tags: `tagged.json`.
fn tag(workspace: &Path) {
    let text = std::fs::read_to_string(workspace.join("staging.json")).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document["tags"] = json!([{ "key": "team", "value": "shop" }]);
    std::fs::write(workspace.join("tagged.json"), document.to_string()).unwrap();
}

/// What the containers write goes to the log group.
fn keep_logs(workspace: &Path, environment: &str, group: &str) {
    let path = workspace.join(format!("{environment}.json"));
    let text = std::fs::read_to_string(&path).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document["containerDefinitions"][0]["logConfiguration"] = json!({
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": group,
            "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": "web",
        },
    });
    std::fs::write(path, document.to_string()).unwrap();
}
