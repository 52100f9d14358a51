//! What a deployment would do: everything is read that one would touch, and nothing is written.
//!
//! The reads are those of the preflight, and the revisions that the task definition is compared with,
//! none of them twice. What is made of them is [`crate::plan`]'s.

use super::build::Foreseen;
use super::deploy::Edited;
use super::documents::Documents;
use super::follow::waiting;
use super::preflight::{self, Ground, mendable};
use super::register::{known_or_read, tell_what_is_new, tell_what_is_new_in_settings};
use super::target::{Target, Way};
use super::{Run, connect};
use crate::aws::Aws;
use crate::aws::ecs::Ecs;
use crate::events::{EventKind, Stage, StageEnd};
use crate::failure::Failures;
use crate::inputs::{Gate, StrategyChoice};
use crate::model::console;
use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::service::{Controller, Service};
use crate::model::task_definition::{Described, TaskDefinition};
use crate::plan::cost::{Cost, Tasks};
use crate::plan::course::{Course, Waits, native_steps, steps};
use crate::plan::transfer::{SoFar, Transfer};
use crate::plan::{Asked, Plan, Revision, changes};
use crate::rollout::outcome::Outcome;
use anyhow::Result;

/// Stands for an image of which not even the repository is known.
const UNKNOWN: &str = "<not built yet>";

/// Tells what a deployment would do, and what it would be refused for.
///
/// # Errors
/// With all that a deployment would be refused for, and as AWS fails.
pub async fn plan(run: &Run<'_>, documents: Documents) -> Result<Outcome> {
    let aws = connect(run).await?;
    let look = preflight::look(run, &aws, documents);
    let ground = run.stage(Stage::Preflight, look, Ground::stage_end).await?;
    let mut problems = ground.problems();
    let planning = Box::pin(planned(run, &aws, &ground));
    let end = |plan: &Option<Plan>| StageEnd::done_if(plan.is_some());
    let plan = match run.stage(Stage::Plan, planning, end).await {
        Ok(plan) => plan,
        Err(error) => {
            problems.extend(mendable(error)?);
            None
        }
    };
    let changes = plan.as_ref().is_some_and(|plan| !plan.changes.is_empty());
    if let (Some(plan), Some(service)) = (plan, &ground.service) {
        run.events.emit(EventKind::Planned {
            target: service.label(),
            service_url: console::service_deployments(
                &run.inputs.aws.region,
                &service.cluster_arn,
                &service.name,
            ),
            plan: Box::new(plan),
        });
    }
    Failures::none(problems)?;
    Ok(if changes {
        Outcome::Succeeded
    } else {
        Outcome::Unchanged
    })
}

/// The plan for the service; none where the service or the task definition is not known.
async fn planned(run: &Run<'_>, aws: &Aws, ground: &Ground) -> Result<Option<Plan>> {
    let (Some(service), true) = (&ground.service, ground.documents.draft.is_some()) else {
        return Ok(None);
    };
    let edited = edited(run, ground)?;
    let document = &edited.document;
    let target = ground.targets.first();
    let serving = target.map_or_else(|| service.serving(), |target| target.serves.by.clone());
    let serving = Some(serving.task_definition).filter(|arn| !arn.is_empty());
    let known = Known::read(&aws.ecs(), &edited, serving.as_deref()).await?;
    if target.is_some() {
        tell_what_is_new_in_settings(run, service);
    }
    tell_what_is_new(run, service.label(), document, known.serving.as_ref());
    let revision = known.revision(document);
    let configuration = service.reconfiguration.as_ref().map(|it| {
        let strategy = |it: &DeploymentConfiguration| it.strategy().to_owned();
        (strategy(&it.before), strategy(&service.configuration))
    });
    let asked = Asked {
        tasks: run.inputs.deploy.desired_count,
        configuration: configuration.filter(|_| target.is_some()),
        force: run.inputs.deploy.force_new_deployment,
    };
    let now = service.counts.desired;
    Ok(Some(Plan {
        changes: changes(serving.as_deref(), now, &revision, asked),
        images: document.named_images(),
        pushed: ground.foreseen.as_ref().map(Foreseen::pushed),
        course: target.map(|target| course(run, target)),
        transfer: transfer(run, aws, ground, service).await,
        cost: cost(run, service, known.serving.as_ref(), document),
        revision,
        serving,
    }))
}

