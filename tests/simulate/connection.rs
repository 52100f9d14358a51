//! The way from the action to the world: calls take time, and every one is a look at the truth.

use crate::answer::answer;
use crate::draw::Draw;
use crate::plan::{Latency, Plan, Way};
use crate::truth::{Look, Truth};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use greengate_sandbox::Sandbox;
use greengate_sandbox::world::World;
use greengate_sandbox::world::ecs::service_deployment::Status;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// More calls than any run may make.
pub(crate) const MOST: usize = 20_000;

/// Something that one of our calls made.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) what: Thing,
    /// The ARN of the task definition that it is or brings.
    pub(crate) revision: String,
    /// The deployment that was under way just before, and not on its way back.
    pub(crate) beside: Option<Thing>,
}

/// What a call can make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A revision of the task definition: its ARN.
    Revision(String),
    /// A service deployment: its ARN.
    ServiceDeployment(String),
    /// A deployment of CodeDeploy: its id.
    Deployment(String),
}

/// What has come over the connection.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) looks: Vec<Look>,
    pub(crate) made: Vec<Made>,
    /// Identity tokens that were handed out.
    pub(crate) tokens: Vec<String>,
    pub(crate) calls: usize,
}

/// A connection to a world; clones share it.
#[derive(Clone)]
pub(crate) struct Connection {
    sandbox: Sandbox,
    way: Way,
    latency: Latency,
    shared: Arc<Mutex<(Draw, Record)>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

impl Connection {
    pub(crate) fn new(sandbox: &Sandbox, plan: &Plan) -> Self {
        let draw = Draw::of(plan.seed, "latency");
        Self {
            sandbox: sandbox.clone(),
            way: plan.way,
            latency: plan.latency,
            shared: Arc::new(Mutex::new((draw, Record::default()))),
        }
    }

    pub(crate) fn client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }

    /// What came since this was asked last, and how it stands now.
    pub(crate) fn record(&self) -> Record {
        self.look();
        let mut shared = self.shared.lock().unwrap();
        std::mem::take(&mut shared.1)
    }

    fn look(&self) {
        let way = self.way;
        let (at, truth) = self
            .sandbox
            .with_world(|world| (world.now, Truth::of(world, way)));
        self.shared.lock().unwrap().1.looks.push(Look { at, truth });
    }

    fn delay(&self) -> Duration {
        let Latency { least, most, hangs } = self.latency;
        let mut shared = self.shared.lock().unwrap();
        if hangs && shared.0.chance(3) {
            return Duration::from_secs(shared.0.between(20, 400).unsigned_abs());
        }
        Duration::from_millis(shared.0.between(least, most).unsigned_abs())
    }

    fn answer(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        self.shared.lock().unwrap().1.calls += 1;
        let is_token = request.uri().contains("/oidc/token");
        let way = self.way;
        let before = self.sandbox.with_world(|world| Counted::of(world, way));
        let answer = answer(&self.sandbox, request);
        let made = self.sandbox.with_world(|world| before.made(world, way));
        self.look();
        let mut shared = self.shared.lock().unwrap();
        shared.1.made.extend(made);
        if let (true, Ok(response)) = (is_token, &answer) {
            shared.1.tokens.extend(token(response));
        }
        answer
    }
}

impl HttpConnector for Connection {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (this, delay) = (self.clone(), self.delay());
        HttpConnectorFuture::new(async move {
            if this.shared.lock().unwrap().1.calls >= MOST {
                std::future::pending::<()>().await;
            }
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            this.answer(request)
        })
    }
}

fn token(response: &HttpResponse) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(response.body().bytes()?).ok()?;
    Some(body.get("value")?.as_str()?.to_owned())
}

/// How many of everything there is.
pub(crate) struct Counted {
    revisions: usize,
    deployments: usize,
    /// The deployment that is under way.
    pub(crate) active: Option<Thing>,
    /// Whether that is on its way back.
    goes_back: bool,
    /// Whether it is one of its own for the way back.
    pub(crate) is_rollback: bool,
}

impl Counted {
    pub(crate) fn of(world: &World, way: Way) -> Self {
        let (deployments, active, goes_back, is_rollback) = match way {
            Way::Rolling | Way::Native => {
                let service = world.ecs.service(way.environment(), "shop");
                let history = service.map_or(&[][..], |service| &service.history);
                let active = history.last().filter(|it| !it.status.is_terminal());
                let goes_back = active.is_some_and(|it| {
                    matches!(
                        it.status,
                        Status::RollbackRequested | Status::RollbackInProgress
                    )
                });
                let active = active.map(|it| Thing::ServiceDeployment(it.arn.clone()));
                (history.len(), active, goes_back, false)
            }
            Way::BlueGreen => {
                let codedeploy = &world.codedeploy;
                let all = codedeploy.active.len() + codedeploy.finished.len();
                let active = codedeploy.active.last();
                let is_rollback = active.is_some_and(|it| it.is_rollback);
                let goes_back = is_rollback || active.is_some_and(|it| it.stop.is_some());
                let active = active.map(|it| Thing::Deployment(it.id.clone()));
                (all, active, goes_back, is_rollback)
            }
        };
        let family = world.ecs.task_definitions.families.get(way.family());
        Self {
            revisions: family.map_or(0, Vec::len),
            deployments,
            active,
            goes_back,
            is_rollback,
        }
    }

    fn made(self, world: &World, way: Way) -> Vec<Made> {
        let now = Self::of(world, way);
        let mut all = Vec::new();
        if now.revisions > self.revisions {
            let newest = world.ecs.task_definitions.families[way.family()].last();
            let arn = newest.unwrap().arn.clone();
            all.push(Made {
                what: Thing::Revision(arn.clone()),
                revision: arn,
                beside: None,
            });
        }
        if now.deployments > self.deployments {
            // One that was made in this moment is under way.
            let made = now.active.unwrap();
            all.push(Made {
                revision: brought(world, way, &made),
                what: made,
                beside: self.active.filter(|_| !self.goes_back),
            });
        }
        all
    }
}

/// The task definition's ARN that a deployment brings.
pub(crate) fn brought(world: &World, way: Way, deployment: &Thing) -> String {
    let found = match deployment {
        Thing::Revision(arn) => Some(arn),
        Thing::ServiceDeployment(arn) => {
            let service = world.ecs.service(way.environment(), "shop").unwrap();
            let made = service.history.iter().find(|it| it.arn == *arn);
            made.and_then(|made| service.revision(&made.target))
                .map(|revision| &revision.task_definition)
        }
        Thing::Deployment(id) => {
            let made = world.codedeploy.deployment(id);
            let spec = made.and_then(|made| made.spec.as_ref().ok());
            spec.map(|spec| &spec.task_definition)
        }
    };
    found.cloned().unwrap_or_default()
}
