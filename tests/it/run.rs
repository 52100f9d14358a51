//! Runs the action as a runner runs a container action, against a sandbox behind a port, and gives
//! back all that came of it: its binary alone, which is quick, or its image, as a runner does.
//!
//! The environment of the tests does not reach the action: it gets what the runner gives, and the
//! binary alone a `PATH` to find BuildKit's client on, and the way to the engine where a test builds.
//! `GREENGATE_TEST_PLACE=image` has every step run in the image.

mod place;
mod step;

pub(crate) use place::{IMAGE, POST, Place, client};
pub(crate) use step::{Ran, Step};

use crate::shop::Shop;
use greengate_sandbox::runner::Job;
use greengate_sandbox::server::{Running, Server};
use greengate_sandbox::world::World;
use greengate_sandbox::world::codedeploy::group::Group;
use greengate_sandbox::world::ecs::Service;
use greengate_sandbox::world::github::JobKey;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

pub(crate) const SCENARIO: &str = include_str!("../data/shop.yaml");

/// Simulated seconds in a real one.
const SPEED: f64 = 300.0;

/// A world behind a port, and a workspace with a commit of the shop in it.
pub(crate) struct Stand {
    pub(crate) shop: Shop,
    server: Running,
    folder: TempDir,
    steps: AtomicUsize,
    place: Place,
}

impl Stand {
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With parts of the scenario replaced.
    pub(crate) async fn with(replaced: &[(&str, &str)]) -> Self {
        Self::of(&scenario(replaced), SPEED).await
    }

    pub(crate) async fn of(scenario: &str, speed: f64) -> Self {
        let start = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap();
        let shop = Shop::of(scenario, start, speed);
        let server = Server::start(shop.sandbox.clone(), 0).await.unwrap();
        let stand = Self {
            shop,
            server,
            folder: TempDir::new().unwrap(),
            steps: AtomicUsize::new(0),
            place: Place::usual(),
        };
        fill(&stand.path("workspace"));
        stand
    }

    /// With its steps run there.
    pub(crate) fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the commit, of which every step gets a copy of its own.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path("workspace").join(name), text).unwrap();
    }

    /// `text` without what is another one every time.
    pub(crate) fn masked(&self, text: &str) -> String {
        let folder = self.folder.path().display().to_string();
        let text = text.replace(&self.server.address.to_string(), "<sandbox>");
        let text = text.replace(&folder, "<folder>");
        let request = masked_after("request id ", "\n", &text);
        // Read side by side: whichever is refused first is told.
        let refused = masked_after("GET /repos/acme/shop/", ": ", &request);
        masked_after("checksum of ref ", ": ", &refused)
    }

    /// A job for staging, which waits for nobody.
    pub(crate) fn staging_job(&self) -> JobKey {
        self.shop.job(self.shop.run("hubot"), Some("staging"))
    }

    /// A job for production that mona has approved.
    pub(crate) fn production_job(&self) -> JobKey {
        let run = self.shop.run("hubot");
        let job = self.shop.job(run, Some("production"));
        self.shop.review(run, "production", "mona", true);
        job
    }

    /// An image of the repository `shop`: `v1` runs everywhere at the beginning, `v2` is there too.
    pub(crate) fn tagged(&self, tag: &str) -> String {
        format!("{}/shop:{tag}", self.server.address)
    }

    /// A step of `job` that deploys `v2` to staging.
    pub(crate) fn staging(&self, job: JobKey) -> Step<'_> {
        self.step(job)
            .input("command", "deploy")
            .input("role-to-assume", &role("staging"))
            .input("task-definition", "staging.json")
            .input("image", &self.tagged("v2"))
            .input("cluster", "staging")
            .input("service", "shop")
    }

    /// A step of `job` that deploys `v2` to production.
    pub(crate) fn production(&self, job: JobKey) -> Step<'_> {
        self.step(job)
            .input("command", "deploy")
            .input("role-to-assume", &role("production"))
            .input("task-definition", "production.json")
            .input("image", &self.tagged("v2"))
            .input("cluster", "production")
            .input("service", "shop")
    }

    /// A step of `job` with nothing but the region.
    pub(crate) fn step(&self, job: JobKey) -> Step<'_> {
        let job = self.shop.sandbox.with_world(|world| Job::of(world, job));
        Step::of(self, job.expect("a running job"))
    }

    /// Every call to AWS or the registry that is not a read, and its error.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.look(|world| {
            let calls = world.calls.iter();
            let writes = calls.filter(|call| {
                !["github", "oidc", "sts"].contains(&call.service.as_str())
                    && !READS.iter().any(|read| call.operation.starts_with(read))
            });
            writes
                .map(|call| format!("{}:{}", call.service, call.operation))
                .collect()
        })
    }

    /// A folder for the next step, with a copy of the commit in it.
    fn folder_for_step(&self) -> PathBuf {
        let number = self.steps.fetch_add(1, Ordering::Relaxed);
        let folder = self.path(&format!("step-{number}"));
        copy(&self.path("workspace"), &folder.join("workspace"));
        folder
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        self.shop.sandbox.with_world(look)
    }

    /// How often this was called and answered well.
    pub(crate) fn count(&self, operation: &str) -> usize {
        let (all, failed) = self.shop.calls(operation);
        all - failed
    }

    /// The images of the revision that the service in `cluster` is on, as it stands in ECS.
    pub(crate) fn image(&self, cluster: &str) -> String {
        self.look(|world| {
            let arn = primary(world.ecs.service(cluster, "shop").unwrap());
            image_of(world, &arn)
        })
    }

    /// The revision that serves in `cluster`: `shop-staging:2`.
    pub(crate) fn revision(&self, cluster: &str) -> String {
        self.look(|world| {
            let arn = primary(world.ecs.service(cluster, "shop").unwrap());
            arn.rsplit('/').next().unwrap().to_owned()
        })
    }

    /// Percent of production's traffic by target group: blue, green.
    pub(crate) fn traffic(&self) -> (u8, u8) {
        self.look(|world| {
            let group: &Group = &world.codedeploy.applications[0].groups[0];
            let percent = |name: &str| {
                let target = &world.elb.target_group(name).unwrap().arn;
                world.elb.percent(&group.production_listener, target)
            };
            (percent("shop-blue"), percent("shop-green"))
        })
    }

    /// How many deployments the production group has had, rollbacks included.
    pub(crate) fn deployments(&self) -> usize {
        self.look(|world| world.codedeploy.deployments().len())
    }
}

