//! What the action's program costs: size, memory, processor time, calls, how soon it ends after the
//! deployment it waits for, and how long it takes to compare task definitions.
//!
//! Time in the sandbox runs fast, so that ten minutes do not take ten: the number of polls is that
//! of ten minutes, and so is the work. What is promised is printed beside, and never judged.

mod compared;
mod measure;
mod start;
mod table;
mod verdicts;

use crate::demo::checkout;
use crate::demo::stage::Stage;
use anyhow::{Context, Result, anyhow, ensure};
use greengate_sandbox::Sandbox;
use greengate_sandbox::scenario::Scenario;
use greengate_sandbox::world::World;
use jiff::Timestamp;
use measure::Taken;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use table::Row;

/// Simulated seconds in a real one.
const SPEED: f64 = 30.0;
/// Runs of each kind.
const RUNS: usize = 3;
/// The default of `poll-interval`, in seconds.
const POLL: f64 = 5.0;

/// One measured run and what the sandbox saw of it.
struct Run {
    taken: Taken,
    /// Calls by operation.
    calls: BTreeMap<String, usize>,
    /// Simulated seconds from what was waited for to the exit.
    lag: f64,
    /// Calls to AWS, GitHub and the registry in a simulated minute.
    calls_a_minute: f64,
}

/// Measures only how soon the program beside this one, and its image, are at work.
pub(crate) async fn bench_start() -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{}", table::head())?;
    for row in start::rows(&checkout::repository()?).await? {
        writeln!(out, "{}", row.line())?;
    }
    Ok(())
}

/// Measures the program beside this one.
pub(crate) async fn bench() -> Result<()> {
    let repository = checkout::repository()?;
    let mut releases = Vec::new();
    let mut deploys = Vec::new();
    let mut verdicts = Vec::new();
    for _ in 0..RUNS {
        releases.push(release(&repository).await?);
        deploys.push(deploy(&repository).await?);
        verdicts.extend(verdicts::all(&repository).await?);
    }
    let mut out = std::io::stdout();
    writeln!(out, "{}", table::head())?;
    let rows = rows(size()?, &releases, &deploys).into_iter();
    let pace = Row {
        what: "calls in a simulated minute of deploy".to_owned(),
        values: deploys.iter().map(|run| run.calls_a_minute).collect(),
        unit: "",
        limit: None,
    };
    let compared = compared::rows(&std::env::current_exe()?)?;
    let started = start::rows(&repository).await?;
    let rows = rows.chain([pace]).chain(started);
    let measured = rows.chain(verdicts::rows(&verdicts));
    for row in measured.chain(compared) {
        writeln!(out, "{}", row.line())?;
    }
    for (name, runs) in [
        ("release, rolling, a new image", &releases),
        ("deploy, CodeDeploy, ten minutes", &deploys),
    ] {
        writeln!(
            out,
            "\nCalls of one run ({name}; the registry's come from BuildKit)"
        )?;
        for (operation, count) in runs.last().into_iter().flat_map(|run| &run.calls) {
            writeln!(out, "  {count:>5}  {operation}")?;
        }
    }
    Ok(())
}

fn rows(size: f64, releases: &[Run], deploys: &[Run]) -> Vec<Row> {
    let mib = |run: &Run| mebi(run.taken.peak_kib);
    let ms = |run: &Run| run.taken.processor.as_secs_f64() * 1e3;
    let row = |what: &str, unit, limit, values| Row {
        what: what.to_owned(),
        values,
        unit,
        limit,
    };
    let of = |runs: &[Run], value: &dyn Fn(&Run) -> f64| runs.iter().map(value).collect();
    vec![
        row("the program, as it is built", "MiB", Some(16.0), vec![size]),
        row(
            "peak memory of release",
            "MiB",
            Some(25.0),
            of(releases, &mib),
        ),
        row("peak memory of deploy", "MiB", None, of(deploys, &mib)),
        row(
            "processor time of deploy over ten minutes",
            "ms",
            Some(150.0),
            of(deploys, &ms),
        ),
        row(
            "end of the rolling deployment to exit, simulated",
            "s",
            None,
            of(releases, &|run| run.lag),
        ),
        row(
            "end of the traffic shift to exit, simulated",
            "s",
            None,
            of(deploys, &|run| run.lag),
        ),
        row(
            "end of the rolling deployment to exit, as at normal speed",
            "s",
            Some(POLL + 1.0),
            of(releases, &normal),
        ),
        row(
            "end of the traffic shift to exit, as at normal speed",
            "s",
            Some(POLL + 1.0),
            of(deploys, &normal),
        ),
    ]
}

