//! A repository's checkout, the sandbox with its environments and roles, and act to run a workflow of it.

use super::identity::Identity;
use super::played::Played;
use super::published::Published;
use crate::run::copy;
use crate::shop::{REPOSITORY, Shop};
use crate::workflows::root;
use greengate_sandbox::server::{Running, Server};
use greengate_sandbox::world::github::JobKey;
use greengate_sandbox::world::github::permissions::Permissions;
use greengate_sandbox::world::github::run::{self, Conclusion, NewJob, NewRun, State};
use jiff::Timestamp;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// Simulated seconds in a real one.
const SPEED: f64 = 120.0;
/// A job as its workflow has it.
pub(super) struct Bound {
    id: String,
    /// As act names its container.
    name: String,
    environment: Option<String>,
    permissions: Permissions,
}

/// A job of a workflow that is called, bound to the environment of its name, or production.
pub(super) fn bound(file: &str, id: &str) -> Bound {
    let environment = if id == "staging" {
        "staging"
    } else {
        "production"
    };
    bound_in(&format!(".github/workflows/{file}"), id, Some(environment))
}

/// A job of any workflow file here.
pub(super) fn bound_in(file: &str, id: &str, environment: Option<&str>) -> Bound {
    let text = fs::read_to_string(root().join(file)).unwrap();
    bound_by(&text, id, environment)
}

/// A job of the workflow of this text.
pub(super) fn bound_by(text: &str, id: &str, environment: Option<&str>) -> Bound {
    let workflow: Value = serde_saphyr::from_str(text).unwrap();
    let job = &workflow["jobs"][id];
    Bound {
        id: id.to_owned(),
        name: job["name"].as_str().expect("a name").replace(' ', "-"),
        environment: environment.map(str::to_owned),
        permissions: serde_json::from_value(job["permissions"].clone()).unwrap(),
    }
}

/// What ends the names of this run's workflows and jobs.
fn unique() -> String {
    format!(" {}", std::process::id())
}

/// A repository's checkout, and the world that it is deployed in.
pub(super) struct Stage {
    pub(super) shop: Shop,
    pub(super) server: Running,
    pub(super) published: Published,
    pub(super) folder: TempDir,
    pub(super) workspace: PathBuf,
}

impl Stage {
    /// The demo's world, and a checkout of `example`.
    pub(super) async fn open(example: &str) -> Self {
        Self::with(example, &[]).await
    }

    /// With parts of the world replaced.
    pub(super) async fn with(example: &str, replaced: &[(&str, &str)]) -> Self {
        let stage = Self::empty(replaced).await;
        copy(&root().join(example), &stage.workspace);
        stage
    }

    /// A checkout of the release itself.
    pub(super) async fn of_the_release() -> Self {
        let mut stage = Self::empty(&[]).await;
        stage.workspace = stage.published.folder();
        stage
    }

    async fn empty(replaced: &[(&str, &str)]) -> Self {
        let mut world = include_str!("../../../sandbox/scenarios/demo.yaml").to_owned();
        for (old, new) in replaced {
            assert!(world.contains(old), "{old} is not in the demo");
            world = world.replace(old, new);
        }
        Self::of(&world).await
    }

    /// A world of one's own, and a checkout of `example`.
    pub(super) async fn in_world(world: &str, example: &str) -> Self {
        let stage = Self::of(world).await;
        copy(&root().join(example), &stage.workspace);
        stage
    }

    async fn of(world: &str) -> Self {
        let start = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap();
        let shop = Shop::of(world, start, SPEED);
        let server = Server::start(shop.sandbox.clone(), 0).await.unwrap();
        let folder = TempDir::new().unwrap();
        let workspace = folder.path().join("workspace");
        Self {
            shop,
            server,
            published: Published::new(),
            folder,
            workspace,
        }
    }

    /// Puts a workflow where GitHub looks for it. It and its jobs get names that no other run of the tests
    /// has: act names containers after them.
    pub(super) fn checkout(&self, file: &str) {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let name = root().join(file);
        self.checkout_as(name.file_name().unwrap().to_str().unwrap(), &text);
    }

