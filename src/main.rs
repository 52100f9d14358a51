//! The binary: the environment goes in, an exit code comes out. Everything else is in the library.

use greengate::clock::Clock;
use greengate::http::SharedHttpClient;
use greengate::job::Variables;
use greengate::report::workflow_command::harmless;
use greengate::run::{Surroundings, keep_to_ourselves, post, run};
use std::io::{Write, stderr};
use std::path::Path;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    keep_to_ourselves();
    let variables = Variables::of(std::env::vars_os());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let code = runtime.map(|runtime| runtime.block_on(act(variables)));
    match code {
        Ok(code) => ExitCode::from(code),
        Err(error) => said(&format!("no runtime to work in: {error}"), 1),
    }
}

async fn act(variables: Variables) -> u8 {
    let clock = clock(&variables);
    let http: SharedHttpClient = greengate::http::client();
    let cancel = cancelled_by_signals();
    let surroundings = Surroundings {
        variables,
        clock,
        http,
        cancel,
        endpoint: None,
    };
    let done = if is_post_step() {
        post(&surroundings).await
    } else {
        run(&surroundings).await
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            let why = failure.why.join("\n");
            said(
                &format!("{failure}\n{why}\n{}", failure.help),
                failure.exit.code(),
            );
            failure.exit.code()
        }
    }
}

/// The runner starts the post step by another name of the same program
/// (<https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#runspost-entrypoint>):
/// not by its environment, which a step could lack.
fn is_post_step() -> bool {
    let name = std::env::args_os().next().unwrap_or_default();
    Path::new(&name).ends_with("greengate-post")
}

/// The real clock, or the sandbox's: only a run whose AWS is on this machine may live in another
/// time.
fn clock(variables: &Variables) -> Clock {
    let endpoint = variables.get("AWS_ENDPOINT_URL").unwrap_or_default();
    let on_this_machine = ["http://127.", "http://localhost"]
        .iter()
        .any(|it| endpoint.starts_with(it));
    let asked = variables.get("GREENGATE_CLOCK").filter(|_| on_this_machine);
    asked.and_then(Clock::following).unwrap_or_else(Clock::real)
}

/// As process 1 of a container there is no default action: without handlers both signals would be
/// ignored (<https://docs.docker.com/reference/cli/docker/container/run/>).
fn cancelled_by_signals() -> CancellationToken {
    let cancel = CancellationToken::new();
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let cancel = cancel.clone();
        let Ok(mut heard) = signal(kind) else {
            continue;
        };
        tokio::spawn(async move {
            heard.recv().await;
            cancel.cancel();
        });
    }
    cancel
}

/// There is no job to tell it to. Where standard error cannot be written, nobody can be told.
fn said(text: &str, code: u8) -> ExitCode {
    let _ = writeln!(stderr(), "{}", harmless(text));
    ExitCode::from(code)
}
