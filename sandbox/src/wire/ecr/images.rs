//! Reading images: described, listed, or with their manifests.

use super::input::{Input, invalid};
use super::{compact, epoch, pages, repository, scans};
use crate::wire::aws_error::AwsError;
use crate::world::World;
use crate::world::ecr::digest::Digest;
use crate::world::ecr::{Image, Repository};
use serde_json::{Value, json};

/// An `ImageIdentifier`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Id<'a> {
    pub(super) digest: Option<&'a str>,
    pub(super) tag: Option<&'a str>,
}

/// Why an identifier names no image; the variants are ECR's failure codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    MissingDigestAndTag,
    InvalidImageDigest,
    ImageTagDoesNotMatchDigest,
    ImageNotFound,
}

impl<'a> Id<'a> {
    pub(super) fn read(input: Input<'a>) -> Result<Self, AwsError> {
        Ok(Self {
            digest: input.text("imageDigest")?,
            tag: input.text("imageTag")?,
        })
    }

    pub(super) fn read_all(input: Input<'a>) -> Result<Option<Vec<Self>>, AwsError> {
        let list = input.list("imageIds", 100)?;
        list.map(|list| list.iter().map(|id| Self::read(Input(id))).collect())
            .transpose()
    }

    /// The digest of the image it names.
    pub(super) fn find(self, repository: &Repository) -> Result<Digest, Failure> {
        let by_digest = match self.digest {
            None => None,
            Some(text) => Some(Digest::parse(text).ok_or(Failure::InvalidImageDigest)?),
        };
        let by_tag = self.tag.map(|tag| repository.tags.get(tag));
        match (by_digest, by_tag) {
            (None, None) => Err(Failure::MissingDigestAndTag),
            (None, Some(tagged)) => tagged.cloned().ok_or(Failure::ImageNotFound),
            (Some(digest), _) if !repository.images.contains_key(&digest) => {
                Err(Failure::ImageNotFound)
            }
            (Some(digest), None) => Ok(digest),
            (Some(digest), Some(tagged)) if tagged == Some(&digest) => Ok(digest),
            (Some(_), Some(_)) => Err(Failure::ImageTagDoesNotMatchDigest),
        }
    }

    pub(super) fn to_json(self) -> Value {
        compact(json!({"imageDigest": self.digest, "imageTag": self.tag}))
    }

    /// ECR's refusal of the calls that need the image.
    pub(super) fn not_found(self, repository: &Repository, registry: &str) -> AwsError {
        let message = format!(
            "The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within the repository with name '{}' in the registry with id '{registry}'",
            self.digest.unwrap_or("null"),
            self.tag.unwrap_or("null"),
            repository.name,
        );
        AwsError::client("ImageNotFoundException", message)
    }
}

impl Failure {
    /// An `ImageFailure` of the batch calls.
    pub(super) fn to_json(self, id: Id<'_>) -> Value {
        let reason = match self {
            Self::MissingDigestAndTag => {
                "Invalid request parameters: both tag and digest cannot be null"
            }
            Self::InvalidImageDigest => {
                "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'"
            }
            Self::ImageTagDoesNotMatchDigest => "The image tag does not match the image digest",
            Self::ImageNotFound => "Requested image not found",
        };
        json!({
            "imageId": id.to_json(),
            "failureCode": format!("{self:?}"),
            "failureReason": reason,
        })
    }
}

pub(super) fn describe(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let repository = repository(world, input)?;
    let wanted: Vec<Digest> = match Id::read_all(input)? {
        Some(_) if input.number("maxResults", 1..=1000)?.is_some() => {
            return Err(invalid("maxResults", "cannot be used with imageIds"));
        }
        Some(ids) => ids
            .into_iter()
            .map(|id| {
                id.find(repository)
                    .map_err(|_| id.not_found(repository, &world.account))
            })
            .collect::<Result<_, _>>()?,
        None => filtered(repository, input)?,
    };
    let described = wanted
        .iter()
        .filter_map(|digest| Some((digest, repository.images.get(digest)?)))
        .map(|(digest, image)| detail(world, repository, digest, image))
        .collect();
    pages::page(input, "imageDetails", described)
}

