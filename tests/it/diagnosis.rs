//! Why a deployment fails, gathered from a world in which it does.

mod blue_green;
mod causes;

use crate::in_process;
use crate::run::{fill, role, scenario, task_definition};
use crate::shop::{ADDRESS, Shop};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use greengate::aws::Aws;
use greengate::aws::ecs::UpdateService;
use greengate::diagnosis::failures::alike;
use greengate::diagnosis::{Diagnosis, Kind, Suspect};
use greengate::docker::Docker;
use greengate::events::{EventKind, Events};
use greengate::inputs::Inputs;
use greengate::job::{Job, Variables};
use greengate::model::task_definition::TaskDefinition;
use greengate::pipeline::Run;
use greengate::pipeline::diagnose::diagnose;
use greengate::pipeline::served::Served;
use greengate::pipeline::target::{Target, Way};
use greengate::rollout::snapshot::{Serving, Snapshot, State, Traces};
use greengate_sandbox::runner;
use serde_json::json;
use std::fmt;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const IMAGE: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v2";

const START: &str = "2026-11-23T10:00:00Z";

const EXITS: (&str, &str) = (
    "behaviours: []",
    "behaviours:
    - match: { service: shop, nth-revision: 1 }
      ends: { exits: { code: 1, log: [starting, \"panic: no database\"] } }",
);

/// A job that has deployed a revision to staging, and what a run has at that moment.
struct Failing {
    shop: Shop,
    job: Job,
    inputs: Inputs,
    docker: Docker,
    cancel: CancellationToken,
    http: SharedHttpClient,
    events: Events,
    endpoint: String,
    _folder: TempDir,
}

impl Failing {
    fn new(
        replaced: &[(&str, &str)],
        on: impl FnOnce(SharedHttpClient) -> SharedHttpClient,
    ) -> Self {
        Self::of("staging", replaced, on)
    }

    fn of(
        environment: &str,
        replaced: &[(&str, &str)],
        on: impl FnOnce(SharedHttpClient) -> SharedHttpClient,
    ) -> Self {
        let shop = Shop::of(&scenario(replaced), START.parse().unwrap(), 1.0);
        let folder = TempDir::new().unwrap();
        let workspace = folder.path().join("workspace");
        fill(&workspace);
        let run = shop.run("hubot");
        let key = shop.job(run, Some(environment));
        if environment == "production" {
            shop.review(run, environment, "mona", true);
        }
        let job = shop.sandbox.with_world(|world| runner::Job::of(world, key));
        let job = job.expect("a running job");
        let files = runner::Files::create(folder.path(), &workspace, &job).unwrap();
        let given = [
            ("command", "deploy"),
            ("aws-region", "eu-west-1"),
            ("role-to-assume", &role(environment)),
            ("task-definition", "staging.json"),
            ("cluster", environment),
            ("service", "shop"),
        ];
        let declared = runner::Inputs::declared(include_str!("../../action.yml")).unwrap();
        let inputs = given
            .iter()
            .fold(declared, |inputs, (name, value)| inputs.with(name, value));
        let variables: Variables = job.environment(&inputs, &files).into_iter().collect();
        let job = Job::read(&variables).unwrap();
        let inputs = Inputs::read(&variables, &job).unwrap();
        Self {
            docker: Docker::new(variables.iter()),
            cancel: CancellationToken::new(),
            http: on(in_process::client(&shop.sandbox)),
            events: shop.events(),
            endpoint: format!("http://{ADDRESS}"),
            shop,
            job,
            inputs,
            _folder: folder,
        }
    }

    fn run(&self) -> Run<'_> {
        Run {
            inputs: &self.inputs,
            job: &self.job,
            events: &self.events,
            clock: &self.shop.clock,
            http: &self.http,
            cancel: &self.cancel,
            docker: &self.docker,
            endpoint: Some(&self.endpoint),
        }
    }

    async fn aws(&self) -> Aws {
        let Run {
            clock,
            events,
            endpoint,
            ..
        } = self.run();
        let aws = Aws::connect(
            &self.inputs.aws,
            &self.job,
            &self.http,
            clock,
            events,
            endpoint,
        );
        aws.await.unwrap()
    }

    /// Deploys a new revision.
    async fn started(&self, aws: &Aws) -> (Target, Suspect) {
        let ecs = aws.ecs();
        let document = document("shop-staging");
        let mut document = TaskDefinition::of(document, "staging.json").unwrap();
        document.set_image("web", IMAGE).unwrap();
        let revision = ecs.register(&document).await.unwrap().arn;
        let since = self.shop.clock.now();
        let update = UpdateService {
            cluster: "staging".to_owned(),
            service: "shop".to_owned(),
            task_definition: Some(revision.clone()),
            desired_count: None,
            force: false,
            configuration: None,
        };
        let service = ecs.update_service(&update).await.unwrap();
        let suspect = Suspect {
            revision,
            started_by: vec![service.primary().unwrap().id.clone()],
            since,
            snapshot: looked(),
            circuit_breaker: None,
            alarms: Vec::new(),
            target_groups: Vec::new(),
        };
        let (way, active) = (Way::Rolling, None);
        let target = Target {
            serves: Served::told_by(&service),
            service,
            way,
            active,
            active_denied: None,
        };
        (target, suspect)
    }

    /// Deploys a new revision and waits until `failed` of its tasks have failed alike.
    async fn deployed(&self, aws: &Aws, failed: usize) -> (Target, Suspect) {
        let (target, suspect) = self.started(aws).await;
        for _ in 0..600 {
            let tasks = aws.ecs().stopped_tasks("staging", "shop").await.unwrap();
            let own = tasks.into_iter().filter(|task| suspect.owns(task));
            let groups = alike(&own.collect::<Vec<_>>());
            if groups.first().is_some_and(|group| group.count >= failed) {
                return (target, suspect);
            }
            self.shop.clock.sleep(Duration::from_secs(1)).await;
        }
        panic!("no tasks failed");
    }

    /// What was told of the diagnosis of `label`: exactly once.
    fn told(&self, label: &str) -> Diagnosis {
        let (told, _) = self.shop.told();
        let mut told = told.into_iter().filter_map(|kind| match kind {
            EventKind::Diagnosed { target, diagnosis } => Some((target, diagnosis)),
            _ => None,
        });
        let (target, diagnosis) = told.next().expect("a diagnosis");
        assert_eq!(target, label);
        assert!(told.next().is_none());
        *diagnosis
    }
}

/// The task definition of `family`, with a log that can be read.
fn document(family: &str) -> serde_json::Value {
    let text = task_definition(family);
    let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let web = &mut document["containerDefinitions"][0];
    web["secrets"] = json!([{"name": "API_KEY", "valueFrom": "/shop/api-key"}]);
    web["healthCheck"] = json!({"command": ["CMD", "healthy"]});
    web["logConfiguration"] = json!({
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": format!("/ecs/{family}"),
            "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": "shop",
        },
    });
    document
}

fn looked() -> Snapshot {
    Snapshot {
        state: State::Running,
        word: "IN_PROGRESS".to_owned(),
        reason: None,
        counts: None,
        traffic: None,
        test_traffic: None,
        lifecycle: Vec::new(),
        events: Vec::new(),
        serving: Serving::Unknown,
        set_to_ours: true,
        pause: None,
        failed_alike: 0,
        traces: Traces::default(),
    }
}

/// A client that never answers the operation whose name its target has.
struct Silent {
    inner: SharedHttpClient,
    operation: &'static str,
}

impl fmt::Debug for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Silent")
    }
}

