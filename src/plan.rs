//! What a deployment would do, for somebody who is to say yes to it: how the traffic would move and
//! for how long, and what the change costs a month.
//!
//! Decides from what was read; reads and writes nothing itself. The differences of the task
//! definition are `crate::model::task_definition`'s, the checks are the preflight's.

pub mod cost;
pub mod course;
