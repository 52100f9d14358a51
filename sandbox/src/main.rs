//! The sandbox as a program.

mod bench;
mod demo;

use anyhow::{Context, Result, anyhow, ensure};
use clap::{Parser, Subcommand};
use greengate_sandbox::Sandbox;
use greengate_sandbox::clock::Clock;
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::server::Server;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The scenario that is played when none is named.
const DEMO: &str = include_str!("../scenarios/demo.yaml");

/// The embedded AWS and GitHub that deployments are tried against.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers AWS's and GitHub's calls on a port until it is interrupted.
    Serve(Serve),
    /// Plays the whole way of a commit to production with the action's program beside this one.
    ///
    /// The variable SCENARIO names what is played; YES=1 approves without asking.
    Demo,
    /// Measures the action's program beside this one.
    Bench {
        /// Only how soon it and its image are at work.
        #[arg(long)]
        start: bool,
    },
    /// Reads a scenario file and says what is wrong with it.
    Check {
        /// The file.
        scenario: PathBuf,
    },
}

#[derive(clap::Args)]
struct Serve {
    /// The port; 0 takes any free one.
    #[arg(long, default_value_t = 4566)]
    port: u16,
    /// The address to listen on; containers reach only one that is not the loopback.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Simulated seconds in a real one.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// The scenario file; the demo if absent.
    #[arg(long)]
    scenario: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let code = match Arguments::parse().command {
        Command::Serve(serve) => run(serve).await,
        Command::Check { scenario } => check(&scenario),
        Command::Demo => demo::play().await.map(ended),
        Command::Bench { start: true } => bench::bench_start().await.map(|()| ExitCode::SUCCESS),
        Command::Bench { start: false } => bench::bench().await.map(|()| ExitCode::SUCCESS),
    };
    code.unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "{error:#}");
        ExitCode::FAILURE
    })
}

fn ended(end: demo::End) -> ExitCode {
    match end {
        demo::End::AsItShould => ExitCode::SUCCESS,
        demo::End::Otherwise => ExitCode::FAILURE,
        // As a shell reports a program that SIGINT ended.
        demo::End::Interrupted => ExitCode::from(130),
    }
}

fn read(path: &Path) -> Result<Scenario> {
    Scenario::read(path).map_err(|why| anyhow!(why))
}

fn check(path: &Path) -> Result<ExitCode> {
    let world = read(path)?.world(jiff::Timestamp::now());
    let world = world.map_err(|why| anyhow!("{}: {why}", path.display()))?;
    writeln!(std::io::stdout(), "{}: fine", world.title)?;
    Ok(ExitCode::SUCCESS)
}

async fn run(serve: Serve) -> Result<ExitCode> {
    ensure!(
        serve.speed.is_finite() && serve.speed > 0.0,
        "--speed must be above zero, not {}",
        serve.speed
    );
    let scenario = match &serve.scenario {
        Some(path) => read(path)?,
        None => Scenario::parse(DEMO).map_err(|why| anyhow!("the demo: {why}"))?,
    };
    let clock = Clock::start(jiff::Timestamp::now(), serve.speed);
    let world = scenario.world(clock.now()).map_err(|why| anyhow!(why))?;
    let sandbox = Sandbox::new(world, clock);
    let address = SocketAddr::from((serve.host, serve.port));
    let running = Server::start_on(sandbox.clone(), address)
        .await
        .with_context(|| format!("{address} cannot be listened on"))?;
    introduce(&sandbox, &running.url())?;
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}

/// Lines that a shell can read: `eval "$(greengate-sandbox serve … | head -n 5)"`.
fn introduce(sandbox: &Sandbox, url: &str) -> Result<()> {
    let (title, region, anchor, speed) = sandbox.with_world(|world| {
        let anchor = world.anchor.as_millisecond();
        (
            world.title.clone(),
            world.region.clone(),
            anchor,
            world.speed,
        )
    });
    let mut out = std::io::stdout();
    writeln!(out, "# {title}: {url} (see {url}/_sandbox/state)")?;
    writeln!(out, "export AWS_ENDPOINT_URL={url}")?;
    writeln!(
        out,
        "export AWS_REGION={region} AWS_DEFAULT_REGION={region}"
    )?;
    writeln!(out, "export GITHUB_API_URL={url}/api/v3")?;
    writeln!(out, "export GREENGATE_CLOCK={anchor}@{speed}")?;
    out.flush()?;
    Ok(())
}
