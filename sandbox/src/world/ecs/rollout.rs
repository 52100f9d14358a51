//! Rolling deployments of the ECS controller: how one begins, succeeds, fails and is rolled back.
//!
//! How many tasks start and stop on the way is the scheduler's matter.

mod back;
mod cause;

pub use back::hold_rollback;
pub use cause::Cause;

use super::events;
use super::ids;
use super::later;
use super::launch::Launch;
use super::native::Native;
use super::native::strategy::Strategy;
use super::native::traffic;
use super::scheduler::Scene;
use super::service::{Controller, REVISION_FIELDS, Service};
use super::service_deployment::{ServiceDeployment, ServiceRevision, Status};
use super::task_set;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// Where a deployment is; the words of `rolloutState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Tasks are being replaced.
    InProgress,
    /// They were.
    Completed,
    /// The circuit breaker or an alarm ended it.
    Failed,
}

impl State {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

/// A deployment of a service. The first of a service is its PRIMARY, the others are ACTIVE.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// What its tasks are made from; its id is the deployment's.
    pub launch: Launch,
    /// The ARN of its service revision.
    pub revision: String,
    /// Where it is.
    pub state: State,
    /// What ECS says of that.
    pub reason: String,
    /// When it began.
    pub created: Timestamp,
    /// When its state or counts last changed.
    pub updated: Timestamp,
    /// Since when all its tasks have been there and healthy, while it still watches alarms.
    pub steady: Option<Timestamp>,
}

/// Begins a deployment of the service as its settings and task definition are now. The deployment
/// that is under way, if any, is superseded.
pub fn begin(service: &mut Service, scene: &mut Scene<'_>) {
    let now = scene.now;
    replace(service, now, scene.timing.replaced);
    service.new_revisions += 1;
    let revision = add_revision(service, scene);
    let sources = running_revisions(service);
    let deployment = make_primary(service, &revision, service.new_revisions, scene);
    let configuration = service.configuration().cloned().unwrap_or(json!({}));
    let record = ServiceDeployment {
        arn: scene.arn(&format!(
            "service-deployment/{}/{}/{}",
            service.cluster,
            service.name,
            ids::capitals(&deployment, 21)
        )),
        created: now,
        started: None,
        finished: None,
        stopped: None,
        stops: None,
        updated: now,
        status: Status::Pending,
        reason: None,
        sources,
        target: revision,
        deployment,
        native: native(service, &configuration, now),
        configuration,
        requested: service.desired,
        rollback: None,
        failures: 0,
        tripped: false,
        alarms: Vec::new(),
    };
    service.history.push(record);
}

/// A deployment goes through stages where the service says so and something serves already.
fn native(service: &Service, configuration: &Value, now: Timestamp) -> Option<Native> {
    let blue = service.last_completed.as_ref()?;
    Some(Native::new(Strategy::read(configuration)?, blue, now))
}

/// The deployment that is under way, if any, gives way to a new one, within `span`.
fn replace(service: &mut Service, now: Timestamp, span: SignedDuration) {
    if let Some(current) = service.current_mut() {
        let reason = Some("Replaced by a new service deployment");
        if span.is_positive() {
            current.become_status(Status::StopRequested, reason, now);
            current.stops = Some(later(now, span));
        } else {
            current.become_status(Status::Stopped, reason, now);
        }
    }
}

/// Ends the replaced deployments whose time is up.
pub fn end_replaced(service: &mut Service, now: Timestamp) {
    let replaced = service.history.iter_mut();
    for it in replaced.filter(|it| it.stops.is_some_and(|stops| stops <= now)) {
        it.stops = None;
        it.become_status(Status::Stopped, None, now);
    }
}

/// The revisions that have tasks now.
fn running_revisions(service: &Service) -> Vec<String> {
    let runs = |it: &&Deployment| service.counts_of(&it.launch.id).live() > 0;
    let deployments = service.deployments.iter().filter(runs);
    deployments.map(|it| it.revision.clone()).collect()
}

/// Records the service as it is now as a revision, and gives its ARN.
pub fn add_revision(service: &mut Service, scene: &mut Scene<'_>) -> String {
    let number = ids::digits(scene.next_serial());
    let path = format!(
        "service-revision/{}/{}/{number}",
        service.cluster, service.name
    );
    let arn = scene.arn(&path);
    let fields = REVISION_FIELDS.iter().filter_map(|name| {
        let value = service.settings.get(*name)?;
        Some(((*name).to_owned(), value.clone()))
    });
    service.revisions.push(ServiceRevision {
        arn: arn.clone(),
        task_definition: service.task_definition.clone(),
        settings: fields.collect(),
        created: scene.now,
    });
    arn
}

