//! What a scenario says of ECR: the repositories that are there at the start, and their images.

use super::digest::Digest;
use super::manifest::{OCI_INDEX, OCI_MANIFEST};
use super::push::{self, Push};
use super::scan::Scanner;
use super::tag::{self, Mode};
use super::{Layer, Repository};
use crate::world::World;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

/// ECR at the start of a scenario.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Seed {
    /// The repositories; none by default.
    pub repositories: Vec<RepositorySeed>,
    /// The account setting `BLOB_MOUNTING`; off by default, as at AWS.
    pub blob_mounting: bool,
}

/// A repository at the start.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RepositorySeed {
    /// Its name.
    pub name: String,
    /// `MUTABLE` (the default), `IMMUTABLE`, `IMMUTABLE_WITH_EXCLUSION`, `MUTABLE_WITH_EXCLUSION`.
    #[serde(default)]
    pub mutability: Mode,
    /// Wildcards over tags for the two modes with exclusions; none by default.
    #[serde(default)]
    pub exclusions: Vec<String>,
    /// Whether every pushed image is scanned; `false` by default.
    #[serde(default)]
    pub scan_on_push: bool,
    /// What scans come to; by default they take half a minute and find nothing.
    #[serde(default)]
    pub scan: Scanner,
    /// Images that are there already; none by default.
    #[serde(default)]
    pub images: Vec<ImageSeed>,
}

/// A small made-up image.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImageSeed {
    /// Its tags, at least one.
    pub tags: Vec<String>,
    /// `os/architecture`; `linux/amd64` alone by default. More than one make an index.
    #[serde(default = "one_platform")]
    pub platforms: Vec<String>,
    /// What makes its digest its own; the first tag by default.
    #[serde(default)]
    pub content: Option<String>,
}

fn one_platform() -> Vec<String> {
    vec!["linux/amd64".to_owned()]
}

impl Seed {
    /// Puts everything into the world.
    ///
    /// # Errors
    /// A sentence that names the repository and the image that make no sense.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        world.ecr.blob_mounting = self.blob_mounting;
        for repository in self.repositories {
            let name = repository.name.clone();
            repository
                .seed(world)
                .map_err(|why| format!("repository `{name}`: {why}"))?;
        }
        Ok(())
    }
}

impl RepositorySeed {
    fn seed(self, world: &mut World) -> Result<(), String> {
        if world.ecr.repositories.contains_key(&self.name) {
            return Err("is there twice".to_owned());
        }
        let mut repository = Repository::new(&self.name, world.now);
        repository.mutability = tag::Mutability {
            mode: self.mutability,
            exclusions: self.exclusions,
        };
        repository.scan_on_push = self.scan_on_push;
        repository.scanner = self.scan;
        world.ecr.repositories.insert(self.name.clone(), repository);
        for image in &self.images {
            image.seed(world, &self.name)?;
        }
        Ok(())
    }
}

impl ImageSeed {
    fn seed(&self, world: &mut World, repository: &str) -> Result<(), String> {
        let first = self.tags.first().ok_or("an image has no tags")?;
        let content = self.content.as_ref().unwrap_or(first);
        let images: Vec<Value> = self
            .platforms
            .iter()
            .map(|platform| push_image(world, repository, platform, content))
            .collect::<Result<_, _>>()?;
        let (media_type, manifest) = match images.as_slice() {
            [] => return Err(format!("image `{first}` has no platforms")),
            [one] => (OCI_MANIFEST, manifest_of(world, repository, one)?),
            many => (OCI_INDEX, index_of(many)),
        };
        for tag in &self.tags {
            put(world, repository, manifest.clone(), media_type, Some(tag))?;
        }
        Ok(())
    }
}

/// Pushes an image for one platform without a tag, and gives its descriptor.
fn push_image(
    world: &mut World,
    repository: &str,
    platform: &str,
    content: &str,
) -> Result<Value, String> {
    let (os, architecture) = platform
        .split_once('/')
        .ok_or_else(|| format!("platform `{platform}` is not `os/architecture`"))?;
    // Two blocks of zeros are a tar archive without members.
    let layer = Bytes::from_static(&[0; 1024]);
    let config = json!({
        "os": os,
        "architecture": architecture,
        "config": {"Labels": {"content": content}},
        "rootfs": {"type": "layers", "diff_ids": [Digest::of(&layer).as_str()]},
    });
    let config = Bytes::from(config.to_string());
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
        "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", &layer)],
    });
    let manifest = Bytes::from(manifest.to_string());
    if let Some(repository) = world.ecr.repositories.get_mut(repository) {
        for blob in [layer, config] {
            repository.layers.insert(Digest::of(&blob), Layer(blob));
        }
    }
    let mut descriptor = descriptor(OCI_MANIFEST, &manifest);
    put(world, repository, manifest, OCI_MANIFEST, None)?;
    if let Some(members) = descriptor.as_object_mut() {
        let platform = json!({"os": os, "architecture": architecture});
        members.insert("platform".to_owned(), platform);
    }
    Ok(descriptor)
}

fn descriptor(media_type: &str, content: &Bytes) -> Value {
    json!({
        "mediaType": media_type,
        "digest": Digest::of(content).as_str(),
        "size": content.len(),
    })
}

fn index_of(images: &[Value]) -> Bytes {
    let index = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": images});
    Bytes::from(index.to_string())
}

fn manifest_of(world: &World, repository: &str, descriptor: &Value) -> Result<Bytes, String> {
    let digest = descriptor.get("digest").and_then(Value::as_str);
    let digest = digest.and_then(Digest::parse);
    let repository = world.ecr.repositories.get(repository);
    digest
        .and_then(|digest| repository?.images.get(&digest))
        .map(|image| image.manifest.0.clone())
        .ok_or_else(|| "an image got lost".to_owned())
}

fn put(
    world: &mut World,
    repository: &str,
    manifest: Bytes,
    media_type: &str,
    tag: Option<&str>,
) -> Result<(), String> {
    let push = Push {
        repository,
        manifest,
        media_type: Some(media_type),
        tag,
        digest: None,
    };
    match push::put_image(world, &push) {
        Ok(_) | Err(push::Refused::Unchanged(..)) => Ok(()),
        Err(refused) => Err(refused.message(repository, &world.account)),
    }
}
