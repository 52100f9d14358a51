//! What the action promises, read from its files and seen against the sandbox.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of these tests are tests too, which the lints cannot see"
)]

mod act;
mod bad_day;
mod bad_input;
mod build;
mod cancellation;
mod contract;
mod corpus;
mod credentials;
mod diagnosis;
mod docs;
mod edges;
mod failures;
mod foreign_text;
#[path = "../../fuzz/src/lib.rs"]
#[expect(
    clippy::missing_panics_doc,
    reason = "a property that does not hold panics"
)]
pub mod fuzz;
mod gate;
mod image;
mod in_process;
mod layers;
mod mermaid;
mod permissions;
mod plan;
mod preflight;
mod previous;
mod refusals;
mod release;
mod releasing;
mod reruns;
mod run;
mod scan;
mod secrets;
mod shop;
mod simulation;
mod task_definitions;
mod verdicts;
mod workflows;
