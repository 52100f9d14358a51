//! Putting an image into a repository: what is refused, and what a push does.
//!
//! The order of the checks and the wording are ECR's. The API and the registry protocol name the
//! same refusal differently, so that each wire finds its own code for a [`Refused`].

use super::digest::Digest;
use super::manifest::{Descriptor, Manifest};
use super::{Image, Layer, Repository, scan};
use crate::world::World;
use bytes::Bytes;
use jiff::Timestamp;

/// A manifest on its way into a repository.
#[derive(Debug, Clone)]
pub struct Push<'a> {
    /// The repository's name.
    pub repository: &'a str,
    /// The very bytes.
    pub manifest: Bytes,
    /// The media type it is announced with.
    pub media_type: Option<&'a str>,
    /// The tag it shall have.
    pub tag: Option<&'a str>,
    /// The digest its sender says it has.
    pub digest: Option<&'a Digest>,
}

/// Why an image was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// There is no such repository.
    NoRepository,
    /// The manifest is not one that ECR keeps.
    Invalid,
    /// The manifest has another digest than its sender says.
    OtherDigest(Digest),
    /// It names blobs that are not there.
    LayersMissing(Vec<Digest>),
    /// It is an index of images that are not there.
    ImagesMissing(Vec<Digest>),
    /// The tag is taken, and does not move.
    TagTaken(String),
    /// This very image has this tag already; nothing changed.
    Unchanged(Digest, Option<String>),
}

impl Refused {
    /// The sentence that ECR says about repository `name` of registry `account`.
    pub fn message(&self, name: &str, account: &str) -> String {
        match self {
            Self::NoRepository => no_repository(name, account),
            Self::Invalid => "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'".to_owned(),
            Self::OtherDigest(digest) => format!("The image with digest '{digest}' in repository '{name}' and registry ID '{account}' does not match the image digest that Amazon ECR has calculated."),
            Self::LayersMissing(digests) => required("Layers", digests, name, account),
            Self::ImagesMissing(digests) => required("Images", digests, name, account),
            Self::TagTaken(tag) => format!("The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten because the tag is immutable."),
            Self::Unchanged(digest, Some(tag)) => format!("Image with digest '{digest}' and tag '{tag}' already exists in the repository with name '{name}' in registry with id '{account}'"),
            Self::Unchanged(digest, None) => format!("Image with digest '{digest}' already exists in the repository with name '{name}' in registry with id '{account}'"),
        }
    }
}

/// ECR's sentence about a repository that does not exist.
pub fn no_repository(name: &str, account: &str) -> String {
    format!("The repository with name '{name}' does not exist in the registry with id '{account}'")
}

fn required(what: &str, digests: &[Digest], name: &str, account: &str) -> String {
    let digests: Vec<&str> = digests.iter().map(Digest::as_str).collect();
    format!(
        "{what} with digests '[{}]' required for pushing image into repository with name '{name}' in the registry with id '{account}' do not exist",
        digests.join(", ")
    )
}

/// Puts an image into its repository and gives its digest.
///
/// # Errors
/// [`Refused`]; nothing has changed then.
pub fn put_image(world: &mut World, push: &Push<'_>) -> Result<Digest, Refused> {
    let now = world.now;
    let repository = world
        .ecr
        .repositories
        .get_mut(push.repository)
        .ok_or(Refused::NoRepository)?;
    let (media_type, parsed) =
        Manifest::read(&push.manifest, push.media_type).ok_or(Refused::Invalid)?;
    let digest = digest_of(push)?;
    must_be_complete(repository, &parsed)?;
    must_change_something(repository, push.tag, &digest)?;
    let image = Image {
        media_type,
        manifest: Layer(push.manifest.clone()),
        parsed,
        pushed_at: now,
        pulled_at: None,
        scan_started_at: None,
    };
    keep(repository, digest.clone(), image, push.tag, now);
    Ok(digest)
}

fn digest_of(push: &Push<'_>) -> Result<Digest, Refused> {
    let digest = Digest::of(&push.manifest);
    match push.digest {
        Some(expected) if *expected != digest => Err(Refused::OtherDigest(expected.clone())),
        _ => Ok(digest),
    }
}

/// An index whose entries are no images of this repository is refused too: the registry cache that
/// BuildKit writes as an index lists layers, which is why ECR needs `image-manifest=true`.
/// <https://github.com/aws/containers-roadmap/issues/876>
fn must_be_complete(repository: &Repository, manifest: &Manifest) -> Result<(), Refused> {
    let layers = missing(manifest.blobs(), |digest| {
        repository.layers.contains_key(digest)
    });
    if !layers.is_empty() {
        return Err(Refused::LayersMissing(layers));
    }
    let images = missing(manifest.images().iter(), |digest| {
        repository.images.contains_key(digest)
    });
    if !images.is_empty() {
        return Err(Refused::ImagesMissing(images));
    }
    Ok(())
}

fn missing<'a>(
    wanted: impl Iterator<Item = &'a Descriptor>,
    there: impl Fn(&Digest) -> bool,
) -> Vec<Digest> {
    wanted
        .map(|descriptor| &descriptor.digest)
        .filter(|digest| !there(digest))
        .cloned()
        .collect()
}

/// An immutable tag is refused even for the image that has it.
/// <https://github.com/aws/containers-roadmap/issues/2179>
fn must_change_something(
    repository: &Repository,
    tag: Option<&str>,
    digest: &Digest,
) -> Result<(), Refused> {
    let Some(tag) = tag else {
        return if repository.images.contains_key(digest) {
            Err(Refused::Unchanged(digest.clone(), None))
        } else {
            Ok(())
        };
    };
    match repository.tags.get(tag) {
        Some(_) if repository.mutability.freezes(tag) => Err(Refused::TagTaken(tag.to_owned())),
        Some(tagged) if tagged == digest => {
            Err(Refused::Unchanged(digest.clone(), Some(tag.to_owned())))
        }
        _ => Ok(()),
    }
}

fn keep(
    repository: &mut Repository,
    digest: Digest,
    image: Image,
    tag: Option<&str>,
    now: Timestamp,
) {
    if let Some(tag) = tag {
        repository.tags.insert(tag.to_owned(), digest.clone());
    }
    let scan = repository.scan_on_push;
    let image = repository.images.entry(digest).or_insert(image);
    if scan && scan::is_scannable(image) && image.scan_started_at.is_none() {
        image.scan_started_at = Some(now);
    }
}
