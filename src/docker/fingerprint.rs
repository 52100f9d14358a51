//! What an image is built from, as one hash: two builds of a commit with the same hash would make
//! the same image, so the second need not be done.
//!
//! The commit is not in it: it is in the image's tag. Neither are values of secrets, which must
//! not be guessable from a label, nor tags and cache, which do not change the image.

use crate::model::image::Platform;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What an image is built from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipe {
    /// The context's path in the workspace.
    pub context: String,
    /// The Dockerfile's path in the workspace.
    pub file: String,
    /// The Dockerfile itself, which an earlier step of the job may have made.
    pub dockerfile: Vec<u8>,
    /// The stage.
    pub target: Option<String>,
    /// Build arguments; of two with one name, the later counts.
    pub args: BTreeMap<String, String>,
    /// The platforms.
    pub platforms: BTreeSet<Platform>,
    /// The user's labels; of two with one name, the later counts.
    pub labels: BTreeMap<String, String>,
    /// The ids of secrets.
    pub secrets: BTreeSet<String>,
    /// With provenance.
    pub provenance: bool,
    /// With a bill of materials.
    pub sbom: bool,
}

impl Recipe {
    /// 64 hexadecimal digits.
    pub fn hash(&self) -> String {
        let mut hash = Fields(Sha256::new());
        hash.field("greengate image inputs 1");
        hash.field(&self.context);
        hash.field(&self.file);
        hash.field(&self.dockerfile);
        hash.list(self.target.iter().map(|target| [target.as_str()]));
        hash.list(self.args.iter().map(|(name, value)| [name, value]));
        hash.list(self.platforms.iter().map(|platform| [&platform.0]));
        hash.list(self.labels.iter().map(|(name, value)| [name, value]));
        hash.list(self.secrets.iter().map(|id| [id]));
        hash.field([u8::from(self.provenance), u8::from(self.sbom)]);
        hex::encode(hash.0.finalize())
    }
}

/// A hash over fields that are told apart by their lengths, so that no two different rows of
/// fields are the same bytes.
struct Fields(Sha256);

impl Fields {
    fn field(&mut self, field: impl AsRef<[u8]>) {
        let field = field.as_ref();
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
    }

    fn list<T: AsRef<[u8]>, const N: usize>(
        &mut self,
        list: impl ExactSizeIterator<Item = [T; N]>,
    ) {
        self.field((list.len() as u64).to_be_bytes());
        list.flatten().for_each(|field| self.field(field));
    }
}

#[cfg(test)]
mod tests;