/// How the service is given to ECS where the inputs ask for that: what is not known of its deployment
/// group is left open in the commands.
async fn transfer(
    run: &Run<'_>,
    aws: &Aws,
    ground: &Ground,
    service: &Service,
) -> Option<Transfer> {
    let documents = &ground.documents;
    let asked = documents.configuration.as_ref();
    let wanted = asked.is_some() || run.inputs.deploy.strategy == StrategyChoice::Native;
    if service.controller != Controller::CodeDeploy || !wanted {
        return None;
    }
    let inputs = &run.inputs.deploy;
    let looked = preflight::codedeploy(inputs, aws, documents, service).await;
    let looked = looked.inspect_err(|error| tracing::debug!("no deployment group: {error:#}"));
    let way = looked.ok().map(|(way, _)| way);
    let so_far = way.as_ref().map(|way| SoFar {
        group: &way.group,
        routing: &way.routing,
    });
    Some(Transfer::of(service, so_far, asked))
}

/// The task definition with all changes, and with a word in the place of an image that is to be built.
fn edited(run: &Run<'_>, ground: &Ground) -> Result<Edited> {
    let foreseen = ground.foreseen.as_ref().map(Foreseen::reference);
    let built = foreseen.unwrap_or_else(|| UNKNOWN.to_owned());
    let built = run.inputs.builds().then_some(built.as_str());
    let asked = &run.inputs.task_definition.edits;
    let edits = ground.edits.as_ref().unwrap_or(asked);
    Edited::of(run, &ground.documents, edits, built)
}

/// The revisions that the task definition is compared with.
struct Known {
    /// The one that serves.
    serving: Option<Described>,
    /// One that is the same, by ARN.
    same: Option<String>,
}

impl Known {
    /// Reads the newest revision of the family and the one that is `serving`, neither of them if it
    /// is known.
    async fn read(ecs: &Ecs, edited: &Edited, serving: Option<&str>) -> Result<Self> {
        let document = &edited.document;
        let same = |it: &&Described| it.is_active() && document.same_as(&it.raw);
        let from = edited.from.as_ref();
        let latest = match from.filter(|from| edited.from_newest || same(from)) {
            Some(from) => Some(from.clone()),
            None => ecs.latest_revision(document.family()).await?,
        };
        let serving = known_or_read(ecs, serving, from.into_iter().chain(&latest)).await?;
        let mut all = from.into_iter().chain(&latest).chain(&serving);
        let same = all.find(same).map(|it| it.arn.clone());
        Ok(Self { serving, same })
    }

    fn revision(&self, document: &TaskDefinition) -> Revision {
        match &self.same {
            Some(arn) => Revision::Registered { arn: arn.clone() },
            None => Revision::New {
                family: document.family().to_owned(),
            },
        }
    }
}

/// How `target` would be deployed.
fn course(run: &Run<'_>, target: &Target) -> Course {
    let steps = match &target.way {
        Way::Rolling => Vec::new(),
        Way::Native => native_steps(&target.service.configuration.traffic_steps()),
        Way::CodeDeploy(way) => steps(&way.routing),
    };
    let (wait_for, limit) = waiting(run, target);
    Course {
        strategy: target.way.name().to_owned(),
        config: target.config(),
        steps,
        waits: Waits::of(target.way.pace(&target.service)),
        approval: target.gate(run) == Gate::Approved,
        wait_for,
        timeout_seconds: limit.as_secs(),
    }
}

/// What its tasks would cost and cost now, where all of them are on Fargate at its own price.
fn cost(
    run: &Run<'_>,
    service: &Service,
    serving: Option<&Described>,
    document: &TaskDefinition,
) -> Option<Cost> {
    let mut providers = service.capacity_providers.iter();
    if !service.on_fargate() || providers.any(|provider| provider.name != "FARGATE") {
        return None;
    }
    let now = service.counts.desired;
    let then = run.inputs.deploy.desired_count.unwrap_or(now);
    let before = serving.and_then(|it| it.document()).map(|document| Tasks {
        count: now.try_into().unwrap_or_default(),
        document,
    });
    let after = Tasks {
        count: then.try_into().unwrap_or_default(),
        document: document.document(),
    };
    Cost::of(&run.inputs.aws.region, before, after)
}
