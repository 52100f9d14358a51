//! The images that the inputs name, by digest: a tag may move between the check and the task's
//! start.

use super::Run;
use crate::aws::Aws;
use crate::aws::ecr::Ecr;
use crate::failure::{Code, Failure};
use crate::inputs::TaskDefinitionInputs;
use crate::model::image_reference::ImageReference;
use anyhow::Result;

/// The inputs with each image that is in ECR by its digest. With a command that builds, `image` is
/// the one to be built and stays as it is.
///
/// # Errors
/// [`Code::NoImage`] when ECR has the repository and not the image.
pub async fn by_digest(run: &Run<'_>, aws: &Aws) -> Result<TaskDefinitionInputs> {
    let asked = &run.inputs.task_definition;
    let ecr = aws.ecr();
    let mut inputs = TaskDefinitionInputs {
        file: asked.file.clone(),
        image: None,
        images: Vec::new(),
        container_name: asked.container_name.clone(),
    };
    if let Some(image) = asked
        .image
        .as_ref()
        .filter(|_| !run.inputs.command.builds())
    {
        inputs.image = Some(one(run, &ecr, image).await?);
    }
    for (container, image) in &asked.images {
        inputs
            .images
            .push((container.clone(), one(run, &ecr, image).await?));
    }
    Ok(inputs)
}

async fn one(run: &Run<'_>, ecr: &Ecr, text: &str) -> Result<String> {
    let image = ImageReference::parse(text);
    let repository = ecr.repository(image.name()).await?;
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
        Some(found) => Ok(format!("{}@{}", image.repository, found.digest)),
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
