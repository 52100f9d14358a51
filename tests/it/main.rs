//! Greengate against the sandbox.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the helpers of these tests are tests too, which the lints cannot see"
)]

mod build;
mod credentials;
mod edges;
mod gate;
mod in_process;
mod shop;
