//! What a manifest says: which blobs or which other manifests it is made of.
//!
//! Docker's and OCI's spellings are read alike.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md>

use super::digest::Digest;
use serde::{Deserialize, Deserializer};

/// `application/vnd.oci.image.manifest.v1+json`.
pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// `application/vnd.oci.image.index.v1+json`.
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Docker's image manifest, version 2, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker's manifest list.
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// A manifest that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manifest {
    /// An image, or something else that is kept as one.
    Image {
        /// Its configuration.
        config: Descriptor,
        /// Its layers, bottom first.
        layers: Vec<Descriptor>,
    },
    /// An index (Docker: a manifest list).
    Index(Vec<Descriptor>),
}

/// A reference to content by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What the content is.
    pub media_type: String,
    /// Its digest.
    #[serde(deserialize_with = "digest")]
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
    /// For which system an image of an index is made.
    #[serde(default)]
    pub platform: Option<Platform>,
}

/// A system an image is made for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Platform {
    /// `linux`; `unknown` for attestations.
    pub os: String,
    /// `amd64`, `arm64`.
    pub architecture: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    schema_version: u8,
    media_type: Option<String>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    manifests: Option<Vec<Descriptor>>,
}

fn digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
    let text = String::deserialize(deserializer)?;
    Digest::parse(&text).ok_or_else(|| serde::de::Error::custom("not a digest"))
}

impl Manifest {
    /// Reads a manifest that was announced as `declared`; without an announcement, its own
    /// `mediaType` counts. Gives the media type with what it says.
    ///
    /// Nothing comes back for what ECR calls invalid: a media type it does not keep or that
    /// contradicts the body, bad JSON, an image without layers.
    pub fn read(content: &[u8], declared: Option<&str>) -> Option<(String, Self)> {
        let raw: Raw = serde_json::from_slice(content).ok()?;
        let named = raw.media_type.as_deref();
        let media_type = declared.or(named)?.to_owned();
        if raw.schema_version != 2 || named.is_some_and(|named| named != media_type) {
            return None;
        }
        let manifest = match media_type.as_str() {
            OCI_INDEX | DOCKER_LIST => Self::Index(raw.manifests?),
            OCI_MANIFEST | DOCKER_MANIFEST => Self::Image {
                config: raw.config?,
                layers: raw.layers.filter(|layers| !layers.is_empty())?,
            },
            _ => return None,
        };
        Some((media_type, manifest))
    }

    /// The layers of an image; none of an index.
    pub fn layers(&self) -> &[Descriptor] {
        match self {
            Self::Image { layers, .. } => layers,
            Self::Index(_) => &[],
        }
    }

    /// The images of an index; none of an image.
    pub fn images(&self) -> &[Descriptor] {
        match self {
            Self::Image { .. } => &[],
            Self::Index(images) => images,
        }
    }

    /// The configuration of an image.
    pub fn config(&self) -> Option<&Descriptor> {
        match self {
            Self::Image { config, .. } => Some(config),
            Self::Index(_) => None,
        }
    }

    /// Every blob that must be there before this manifest may be.
    pub fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        self.config().into_iter().chain(self.layers())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn descriptor(content: &str) -> Value {
        let digest = Digest::of(content.as_bytes());
        json!({"mediaType": "application/octet-stream", "digest": digest.as_str(), "size": 1})
    }

    fn read(manifest: &Value, declared: Option<&str>) -> Option<(String, Manifest)> {
        Manifest::read(manifest.to_string().as_bytes(), declared)
    }

    #[test]
    fn an_image_names_its_blobs() {
        let image =
            json!({"schemaVersion": 2, "config": descriptor("c"), "layers": [descriptor("l")]});
        let (media_type, image) = read(&image, Some(OCI_MANIFEST)).unwrap();
        assert_eq!(media_type, OCI_MANIFEST);
        let blobs: Vec<_> = image.blobs().map(|blob| blob.digest.clone()).collect();
        assert_eq!(blobs, [Digest::of(b"c"), Digest::of(b"l")]);
    }

    #[test]
    fn what_ecr_does_not_keep_is_not_read() {
        let image = |media_type: &str, layers: Value| json!({"schemaVersion": 2, "mediaType": media_type, "config": descriptor("c"), "layers": layers});
        let some = json!([descriptor("l")]);
        assert!(read(&image(DOCKER_MANIFEST, some.clone()), None).is_some());
        assert!(read(&image(DOCKER_MANIFEST, some.clone()), Some(OCI_MANIFEST)).is_none());
        assert!(read(&image(OCI_MANIFEST, json!([])), None).is_none());
        assert!(
            read(
                &image("application/vnd.oci.artifact.manifest.v1+json", some),
                None
            )
            .is_none()
        );
        assert!(read(&json!({"schemaVersion": 2}), None).is_none());
        assert!(
            read(
                &json!({"schemaVersion": 1, "mediaType": OCI_INDEX, "manifests": []}),
                None
            )
            .is_none()
        );
    }
}
