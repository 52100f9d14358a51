//! The image: there already, or built and pushed.
//!
//! [`check`] reads what the build needs and refuses before anything is written; [`build`] reuses
//! the image of this commit and these inputs, or makes it. Changes that an earlier step left in
//! the workspace without a commit are not seen, but for those of the Dockerfile.

mod attempt;
mod foreseen;
mod labels;
mod push;
mod ready;
mod tags;

use crate::aws::ecr::Ecr;
use crate::clock::Clock;
use crate::docker::Docker;
use crate::docker::login::PrivateConfig;
use crate::events::Events;
use crate::failure::{Code, Failure};
use crate::inputs::BuildInputs;
use crate::job::Job;
use crate::model::image::ImageRef;
use anyhow::{Result, bail};
use attempt::{Attempt, Made};
pub use foreseen::{Foreseen, foresee};
pub use ready::{Ready, check};
use tags::Tags;
use tokio_util::sync::CancellationToken;

/// How often the image is looked for and made when others push at the same time.
const ATTEMPTS: usize = 3;

/// The world outside, as far as a build needs it.
#[derive(Clone, Copy)]
pub struct Edges<'a> {
    /// The registry.
    pub ecr: &'a Ecr,
    /// BuildKit.
    pub docker: &'a Docker,
    /// What users see.
    pub events: &'a Events,
    /// The time.
    pub clock: &'a Clock,
}

/// The image, in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// By digest.
    pub image: ImageRef,
    /// Whether this run pushed it; otherwise it was there.
    pub pushed: bool,
    /// The tags that are on it now, as far as this run knows: the one of the commit first.
    pub tags: Vec<String>,
}

/// Sees to it that the image of this commit and these inputs is in the registry. `ready` is what
/// [`check`] found. When `cancel` comes, BuildKit is stopped and what was made for the build is
/// removed before this returns.
///
/// Fails with [`Code::BuildFailed`], [`Code::PushFailed`], [`Code::NoDocker`] or
/// [`Code::Cancelled`], and as AWS does.
pub async fn build(
    edges: Edges<'_>,
    inputs: &BuildInputs,
    job: &Job,
    ready: &Ready,
    cancel: &CancellationToken,
) -> Result<Built> {
    let repository = ready.repository_or_new(edges).await?;
    let login = edges.ecr.login(edges.events).await?;
    let registry = repository.registry();
    let config = PrivateConfig::new(&job.temp, edges.docker, registry, &login)?;
    let hash = ready.recipe.hash();
    let attempt = Attempt {
        edges,
        inputs,
        job,
        ready,
        repository: &repository,
        config: &config,
        tags: Tags::new(job, &hash),
        labels: labels::of(inputs, job, &hash, edges.clock.now()),
        cancel,
    };
    for _ in 0..ATTEMPTS {
        match attempt.make().await? {
            Made::Done(built) => return Ok(built),
            Made::Overtaken => edges
                .events
                .note("Another run pushed the same tag meanwhile; looking at what is there now."),
        }
    }
    bail!(Failure::new(
        Code::PushFailed,
        format!("other runs push the same tags to {}", repository.uri),
        "Let one run of a commit build at a time: a concurrency group in the workflow does.",
    ))
}