/// The lag had time not been sped up: what is more than a poll is work, which takes its real time.
fn normal(run: &Run) -> f64 {
    let waited = run.lag.min(POLL);
    waited + (run.lag - waited) / SPEED
}

/// MiB of so many KiB.
fn mebi(kibi: u64) -> f64 {
    u32::try_from(kibi).map_or(f64::INFINITY, f64::from) / 1024.0
}

fn size() -> Result<f64> {
    let own = std::env::current_exe()?;
    let program = own.with_file_name("greengate");
    let found = fs::metadata(&program).with_context(|| program.display().to_string())?;
    Ok(mebi(found.len() / 1024))
}

async fn release(repository: &Path) -> Result<Run> {
    let scenario = read(&repository.join("sandbox/scenarios/demo.yaml"))?;
    let stage = Stage::set(scenario, SPEED, "bench").await?;
    let run = stage.push()?;
    measured(&stage, run, "staging", rolled).await
}

async fn deploy(repository: &Path) -> Result<Run> {
    let scenario = read(&repository.join("sandbox/src/bench/ten-minutes.yaml"))?;
    let mut stage = Stage::set(scenario, SPEED, "bench").await?;
    let image = stage.sandbox.with_world(|world| there(world));
    let name = "needs.staging.outputs.image".to_owned();
    stage
        .contexts
        .insert(name, image.context("the registry has no image")?);
    let run = stage.push()?;
    measured(&stage, run, "production", shifted).await
}

fn read(path: &Path) -> Result<Scenario> {
    Scenario::read(path).map_err(|why| anyhow!(why))
}

/// The image that the scenario puts into the registry.
fn there(world: &World) -> Option<String> {
    let digest = world.ecr.repositories.get("shop")?.tags.get("v1")?;
    Some(format!("{}/shop@{digest}", world.address))
}

async fn measured(
    stage: &Stage,
    run: u64,
    id: &str,
    over: fn(&World) -> Option<Timestamp>,
) -> Result<Run> {
    let measured = ended(stage, run, id, over).await?;
    ensure!(
        measured.taken.succeeded,
        "the job {id} failed: see `make demo`"
    );
    Ok(measured)
}

/// One run of the job `id`, however it ends.
async fn ended(
    stage: &Stage,
    run: u64,
    id: &str,
    over: fn(&World) -> Option<Timestamp>,
) -> Result<Run> {
    let key = stage.start(run, id)?;
    if stage.waits(key) {
        stage.review(run, id, ("mona", true))?;
    }
    let (job, inputs) = stage.step(key, id)?;
    let (_, command) = stage.place.command(id, &job, &inputs)?;
    let began = stage.sandbox.clock().now();
    let taken = tokio::task::spawn_blocking(|| measure::run(command)).await??;
    let exit = stage.sandbox.clock().now();
    let over = stage.sandbox.with_world(|world| over(world));
    let over = over.context("the deployment has not come to what was waited for")?;
    let calls = calls(&stage.sandbox);
    let minutes = exit.duration_since(began).as_secs_f64() / 60.0;
    let made = u32::try_from(calls.values().sum::<usize>())?;
    Ok(Run {
        taken,
        calls,
        lag: exit.duration_since(over).as_secs_f64(),
        calls_a_minute: f64::from(made) / minutes,
    })
}

/// When staging's last deployment ended.
fn rolled(world: &World) -> Option<Timestamp> {
    let service = world.ecs.service("staging", "shop")?;
    service.history.iter().filter_map(|it| it.finished).max()
}

/// When the last lifecycle event of production's deployment ended.
fn shifted(world: &World) -> Option<Timestamp> {
    let deployment = world.codedeploy.deployments().into_iter().next()?;
    deployment
        .events
        .iter()
        .filter_map(|event| event.ended)
        .max()
}

fn calls(sandbox: &Sandbox) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    sandbox.with_world(|world| {
        for call in &world.calls {
            let name = match call.service.as_str() {
                "registry" => "registry".to_owned(),
                service => format!("{service} {}", call.operation),
            };
            *calls.entry(name).or_insert(0) += 1;
        }
    });
    calls
}
