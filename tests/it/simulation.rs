//! Whole runs under the paused clock: hours of simulated time in milliseconds, and the same in
//! every run, so that a log can be held to the letter.

use crate::in_process;
use crate::run::{fill, role, scenario};
use crate::shop::{ADDRESS, Shop};
use greengate::events::{EventKind, Events, Sink};
use greengate::report::log::Log;
use greengate::rollout::outcome::Outcome;
use greengate::run::{Surroundings, told};
use greengate_sandbox::runner::{Files, Inputs, Job};
use greengate_sandbox::world::codedeploy::deployment::{Deployment, Status};
use greengate_sandbox::world::github::JobKey;
use jiff::SignedDuration;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tempfile::TempDir;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

const START: &str = "2026-11-23T10:00:00Z";

/// Ten percent every ten minutes, and half an hour until the old tasks are stopped: two hours.
const TWO_HOURS: [(&str, &str); 3] = [
    (
        "codedeploy:\n",
        "codedeploy:\n  configs:\n    - { name: TenEveryTenMinutes, routing: { linear: { percentage: 10, interval: 10 } } }\n",
    ),
    (
        "deployment-config: CodeDeployDefault.ECSCanary10Percent5Minutes",
        "deployment-config: TenEveryTenMinutes",
    ),
    (
        "termination-wait-minutes: 5",
        "termination-wait-minutes: 30",
    ),
];

fn shop(replaced: &[(&str, &str)]) -> Shop {
    Shop::of(&scenario(replaced), START.parse().unwrap(), 1.0)
}

/// A runner for the jobs of any number of worlds.
struct Runner(TempDir);

impl Runner {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fill(&folder.path().join("workspace"));
        Self(folder)
    }

    /// Does a step of `job` that deploys to `environment`, told to `events`; the exit code.
    async fn step(
        &self,
        shop: &Shop,
        job: JobKey,
        environment: &str,
        inputs: &[(&str, &str)],
        events: &Events,
    ) -> u8 {
        let job = shop.sandbox.with_world(|world| Job::of(world, job));
        let job = job.expect("a running job");
        let root = self.0.path();
        let files = Files::create(root, &root.join("workspace"), &job).unwrap();
        let given = [
            ("command", "deploy"),
            ("aws-region", "eu-west-1"),
            ("role-to-assume", &role(environment)),
            ("task-definition", &format!("{environment}.json")),
            ("image", &format!("{ADDRESS}/shop:v2")),
            ("cluster", environment),
            ("service", "shop"),
        ];
        let declared = Inputs::declared(include_str!("../../action.yml")).unwrap();
        let inputs = given
            .iter()
            .chain(inputs)
            .fold(declared, |inputs, (name, value)| inputs.with(name, value));
        let surroundings = Surroundings {
            variables: job.environment(&inputs, &files).into_iter().collect(),
            clock: shop.clock.clone(),
            http: in_process::client(&shop.sandbox),
            cancel: CancellationToken::new(),
            endpoint: Some(format!("http://{ADDRESS}")),
        };
        let job = greengate::job::Job::read(&surroundings.variables).unwrap();
        told(&surroundings, &job, events).await
    }
}

/// A job for production that mona has approved.
fn approved(shop: &Shop) -> JobKey {
    let run = shop.run("hubot");
    let job = shop.job(run, Some("production"));
    shop.review(run, "production", "mona", true);
    job
}

fn outcome(shop: &Shop) -> Option<Outcome> {
    let (told, _) = shop.told();
    told.iter().find_map(|kind| match kind {
        EventKind::Finished { outcome, .. } => Some(*outcome),
        _ => None,
    })
}

/// Takes one commit to production in a world whose chances are those of `seed`.
async fn two_hours(runner: &Runner, seed: u64, poll: SignedDuration) {
    let start = format!("behaviours: [{{ start: {}s }}]", 5 + seed % 90);
    let world = [&TWO_HOURS[..], &[("behaviours: []", &start)]].concat();
    let shop = shop(&world);
    fastrand::seed(seed);
    let began = shop.clock.now();
    let job = approved(&shop);
    let seconds = format!("{}s", poll.as_secs());
    let wait = [("wait-for", "succeeded"), ("poll-interval", &seconds)];
    let code = runner
        .step(&shop, job, "production", &wait, &shop.events())
        .await;
    let told = shop.told().0;
    assert_eq!(
        (code, outcome(&shop)),
        (0, Some(Outcome::Succeeded)),
        "{told:#?}"
    );
    let now = shop.clock.now();
    let took = now.duration_since(began);
    assert!((7200..7800).contains(&took.as_secs()), "{took}");
    let ended = ended(&shop);
    let late = now.duration_since(ended.completed.expect("it is over"));
    assert!(late <= poll + SignedDuration::from_secs(1), "{late} late");
}

