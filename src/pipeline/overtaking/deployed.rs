//! Which commits a service runs, by the tags of the images of its revision.

use super::super::active::Active;
use super::wording::said;
use crate::aws::Aws;
use crate::model::arn::{Arn, short};
use crate::model::image_reference::ImageReference;
use crate::model::registry::Registry;
use crate::model::service::Service;
use crate::model::task_definition::TaskDefinition;
use crate::rollout::overtaking::commit_of;
use jiff::Timestamp;

/// A commit that is deployed, and what it is known by.
#[derive(Debug, Clone)]
pub(super) struct Deployed {
    /// 40 hexadecimal digits.
    pub(super) commit: String,
    /// `the tag sha-… of …/shop@sha256:…`.
    pub(super) known_by: String,
    /// When its image was pushed, where that is known.
    pub(super) pushed_at: Option<Timestamp>,
}

impl Deployed {
    /// What a deployment brings, by its description.
    pub(super) fn described(commit: &str, active: &Active) -> Self {
        Self {
            commit: commit.to_owned(),
            known_by: format!("the description of {}", active.name()),
            pushed_at: None,
        }
    }
}

/// The commits that the images of the service's revision were built from, each of them once, and
/// what is not known about them; or why nothing is known.
pub(super) async fn deployed(
    aws: &Aws,
    service: &Service,
) -> Result<(Vec<Deployed>, Vec<String>), String> {
    let (mut deployed, mut unknown) = (Vec::<Deployed>::new(), Vec::new());
    for image in images(aws, service).await? {
        match commits(aws, &image).await {
            Ok(commits) => deployed.extend(commits),
            Err(why) => unknown.push(why),
        }
    }
    deployed.sort_by(|one, other| one.commit.cmp(&other.commit));
    deployed.dedup_by(|one, other| one.commit == other.commit);
    Ok((deployed, unknown))
}

/// The images of the service's revision that are in this account's registry.
async fn images(aws: &Aws, service: &Service) -> Result<Vec<String>, String> {
    let revision = &service.task_definition;
    let name = short(revision);
    let arn: Arn = service.arn.parse().map_err(|_| "the service has no ARN")?;
    let registry = Registry::beside(&arn, aws.endpoint());
    let described = aws.ecs().describe_task_definition(revision).await;
    let described = described.map_err(|error| said(&error))?;
    let described = described.ok_or_else(|| format!("ECS does not know {name} any more"))?;
    let document = TaskDefinition::of(described.raw, name).map_err(|failure| failure.what)?;
    let images = document.images().into_iter().map(|(_, image)| image);
    let mut own: Vec<_> = images
        .filter(|image| registry.holds(&ImageReference::parse(image)))
        .map(str::to_owned)
        .collect();
    own.sort();
    own.dedup();
    if own.is_empty() {
        let region = registry.region;
        return Err(format!(
            "no image of {name} is in ECR in this account and {region}"
        ));
    }
    Ok(own)
}

/// The commits that `image` was built from.
async fn commits(aws: &Aws, image: &str) -> Result<Vec<Deployed>, String> {
    let tagged = aws.ecr().tags(&ImageReference::parse(image)).await;
    let tagged = tagged.map_err(|error| said(&error))?;
    let tagged = tagged.ok_or_else(|| format!("{image} is not in its repository any more"))?;
    let commit = |tag: &String| {
        Some(Deployed {
            commit: commit_of(tag)?.to_owned(),
            known_by: format!("the tag {tag} of {image}"),
            pushed_at: tagged.pushed_at,
        })
    };
    let commits: Vec<_> = tagged.tags.iter().filter_map(commit).collect();
    if commits.is_empty() {
        return Err(format!("{image} has no tag `sha-<commit>`"));
    }
    Ok(commits)
}
