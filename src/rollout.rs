//! The pure state machine behind every deployment, whatever strategy carries it out.
//!
//! A strategy turns what it sees into a [`snapshot::Snapshot`]; [`advance::advance`] compares it
//! with the [`advance::Progress`] so far and says what is new and whether the wait is over
//! ([`ending`]); [`remedy`] says what a run does itself about one that failed. Nothing here does
//! I/O, reads a clock or knows a strategy's API.

pub mod advance;
pub mod ending;
pub mod outcome;
pub mod overtaking;
pub mod previous;
pub mod remedy;
pub mod snapshot;
pub mod timeout;
pub mod verdict;
