//! What comparing task definitions costs, for those of the largest size that ECS takes: a JSON object
//! with a line for each thing that was measured. `greengate-sandbox bench` puts them into its table.
#![expect(
    clippy::print_stdout,
    reason = "it prints its measurements and does nothing else"
)]

mod largest;

use greengate::model::task_definition::diff::Values;
use serde_json::json;
use std::hint::black_box;
use std::time::Instant;

/// Runs of each kind.
const RUNS: usize = 50;

fn main() {
    let serving = largest::described();
    let image = largest::document("shop:2", "");
    let all = largest::document("shop:2", "b");
    measure("64 KiB read, and the same in normal form", || {
        black_box(largest::document("shop:1", "")).same_as(black_box(&serving.raw))
    });
    measure("difference of 64 KiB, images", || {
        black_box(&image).difference(Some(&serving), Values::Hidden)
    });
    measure("difference of 64 KiB, every variable, with values", || {
        black_box(&all).difference(Some(&serving), Values::Shown)
    });
}

/// Prints what was measured and the milliseconds that each run took.
fn measure<T>(what: &str, work: impl Fn() -> T) {
    let took = || {
        let began = Instant::now();
        black_box(work());
        began.elapsed().as_secs_f64() * 1e3
    };
    let taken: Vec<f64> = (0..RUNS).map(|_| took()).collect();
    println!("{}", json!({"what": what, "ms": taken}));
}