impl HttpConnector for Silent {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        if target.ends_with(self.operation) {
            return HttpConnectorFuture::new(std::future::pending());
        }
        connector(&self.inner).call(request)
    }
}

fn connector(client: &SharedHttpClient) -> SharedHttpConnector {
    use aws_smithy_runtime_api::client::http::HttpClient as _;
    use aws_smithy_runtime_api::client::http::HttpConnectorSettings;
    use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
    let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
    client.http_connector(&HttpConnectorSettings::builder().build(), &components)
}

fn silent_on(operation: &'static str) -> impl FnOnce(SharedHttpClient) -> SharedHttpClient {
    move |inner| {
        let connector = SharedHttpConnector::new(Silent { inner, operation });
        http_client_fn(move |_, _| connector.clone())
    }
}

/// What is diagnosed of a deployment of which `failed` tasks have failed alike.
async fn diagnosed(failing: &Failing, failed: usize) -> Diagnosis {
    let aws = failing.aws().await;
    let (target, suspect) = failing.deployed(&aws, failed).await;
    let diagnosis = diagnose(&failing.run(), &aws, &target, &suspect).await;
    assert_eq!(failing.told("staging/shop"), diagnosis);
    diagnosis
}

#[tokio::test(start_paused = true)]
async fn a_crash_loop_is_told_with_its_exit_code_and_last_words() {
    let diagnosis = diagnosed(&Failing::new(&[EXITS], |http| http), 3).await;
    let evidence = diagnosis.evidence();
    assert_eq!(evidence.unread, []);
    let [group] = &evidence.tasks[..] else {
        panic!("{diagnosis:#?}");
    };
    assert_eq!(
        (group.container.as_deref(), group.exit_code),
        (Some("web"), Some(1))
    );
    let [log] = &evidence.logs[..] else {
        panic!("{diagnosis:#?}");
    };
    let id = group.sample.id();
    assert_eq!(
        (log.task.as_str(), &log.stream),
        (id, &format!("shop/web/{id}"))
    );
    assert!(
        log.lines
            .ends_with(&["starting".to_owned(), "panic: no database".to_owned()])
    );
    let cause = diagnosis.cause().expect("a cause");
    assert_eq!(cause.kind, Kind::ContainerExited);
    let expected = format!(
        "the essential container web ended with exit code 1 ({} tasks); its last line: panic: no database",
        group.count
    );
    assert_eq!(cause.sentence, expected);
}