/// `text` with what stands between `before` and `after` masked.
fn masked_after(before: &str, after: &str, text: &str) -> String {
    let mut parts = text.split(before);
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.find(after).map_or("", |at| &part[at..]);
        masked.extend([before, "<…>", rest]);
    }
    masked
}

/// How the operations begin that change nothing.
const READS: [&str; 9] = [
    "Get",
    "Describe",
    "List",
    "BatchGet",
    "BatchCheck",
    "Filter",
    "Simulate",
    "GET ",
    "HEAD ",
];

/// The PRIMARY one of a service's deployments or task sets.
fn primary(service: &Service) -> String {
    match service.primary_task_set() {
        Some(set) => set.launch.task_definition.clone(),
        None => service.deployments[0].launch.task_definition.clone(),
    }
}

fn image_of(world: &World, arn: &str) -> String {
    let definition = world.ecs.task_definitions.find(arn).unwrap();
    let image = &definition.document["containerDefinitions"][0]["image"];
    image.as_str().unwrap().to_owned()
}

/// The scenario with parts replaced.
pub(crate) fn scenario(replaced: &[(&str, &str)]) -> String {
    let mut text = SCENARIO.to_owned();
    for (old, new) in replaced {
        assert!(text.contains(old), "{old} is not in the scenario");
        text = text.replace(old, new);
    }
    text
}

/// What actions/checkout would leave: task definitions, an AppSpec and a Dockerfile.
pub(crate) fn fill(workspace: &Path) {
    std::fs::create_dir_all(workspace).unwrap();
    let write = |name: &str, text: &str| std::fs::write(workspace.join(name), text).unwrap();
    write("staging.json", &task_definition("shop-staging"));
    write("production.json", &task_definition("shop"));
    write(
        "appspec.yaml",
        include_str!("../../examples/shop/appspec.yaml"),
    );
    write("Dockerfile", "FROM scratch\nCOPY hello.txt /\n");
    write("hello.txt", "hello");
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub(crate) fn task_definition(family: &str) -> String {
    include_str!("../data/task-definition.json").replace("FAMILY", family)
}

pub(crate) fn role(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/greengate-{name}")
}
