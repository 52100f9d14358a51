//! `BatchDeleteImage`: by tag, the tag goes, and the image with its last one; by digest, the image
//! goes with all its tags. An image that an index lists stays.
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html>

use super::images::{Failure, Id, ids_of};
use super::input::{Input, must_be_there};
use super::repository;
use crate::wire::aws_error::AwsError;
use crate::world::World;
use crate::world::ecr::Repository;
use crate::world::ecr::digest::Digest;
use serde_json::{Value, json};

pub(super) fn batch_delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let name = repository(world, input)?.name.clone();
    let ids = Id::read_all(input)?.ok_or_else(|| must_be_there("imageIds"))?;
    let repositories = &mut world.ecr.repositories;
    let (mut gone, mut failures) = (Vec::new(), Vec::new());
    for id in ids {
        let Some(repository) = repositories.get_mut(&name) else {
            break;
        };
        match delete(repository, id) {
            Ok(mut ids) => gone.append(&mut ids),
            Err(failure) => failures.push(failure),
        }
    }
    Ok(json!({"imageIds": gone, "failures": failures}))
}

fn delete(repository: &mut Repository, id: Id<'_>) -> Result<Vec<Value>, Value> {
    let digest = id
        .find(repository)
        .map_err(|failure: Failure| failure.to_json(id))?;
    let last = repository.tags_of(&digest).count() == 1;
    if let Some(tag) = id.tag.filter(|_| !last) {
        repository.tags.remove(tag);
        return Ok(vec![
            json!({"imageDigest": digest.as_str(), "imageTag": tag}),
        ]);
    }
    let lists = lists_with(repository, &digest);
    if !lists.is_empty() {
        return Err(json!({
            "imageId": id.to_json(),
            "failureCode": "ImageReferencedByManifestList",
            "failureReason": format!("Requested image referenced by manifest list: [{}]", lists.join(", ")),
        }));
    }
    let gone = ids_of(repository, &digest);
    repository.tags.retain(|_, tagged| *tagged != digest);
    repository.images.remove(&digest);
    Ok(gone)
}

fn lists_with<'a>(repository: &'a Repository, digest: &Digest) -> Vec<&'a str> {
    repository
        .images
        .iter()
        .filter(|(_, image)| {
            image
                .parsed
                .images()
                .iter()
                .any(|child| child.digest == *digest)
        })
        .map(|(list, _)| list.as_str())
        .collect()
}
