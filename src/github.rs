//! The edge to GitHub: octocrab over the shared HTTP stack, own tolerant types.

pub mod environments;
pub mod oidc;
pub mod runs;
