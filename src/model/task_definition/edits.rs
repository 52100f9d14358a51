//! What the inputs ask to be changed in a document.

use super::path::Path;
use serde_json::Value;
use std::fmt;

/// The changes, in the words of the inputs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edits {
    /// `container-name`: the container of `image` and of what names no other.
    pub container: Option<String>,
    /// `image`: for that container.
    pub image: Option<String>,
    /// `images`: container and image.
    pub images: Vec<(String, String)>,
    /// `environment-variables`.
    pub variables: Vec<Entry>,
    /// `secrets`: each value is a name or an ARN, as ECS takes it in `valueFrom`.
    pub secrets: Vec<Entry>,
    /// `docker-labels`.
    pub labels: Vec<Entry>,
    /// `cpu` of the task.
    pub cpu: Option<String>,
    /// `memory` of the task.
    pub memory: Option<String>,
    /// `unset`: what is taken out, before anything is put in.
    pub unset: Vec<Path>,
    /// `set`: what is put in, after all else.
    pub set: Vec<(Path, Hidden<Value>)>,
}

/// A name and its value, for one container.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The container; absent: that of `container-name`.
    pub container: Option<String>,
    /// The name.
    pub name: String,
    /// The value.
    pub value: Hidden<String>,
}

/// A value that may be a secret: `Debug` does not show it.
#[derive(Clone, PartialEq)]
pub struct Hidden<T>(pub T);

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Edits {
    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        let unnamed = Self {
            container: None,
            ..self.clone()
        };
        unnamed == Self::default()
    }

    /// Whether something is for the container of `container-name`, the image that is built aside.
    pub fn are_for_the_container(&self) -> bool {
        let entries = self
            .variables
            .iter()
            .chain(&self.secrets)
            .chain(&self.labels);
        self.image.is_some() || entries.into_iter().any(|entry| entry.container.is_none())
    }
}
