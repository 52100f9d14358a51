//! The image that a build would make, as far as that can be told without one: where it would be
//! pushed to, and that it could be made.
//!
//! Docker is not asked: what it is given is read, and where the image is to go.

use super::ready::{dockerfile, no_repository};
use super::tags::Tags;
use crate::failure::Failures;
use crate::inputs::BuildInputs;
use crate::job::Job;
use crate::model::image::Platform;
use crate::pipeline::repositories::Repositories;
use anyhow::{Context, Result};

/// An image that is not built yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// The repository as images are named after it, or its name where it is yet to be made.
    pub repository: String,
    /// The tag that it would be pushed under: `sha-<commit>`.
    pub tag: String,
    /// What it would be built for; empty: as the machine is that builds it.
    pub platforms: Vec<Platform>,
}

impl Foreseen {
    /// What stands for it in a task definition: nobody knows its digest before it is built.
    pub fn reference(&self) -> String {
        format!("{}@sha256:<not built yet>", self.repository)
    }

    /// What it would be pushed as.
    pub fn pushed(&self) -> String {
        format!("{}:{}", self.repository, self.tag)
    }
}

/// What a build of `inputs` would make.
///
/// # Errors
/// With all that is wrong at once: `GG002` where context or Dockerfile are missing,
/// `GG024` where the repository is not there and not to be made, and as AWS fails.
pub async fn foresee(
    repositories: &Repositories,
    inputs: &BuildInputs,
    job: &Job,
) -> Result<Foreseen> {
    let name = inputs.repository.as_deref();
    let name = name.context("a build without the name of a repository")?;
    let file = dockerfile(inputs, job).await;
    let repository = repositories.named(name).await?;
    let missing = repository.is_none() && !inputs.create_repository;
    let problems = [file.err(), missing.then(|| no_repository(name))];
    Failures::none(problems.into_iter().flatten().collect())?;
    Ok(Foreseen {
        repository: repository.map_or_else(|| name.to_owned(), |it| it.uri),
        // The tag of the commit has nothing of the inputs in it.
        tag: Tags::new(job, "").commit,
        platforms: inputs.platforms.clone(),
    })
}
