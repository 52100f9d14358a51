//! The sandbox as a program.

use anyhow::{Context, Result, anyhow, ensure};
use clap::{Parser, Subcommand};
use greengate_sandbox::Sandbox;
use greengate_sandbox::clock::Clock;
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::server::Server;
use std::fs;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

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
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Serve(serve) => run(serve).await,
        Command::Check { scenario } => check(&scenario),
    }
}

fn read(path: &Path) -> Result<Scenario> {
    let name = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
    Scenario::parse(&text).map_err(|why| anyhow!("{name}: {why}"))
}

fn check(path: &Path) -> Result<()> {
    let world = read(path)?.world(jiff::Timestamp::now());
    let world = world.map_err(|why| anyhow!("{}: {why}", path.display()))?;
    writeln!(std::io::stdout(), "{}: fine", world.title)?;
    Ok(())
}

async fn run(serve: Serve) -> Result<()> {
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
    Ok(())
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
