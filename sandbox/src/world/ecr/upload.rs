//! Blob uploads: begun, filled part by part in order, and completed under a digest.

use super::Layer;
use super::digest::{Digest, Running};
use bytes::{Bytes, BytesMut};
use std::fmt;

/// An upload under way.
#[derive(Clone, Default)]
pub struct Upload {
    repository: String,
    parts: Vec<Bytes>,
    length: usize,
    running: Running,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes for {}", self.length, self.repository)
    }
}

impl Upload {
    /// Begins an upload to a repository.
    pub fn to(repository: &str) -> Self {
        Self {
            repository: repository.to_owned(),
            ..Self::default()
        }
    }

    /// The repository it goes to.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// Bytes received so far.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Takes the next part.
    pub fn push(&mut self, part: Bytes) {
        self.running.update(&part);
        self.length += part.len();
        if !part.is_empty() {
            self.parts.push(part);
        }
    }

    /// The blob, if it has the digest that its sender says; else the digest that it has.
    ///
    /// # Errors
    /// The digest of what was received, when that is another.
    pub fn complete(mut self, expected: &Digest) -> Result<Layer, Digest> {
        let digest = self.running.finish();
        if digest != *expected {
            return Err(digest);
        }
        if self.parts.len() <= 1 {
            return Ok(Layer(self.parts.pop().unwrap_or_default()));
        }
        let mut whole = BytesMut::with_capacity(self.length);
        for part in self.parts.drain(..) {
            whole.extend_from_slice(&part);
        }
        Ok(Layer(whole.freeze()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_is_kept_without_a_copy() {
        let part = Bytes::from(vec![7; 1024]);
        let mut upload = Upload::to("shop");
        upload.push(part.clone());
        upload.push(Bytes::new());
        let layer = upload.complete(&Digest::of(&part)).unwrap();
        assert_eq!(layer.0.as_ptr(), part.as_ptr());
    }

    #[test]
    fn parts_are_joined_in_order() {
        let mut upload = Upload::to("shop");
        upload.push(Bytes::from_static(b"green"));
        upload.push(Bytes::from_static(b"gate"));
        assert_eq!(upload.length(), 9);
        let layer = upload.clone().complete(&Digest::of(b"greengate")).unwrap();
        assert_eq!(layer.0, "greengate");
        let wrong = upload.complete(&Digest::of(b"gategreen"));
        assert_eq!(wrong, Err(Digest::of(b"greengate")));
    }
}
