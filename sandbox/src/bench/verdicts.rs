//! How soon a run that goes wrong says so: from the moment at which the truth was there to be seen.

use super::table::Row;
use super::{Run, ended, read, there};
use crate::demo::stage::Stage;
use anyhow::{Context, Result, ensure};
use greengate_sandbox::world::World;
use jiff::Timestamp;
use std::path::Path;

/// Simulated seconds in a real one: what is measured is waited for, not worked for.
const SPEED: f64 = 10.0;

/// Since when a verdict could be known.
type Since = fn(&World) -> Option<Timestamp>;

/// What goes wrong, the scenario of it, and since when it could be known.
const KINDS: [(&str, &str, Since); 3] = [
    (
        "a crash loop in production, from its start to the verdict",
        "crash-loop.yaml",
        deployed,
    ),
    (
        "a call that is denied in the middle, to the verdict",
        "denied.yaml",
        refused,
    ),
    (
        "credentials that expire in the middle, to the verdict",
        "expired.yaml",
        refused,
    ),
];

/// One run of each kind, in that order.
pub(super) async fn all(repository: &Path) -> Result<Vec<Run>> {
    let mut runs = Vec::new();
    for (what, file, since) in KINDS {
        let scenario = read(&repository.join("sandbox/src/bench").join(file))?;
        let mut stage = Stage::set(scenario, SPEED, "bench").await?;
        let image = stage.sandbox.with_world(|world| there(world));
        let name = "needs.staging.outputs.image".to_owned();
        stage
            .contexts
            .insert(name, image.context("the registry has no image")?);
        let push = stage.push()?;
        let run = ended(&stage, push, "production", since).await?;
        ensure!(!run.taken.succeeded, "{what}: the run is green");
        runs.push(run);
    }
    Ok(runs)
}

/// The rows of `runs`, which are some of [`all`] in a row.
pub(super) fn rows(runs: &[Run]) -> Vec<Row> {
    let kinds = KINDS.iter().enumerate();
    let row = |(place, (what, ..)): (usize, &(&'static str, _, _))| Row {
        what: what.to_string(),
        values: runs
            .iter()
            .skip(place)
            .step_by(KINDS.len())
            .map(|run| run.lag)
            .collect(),
        unit: "s",
        limit: None,
    };
    kinds.map(row).collect()
}

/// When production's first deployment was asked for.
fn deployed(world: &World) -> Option<Timestamp> {
    let deployments = world.codedeploy.deployments().into_iter();
    deployments.map(|deployment| deployment.created).min()
}

/// When the first call to CodeDeploy was refused.
fn refused(world: &World) -> Option<Timestamp> {
    let calls = world.calls.iter();
    let refused = calls.filter(|call| call.service == "codedeploy" && call.status >= 400);
    refused.map(|call| call.at).min()
}