#[tokio::test(start_paused = true)]
async fn an_image_that_is_not_there_is_told_by_its_name() {
    let gone = "behaviours:
    - match: { service: shop, nth-revision: 1 }
      ends: { cannot-pull: {} }";
    let diagnosis = diagnosed(&Failing::new(&[("behaviours: []", gone)], |http| http), 2).await;
    let cause = diagnosis.cause().expect("a cause");
    assert_eq!(cause.kind, Kind::ImageNotFound, "{diagnosis:#?}");
    assert!(
        cause.sentence.contains("shop:v2` of container web"),
        "{cause:?}"
    );
    assert!(diagnosis.evidence().logs.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_read_is_named_and_the_rest_is_told() {
    let denied = [EXITS, ("without: []", "without: [logs:GetLogEvents]")];
    let diagnosis = diagnosed(&Failing::new(&denied, |http| http), 1).await;
    assert_eq!(
        diagnosis.cause().map(|it| it.kind),
        Some(Kind::ContainerExited)
    );
    let [unread] = &diagnosis.evidence().unread[..] else {
        panic!("{diagnosis:#?}");
    };
    let told = (
        unread.what.as_str(),
        unread.action.as_str(),
        unread.why.as_str(),
    );
    assert_eq!(
        told,
        (
            "the last lines of web",
            "logs:GetLogEvents",
            "not permitted"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    let failing = Failing::new(&[EXITS], silent_on("GetLogEvents"));
    let aws = failing.aws().await;
    let (target, suspect) = failing.deployed(&aws, 1).await;
    let before = failing.shop.clock.now();
    let diagnosis = diagnose(&failing.run(), &aws, &target, &suspect).await;
    let took = failing.shop.clock.now().duration_since(before);
    assert!((5..6).contains(&took.as_secs()), "{took}");
    let evidence = diagnosis.evidence();
    assert_eq!(evidence.tasks.len(), 1, "the rest is told");
    assert_eq!(evidence.unread.len(), 1, "{:#?}", evidence.unread);
    assert_eq!(evidence.unread[0].why, "AWS did not answer in time");
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_waits_for_nothing_more() {
    let failing = Failing::new(&[EXITS], silent_on("GetLogEvents"));
    let aws = failing.aws().await;
    let (target, suspect) = failing.deployed(&aws, 1).await;
    failing.cancel.cancel();
    let before = failing.shop.clock.now();
    let diagnosis = diagnose(&failing.run(), &aws, &target, &suspect).await;
    assert_eq!(failing.shop.clock.now(), before);
    let unread = &diagnosis.evidence().unread;
    let cancelled = unread.iter().any(|it| it.why == "the run was cancelled");
    assert!(cancelled, "{unread:?}");
}
