//! Identity tokens for the jobs that act runs. GitHub gives every job an address and a secret of its own to
//! ask with; act gives all jobs of a run the same variables. So the jobs ask here, and are told apart by
//! which job's container is running: act runs these one after the other.

use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::task::JoinHandle;

/// A part of a container's name, and what its job asks with.
pub(super) type Asking = (String, String);

/// Ends with the run.
pub(super) struct Identity {
    pub(super) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Identity {
    /// Hands on to the sandbox at `sandbox` what jobs ask for whose containers have `unique` in their names.
    pub(super) async fn start(sandbox: SocketAddr, unique: String, jobs: Vec<Asking>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let known = Arc::new((unique, jobs));
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(answer(client, sandbox, Arc::clone(&known)));
            }
        });
        Self { address, task }
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request, with the secret of the job that runs in the place of the one it came with.
async fn answer(mut client: TcpStream, sandbox: SocketAddr, known: Arc<(String, Vec<Asking>)>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    let (unique, jobs) = known.as_ref();
    let names = running(unique).await;
    // The job's name is the last in that of its container, behind those of workflows.
    let matching = jobs
        .iter()
        .filter_map(|(part, secret)| Some((names.rfind(part)?, secret)));
    let last = matching.max_by_key(|(at, _)| *at);
    let (_, secret) = last.unwrap_or_else(|| panic!("no job of {names} is known"));
    let head = String::from_utf8(head).unwrap();
    let line = head.lines().next().unwrap();
    let request = format!(
        "{line}\r\nHost: {sandbox}\r\nAuthorization: Bearer {secret}\r\nConnection: close\r\n\r\n"
    );
    let mut server = TcpStream::connect(sandbox).await.unwrap();
    server.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    server.read_to_end(&mut response).await.unwrap();
    client.write_all(&response).await.unwrap();
}

/// The names of the containers that run, of those with `unique` in them.
async fn running(unique: &str) -> String {
    let mut docker = Command::new("docker");
    let filter = format!("name=act-.*{unique}-");
    let listed = docker
        .args(["ps", "--format", "{{.Names}}", "--filter", &filter])
        .output();
    String::from_utf8(listed.await.unwrap().stdout).unwrap()
}