fn detail(world: &World, repository: &Repository, digest: &Digest, image: &Image) -> Value {
    let tags: Vec<&str> = repository.tags_of(digest).collect();
    let (status, summary) = scans::of_image(world, repository, image);
    compact(json!({
        "registryId": world.account,
        "repositoryName": repository.name,
        "imageDigest": digest.as_str(),
        "imageTags": Some(tags).filter(|tags| !tags.is_empty()),
        "imageSizeInBytes": repository.size_of(image),
        "imagePushedAt": epoch(image.pushed_at),
        "imageScanStatus": status,
        "imageScanFindingsSummary": summary,
        "imageManifestMediaType": image.media_type,
        "artifactMediaType": image.parsed.config().map(|config| &config.media_type),
        "lastRecordedPullTime": image.pulled_at.map(epoch),
        "imageStatus": "ACTIVE",
    }))
}

pub(super) fn list(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let repository = repository(world, input)?;
    let ids = filtered(repository, input)?
        .iter()
        .flat_map(|digest| ids_of(repository, digest))
        .collect();
    pages::page(input, "imageIds", ids)
}

/// An identifier for every tag of an image, or one without a tag.
pub(super) fn ids_of(repository: &Repository, digest: &Digest) -> Vec<Value> {
    let digest_alone = json!({"imageDigest": digest.as_str()});
    let mut ids: Vec<Value> = repository
        .tags_of(digest)
        .map(|tag| json!({"imageDigest": digest.as_str(), "imageTag": tag}))
        .collect();
    if ids.is_empty() {
        ids.push(digest_alone);
    }
    ids
}

/// The images that `filter.tagStatus` lets through, in the order of their digests.
fn filtered(repository: &Repository, input: Input<'_>) -> Result<Vec<Digest>, AwsError> {
    let filter = input.structure("filter")?;
    let status = filter.map_or(Ok(None), |filter| filter.text("tagStatus"))?;
    let passes: fn(bool) -> bool = match status {
        None | Some("ANY") => |_| true,
        Some("TAGGED") => |tagged| tagged,
        Some("UNTAGGED") => |tagged| !tagged,
        Some(_) => {
            let statuses = "Member must satisfy enum value set: [TAGGED, UNTAGGED, ANY]";
            return Err(invalid("filter.tagStatus", statuses));
        }
    };
    let digests = repository.images.keys();
    Ok(digests
        .filter(|digest| passes(repository.tags_of(digest).next().is_some()))
        .cloned()
        .collect())
}

pub(super) fn batch_get(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let repository = repository(world, input)?;
    let ids = Id::read_all(input)?.ok_or_else(|| super::input::must_be_there("imageIds"))?;
    let accepted = input.texts("acceptedMediaTypes", 100)?;
    let accepts = |image: &Image| {
        let types = accepted.as_ref();
        types.is_none_or(|types| types.contains(&image.media_type.as_str()))
    };
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in ids {
        let found = id.find(repository).and_then(|digest| {
            let image = repository
                .images
                .get(&digest)
                .filter(|image| accepts(image));
            Ok((digest, image.ok_or(Failure::ImageNotFound)?))
        });
        match found {
            Ok((digest, image)) => {
                images.push(image_json(world, repository, &digest, id.tag, image));
            }
            Err(failure) => failures.push(failure.to_json(id)),
        }
    }
    Ok(json!({"images": images, "failures": failures}))
}

/// An `Image`, manifest and all.
pub(super) fn image_json(
    world: &World,
    repository: &Repository,
    digest: &Digest,
    tag: Option<&str>,
    image: &Image,
) -> Value {
    let id = Id {
        digest: Some(digest.as_str()),
        tag,
    };
    json!({
        "registryId": world.account,
        "repositoryName": repository.name,
        "imageId": id.to_json(),
        "imageManifest": String::from_utf8_lossy(&image.manifest.0),
        "imageManifestMediaType": image.media_type,
    })
}
