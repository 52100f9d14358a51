//! An image as people write it: `repository[:tag][@digest]`.

/// An image by name, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageReference<'a> {
    /// With the registry's host, if one was written.
    pub repository: &'a str,
    /// Without the colon.
    pub tag: Option<&'a str>,
    /// `sha256:…`.
    pub digest: Option<&'a str>,
}

impl<'a> ImageReference<'a> {
    /// Takes `text` apart; a colon before the last slash is a port's, not a tag's
    /// (<https://docs.docker.com/reference/cli/docker/image/tag/>).
    pub fn parse(text: &'a str) -> Self {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        match name.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => Self {
                repository,
                tag: Some(tag),
                digest,
            },
            _ => Self {
                repository: name,
                tag: None,
                digest,
            },
        }
    }

    /// The repository's name in its registry: everything after the host, where one was written.
    pub fn name(&self) -> &'a str {
        match self.repository.split_once('/') {
            Some((host, name)) if host.contains(['.', ':']) || host == "localhost" => name,
            _ => self.repository,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ImageReference;

    #[test]
    fn ports_tags_and_digests_are_told_apart() {
        let rows = [
            ("shop", ("shop", None, None, "shop")),
            ("shop:1", ("shop", Some("1"), None, "shop")),
            ("a.b/c/shop:1", ("a.b/c/shop", Some("1"), None, "c/shop")),
            (
                "localhost:5000/shop",
                ("localhost:5000/shop", None, None, "shop"),
            ),
            (
                "h:1/shop:2@sha256:3",
                ("h:1/shop", Some("2"), Some("sha256:3"), "shop"),
            ),
            (
                "team/shop@sha256:3",
                ("team/shop", None, Some("sha256:3"), "team/shop"),
            ),
        ];
        for (text, (repository, tag, digest, name)) in rows {
            let reference = ImageReference::parse(text);
            assert_eq!(
                reference,
                ImageReference {
                    repository,
                    tag,
                    digest
                },
                "{text}"
            );
            assert_eq!(reference.name(), name, "{text}");
        }
    }
}