/// Puts a new PRIMARY deployment of the service's task definition before all others.
pub fn make_primary(
    service: &mut Service,
    revision: &str,
    nth: u32,
    scene: &mut Scene<'_>,
) -> String {
    let id = ids::ecs_svc(scene.next_serial());
    let load_balancer = traffic::load_balancer(service);
    let launch = Launch::new(id.clone(), &service.task_definition, load_balancer, nth);
    let deployment = Deployment {
        reason: format!("ECS deployment {id} in progress."),
        launch,
        revision: revision.to_owned(),
        state: State::InProgress,
        created: scene.now,
        updated: scene.now,
        steady: None,
    };
    service.deployments.insert(0, deployment);
    service.steady = false;
    id
}

/// Gives a service of CodeDeploy's to ECS: its PRIMARY task set is the deployment that serves.
pub fn take_over(service: &mut Service, scene: &mut Scene<'_>) {
    service.controller = Controller::Ecs;
    let revision = add_revision(service, scene);
    let sets = std::mem::take(&mut service.task_sets).into_iter();
    let primary = sets.filter(|set| set.status == task_set::Status::Primary);
    service.deployments = primary
        .map(|set| Deployment {
            reason: format!("ECS deployment {} completed.", set.launch.id),
            launch: set.launch,
            revision: revision.clone(),
            state: State::Completed,
            created: set.created,
            updated: scene.now,
            steady: None,
        })
        .collect();
    service.last_completed = Some(revision);
}

/// The scheduler takes the service deployment up.
pub fn take_up(service: &mut Service, now: Timestamp) {
    if let Some(current) = service
        .current_mut()
        .filter(|it| it.status == Status::Pending)
    {
        current.become_status(Status::InProgress, None, now);
    }
}

/// The PRIMARY deployment is done.
pub fn complete(service: &mut Service, now: Timestamp) {
    let Some(primary) = service.deployments.first_mut() else {
        return;
    };
    primary.state = State::Completed;
    primary.updated = now;
    let id = primary.launch.id.clone();
    primary.reason = format!("ECS deployment {id} completed.");
    service.last_completed = Some(primary.revision.clone());
    service.tell(now, &events::completed(&id));
    if let Some(current) = service.current_mut() {
        let done = match current.rollback {
            Some(_) => Status::RollbackSuccessful,
            None => Status::Successful,
        };
        current.become_status(done, None, now);
    }
}

/// The PRIMARY deployment fails for `cause`; with `rollback` the service goes back to the last
/// revision that was completed, if there is one.
pub fn fail(service: &mut Service, cause: &Cause, rollback: bool, scene: &mut Scene<'_>) {
    let now = scene.now;
    let Some(primary) = service.deployments.first_mut() else {
        return;
    };
    primary.state = State::Failed;
    primary.updated = now;
    primary.reason = format!("{}: {}.", cause.source(), cause.failure());
    let (id, failures) = (primary.launch.id.clone(), primary.launch.failed);
    service.tell(now, &events::failed(&id, cause.failure()));
    note_cause(service, cause, failures);
    let was = service.current().and_then(|it| it.rollback.clone());
    match service
        .last_completed
        .clone()
        .filter(|_| rollback && was.is_none())
    {
        Some(revision) => back::roll_back(service, cause, &revision, scene),
        None => give_up(service, cause, rollback || was.is_some(), now),
    }
}

fn note_cause(service: &mut Service, cause: &Cause, failures: u32) {
    if let Some(current) = service.current_mut() {
        current.failures = failures;
        current.tripped |= *cause == Cause::Breaker;
        if let Cause::Alarms(names) = cause {
            current.alarms.clone_from(names);
        }
    }
}

/// Nothing to go back to, or nobody wants to: the service stays where it is.
fn give_up(service: &mut Service, cause: &Cause, wanted_back: bool, now: Timestamp) {
    let (status, reason) = if wanted_back {
        (
            Status::RollbackFailed,
            cause.reason("could not be rolled back"),
        )
    } else {
        (Status::Stopped, cause.reason("stopped"))
    };
    if let Some(current) = service.current_mut() {
        current.become_status(status, Some(&reason), now);
    }
}
