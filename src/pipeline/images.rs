//! The images that the inputs name, by digest: a tag may move between the check and the task's
//! start.

use super::Run;
use super::repositories::Repositories;
use crate::aws::Aws;
use crate::aws::ecr::Image;
use crate::failure::{Code, Failure};
use crate::model::image_reference::ImageReference;
use crate::model::registry::is_in_ecr;
use crate::model::task_definition::edits::Edits;
use anyhow::Result;
use std::collections::BTreeMap;

/// The images that the inputs name.
#[derive(Debug)]
pub struct Resolved {
    /// The changes that the inputs ask for, with each image that is in ECR by its digest.
    pub edits: Edits,
    /// Those that are in ECR.
    pub held: Vec<Held>,
}

/// An image as ECR holds it.
#[derive(Debug, Clone)]
pub struct Held {
    /// As it is deployed: `<repository>@<digest>`.
    pub deployed: String,
    /// The repository's name.
    pub repository: String,
    /// The image, with its manifest.
    pub image: Image,
}

/// The changes that the inputs ask for, with each image that is in ECR by its digest. With a command
/// that builds, `image` is the one to be built and is left out.
///
/// # Errors
/// [`Code::NoImage`] when ECR has the repository and not the image.
pub async fn by_digest(run: &Run<'_>, aws: &Aws, repositories: &Repositories) -> Result<Resolved> {
    let mut held = Vec::new();
    let mut edits = run.inputs.task_definition.edits.clone();
    let mut looked: BTreeMap<String, String> = BTreeMap::new();
    if let Some(image) = edits.image.take().filter(|_| !run.inputs.builds()) {
        let deployed = one(run, aws, repositories, &image, &mut held).await?;
        looked.insert(image, deployed.clone());
        edits.image = Some(deployed);
    }
    for (_, image) in &mut edits.images {
        if !looked.contains_key(image) {
            let deployed = one(run, aws, repositories, image, &mut held).await?;
            looked.insert(image.clone(), deployed);
        }
        if let Some(deployed) = looked.get(image) {
            deployed.clone_into(image);
        }
    }
    Ok(Resolved { edits, held })
}

async fn one(
    run: &Run<'_>,
    aws: &Aws,
    repositories: &Repositories,
    text: &str,
    held: &mut Vec<Held>,
) -> Result<String> {
    let ecr = aws.ecr();
    let image = ImageReference::parse(text);
    let repository = if is_in_ecr(&image, aws.endpoint()) {
        repositories.named(image.name()).await?
    } else {
        None
    };
    if repository.is_none_or(|repository| repository.uri != image.repository) {
        run.events.note(format!(
            "{text} is in no ECR repository of this account and region; it is deployed as written."
        ));
        return Ok(text.to_owned());
    }
    let found = match (image.digest, image.tag) {
        (Some(digest), _) => ecr.image_by_digest(image.name(), digest).await?,
        (None, tag) => {
            ecr.image_by_tag(image.name(), tag.unwrap_or("latest"))
                .await?
        }
    };
    match found {
        Some(found) => {
            let deployed = format!("{}@{}", image.repository, found.digest);
            held.push(Held {
                deployed: deployed.clone(),
                repository: image.name().to_owned(),
                image: found,
            });
            Ok(deployed)
        }
        None => Err(not_there(text, image.name()).into()),
    }
}

fn not_there(image: &str, repository: &str) -> Failure {
    let help = format!(
        "Check the tag or digest; `aws ecr list-images --repository-name {repository}` shows what \
         is there. A lifecycle policy may have removed it."
    );
    Failure::new(
        Code::NoImage,
        format!("image {image} is not in its repository"),
        help,
    )
}
