//! What the action promises, read from its files and seen against the sandbox.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of these tests are tests too, which the lints cannot see"
)]

mod build;
mod contract;
mod credentials;
mod edges;
mod gate;
mod in_process;
mod layers;
mod release;
mod run;
mod shop;
