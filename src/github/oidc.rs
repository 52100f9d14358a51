//! The job's OIDC token and its claims.
