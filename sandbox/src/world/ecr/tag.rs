//! Which tags of a repository may move.
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html>

use serde::{Deserialize, Serialize};

/// The setting `imageTagMutability`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// Every tag may be moved to another image.
    #[default]
    Mutable,
    /// No tag may be pushed twice.
    Immutable,
    /// Immutable, except for tags that a filter matches.
    ImmutableWithExclusion,
    /// Mutable, except for tags that a filter matches.
    MutableWithExclusion,
}

/// The mode with its filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mutability {
    /// The mode.
    pub mode: Mode,
    /// Wildcards over tags, `*` standing for any run of characters.
    pub exclusions: Vec<String>,
}

impl Mutability {
    /// Whether a tag, once pushed, stays where it is.
    pub fn freezes(&self, tag: &str) -> bool {
        let excluded = || self.exclusions.iter().any(|filter| matches(filter, tag));
        match self.mode {
            Mode::Mutable => false,
            Mode::Immutable => true,
            Mode::ImmutableWithExclusion => !excluded(),
            Mode::MutableWithExclusion => excluded(),
        }
    }
}

fn matches(filter: &str, tag: &str) -> bool {
    let Some((before, after)) = filter.split_once('*') else {
        return filter == tag;
    };
    let Some(rest) = tag.strip_prefix(before) else {
        return false;
    };
    rest.char_indices()
        .map(|(at, _)| at)
        .chain([rest.len()])
        .any(|at| rest.get(at..).is_some_and(|tail| matches(after, tail)))
}

/// Whether a tag is spelled as the registry protocol allows: a letter, digit or underscore, then
/// up to 127 of these, dots and hyphens.
/// <https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests>
pub fn is_well_formed(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag
            .bytes()
            .all(|byte| word(byte) || byte == b'.' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutability(mode: Mode, exclusions: &[&str]) -> Mutability {
        Mutability {
            mode,
            exclusions: exclusions.iter().map(|&filter| filter.to_owned()).collect(),
        }
    }

    #[test]
    fn a_filter_turns_the_mode_around_for_the_tags_it_matches() {
        let cache = mutability(Mode::ImmutableWithExclusion, &["buildcache*", "*-dev-*"]);
        assert!(cache.freezes("v1"));
        assert!(!cache.freezes("buildcache"));
        assert!(!cache.freezes("buildcache-main"));
        assert!(!cache.freezes("v1-dev-2"));
        assert!(cache.freezes("my-buildcache"));
        let release = mutability(Mode::MutableWithExclusion, &["v*"]);
        assert!(release.freezes("v1"));
        assert!(!release.freezes("latest"));
    }

    #[test]
    fn a_tag_is_a_word_with_dots_and_hyphens() {
        assert!(is_well_formed("v1.2-rc_3"));
        assert!(is_well_formed(&"a".repeat(128)));
        for tag in ["", ".v1", "-v1", "a/b", "a:b", "ä"] {
            assert!(!is_well_formed(tag), "{tag}");
        }
        assert!(!is_well_formed(&"a".repeat(129)));
    }
}
