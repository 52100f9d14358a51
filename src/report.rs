//! The sinks of the event stream: all that users and later steps see of a run.
//!
//! Sinks never call AWS or GitHub and never decide anything; they word and write. A sink that
//! cannot write says so once on the log and does not fail the run.

pub mod annotations;
pub mod log;
pub mod outputs;
pub mod record;
pub mod redact;
pub mod summary;
pub mod wording;
pub mod workflow_command;
