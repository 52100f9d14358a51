//! ECR repositories and the OCI registry behind them: what is stored, and the rules of storing it.
//!
//! Both ways in, the ECR API and the registry protocol, end in the functions of this module, so
//! that an image pushed by an engine is the image that `DescribeImages` shows. Nothing here knows
//! of HTTP or of IAM: who may do what is asked before.
//!
//! The registry is written by hand because it has to live in the world: in memory, without sockets
//! or tasks, under simulated time, with ECR's own rules (repositories that must exist, immutable
//! tags, a principal in every token). The `container-registry` crate stores in files through
//! tokio, fixes paths at `namespace/image`, keeps no indexes, mounts or `HEAD` of manifests, and
//! has one hook, after an upload.

pub mod digest;
pub mod manifest;
pub mod push;
pub mod scan;
pub mod seed;
pub mod tag;
pub mod token;
pub mod upload;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use digest::Digest;
use jiff::Timestamp;
use manifest::Manifest;
use std::collections::BTreeMap;
use std::fmt;

pub use seed::Seed;

/// ECR repositories, uploads under way, and the authorization tokens that were handed out.
#[derive(Debug, Default)]
pub struct Ecr {
    /// Repositories by name; a name may contain slashes.
    pub repositories: BTreeMap<String, Repository>,
    /// Layer uploads that were begun and not completed, by upload id.
    pub uploads: BTreeMap<String, upload::Upload>,
    /// Authorization tokens by the digest of their password: the secret itself is not kept.
    pub tokens: BTreeMap<Digest, token::Token>,
    /// The account setting `BLOB_MOUNTING`, which AWS ships switched off.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html>
    pub blob_mounting: bool,
}

/// One repository.
#[derive(Debug, Clone)]
pub struct Repository {
    /// `team/shop`.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Which tags may move.
    pub mutability: tag::Mutability,
    /// Whether every pushed image is scanned.
    pub scan_on_push: bool,
    /// How it is encrypted; layers are mounted only between equals.
    pub encryption: Encryption,
    /// Layers and configs by digest.
    pub layers: BTreeMap<Digest, Layer>,
    /// Images, indexes and other manifests by digest.
    pub images: BTreeMap<Digest, Image>,
    /// What each tag points at.
    pub tags: BTreeMap<String, Digest>,
    /// What every scan in this repository comes to.
    pub scanner: scan::Scanner,
}

/// The encryption of a repository, as the API spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encryption {
    /// `AES256`, `KMS` or `KMS_DSSE`.
    pub kind: String,
    /// The key's ARN, with KMS.
    pub key: Option<String>,
}

impl Default for Encryption {
    fn default() -> Self {
        Self {
            kind: "AES256".to_owned(),
            key: None,
        }
    }
}

/// A blob: shared by reference, never copied.
#[derive(Clone, PartialEq, Eq)]
pub struct Layer(pub Bytes);

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// A manifest as it was pushed, and what became of it.
#[derive(Debug, Clone)]
pub struct Image {
    /// The media type it is served with.
    pub media_type: String,
    /// The very bytes: the digest is theirs.
    pub manifest: Layer,
    /// What the bytes say.
    pub parsed: Manifest,
    /// When it was pushed first.
    pub pushed_at: Timestamp,
    /// When it was pulled last through the registry.
    pub pulled_at: Option<Timestamp>,
    /// When its scan was started, if ever.
    pub scan_started_at: Option<Timestamp>,
}

impl Repository {
    /// An empty repository with AWS's defaults.
    pub fn new(name: &str, created_at: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            created_at,
            mutability: tag::Mutability::default(),
            scan_on_push: false,
            encryption: Encryption::default(),
            layers: BTreeMap::new(),
            images: BTreeMap::new(),
            tags: BTreeMap::new(),
            scanner: scan::Scanner::default(),
        }
    }

    /// The tags of an image, in order.
    pub fn tags_of<'a>(&'a self, digest: &'a Digest) -> impl Iterator<Item = &'a str> {
        self.tags
            .iter()
            .filter(move |(_, tagged)| *tagged == digest)
            .map(|(tag, _)| tag.as_str())
    }

    /// The digest that a tag or a digest names, if such an image is here.
    pub fn resolve(&self, reference: &str) -> Option<Digest> {
        match Digest::parse(reference) {
            Some(digest) => self.images.contains_key(&digest).then_some(digest),
            None => self.tags.get(reference).cloned(),
        }
    }

    /// The size in bytes that `DescribeImages` shows: the layers of an image; of an index, the
    /// largest of its images.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html>
    pub fn size_of(&self, image: &Image) -> u64 {
        let children = image
            .parsed
            .images()
            .iter()
            .filter_map(|child| self.images.get(&child.digest))
            .map(|child| self.size_of(child))
            .max();
        children.unwrap_or_else(|| image.parsed.layers().iter().map(|layer| layer.size).sum())
    }
}

/// Where an image reference of a task definition leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Located {
    /// An image in this registry.
    Found {
        /// The repository's name.
        repository: String,
        /// The digest that the reference stands for now.
        digest: Digest,
    },
    /// It names this registry, and there is no such repository or image.
    Missing,
    /// It names some other registry.
    Elsewhere,
}

/// Looks an image reference up as an engine would: `host/name`, `host/name:tag`,
/// `host/name@sha256:…` or `host/name:tag@sha256:…`.
pub fn locate(world: &super::World, reference: &str) -> Located {
    let hosts = [world.address.clone(), world.registry_host()];
    locate_in(&world.ecr, &hosts, reference)
}

/// [`locate`], in a registry that goes by the names `hosts`.
pub fn locate_in(ecr: &Ecr, hosts: &[String], reference: &str) -> Located {
    let Some((host, path)) = reference.split_once('/') else {
        return Located::Elsewhere;
    };
    if !hosts.iter().any(|known| known == host) {
        return Located::Elsewhere;
    }
    let (name, wanted) = split_reference(path);
    let found = ecr.repositories.get(name);
    match found.and_then(|repository| repository.resolve(wanted)) {
        Some(digest) => Located::Found {
            repository: name.to_owned(),
            digest,
        },
        None => Located::Missing,
    }
}

fn split_reference(path: &str) -> (&str, &str) {
    let (named, digest) = match path.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (path, None),
    };
    let (name, tag) = named.split_once(':').unwrap_or((named, "latest"));
    (name, digest.unwrap_or(tag))
}

impl super::World {
    /// `123456789012.dkr.ecr.eu-central-1.amazonaws.com`, the name that the registry has at AWS.
    pub fn registry_host(&self) -> String {
        format!("{}.dkr.ecr.{}.amazonaws.com", self.account, self.region)
    }
}
