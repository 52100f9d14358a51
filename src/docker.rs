//! The edge to BuildKit: the `docker-buildx` binary as a child process.

pub mod builder;
pub mod buildx;
pub mod login;
pub mod progress;