    /// Puts a workflow of this text there.
    pub(super) fn checkout_as(&self, name: &str, text: &str) {
        let named = |line: &str| {
            let is_name = line.starts_with("name: ") || line.starts_with("    name: ");
            let end = if is_name { unique() } else { String::new() };
            format!("{line}{end}\n")
        };
        let folder = self.workspace.join(".github/workflows");
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join(name),
            text.lines().map(named).collect::<String>(),
        )
        .unwrap();
    }

    /// The revision that serves in `cluster`.
    pub(super) fn revision(&self, cluster: &str) -> String {
        self.served(cluster).0
    }

    /// The image that serves in `cluster`.
    pub(super) fn image(&self, cluster: &str) -> String {
        self.served(cluster).1
    }

    /// An image of the repository `shop`.
    pub(super) fn image_of(&self, tag: &str) -> String {
        format!("{}/shop:{tag}", self.server.address)
    }

    /// The comments on a pull request.
    pub(super) fn comments(&self, number: u64) -> Vec<String> {
        self.shop.sandbox.with_world(|world| {
            let repository = world.github.repository(REPOSITORY).unwrap();
            let found = repository
                .pull_requests
                .iter()
                .find(|it| it.number == number);
            let comments = found.expect("a pull request").comments.iter();
            comments.map(|it| it.body.clone()).collect()
        })
    }

    fn served(&self, cluster: &str) -> (String, String) {
        self.shop.sandbox.with_world(|world| {
            let service = world.ecs.service(cluster, "shop").unwrap();
            let arn = match service.primary_task_set() {
                Some(set) => set.launch.task_definition.clone(),
                None => service.deployments[0].launch.task_definition.clone(),
            };
            let document = &world.ecs.task_definitions.find(&arn).unwrap().document;
            let image = &document["containerDefinitions"][0]["image"];
            (arn, image.as_str().unwrap().to_owned())
        })
    }

    /// Runs a workflow of the checkout to its end, in a run of the sandbox with these jobs: mona has
    /// approved what waits for her.
    pub(super) async fn play(
        &self,
        workflow: &str,
        event: &str,
        inputs: &[(&str, &str)],
        jobs: &[Bound],
    ) -> Played {
        let sha = self.commit();
        let run = self.run(workflow, event, &sha);
        let keys: Vec<_> = jobs.iter().map(|job| self.start(run, job)).collect();
        let asking = jobs.iter().zip(&keys).map(|(job, key)| {
            let token = self.look(*key, |job| job.request_token.clone());
            (format!("-{}-", job.name), token.expect("id-token: write").0)
        });
        let identity = Identity::start(
            self.server.address,
            unique().replace(' ', "-"),
            asking.collect(),
        )
        .await;
        let mut act = tokio::process::Command::from(self.act(workflow, event, inputs));
        self.give(&mut act, keys.last().copied(), &identity);
        let output = act.output().await.expect("act: run setup/act.sh");
        for key in keys {
            let finish = |world: &mut _| run::finish(world, key, Conclusion::Success);
            self.shop.sandbox.with_world(finish).unwrap();
        }
        let said = [output.stdout, output.stderr].concat();
        Played::read(&String::from_utf8(said).unwrap())
    }

    fn run(&self, workflow: &str, event: &str, sha: &str) -> u64 {
        let new = NewRun {
            workflow: workflow.to_owned(),
            path: format!(".github/workflows/{workflow}"),
            event: event.to_owned(),
            sha: sha.to_owned(),
            git_ref: match event {
                "pull_request" => "refs/pull/7/merge".to_owned(),
                _ => "refs/heads/main".to_owned(),
            },
            actor: "hubot".to_owned(),
        };
        let start = |world: &mut _| run::start(world, REPOSITORY, new);
        self.shop.sandbox.with_world(start).unwrap()
    }

    fn start(&self, run: u64, job: &Bound) -> JobKey {
        let new = NewJob {
            name: job.id.clone(),
            environment: job.environment.clone(),
            permissions: job.permissions.clone(),
        };
        let start = |world: &mut _| run::start_job(world, REPOSITORY, run, new);
        let key = self.shop.sandbox.with_world(start).unwrap();
        if self.look(key, |job| job.state) == State::Waiting {
            let environment = job.environment.as_deref().unwrap_or_default();
            self.shop.review(run, environment, "mona", true);
        }
        key
    }

    pub(super) fn look<T>(&self, key: JobKey, look: impl FnOnce(&run::Job) -> T) -> T {
        self.shop
            .sandbox
            .with_world(|world| look(world.github.job(key).unwrap().3))
    }

    /// Commits what is checked out; the commit.
    fn commit(&self) -> String {
        let git = |arguments: &[&str]| {
            let identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
            let mut git = Command::new("git");
            git.args(identity)
                .args(arguments)
                .current_dir(&self.workspace);
            let output = git.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
            assert!(output.status.success(), "git {arguments:?}");
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        git(&["init", "--quiet", "--initial-branch=main"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--allow-empty", "--message", "Commit"]);
        git(&["rev-parse", "HEAD"])
    }
}
