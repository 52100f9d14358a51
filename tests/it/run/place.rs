//! Where a step is run: the action's binary on this machine, or its image in a container of its own.

use greengate_sandbox::runner::{Container, DockerRun};
use std::collections::BTreeMap;
use std::process::Stdio;
use tokio::process::Command;

/// What `setup/image.sh` builds.
pub(crate) const IMAGE: &str = "greengate:test";

/// As `action.yml` names it.
pub(crate) const POST: &str = "/usr/local/bin/greengate-post";

/// What the steps of a stand are run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing: the binary is started as it was just built.
    Machine,
    /// The image, by the runner's own call of the docker client.
    Image,
}

impl Place {
    /// That of tests which do not say.
    pub(super) fn usual() -> Self {
        match std::env::var("GREENGATE_TEST_PLACE").as_deref() {
            Ok("image") => Self::Image,
            _ => Self::Machine,
        }
    }
}

/// The runner's own. The sandbox listens on this machine alone, so the job is on its network: as if
/// it had services.
pub(crate) fn container() -> Container {
    Container {
        image: IMAGE.to_owned(),
        entrypoint: None,
        network: Some("host".to_owned()),
        socket: socket().into(),
        lends_temp: true,
    }
}

/// Of the engine that the tests use.
fn socket() -> String {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    let socket = host.strip_prefix("unix://");
    socket.unwrap_or("/var/run/docker.sock").to_owned()
}

pub(super) fn binary(is_post: bool, environment: BTreeMap<String, String>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_greengate"));
    command
        .arg0(if is_post { POST } else { "greengate" })
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(environment)
        .stdin(Stdio::null());
    command
}

/// The docker client, with nothing of the tests' environment but the way to it and to the engine.
pub(crate) fn docker(call: &DockerRun) -> Command {
    let mut command = client();
    command.args(&call.arguments).envs(&call.variables);
    command.stdin(Stdio::piped());
    command
}

/// The docker client, to look at what a step has left.
pub(crate) fn client() -> Command {
    let mut command = Command::new("docker");
    command.env_clear();
    for name in ["PATH", "DOCKER_HOST"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
}
