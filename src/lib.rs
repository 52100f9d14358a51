//! Greengate takes a commit to production on Amazon ECS and tells the truth about it.
//!
//! The tour, from the outside in:
//!
//! - [`inputs`] and [`job`]: what the user asked for, and the job it is asked in.
//! - [`run`]: one run from the environment to the exit code; [`pipeline`]: the order of the verbs; [`gate`] and [`rollout`]: the pure decisions it needs.
//! - [`strategy`]: the ways a deployment is carried out, behind one trait.
//! - [`aws`], [`github`], [`docker`]: the edges; foreign types stop there. [`model`]: the words
//!   they all share.
//! - [`events`] and [`report`]: the one stream of facts, and the sinks that show it.
//! - [`failure`]: codes, exit codes and help.

pub mod aws;
pub mod clock;
pub mod diagnosis;
pub mod docker;
pub mod events;
pub mod failure;
pub mod gate;
pub mod github;
pub mod http;
pub mod inputs;
pub mod job;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod preflight;
pub mod report;
pub mod rollout;
pub mod run;
pub mod strategy;
