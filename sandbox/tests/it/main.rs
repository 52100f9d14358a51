//! The sandbox as its clients see it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of these tests are tests too, which the lints cannot see"
)]

mod authentication;
mod aws_clients;
mod client;
mod compare;
mod demo;
mod docker;
mod faults;
mod federation;
mod gate;
mod github;
mod github_shapes;
mod happenings;
mod identity_tokens;
mod lost_answers;
mod routing;
mod serving;
mod stepping;