/// The one deployment; production is on its revision, all of it.
fn ended(shop: &Shop) -> Deployment {
    shop.sandbox.with_world(|world| {
        let deployments = world.codedeploy.deployments();
        let [deployment] = deployments[..] else {
            panic!("{} deployments", deployments.len());
        };
        assert_eq!(deployment.status, Status::Succeeded);
        let group = &deployment.group;
        let green = &world.elb.target_group("shop-green").unwrap().arn;
        assert_eq!(world.elb.percent(&group.production_listener, green), 100);
        let service = world.ecs.service("production", "shop").unwrap();
        let [set] = &service.task_sets[..] else {
            panic!("{} task sets", service.task_sets.len());
        };
        assert!(set.launch.task_definition.ends_with("shop:2"));
        deployment.clone()
    })
}

#[tokio::test(start_paused = true)]
async fn a_deployment_of_two_hours() {
    let real = Instant::now();
    two_hours(&Runner::new(), 1, SignedDuration::from_secs(5)).await;
    println!("two simulated hours took {:?}", real.elapsed());
}

/// Half of them on each of two threads. They look seldom: one look costs half a millisecond in a
/// build for tests.
#[test]
fn a_hundred_deployments_of_two_hours() {
    let real = Instant::now();
    let half = |seeds: Range<u64>| {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let runner = Runner::new();
            for seed in seeds {
                two_hours(&runner, seed, SignedDuration::from_mins(5)).await;
            }
        });
    };
    std::thread::scope(|scope| {
        scope.spawn(|| half(0..50));
        half(50..100);
    });
    println!("two hundred simulated hours took {:?}", real.elapsed());
}

/// Text that a sink writes.
#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of a step, without the lines that tell the runner what to mask.
async fn log(shop: &Shop, job: JobKey, environment: &str, inputs: &[(&str, &str)]) -> String {
    fastrand::seed(7);
    let text = Text::default();
    let log: Box<dyn Sink> = Box::new(Log::new(text.clone(), "docs".to_owned()));
    let events = Events::into_sinks(vec![log], shop.clock.clone());
    let runner = Runner::new();
    runner.step(shop, job, environment, inputs, &events).await;
    let text = String::from_utf8(text.0.lock().unwrap().clone()).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("::add-mask::"));
    lines.map(|line| line.to_owned() + "\n").collect()
}

#[tokio::test(start_paused = true)]
async fn the_log_of_staging() {
    let shop = shop(&[]);
    let job = shop.job(shop.run("hubot"), Some("staging"));
    insta::assert_snapshot!("log_of_staging", log(&shop, job, "staging", &[]).await);
}

#[tokio::test(start_paused = true)]
async fn the_log_of_production() {
    let shop = shop(&[]);
    let job = approved(&shop);
    let hooks = [("codedeploy-appspec", "appspec.yaml")];
    insta::assert_snapshot!(
        "log_of_production",
        log(&shop, job, "production", &hooks).await
    );
}

#[tokio::test(start_paused = true)]
async fn the_log_of_a_deployment_that_is_rolled_back() {
    let exits = "behaviours:
    - match: { service: shop, nth-revision: 1 }
      ends: { exits: { code: 1, log: [panic, no database] } }";
    let shop = shop(&[("behaviours: []", exits)]);
    let job = shop.job(shop.run("hubot"), Some("staging"));
    insta::assert_snapshot!("log_of_a_rollback", log(&shop, job, "staging", &[]).await);
}

#[tokio::test(start_paused = true)]
async fn the_log_of_a_hook_that_fails() {
    let fails = "script:
            hooks:
              BeforeAllowTraffic: { result: fail, after: 20s, message: the smoke test got a 500 }";
    let shop = shop(&[("script: {}", fails)]);
    let job = approved(&shop);
    let hooks = [("codedeploy-appspec", "appspec.yaml")];
    insta::assert_snapshot!("log_of_a_hook", log(&shop, job, "production", &hooks).await);
}
