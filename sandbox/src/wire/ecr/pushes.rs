//! `PutImage`: a manifest whose layers are there gets in, or gets another tag.

use super::input::{Input, invalid};
use super::{images, repository};
use crate::wire::aws_error::AwsError;
use crate::world::World;
use crate::world::ecr::digest::Digest;
use crate::world::ecr::push::{self, Push, Refused};
use crate::world::ecr::tag::is_well_formed;
use bytes::Bytes;
use serde_json::{Value, json};

pub(super) fn put(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = repository(world, input)?.name.clone();
    let tag = input.text("imageTag")?;
    if tag.is_some_and(|tag| !is_well_formed(tag)) {
        let constraint = "must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'";
        return Err(invalid("imageTag", constraint));
    }
    let expected = input.text("imageDigest")?.map(|text| {
        let constraint = "must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'";
        Digest::parse(text).ok_or_else(|| invalid("imageDigest", constraint))
    });
    let expected = expected.transpose()?;
    let push = Push {
        repository: &name,
        manifest: Bytes::from(input.required_text("imageManifest")?.to_owned()),
        media_type: input.text("imageManifestMediaType")?,
        tag,
        digest: expected.as_ref(),
    };
    let digest = push::put_image(world, &push).map_err(|refused| {
        let message = refused.message(&name, &world.account);
        AwsError::client(code(&refused), message)
    })?;
    let repository = repository(world, input)?;
    let image = repository.images.get(&digest);
    let image = image.map(|image| images::image_json(world, repository, &digest, tag, image));
    Ok(json!({"image": image}))
}

/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html#API_PutImage_Errors>
fn code(refused: &Refused) -> &'static str {
    match refused {
        Refused::NoRepository => "RepositoryNotFoundException",
        Refused::Invalid => "InvalidParameterException",
        Refused::OtherDigest(_) => "ImageDigestDoesNotMatchException",
        Refused::LayersMissing(_) => "LayersNotFoundException",
        Refused::ImagesMissing(_) => "ReferencedImagesNotFoundException",
        Refused::TagTaken(_) => "ImageTagAlreadyExistsException",
        Refused::Unchanged(..) => "ImageAlreadyExistsException",
    }
}
