//! The way back from a deployment that failed, where AWS does not take it by itself.

use super::super::Run;
use super::super::previous::previous;
use super::super::target::Target;
use super::start::{self, Started};
use super::{Driven, Followed, Purpose};
use crate::aws::Aws;
use crate::aws::error::{AwsFailure, worded};
use crate::failure::{Code, Failure};
use crate::inputs::WaitFor;
use crate::model::arn::short;
use crate::model::stop::StopAnswer;
use crate::rollout::ending::{Ending, Goal, WayBack};
use crate::rollout::remedy::{Remedy, remedy};
use crate::rollout::snapshot::State;
use crate::rollout::{timeout, verdict};
use crate::strategy::Rollout as _;
use anyhow::{Result, anyhow};

impl Followed<'_> {
    /// Does about `driven` what `on-failure` says.
    pub(super) async fn with_remedy(&self, driven: Driven) -> Result<Driven> {
        if self.purpose == Purpose::WayBack {
            return Ok(driven);
        }
        match remedy(&driven.ending, self.run.inputs.waiting.on_failure) {
            Remedy::None => Ok(driven),
            Remedy::Stop => self.stopped(driven).await,
            Remedy::Redeploy => self.redeployed(driven).await,
        }
    }

    /// Has the deployment stopped and follows it back.
    async fn stopped(&self, driven: Driven) -> Result<Driven> {
        let label = self.target.label();
        match self.strategy.stop(self.id).await {
            Ok(StopAnswer::Accepted | StopAnswer::Over) => {
                self.run.events.note(format!(
                    "{label}: the deployment {} is stopped and rolled back (on-failure: rollback).",
                    short(self.id)
                ));
                let back = self.back(driven).await?;
                // It came to its end before it was stopped, and its tasks fail.
                match back.ending.state {
                    Some(State::Unsettled) if back.ending.set_to_ours => {
                        self.redeployed(back).await
                    }
                    _ => Ok(back),
                }
            }
            Ok(StopAnswer::NotThere) => self.redeployed(driven).await,
            Err(error) => Ok(self.refused(driven, &error)),
        }
    }

    /// Follows a deployment that was told to stop to the end of its way back.
    pub(super) async fn back(&self, driven: Driven) -> Result<Driven> {
        let pace = self.target.way.pace(&self.target.service);
        let limit = timeout::derived(pace, WaitFor::Ready);
        let wait = self.wait(Goal::Over, limit, None)?;
        let progress = driven.progress.clone().waiting_for(wait);
        let back = self.watch(progress, false).await?;
        Ok(Driven {
            ending: driven.ending.and_back(back.ending),
            progress: back.progress,
            diagnosis: driven.diagnosis,
        })
    }

    /// Deploys the revision before, which the service is not set to any more.
    async fn redeployed(&self, driven: Driven) -> Result<Driven> {
        let served = &self.target.serves.by;
        // It was deployed by force, and what ran of it before runs on.
        if served.task_definition == self.revision && served.has_all() {
            return Ok(driven);
        }
        let previous = match self.goes_back_to().await {
            Ok(Some(previous)) => previous,
            Ok(None) => {
                let unknown = anyhow!("AWS keeps no deployment of a revision that served before");
                return Ok(self.refused(driven, &unknown));
            }
            Err(error) => return Ok(self.refused(driven, &error)),
        };
        self.run.events.note(format!(
            "{}: {} is deployed again (on-failure: rollback).",
            self.target.label(),
            short(&previous)
        ));
        match Box::pin(bring_back(self.run, self.aws, self.target, &previous)).await {
            Ok(back) => Ok(Driven {
                ending: driven.ending.and_redeployed(back, self.revision, &previous),
                ..driven
            }),
            Err(error) => match lost_sight(&error) {
                Some(lost) => Err(self.because_of(&driven, lost).into()),
                None => Ok(self.refused(driven, &error)),
            },
        }
    }

    /// What served when the run began; what served before it, where that was this very revision.
    async fn goes_back_to(&self) -> Result<Option<String>> {
        let served = &self.target.serves.by.task_definition;
        if served != self.revision {
            return Ok(Some(served.clone()));
        }
        previous(self.aws, &self.target.service, self.target.way.group()).await
    }

    /// The way back runs on unseen: that is the failure, and what it was taken for is why.
    fn because_of(&self, driven: &Driven, mut lost: Failure) -> Failure {
        let (label, ending) = (self.target.label(), &driven.ending);
        let own = verdict::failure(&label, self.id, ending, driven.diagnosis.as_ref());
        if let Some(own) = own {
            lost.why.push(own.what);
            lost.why.extend(own.why);
        }
        lost
    }

    /// The way back could not be taken: the deployment's own ending stands.
    fn refused(&self, driven: Driven, error: &anyhow::Error) -> Driven {
        let why = AwsFailure::of(error).map_or_else(
            || format!("{error:#}"),
            |failure| worded(failure).to_string(),
        );
        self.run.events.warn(format!(
            "{} could not be taken back: {why}",
            self.target.label()
        ));
        Driven {
            ending: Ending {
                way_back: WayBack::Refused,
                ..driven.ending
            },
            ..driven
        }
    }
}

fn lost_sight(error: &anyhow::Error) -> Option<Failure> {
    let mut failures = Failure::all_of(error).into_iter();
    failures.find(|it| it.code == Code::LostSight).cloned()
}

/// Brings `previous` back in place of a revision that failed; the deployment that does, and how it
/// ended. Told as a part of the deployment that failed.
async fn bring_back(
    run: &Run<'_>,
    aws: &Aws,
    target: &Target,
    previous: &str,
) -> Result<Option<(String, Ending)>> {
    let target = target.as_it_is(aws).await?;
    let starting = start::start(run, aws, &target, previous, Purpose::WayBack);
    let (target, strategy, started) = starting.await?;
    let Started::Deployment { id, followed } = started else {
        return Ok(None);
    };
    let followed = Followed {
        run,
        aws,
        target: &target,
        strategy: &strategy,
        revision: previous,
        id: &id,
        purpose: Purpose::WayBack,
        taken_up: followed,
    };
    let wait_for = target.way.wait_for();
    let limit = timeout::derived(target.way.pace(&target.service), wait_for);
    let driven = followed.to_its_end(Goal::Reached(wait_for), limit).await?;
    Ok(Some((id, driven.ending)))
}
