//! Whether a build can work, found out before anything is written.

use super::Edges;
use crate::aws::ecr::Repository;
use crate::docker::engine::Engine;
use crate::docker::fingerprint::Recipe;
use crate::failure::{Code, Failure, Failures};
use crate::inputs::BuildInputs;
use crate::job::Job;
use crate::model::image::Platform;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// What a build needs and has.
#[derive(Debug)]
pub struct Ready {
    /// The repository's name.
    name: String,
    /// The repository; absent: it is to be made.
    pub(super) repository: Option<Repository>,
    /// The Docker engine.
    pub(super) engine: Engine,
    /// What the image is built from.
    pub(super) recipe: Recipe,
}

/// Reads what a build needs. Fails with all that is wrong at once: [`Code::UnreadableFile`] where
/// context or Dockerfile are missing, [`Code::NoRepository`] where the repository is not there and
/// not to be made, [`Code::NoDocker`].
pub async fn check(edges: Edges<'_>, inputs: &BuildInputs, job: &Job) -> Result<Ready> {
    let name = inputs.repository.clone();
    let name = name.context("a build without the name of a repository")?;
    let dockerfile = dockerfile(inputs, job).await;
    let repository = edges.ecr.repository(&name).await?;
    let missing = repository.is_none() && !inputs.create_repository;
    let engine = Engine::look(edges.docker).await;
    match (dockerfile, engine, missing) {
        (Ok(dockerfile), Ok(engine), false) => Ok(Ready {
            name,
            repository,
            recipe: recipe(inputs, &engine, dockerfile),
            engine,
        }),
        (dockerfile, engine, missing) => {
            let repository = missing.then(|| no_repository(&name));
            let all = [dockerfile.err(), repository, engine.err()];
            Failures::none(all.into_iter().flatten().collect())?;
            bail!("a build is not ready and nothing is wrong")
        }
    }
}

impl Ready {
    /// What the image is made for: the platforms that were asked for, or the machine's.
    pub fn platforms(&self) -> Vec<Platform> {
        self.recipe.platforms.iter().cloned().collect()
    }

    /// The repository, made now if it is not there.
    pub(super) async fn repository_or_new(&self, edges: Edges<'_>) -> Result<Repository> {
        if let Some(repository) = &self.repository {
            return Ok(repository.clone());
        }
        let made = edges.ecr.create_repository(&self.name).await?;
        edges
            .events
            .note(format!("Created repository {}.", made.uri));
        Ok(made)
    }
}

pub(super) fn no_repository(name: &str) -> Failure {
    Failure::new(
        Code::NoRepository,
        format!("repository {name} is not in ECR"),
        format!(
            "Check repository and aws-region, set create-repository to true, or create it: \
             aws ecr create-repository --repository-name {name}"
        ),
    )
}

/// Where the Dockerfile is, relative to the workspace.
pub(super) fn file(inputs: &BuildInputs) -> PathBuf {
    let usual = || inputs.context.join("Dockerfile");
    inputs.file.clone().unwrap_or_else(usual)
}

pub(super) async fn dockerfile(inputs: &BuildInputs, job: &Job) -> Result<Vec<u8>, Failure> {
    let context = job.workspace.join(&inputs.context);
    let is_directory = tokio::fs::metadata(&context).await;
    if !is_directory.is_ok_and(|it| it.is_dir()) {
        let what = format!(
            "the build context {} is not a directory of the workspace",
            inputs.context.display()
        );
        return Err(unreadable(what, "context"));
    }
    let file = file(inputs);
    let text = tokio::fs::read(job.workspace.join(&file)).await;
    text.map_err(|error| {
        let what = format!("the Dockerfile {} cannot be read", file.display());
        unreadable(what, "file").because(error.to_string())
    })
}

fn unreadable(what: String, input: &str) -> Failure {
    Failure::new(
        Code::UnreadableFile,
        what,
        format!(
            "{input} is relative to the workspace; actions/checkout must have filled that before \
             this step."
        ),
    )
}

fn recipe(inputs: &BuildInputs, engine: &Engine, dockerfile: Vec<u8>) -> Recipe {
    let platforms = match inputs.platforms.as_slice() {
        [] => engine.platform.iter().cloned().collect(),
        asked => asked.iter().cloned().collect(),
    };
    let text = |path: &Path| path.to_string_lossy().into_owned();
    Recipe {
        context: text(&inputs.context),
        file: text(&file(inputs)),
        dockerfile,
        target: inputs.target.clone(),
        args: inputs.args.iter().cloned().collect(),
        platforms,
        labels: inputs.labels.iter().cloned().collect(),
        secrets: inputs.secrets.iter().map(|(id, _)| id.clone()).collect(),
        provenance: inputs.provenance,
        sbom: inputs.sbom,
    }
}

#[cfg(test)]
mod tests;
