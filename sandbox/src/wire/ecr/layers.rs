//! Layers: are they there, and where can they be read.

use super::input::{Input, must_be_there};
use super::repository;
use crate::wire::aws_error::AwsError;
use crate::wire::registry::presigned;
use crate::world::World;
use crate::world::ecr::Repository;
use crate::world::ecr::digest::Digest;
use serde_json::{Value, json};

pub(super) fn batch_check_availability(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let repository = repository(world, input)?;
    let digests = input
        .texts("layerDigests", 100)?
        .ok_or_else(|| must_be_there("layerDigests"))?;
    let (mut layers, mut failures) = (Vec::new(), Vec::new());
    for text in digests {
        match availability(repository, text) {
            Ok(layer) => layers.push(layer),
            Err(failure) => failures.push(failure),
        }
    }
    Ok(json!({"layers": layers, "failures": failures}))
}

fn availability(repository: &Repository, text: &str) -> Result<Value, Value> {
    let Some(digest) = Digest::parse(text) else {
        return Err(json!({
            "layerDigest": text,
            "failureCode": "InvalidLayerDigest",
            "failureReason": "Invalid parameter at 'LayerDigest' failed to satisfy constraint: 'must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+''",
        }));
    };
    let layer = repository.layers.get(&digest);
    Ok(match layer {
        Some(layer) => json!({
            "layerDigest": text,
            "layerAvailability": "AVAILABLE",
            "layerSize": layer.0.len(),
            "mediaType": media_type(repository, &digest),
        }),
        None => json!({"layerDigest": text, "layerAvailability": "UNAVAILABLE"}),
    })
}

/// What the images that use a layer call it.
fn media_type<'a>(repository: &'a Repository, digest: &Digest) -> &'a str {
    repository
        .images
        .values()
        .flat_map(|image| image.parsed.blobs())
        .find(|blob| blob.digest == *digest)
        .map_or("application/octet-stream", |blob| blob.media_type.as_str())
}

pub(super) fn get_download_url(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let repository = repository(world, input)?;
    let text = input.required_text("layerDigest")?;
    let digest = Digest::parse(text).filter(|digest| repository.layers.contains_key(digest));
    let digest = digest.ok_or_else(|| {
        let message = format!(
            "The layer with digest '{text}' does not exist within the repository with name '{}' in the registry with id '{}'",
            repository.name, world.account
        );
        AwsError::client("LayersNotFoundException", message)
    })?;
    Ok(json!({
        "downloadUrl": presigned::url(world, &repository.name, &digest),
        "layerDigest": text,
    }))
}
