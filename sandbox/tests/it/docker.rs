//! The registry under clients that nobody here wrote: a Docker engine, its client and BuildKit.
//!
//! These tests need an engine at `DOCKER_HOST` or at the default socket, and `docker` and
//! `docker-buildx` on the path; `setup/engine.sh` and `eval "$(setup/env.sh)"` give them.

mod builds;
mod refusals;
mod transfers;

use crate::client::{ADMIN, Signer, call, json_of, json_request, sandbox};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use greengate_sandbox::Sandbox;
use greengate_sandbox::server::{Running, Server};
use greengate_sandbox::world::World;
use greengate_sandbox::world::ecr::{Repository, Seed};
use serde_json::Value;
use std::path::Path;
use std::process::{Output, Stdio};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// A sandbox on a port with the repositories `team/shop` and (immutable) `sealed`, and a client of
/// the engine with a configuration of its own.
struct Client {
    sandbox: Sandbox,
    server: Running,
    folder: TempDir,
    /// Another engine than the environment's.
    engine: Option<String>,
}

/// What a program said and how it ended.
struct Said {
    ok: bool,
    text: String,
}

impl Client {
    /// Fails when no engine answers.
    async fn start() -> Self {
        Self::of(None).await
    }

    async fn of(engine: Option<String>) -> Self {
        let sandbox = sandbox(ADMIN);
        let seed: Seed = serde_saphyr::from_str(
            "repositories: [{name: team/shop}, {name: sealed, mutability: IMMUTABLE}]",
        )
        .unwrap();
        sandbox.with_world(|world| seed.seed(world)).unwrap();
        let server = Server::start(sandbox.clone(), 0).await.unwrap();
        let folder = TempDir::new().unwrap();
        let client = Self {
            sandbox,
            server,
            folder,
            engine,
        };
        let engine = client.run("docker", &["version"]).await;
        assert!(
            engine.ok,
            "no Docker engine answers: run setup/engine.sh, then eval \"$(setup/env.sh)\"\n{}",
            engine.text
        );
        client
    }

    /// The same, logged in with a token of the user `ops`.
    async fn logged_in() -> Self {
        Self::start().await.log_in().await
    }

    /// The same, with the engine of the classic image store, if there is one.
    async fn logged_in_to_the_classic_engine() -> Option<Self> {
        let engine = std::env::var("GREENGATE_CLASSIC_DOCKER_HOST").ok()?;
        Some(Self::of(Some(engine)).await.log_in().await)
    }

    async fn log_in(self) -> Self {
        let client = self;
        let login = client.login(&client.password()).await;
        assert!(
            login.ok && login.text.contains("Login Succeeded"),
            "{}",
            login.text
        );
        client
    }

    /// The password in the answer to `GetAuthorizationToken`.
    fn password(&self) -> String {
        let target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
        let mut request = json_request(target, "{}");
        Signer::ops().sign("ecr", &mut request);
        let answer = json_of(&call(&self.sandbox, &request));
        let token = answer["authorizationData"][0]["authorizationToken"].as_str();
        let decoded = BASE64_STANDARD.decode(token.unwrap()).unwrap();
        let decoded = String::from_utf8(decoded).unwrap();
        decoded.strip_prefix("AWS:").unwrap().to_owned()
    }

    async fn login(&self, password: &str) -> Said {
        let host = self.server.address.to_string();
        let mut command = self.command("docker");
        command.args(["login", "--username", "AWS", "--password-stdin", &host]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(password.as_bytes()).await.unwrap();
        drop(stdin);
        Said::from(child.wait_with_output().await.unwrap())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("DOCKER_CONFIG", self.folder.path().join("config"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(engine) = &self.engine {
            command.env("DOCKER_HOST", engine);
        }
        command
    }

    async fn run(&self, program: &str, arguments: &[&str]) -> Said {
        match self.command(program).args(arguments).output().await {
            Ok(output) => Said::from(output),
            Err(error) => panic!(
                "`{program}` cannot be started ({error}): run setup/docker-cli.sh and setup/buildx.sh, then eval \"$(setup/env.sh)\""
            ),
        }
    }

    async fn docker(&self, arguments: &[&str]) -> String {
        let said = self.run("docker", arguments).await;
        assert!(said.ok, "docker {arguments:?}:\n{}", said.text);
        said.text
    }

    /// A build of `FROM scratch` with one `file`.
    async fn build(&self, file: &[u8], options: &[&str]) -> Said {
        let context = self.folder.path().join("context");
        std::fs::create_dir_all(&context).unwrap();
        std::fs::write(context.join("file"), file).unwrap();
        std::fs::write(context.join("Dockerfile"), "FROM scratch\nCOPY file /\n").unwrap();
        let context = context.to_str().unwrap();
        let arguments = [&["build", "--progress=plain"], options, &[context]].concat();
        self.run("docker-buildx", &arguments).await
    }

    /// `127.0.0.1:PORT/team/shop:v1` for `team/shop:v1`.
    fn image(&self, name: &str) -> String {
        format!("{}/{name}", self.server.address)
    }

    fn in_repository<T>(&self, name: &str, look: impl FnOnce(&Repository) -> T) -> T {
        self.sandbox
            .with_world(|world: &mut World| look(&world.ecr.repositories[name]))
    }

    /// The digest that a tag has in the sandbox.
    fn digest(&self, name: &str, tag: &str) -> String {
        let digest = self.in_repository(name, |repository| repository.resolve(tag));
        digest.expect("the tag is there").as_str().to_owned()
    }
}

impl Drop for Client {
    /// An engine keeps what it pushed: the images of this sandbox's port go with it.
    fn drop(&mut self) {
        let docker = |arguments: &[&str]| {
            let mut command = std::process::Command::new("docker");
            command.args(arguments);
            if let Some(engine) = &self.engine {
                command.env("DOCKER_HOST", engine);
            }
            let output = command.output();
            output.map(|output| output.stdout).unwrap_or_default()
        };
        let listed = docker(&["image", "ls", "--format={{.Repository}}:{{.Tag}}"]);
        let host = self.server.address.to_string();
        for image in String::from_utf8_lossy(&listed).lines() {
            if image.starts_with(&host) {
                docker(&["image", "rm", "--force", image]);
            }
        }
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let out = String::from_utf8_lossy(&output.stdout);
        let err = String::from_utf8_lossy(&output.stderr);
        Self {
            ok: output.status.success(),
            text: format!("{out}{err}"),
        }
    }
}

fn json_file(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
