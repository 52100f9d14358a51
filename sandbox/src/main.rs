//! The sandbox as a program.

use anyhow::Result;
use clap::{Parser, Subcommand};
use greengate_sandbox::clock::Clock;
use greengate_sandbox::server::Server;
use greengate_sandbox::{Sandbox, world::World};
use std::io::Write;

/// The embedded AWS and GitHub that Greengate is tried against.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers AWS's and GitHub's calls on a port until it is interrupted.
    Serve {
        /// The port; 0 takes any free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Simulated seconds in a real one.
        #[arg(long, default_value_t = 1.0)]
        speed: f64,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Serve { port, speed } => serve(port, speed).await,
    }
}

async fn serve(port: u16, speed: f64) -> Result<()> {
    let clock = Clock::start(jiff::Timestamp::now(), speed);
    let world = World::new(clock.now(), "123456789012", "eu-west-1");
    let running = Server::start(Sandbox::new(world, clock), port).await?;
    writeln!(std::io::stdout(), "{}", running.url())?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}
