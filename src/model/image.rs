//! Container images: repository, tag, digest, platform.

/// `linux/amd64`, `linux/arm64/v8`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Platform(pub String);

/// An image by digest: `<repository>@sha256:<64 hex>`, the only form that is ever deployed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ImageRef {
    /// `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop`.
    pub repository: String,
    /// `sha256:…`.
    pub digest: String,
}

impl std::fmt::Display for ImageRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.repository, self.digest)
    }
}
