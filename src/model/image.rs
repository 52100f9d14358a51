//! Container images: repository, tag, digest, platform.

use serde::Serialize;
use std::fmt;

/// `linux/amd64`, `linux/arm64/v8`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Platform(pub String);

/// An image by digest: `<repository>@sha256:<64 hex>`, the only form that is ever deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImageRef {
    /// `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop`.
    pub repository: String,
    /// `sha256:…`.
    pub digest: String,
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.repository, self.digest)
    }
}

/// Which of a repository's tags may be moved from one image to another
/// (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mutability {
    /// All but the tags that one of these wildcards matches.
    MutableExcept(Vec<String>),
    /// None but the tags that one of these wildcards matches.
    ImmutableExcept(Vec<String>),
}

impl Mutability {
    /// Every tag may be moved.
    pub const MUTABLE: Self = Self::MutableExcept(Vec::new());

    /// Whether `tag` may be moved to another image.
    pub fn may_move(&self, tag: &str) -> bool {
        let excepted = |wildcards: &[String]| wildcards.iter().any(|one| matches(one, tag));
        match self {
            Self::MutableExcept(wildcards) => !excepted(wildcards),
            Self::ImmutableExcept(wildcards) => excepted(wildcards),
        }
    }
}

/// Whether `text` is what `wildcard` describes; `*` stands for any run of characters.
fn matches(wildcard: &str, text: &str) -> bool {
    let Some((head, rest)) = wildcard.split_once('*') else {
        return wildcard == text;
    };
    let Some(text) = text.strip_prefix(head) else {
        return false;
    };
    // The last piece belongs to the end; the ones before it are best taken as early as possible.
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(mut between) = text.strip_suffix(tail) else {
        return false;
    };
    middle.split('*').all(|piece| match between.find(piece) {
        Some(at) => {
            between = between.get(at + piece.len()..).unwrap_or_default();
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::{Mutability, matches};
    use proptest::prelude::*;

    #[test]
    fn wildcards_match_whole_tags() {
        for (wildcard, tag, expected) in [
            ("latest", "latest", true),
            ("latest", "latest1", false),
            ("buildcache*", "buildcache-amd64", true),
            ("*cache", "buildcache", true),
            ("*", "", true),
            ("v*.*", "v1.2", true),
            ("v*.*", "v12", false),
            ("a*a", "a", false),
            ("a*b*c", "abxbc", true),
            ("a*b*c", "acb", false),
        ] {
            assert_eq!(matches(wildcard, tag), expected, "{wildcard} {tag}");
        }
    }

    #[test]
    fn exceptions_turn_the_rule_around() {
        let cache = || vec!["buildcache*".to_owned()];
        assert!(Mutability::MUTABLE.may_move("v1"));
        assert!(!Mutability::MutableExcept(cache()).may_move("buildcache"));
        assert!(Mutability::ImmutableExcept(cache()).may_move("buildcache"));
        assert!(!Mutability::ImmutableExcept(cache()).may_move("v1"));
    }

    /// The obvious definition, too slow for long texts.
    fn by_definition(wildcard: &[u8], text: &[u8]) -> bool {
        match wildcard {
            [] => text.is_empty(),
            [b'*', rest @ ..] => (0..=text.len()).any(|n| by_definition(rest, &text[n..])),
            [first, rest @ ..] => text.first() == Some(first) && by_definition(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn matching_follows_the_definition(wildcard in "[ab*]{0,6}", text in "[ab]{0,8}") {
            let expected = by_definition(wildcard.as_bytes(), text.as_bytes());
            prop_assert_eq!(matches(&wildcard, &text), expected);
        }
    }
}
