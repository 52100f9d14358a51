//! Is there a Docker engine? Only whether something listens: what it can do, the action finds out.

use anyhow::{Result, bail};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;

/// Fails with what to do when no Docker engine listens where `DOCKER_HOST` says, or at its usual
/// place.
pub(crate) fn must_answer() -> Result<()> {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    let host = if host.is_empty() {
        "unix:///var/run/docker.sock"
    } else {
        &host
    };
    let listens = match host.split_once("://") {
        Some(("unix", path)) => UnixStream::connect(path).is_ok(),
        Some(("tcp", address)) => TcpStream::connect(address).is_ok(),
        // Another program's business, such as ssh's.
        _ => true,
    };
    if !listens {
        bail!(
            "no Docker engine answers at {host}. `make demo` sets one up and starts this with it"
        );
    }
    Ok(())
}
