//! The job's OIDC token turned into AWS credentials, renewed before they end.
