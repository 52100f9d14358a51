//! GitHub.

/// GitHub.
#[derive(Debug, Default)]
pub struct GitHub {}
