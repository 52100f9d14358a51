//! IAM, STS and OIDC.

/// IAM, STS and OIDC.
#[derive(Debug, Default)]
pub struct Identity {}
