//! The sinks of the event stream: all that users and later steps see of a run.
//!
//! Sinks never call AWS or GitHub and never decide anything; they word and write. A sink that
//! cannot write says so once on the log and does not fail the run.

pub mod amounts;
pub mod annotations;
pub mod chronicle;
pub mod comment;
pub mod diagnostics;
mod file;
mod foreign;
pub mod log;
mod markdown;
pub mod outputs;
pub mod record;
pub mod redact;
pub mod state;
pub mod summary;
pub mod wording;
pub mod workflow_command;

use crate::events::Sink;
use crate::job::Job;
use annotations::Annotations;
use log::Log;
use outputs::Outputs;
use record::Record;
use state::State;
use std::io::stdout;
use summary::Summary;

/// Every sink that `job` has a place for, in the order in which they are to be told: annotations
/// stand below what the log says of the same event.
pub fn sinks(job: &Job) -> Vec<Box<dyn Sink>> {
    let docs = &job.docs;
    let mut sinks: Vec<Box<dyn Sink>> = vec![
        Box::new(Log::new(stdout(), docs.clone())),
        Box::new(Annotations::new(stdout(), docs.clone())),
        Box::new(Record::new(job.workspace.clone())),
    ];
    if let Some(file) = job.summary_file.clone() {
        sinks.push(Box::new(Summary::new(file, docs.clone())));
    }
    if let Some(file) = job.output_file.clone() {
        sinks.push(Box::new(Outputs::new(file)));
    }
    if let Some(file) = job.state_file.clone() {
        sinks.push(Box::new(State::new(file)));
    }
    sinks
}

/// The sinks of a post step: outputs, summary and report are the step's own.
pub fn post_sinks(job: &Job) -> Vec<Box<dyn Sink>> {
    let docs = &job.docs;
    vec![
        Box::new(Log::new(stdout(), docs.clone())),
        Box::new(Annotations::new(stdout(), docs.clone())),
    ]
}

#[cfg(test)]
mod tests;
